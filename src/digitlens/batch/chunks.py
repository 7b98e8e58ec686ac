"""Chunks of inputs: what is read together, and lost together when a process is killed."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from digitlens.batch.inputs import Item, file_state
from digitlens.errors import ImageError
from digitlens.types import Pixels

__all__ = ["CHUNK_BYTES", "Chunk", "Content", "chunks"]

CHUNK_BYTES = 8 * 2**20
"""Contents of this many bytes fill a chunk, whatever their number."""

Content: TypeAlias = str | bytes | Pixels | ImageError
"""The content of an input where it is read: its path, its bytes, its picture, or why it cannot be had."""


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


def chunks(
    inputs: Iterable[Item], size: int, done: Container[int] = (), most_bytes: int | None = None
) -> Iterator[Chunk]:
    """Part inputs into chunks, always in the same way; those of numbers that are done are passed over, not loaded.

    A file is left to whoever reads it; what is a part of a file is loaded here.

    Args:
        inputs: in order.
        size: inputs that fill a chunk; `CHUNK_BYTES` of what is loaded here fill it too.
        done: numbers of chunks.
        most_bytes: bytes of files that fill it; left out, files are not weighed.
    """
    number, names, contents, held = 0, list[str](), list[Content](), 0
    for item in inputs:
        if len(names) == size or held >= (most_bytes or CHUNK_BYTES):
            if number not in done:
                yield Chunk(number, tuple(names), tuple(contents))
            number, names, contents, held = number + 1, [], [], 0
        names.append(item.name)
        held += file_state(item.path)[0] if item.path is not None and most_bytes else item.size
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
