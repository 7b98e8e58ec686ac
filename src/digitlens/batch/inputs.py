"""The inputs of a batch, one after another, each with its name, from wherever they come."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Protocol, TypeAlias

from digitlens.imaging.sources import read_bytes
from digitlens.types import Pixels

__all__ = [
    "Inputs",
    "Item",
    "Opened",
    "SourceInfo",
    "file_state",
    "from_file",
    "is_picture_name",
    "source_info",
]

NO_PICTURE_SUFFIXES = frozenset(
    {
        *(".csv", ".db", ".html", ".ini", ".json", ".jsonl", ".log", ".md", ".parquet", ".toml", ".tsv"),
        *(".txt", ".xlsx", ".xml", ".yaml", ".yml", ".zip"),
    }
)
"""Suffixes of what lies beside pictures in folders and archives and is none: texts, tables, archives."""


@dataclass(frozen=True, slots=True)
class Item:
    """One input.

    Attributes:
        name: exactly as it was given; of a table's row what the table calls it, or ``TABLE#ROW``, from 0.
        load: gives its bytes, or its picture as uint8 (H, W) or (H, W, 3); raises `ImageError` where it cannot be had.
        path: the file that it is; None where it is a part of one: then it is loaded before the next is asked for.
        size: bytes that `load` gives, where that is known and they are not those of a file.
    """

    name: str
    load: Callable[[], bytes | Pixels]
    path: str | None = None
    size: int = 0


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A summary of a source, made without opening any of its pictures.

    Attributes:
        count: of the inputs.
        digest: another one where inputs were added, taken away, renamed or written anew.
    """

    count: int
    digest: str


Opened: TypeAlias = Callable[[], AbstractContextManager[IO[bytes]]]
"""Opens a binary file that can be sought in, for as long as it is needed."""


class Inputs(Protocol):
    """The inputs of one source: found as they are asked for, and always in the same order."""

    def __iter__(self) -> Iterator[Item]:
        """The inputs, from the first.

        Raises:
            BatchError: the source cannot be read, or not to its end.
        """
        ...

    def info(self) -> SourceInfo:
        """Describe the source.

        Raises:
            BatchError: the source cannot be read.
        """
        ...


def from_file(name: str) -> Item:
    """A file as an input."""
    return Item(name, lambda: read_bytes(name)[0], name)


def file_state(name: str) -> tuple[int, int]:
    """Size and time of the last change of a file; (-1, 0) where there is none."""
    try:
        stat = os.stat(name)  # noqa: PTH116 - a tenth of what it takes by way of a Path, and there are millions
    except (OSError, ValueError):  # ValueError: a null character
        return -1, 0
    return stat.st_size, stat.st_mtime_ns


def source_info(states: Iterable[object]) -> SourceInfo:
    """The survey of inputs of which each is told by one value, such as its name and `file_state`."""
    digest, count = hashlib.sha256(), 0
    for state in states:
        digest.update(repr(state).encode())
        count += 1
    return SourceInfo(count, digest.hexdigest())


def is_picture_name(name: str) -> bool:
    """Tell if a file of a folder or an archive counts as a picture.

    A picture is told by its first bytes, not by its name (see ``digitlens.imaging.formats``), so every file counts;
    but not what is hidden, what systems leave behind, and what is a text, a table or an archive by its suffix.

    >>> [is_picture_name(name) for name in ("a/b.png", "scan", "a/.b.png", "labels.csv", "__MACOSX/a.png")]
    [True, True, False, False, False]
    """
    path = PurePosixPath(name.replace("\\", "/"))
    hidden = any(part.startswith(".") and part.strip(".") for part in path.parts)
    litter = "__MACOSX" in path.parts or path.name.lower() == "thumbs.db"
    return not (hidden or litter or path.suffix.lower() in NO_PICTURE_SUFFIXES)
