"""A batch from its inputs to its table: begun, gone on with, ended."""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import Any, Protocol

from digitlens.batch.checkpoint import Checkpoint, DonePart
from digitlens.batch.chunks import CHUNK_BYTES, Chunk, chunks
from digitlens.batch.inputs import Inputs, SourceInfo
from digitlens.batch.job import Job, Result
from digitlens.batch.pool import LocalEngine, cores
from digitlens.batch.sheets import check_sheets, digest_of, write_sheets
from digitlens.batch.table import SUBMISSION, table, table_kind
from digitlens.errors import BatchError

__all__ = ["Engine", "Progress", "run_batch"]


class Engine(Protocol):
    """Where and by how many the chunks are read."""

    def results(self, job: Job, chunks: Iterator[Chunk]) -> Iterator[Result]:
        """Read chunks, and yield what became of each, in any order, each once."""
        ...


@dataclass(slots=True)
class Progress:
    """The progress of a batch.

    Attributes:
        total: inputs that there are.
        done: inputs whose rows are kept.
        failed: rows that are errors.
        accepted: rows that nobody needs to look at.
        doubtful: rows that a person should look at.
        resumed: inputs that an earlier run had done.
        errors: the first few errors of what was done last.
    """

    total: int
    done: int = 0
    failed: int = 0
    accepted: int = 0
    doubtful: int = 0
    resumed: int = 0
    errors: tuple[str, ...] = ()
    _began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Since this run began."""
        return time.monotonic() - self._began

    @property
    def rate(self) -> float:
        """Inputs that this run reads in a second."""
        return (self.done - self.resumed) / max(1e-9, self.seconds)

    @property
    def left(self) -> float | None:
        """Seconds until all is done at this rate; None where this run has read nothing yet."""
        return (self.total - self.done) / self.rate if self.done > self.resumed else None

    def add(self, part: DonePart | Result) -> None:
        """Count what is done."""
        self.done += part.inputs
        self.failed += part.failed
        self.accepted += part.accepted
        self.doubtful += part.doubtful
        if isinstance(part, Result):
            self.errors = part.errors


def run_batch(  # noqa: PLR0913 - what, where to, how; most need not be said
    inputs: Inputs,
    target: str | PathLike[str],
    job: Job | None = None,
    *,
    engine: Engine | None = None,
    restart: bool = False,
    overwrite: bool = False,
    submission: bool = False,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Progress:
    """Read inputs into a table: a row a page, a number, a glyph or a filled sheet, in the order of the inputs.

    Whenever this is ended, by an error, a signal or a power cut, the same call goes on after what was done, and the
    table is the same as if nothing had happened. Until then what is done lies beside it: `Checkpoint`.

    Worker processes are started by ``spawn``: a script that calls this keeps its own work under
    ``if __name__ == "__main__":``.

    Args:
        inputs: from `find_inputs`.
        target: the table; its suffix tells the kind. It is written whole, when all is done.
        job: what to do with each input; left out, every digit is read.
        engine: where to; left out, a process for each core.
        restart: whether to throw away what an earlier call has done and not finished.
        overwrite: whether a table that is there already may be written over.
        submission: whether the table is to be what Kaggle wants, a digit a picture: the job's inputs are single
            glyphs then, and its rows too.
        on_progress: is told how far it is, at the beginning and after each chunk.

    Raises:
        BatchError: there is nothing to read, the table is there already, or its folder is not, it is of no kind that is
            written, or an earlier call for this table was about something else, or the disk is full.
        ModelError: the network cannot be used.
        ValueError: the job's alphabet, pattern or lexicon cannot be used.
        OSError: nothing can be written where the table shall be.
    """
    job, engine, target = job or Job(), engine or LocalEngine(cores()), Path(target)
    _check(target, job, overwrite=overwrite)
    if not (source := inputs.info()).count:
        raise BatchError("There is nothing to read: no picture was found in the source.")
    with (checkpoint := Checkpoint(target)).opened(_terms(job, source), restart=restart):
        progress = _resumed(checkpoint, source.count)
        on_progress(progress)
        left = _read_on(inputs, job, engine, checkpoint, target) if progress.done < source.count else ()
        for result in left:
            progress.add(result)
            on_progress(progress)
        _check_all_read(progress)
        with _to_go_on_with(target):
            checkpoint.finish(partial(_write, job, SUBMISSION if submission else None, progress))
    return progress


def _read_on(
    inputs: Inputs, job: Job, engine: Engine, checkpoint: Checkpoint, target: Path
) -> Iterator[Result]:
    """Read the chunks that are not done yet, and yield what became of each once it is kept."""
    done = {part.number for part in checkpoint.parts()}
    for result in engine.results(job, chunks(inputs, job.chunk_size, done, job.chunk_bytes)):
        with _to_go_on_with(target):
            checkpoint.add(result)
        yield result


def _check_all_read(progress: Progress) -> None:
    """Tell where fewer inputs, or more, were read than there were."""
    if progress.done != progress.total:
        raise BatchError(
            f"{progress.done:,} inputs were read, where {progress.total:,} were counted at first: the source was "
            "changed meanwhile. Begin anew with --restart."
        )


def _terms(job: Job, source: SourceInfo) -> dict[str, Any]:
    """Return all that a checkpoint has to agree with to be resumed from."""
    model, lexicon = job.reader().network, job.options.lexicon
    return {
        "inputs": source.count,
        "state of the inputs": source.digest,
        "single": job.single,
        "rows": job.rows,
        **asdict(job.options),
        "model": f"{model.name}, SHA-256 {model.card.sha256}",
        "lexicon": lexicon and f"SHA-256 {sha256(chr(10).join(lexicon).encode()).hexdigest()}",
        "forms": digest_of(job.forms) if job.forms else None,
        "chunk": [job.chunk_size, job.chunk_bytes, CHUNK_BYTES],
    }


@contextmanager
def _to_go_on_with(target: Path) -> Iterator[None]:
    """Say what to do where the disk is full, or writing fails in another way."""
    try:
        yield
    except OSError as error:
        raise BatchError(
            f"{error.filename or target} cannot be written: {error.strerror}. What is done is kept: "
            "once that is mended, the same command goes on after it."
        ) from error


def _resumed(checkpoint: Checkpoint, total: int) -> Progress:
    """Return the progress of an earlier run."""
    progress = Progress(total)
    for part in checkpoint.parts():
        progress.add(part)
    progress.resumed = progress.done
    return progress


def _check(target: Path, job: Job, *, overwrite: bool) -> None:
    """Find out before the work what would stop the table in the end."""
    if target.is_dir():
        raise BatchError(f"{target} is a folder: name the table to be written.")
    if not target.parent.is_dir():
        raise BatchError(f"There is no folder {target.parent}: make it first, or check how it is written.")
    if target.exists() and not overwrite:
        raise BatchError(f"{target} is there already: name another, or give --force to write over it.")
    if job.forms:
        check_sheets(target)
        return
    with table(io.BytesIO(), job.rows, table_kind(target.suffix)):
        pass  # what it needs is installed


def _write(job: Job, kind: str | None, progress: Progress, target: Path, parts: Iterator[bytes]) -> None:
    """Make the table; ``kind`` is that of the table, if not that of its suffix.

    Of filled forms it is known only now how many rows are accepted: sheets are made of pages, and checked.
    """
    if job.forms:
        counts = write_sheets(target, parts, job.forms, job.options.max_error)
        progress.accepted, progress.doubtful = counts
        return
    with table(target, job.rows, kind) as rows:
        for lines in parts:
            rows.write_encoded(lines)
