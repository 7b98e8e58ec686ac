"""The work on a chunk of inputs: the same function on whatever machine."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from digitlens.batch.chunks import Chunk
from digitlens.batch.sheets import encoded_pages, pages_of
from digitlens.batch.single import single_lines
from digitlens.batch.table import encoded
from digitlens.errors import ImageError, InputFailed, ModelError
from digitlens.files import printable
from digitlens.forms import Form, FormReader, PageRead, Refused
from digitlens.imaging import FRAME_SIDE
from digitlens.reader import Reader, ReadOptions
from digitlens.types import Reading
from digitlens.types.rows import RowKind, encodable, rows_of

__all__ = ["Job", "Result", "failed", "work"]


PAGE_BYTES = 2**20
"""Files of this many bytes fill a chunk of pages: a photograph of 12 megapixels, which takes about a second."""

ERRORS_CARRIED = 5
"""Errors that a result carries besides their number, to be told at once."""


@dataclass(frozen=True, slots=True)
class Job:
    """The work to do on each input.

    Attributes:
        single: whether each is a picture of a single glyph; else every digit on every page is read.
        rows: what a row of the table stands for.
        options: how it is read.
        forms: each page is a filled sheet of one of these, if there are any; their pages lie in the same files wherever
            workers run.
    """

    single: bool = False
    rows: RowKind = "page"
    options: ReadOptions = field(default_factory=ReadOptions)
    forms: tuple[Form, ...] = ()

    @property
    def chunk_size(self) -> int:
        """Inputs that fill a chunk: what is lost when a process is killed, a second or two."""
        return 512 if self.single else 4

    @property
    def chunk_bytes(self) -> int | None:
        """Bytes of files that fill a chunk of pages, whatever their number: large pictures take longer."""
        return None if self.single else PAGE_BYTES

    def reader(self) -> Reader | FormReader:
        """The reader, of one thread, for each worker has a core.

        Raises:
            FormError: a form cannot be used.
            ModelError: the network cannot be used.
            ValueError: an option cannot be used, or says what the forms say.
        """
        return FormReader(self.forms, options=self.options) if self.forms else Reader(options=self.options)

    def warm_reader(self) -> Reader | FormReader:
        """The reader of a worker: nothing of it waits to be loaded.

        Raises:
            ModelError, ValueError: as of `reader`.
        """
        reader = self.reader()
        if self.single:
            reader.network.logits(np.zeros((1, FRAME_SIDE, FRAME_SIDE), np.uint8))
        else:
            reader.warm()
        return reader


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a chunk.

    Attributes:
        number: the chunk's.
        inputs: how many it had.
        failed: how many rows are errors.
        errors: the first few of them.
        rows: as JSON Lines.
    """

    number: int
    inputs: int
    failed: int
    errors: tuple[str, ...]
    rows: bytes

    @property
    def accepted(self) -> int:
        """The number of rows nobody needs to look at."""
        return self.rows.count(b'"accepted": true')  # within a text its quotes would be escaped

    @property
    def doubtful(self) -> int:
        """The number of rows a person should look at; those that are errors aside."""
        return self.rows.count(b'"accepted": false') - self.failed

    def and_then(self, other: "Result") -> "Result":
        """The result of this part of a chunk and the next one."""
        return Result(
            self.number,
            self.inputs + other.inputs,
            self.failed + other.failed,
            (*self.errors, *other.errors)[:ERRORS_CARRIED],
            self.rows + other.rows,
        )


def work(reader: Reader | FormReader, job: Job, chunk: Chunk) -> Result:
    """Read the inputs of a chunk; each that cannot be read becomes a row that says why.

    Args:
        reader: the job's.
        job: what is to be done with each input.
        chunk: the inputs.

    Raises:
        ModelError: the network cannot be used, which is no fault of the inputs.
    """
    try:
        if isinstance(reader, FormReader):
            pages = zip(chunk.names, chunk.contents, strict=True)
            return _sheets(
                chunk, (page for name, content in pages for page in pages_of(reader, name, content))
            )
        if job.single and job.options.pattern is None and job.options.lexicon is None:
            return _by_columns(reader, job, chunk)
        return _told(job, chunk, _readings(reader, job, chunk))
    except ModelError:
        raise
    except Exception as error:  # a fault of ours, or of a library: it shall cost one input, not a million
        if len(chunk.names) == 1:
            return failed(
                job, chunk, reader.network.name, f"reading failed ({type(error).__name__}: {error})"
            )
        first, *others = (work(reader, job, one) for one in chunk.ones())
        for other in others:
            first = first.and_then(other)
        return first


def failed(job: Job, chunk: Chunk, model: str, why: str) -> Result:
    """The result of a chunk that was not read: a row for each input that says why.

    Args:
        job: what was to be done with each input.
        chunk: the inputs.
        model: ``NAME@VERSION`` of the network.
        why: a clause that follows the name of the input.
    """
    errors = [InputFailed(f"{printable(name)}: {why}.") for name in chunk.names]
    if job.forms:
        return _sheets(chunk, (Refused(name, 1, one) for name, one in zip(chunk.names, errors, strict=True)))
    return _told(job, chunk, ([Reading(None, model, error=error)] for error in errors))


def _told(job: Job, chunk: Chunk, readings: Iterable[Iterable[Reading]]) -> Result:
    """The rows of the readings, given for each input."""
    named = zip(chunk.names, readings, strict=True)
    rows = [row for name, pages in named for page in pages for row in rows_of(page, job.rows, name)]
    errors = [row.error for row in rows if row.error is not None]
    return Result(
        chunk.number, len(chunk.names), len(errors), tuple(errors[:ERRORS_CARRIED]), encoded(rows, job.rows)
    )


def _sheets(chunk: Chunk, pages: Iterable[PageRead | Refused]) -> Result:
    """The pages of filled sheets, of which sheets are made when all are read."""
    found = [*pages]
    errors = [encodable(f"{one.error.code}: {one.error}") for one in found if isinstance(one, Refused)]
    return Result(
        chunk.number, len(chunk.names), len(errors), tuple(errors[:ERRORS_CARRIED]), encoded_pages(found)
    )


def _by_columns(reader: Reader, job: Job, chunk: Chunk) -> Result:
    """The rows of pictures of one glyph each, of which no object is made on the way."""
    at, rows, errors = 0, list[bytes](), list[str]()
    for singles in reader.classify_columns(chunk.contents, errors="yield"):
        names = chunk.names[at : at + singles.opened.count]
        rows.append(single_lines(singles, names, job.rows))
        errors += (encodable(f"{error.code}: {error}") for error in singles.opened.errors.values())
        at += singles.opened.count
    return Result(chunk.number, len(chunk.names), len(errors), tuple(errors[:ERRORS_CARRIED]), b"".join(rows))


def _readings(reader: Reader, job: Job, chunk: Chunk) -> Iterator[Iterable[Reading]]:
    """The readings of each input: one where it is a single glyph, else one for each page."""
    had = (content for content in chunk.contents if not isinstance(content, ImageError))
    singles = reader.classify_many(had, errors="yield") if job.single else None
    for content in chunk.contents:
        if isinstance(content, ImageError):
            yield [Reading(None, reader.network.name, error=content)]
        elif singles is not None:
            yield [next(singles)]
        else:
            yield reader.read_many([content], errors="yield")
