"""Worker processes that read chunks, and what to do when one dies."""

import logging
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from multiprocessing.connection import Connection, wait
from typing import Any

from digitlens.batch.chunks import Chunk
from digitlens.batch.job import Job, Result, failed, work
from digitlens.errors import BatchError, DigitLensError
from digitlens.imaging import use_one_thread

__all__ = ["LocalEngine", "cores"]

PROCESS_DIED = (
    "the process that read it died, and again when it was tried once more, perhaps for want of memory"
)

log = logging.getLogger("digitlens")


def cores() -> int:
    """The processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True)
class LocalEngine:
    """Reads on this machine, in processes of one thread each.

    A worker that dies is replaced, and its chunk is read again. If that kills the next one too, its inputs are read
    one by one, and those that end a worker yet again become rows that say so.

    Args:
        workers: how many processes.
    """

    workers: int

    def results(self, job: Job, chunks: Iterator[Chunk]) -> Iterator[Result]:
        """Read chunks, and yield what became of each, in the order in which they are done.

        Raises:
            DigitLensError: the network cannot be used, or no worker can be started.
        """
        pool = _Pool(job, self.workers, chunks)
        try:
            yield from pool.results()
        finally:
            pool.end()


@dataclass(frozen=True, slots=True)
class _Task:
    """A chunk, and how many workers have died of it."""

    chunk: Chunk
    deaths: int = 0


class _Worker:
    """A process that reads chunks one after another."""

    def __init__(self, job: Job) -> None:
        context = multiprocessing.get_context("spawn")  # ONNX Runtime's threads do not survive a fork
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, job), daemon=True)
        self._process.start()
        theirs.close()  # else nobody would be told when it dies
        self.task: _Task | None = None

    def give(self, task: _Task) -> None:
        """Have it read a chunk; whether it lives is seen when its result is asked for."""
        self.task = task
        with suppress(OSError):
            self.pipe.send(task.chunk)

    def ready(self) -> str:
        """Wait until it can work; the name of its network.

        Raises:
            DigitLensError: it cannot work, and no other could.
        """
        try:
            return self._said()
        except EOFError:
            raise BatchError(
                "A worker process ended before it could read anything: is there enough memory? "
                "If there is not, give fewer --workers."
            ) from None

    def result(self) -> Result:
        """Wait for the result of its task.

        Raises:
            EOFError: it died.
            ModelError: the network cannot be used.
        """
        said = self._said()
        self.task = None
        return said

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.join()
        self._process.close()
        self.pipe.close()

    def _said(self) -> Any:
        try:
            said = self.pipe.recv()
        except OSError as error:
            raise EOFError from error
        if isinstance(said, DigitLensError):
            raise said
        return said


def _serve(pipe: Connection, job: Job) -> None:
    """Run a worker process: it says that it is ready, then answers each chunk with its result."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all processes; the first one decides
    use_one_thread()
    with suppress(EOFError, OSError):  # the first process is gone
        try:
            reader = job.warm_reader()
            pipe.send(reader.network.name)
            while True:
                pipe.send(work(reader, job, pipe.recv()))
        except DigitLensError as error:
            pipe.send(error)


class _Pool:
    """The workers of one job, and the chunks on their way."""

    def __init__(self, job: Job, count: int, chunks: Iterator[Chunk]) -> None:
        self._job, self._count, self._chunks = job, count, chunks
        self._waiting: deque[_Task] = deque()
        self._exhausted = False
        self._idle: list[_Worker] = []
        self._busy: dict[Any, _Worker] = {}  # by what to wait for
        for _ in range(count):
            self._start()

    def results(self) -> Iterator[Result]:
        """Yield the result of each chunk; while workers read, the next chunks are made ready."""
        while self._waiting or not self._exhausted or any(worker.task for worker in self._busy.values()):
            while self._idle and self._waiting:
                worker = self._idle.pop()
                worker.give(self._waiting.popleft())
                self._busy[worker.pipe] = worker
            heard = wait(list(self._busy), timeout=0)
            if not heard and self._prepare():
                continue
            for pipe in heard or wait(list(self._busy)):
                yield from self._hear(self._busy.pop(pipe))

    def end(self) -> None:
        """End all workers."""
        for worker in (*self._idle, *self._busy.values()):
            worker.end()

    def _start(self) -> _Worker:
        worker = _Worker(self._job)
        self._busy[worker.pipe] = worker
        return worker

    def _prepare(self) -> bool:
        """Take up another chunk if fewer are ready than there are workers; whether that was tried."""
        if self._exhausted or len(self._waiting) >= self._count:
            return False
        chunk = next(self._chunks, None)
        self._exhausted = chunk is None
        if chunk is not None:
            self._waiting.append(_Task(chunk))
        return True

    def _hear(self, worker: _Worker) -> Iterator[Result]:
        """Receive a worker's message, or deal with its death."""
        if worker.task is None:
            worker.ready()
            self._idle.append(worker)
            return
        try:
            result = worker.result()
        except EOFError:
            worker.end()
            yield from self._again(worker.task)
            while len(self._idle) + len(self._busy) < self._count:
                self._start()
        else:
            self._idle.append(worker)
            yield result

    def _again(self, task: _Task) -> Iterator[Result]:
        """A chunk whose worker died is read again; the second time, its inputs one by one."""
        log.warning(
            "A worker process died; what it was given, from %s on, is read again.", task.chunk.names[0]
        )
        if task.deaths == 0:
            self._waiting.appendleft(_Task(task.chunk, deaths=1))
        else:
            yield reduce(Result.and_then, self._one_by_one(task.chunk))

    def _one_by_one(self, chunk: Chunk) -> Iterator[Result]:
        """Read each input alone; one that ends its process becomes a row that says so."""
        worker, model = None, ""
        for one in chunk.ones():
            if worker is None:
                worker = self._start()
                model = worker.ready()
            worker.give(_Task(one))
            try:
                yield worker.result()
            except EOFError:
                yield failed(self._job, one, model, PROCESS_DIED)
                del self._busy[worker.pipe]
                worker.end()
                worker = None
        if worker is not None:
            self._idle.append(self._busy.pop(worker.pipe))
