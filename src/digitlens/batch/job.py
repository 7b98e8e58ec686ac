"""What is done with a chunk of inputs: the same function on whatever machine."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from digitlens.batch.inputs import Item
from digitlens.batch.rows import RowKind, rows_of
from digitlens.batch.rows import printable as as_text
from digitlens.batch.single import single_lines
from digitlens.batch.table import encoded
from digitlens.errors import ImageError, InputFailed, ModelError
from digitlens.files import printable
from digitlens.imaging import FRAME_SIDE
from digitlens.model import MAX_ERROR, Device, Precision
from digitlens.reader import Reader
from digitlens.types import Pixels, Reading

__all__ = ["Chunk", "Content", "Job", "Result", "chunks", "failed", "work"]

MOST_BYTES = 8 * 2**20
"""Contents of this many bytes fill a chunk, whatever their number."""

SHOWN = 5
"""Errors that a result carries besides their number, to be told at once."""

Content: TypeAlias = str | bytes | Pixels | ImageError
"""What is known of an input where it is read: its path, its bytes, its picture, or why it cannot be had."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to do with each input.

    Attributes:
        single: whether each is a picture of a single glyph; else every digit on every page is read.
        rows: what a row of the table stands for.
        model: the name of a network, or the path of an ``.onnx`` file; left out, what `Reader` chooses.
        max_error: the error rate wanted among accepted glyphs.
        device: what the network runs on.
        alphabet, pattern, lexicon: what is read, and what a line may say, as of `Reader`.
        precision: what the network computes in, as of `Reader`.
    """

    single: bool = False
    rows: RowKind = "page"
    model: str | None = None
    max_error: float = MAX_ERROR
    device: Device = "cpu"
    alphabet: str | None = None
    pattern: str | None = None
    lexicon: tuple[str, ...] | None = None
    precision: Precision = "auto"

    @property
    def chunk_size(self) -> int:
        """Inputs that fill a chunk: what is lost when a process is killed, some tenths of a second or some seconds."""
        return 512 if self.single else 16

    def reader(self) -> Reader:
        """The reader, of one thread, for each worker has a core.

        Raises:
            ModelError: the network cannot be used.
            ValueError: ``max_error``, the alphabet, the pattern or the lexicon cannot be used.
        """
        return Reader(
            self.model,
            max_error=self.max_error,
            device=self.device,
            alphabet=self.alphabet,
            pattern=self.pattern,
            lexicon=self.lexicon,
            precision=self.precision,
        )

    def warm_reader(self) -> Reader:
        """The reader of a worker: nothing of it waits to be loaded.

        Raises:
            ModelError, ValueError: as of `reader`.
        """
        reader = self.reader()
        reader.network.logits(np.zeros((1, FRAME_SIDE, FRAME_SIDE), np.uint8))
        if not self.single:
            reader.read(
                np.full((FRAME_SIDE, FRAME_SIDE + 1), 255, np.uint8)
            )  # larger than a glyph, so a page
        return reader


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some inputs that are read together.

    Attributes:
        number: where its rows stand in the table, from 0.
        names: of the inputs.
        contents: of each.
    """

    number: int
    names: tuple[str, ...]
    contents: tuple[Content, ...]

    @property
    def size(self) -> int:
        """Bytes of what is in it, besides names."""
        return sum(len(content) for content in self.contents if isinstance(content, bytes)) + sum(
            content.nbytes for content in self.contents if isinstance(content, np.ndarray)
        )

    def ones(self) -> Iterator["Chunk"]:
        """Each input in a chunk of its own, of the same number."""
        for name, content in zip(self.names, self.contents, strict=True):
            yield Chunk(self.number, (name,), (content,))


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a chunk.

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

    def and_then(self, other: "Result") -> "Result":
        """The result of this part of a chunk and the next one."""
        return Result(
            self.number,
            self.inputs + other.inputs,
            self.failed + other.failed,
            (*self.errors, *other.errors)[:SHOWN],
            self.rows + other.rows,
        )


def chunks(inputs: Iterable[Item], size: int, done: Container[int] = ()) -> Iterator[Chunk]:
    """Part inputs into chunks, always in the same way; those of numbers that are done are passed over, not loaded.

    A file is left to whoever reads it; what is a part of a file is loaded here.

    Args:
        inputs: in order.
        size: inputs that fill a chunk; `MOST_BYTES` of what is loaded here fill it too.
        done: numbers of chunks.
    """
    number, names, contents, held = 0, list[str](), list[Content](), 0
    for item in inputs:
        if len(names) == size or held >= MOST_BYTES:
            if number not in done:
                yield Chunk(number, tuple(names), tuple(contents))
            number, names, contents, held = number + 1, [], [], 0
        names.append(item.name)
        held += item.size
        if number not in done:
            contents.append(_content(item))
    if names and number not in done:
        yield Chunk(number, tuple(names), tuple(contents))


def _content(item: Item) -> Content:
    if item.path is not None:
        return item.path
    try:
        return item.load()
    except ImageError as error:
        return error


def work(reader: Reader, job: Job, chunk: Chunk) -> Result:
    """Read the inputs of a chunk; each that cannot be read becomes a row that says why.

    Raises:
        ModelError: the network cannot be used, which is no fault of the inputs.
    """
    try:
        if job.single and job.pattern is None and job.lexicon is None:
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
    """The result of a chunk that was not read: a row for each input that says why."""
    errors = (InputFailed(f"{printable(name)}: {why}.") for name in chunk.names)
    return _told(job, chunk, ([Reading(None, model, error=error)] for error in errors))


def _told(job: Job, chunk: Chunk, readings: Iterable[Iterable[Reading]]) -> Result:
    """The rows of the readings, given for each input."""
    named = zip(chunk.names, readings, strict=True)
    rows = [row for name, pages in named for page in pages for row in rows_of(page, job.rows, name)]
    errors = [row.error for row in rows if row.error is not None]
    return Result(chunk.number, len(chunk.names), len(errors), tuple(errors[:SHOWN]), encoded(rows, job.rows))


def _by_columns(reader: Reader, job: Job, chunk: Chunk) -> Result:
    """The rows of pictures of one glyph each, of which no object is made on the way."""
    at, rows, errors = 0, list[bytes](), list[str]()
    for singles in reader.classify_columns(chunk.contents, errors="yield"):
        names = chunk.names[at : at + singles.opened.count]
        rows.append(single_lines(singles, names, job.rows))
        errors += (as_text(f"{error.code}: {error}") for error in singles.opened.errors.values())
        at += singles.opened.count
    return Result(chunk.number, len(chunk.names), len(errors), tuple(errors[:SHOWN]), b"".join(rows))


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
