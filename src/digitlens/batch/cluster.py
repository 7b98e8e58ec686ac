"""Reading chunks on many machines, by Ray Data: the same function, chunk by chunk, on whatever node has a free core."""

import logging
import os
import pickle
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, reduce
from typing import Any

from digitlens.batch.chunks import Chunk
from digitlens.batch.extras import extra
from digitlens.batch.job import Job, Result, failed, work
from digitlens.errors import BatchError, DigitLensError
from digitlens.forms import FormReader
from digitlens.imaging import use_one_thread
from digitlens.reader import Reader

__all__ = ["RayEngine"]

RETRIES = 3
"""The number of times that Ray runs a task again whose worker or node has died."""

PER_CORE = 32
"""Chunks for each core of the cluster that are given to Ray at once, ..."""

MOST_TASK_BYTES = 64 * 2**20
"""... if what is in them is no more than this: it goes through this process and Ray's object store."""

WORKER_DIED = (
    "the Ray worker that read it died, and again when it was tried once more, perhaps for want of memory"
)

log = logging.getLogger("digitlens")


@dataclass(frozen=True)
class RayEngine:
    """Reads on the cores of a Ray cluster.

    Files are opened by the nodes, so their paths must lead to the same files on each; what lies in archives and tables
    is read here and sent. The table is written here. A chunk whose worker or node dies is read again by another; an
    input that kills its worker each time becomes a row that says so.

    Args:
        address: of a cluster, ``HOST:PORT`` or ``auto``; None for one on this machine that ends with the batch.
    """

    address: str | None = None

    def results(self, job: Job, chunks: Iterator[Chunk]) -> Iterator[Result]:
        """Read chunks, and yield what became of each, in the order in which they are done.

        Raises:
            BatchError: Ray is not installed, or there is no cluster at the address.
            DigitLensError: the network cannot be used.
        """
        with _connected(self.address) as cores:
            for window in _windows(chunks, PER_CORE * cores):
                left = {chunk.number: chunk for chunk in window}
                try:
                    for result in _read(job, window):
                        del left[result.number]
                        yield result
                except _ray().exceptions.RayError as error:
                    _raise_ours(error)
                    log.warning(
                        "Ray gave up on some of %d chunks (%s); they are read one by one.", len(left), error
                    )
                    for chunk in left.values():
                        yield _careful(job, chunk)


def _ray() -> Any:
    """Ray, told to keep to itself."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    with extra("Batches on a cluster", "ray"):
        import ray  # noqa: PLC0415 - an extra
        import ray.data  # noqa: PLC0415
        import ray.exceptions  # noqa: PLC0415
    return ray


@contextmanager
def _connected(address: str | None) -> Iterator[int]:
    """Ray, connected, and the cores of the cluster."""
    ray = _ray()
    here: dict[str, Any] = {} if address else {"include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    try:
        ray.init(address=address or "local", log_to_driver=False, logging_level=logging.ERROR, **here)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise BatchError(
            f"There is no Ray cluster at {address} ({error}): start one with `ray start --head`."
        ) from error
    try:
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        context.print_on_execution_start = False
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        yield max(1, int(ray.cluster_resources().get("CPU", 1)))
    finally:
        ray.shutdown()


def _windows(chunks: Iterator[Chunk], most: int) -> Iterator[list[Chunk]]:
    """The chunks that are given to Ray together."""
    window, held = list[Chunk](), 0
    for chunk in chunks:
        window.append(chunk)
        held += chunk.size
        if len(window) == most or held >= MOST_TASK_BYTES:
            yield window
            window, held = [], 0
    if window:
        yield window


def _read(job: Job, window: list[Chunk]) -> Iterator[Result]:
    """Read a window's chunks, each a task of one core."""
    rows = [{"chunk": pickle.dumps(chunk)} for chunk in window]
    inputs = _ray().data.from_items(rows, override_num_blocks=len(rows))
    with (
        warnings.catch_warnings()
    ):  # Ray 2.64 will have another way to limit retries, which are endless otherwise
        warnings.simplefilter("ignore")
        read = inputs.map_batches(_read_batch, fn_args=(job,), batch_size=1, num_cpus=1, max_retries=RETRIES)
    for row in read.iter_rows():
        yield pickle.loads(row["result"])


def _read_batch(batch: dict[str, Any], job: Job) -> dict[str, list[bytes]]:
    """Read the inputs of one task."""
    chunks = map(pickle.loads, batch["chunk"])
    return {"result": [pickle.dumps(work(_reader(job), job, chunk)) for chunk in chunks]}


@cache
def _reader(job: Job) -> Reader | FormReader:
    """The reader of a worker process, which Ray keeps from task to task."""
    use_one_thread()
    return job.warm_reader()


def _careful(job: Job, chunk: Chunk) -> Result:
    """Read a chunk in a task of its own, if that dies each input; one that dies again becomes a row that says so."""
    ray = _ray()
    task = ray.remote(num_cpus=1, max_retries=1)(_read_batch)
    try:
        answer = ray.get(task.remote({"chunk": [pickle.dumps(chunk)]}, job))
    except ray.exceptions.RayError as error:
        _raise_ours(error)
        if len(chunk.names) > 1:
            return reduce(Result.and_then, (_careful(job, one) for one in chunk.ones()))
        return failed(job, chunk, job.reader().network.name, WORKER_DIED)
    return pickle.loads(answer["result"][0])


def _raise_ours(error: BaseException | None) -> None:
    """Raise the error of ours that lies behind one of Ray's, if one does."""
    while error is not None:
        cause = getattr(error, "cause", None) or error.__cause__
        if isinstance(cause, DigitLensError):
            raise cause
        error = cause
