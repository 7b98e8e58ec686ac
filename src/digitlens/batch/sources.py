"""Finding out what a batch was given: a folder, a glob, a list, an archive, a table, or a picture."""

import glob
import io
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from digitlens.batch.archive import ZipInputs
from digitlens.batch.datasets import DatasetInputs, as_batch_error
from digitlens.batch.extras import extra
from digitlens.batch.files import FolderInputs, GlobInputs, ListInputs, OneFile
from digitlens.batch.inputs import Inputs, Item, Opened, SourceInfo, source_info
from digitlens.data.formats import WHOLE, format_of, shards_of, shards_within
from digitlens.errors import BatchError
from digitlens.files import open_file
from digitlens.imaging.sources import read_bytes

__all__ = ["find_inputs"]

LISTS = (".lst", ".txt")
"""Suffixes of lists of files."""

KIND_BYTES = 16
"""Bytes by which the kind of a file is told."""

ZIP = (b"PK\3\4", b"PK\5\6")
"""The first bytes of zip archives; the second where there is nothing in it."""

PARQUET = b"PAR1"


def find_inputs(
    source: str | os.PathLike[str] | bytes | IO[bytes], *, name: str = "the data", column: str | None = None
) -> Inputs:
    """Find out what was given; nothing is read of it yet but its beginning.

    A path is a folder of pictures (with the folders in it), a glob pattern, a list of files (``.txt`` or ``.lst``), a
    zip archive, a file or folder of one of ``digitlens.data.formats``, or one picture or PDF. Bytes and binary files
    are a zip archive, a Parquet table, a picture or a PDF. A file's kind is told by what it begins with, only a list's
    by its name.

    Args:
        source: what was given.
        name: what to call bytes or a binary file; where it is one picture, this is its input's name.
        column: of a Parquet table, the column that holds the pictures; found out if left out.

    Raises:
        BatchError: nothing is there, or nothing that is read.
    """
    if isinstance(source, str | os.PathLike):
        return _from_path(os.fspath(source), column)
    opened = partial(_again, source)
    with opened() as file:
        head = file.read(KIND_BYTES)
    if head.startswith(ZIP):
        return ZipInputs(name, opened)
    return _table(name, opened, column, None) if head.startswith(PARQUET) else _One(name, opened)


def _from_path(path: str, column: str | None) -> Inputs:
    if os.path.isdir(path):  # noqa: PTH112 - paths stay as they were given
        with as_batch_error():
            shards = shards_within(Path(path), path)
        return DatasetInputs(shards) if shards else FolderInputs(path)
    if not os.path.exists(path):  # noqa: PTH110
        if glob.has_magic(path):
            return GlobInputs(path)
        raise BatchError(f"{path} does not exist: check the spelling and the folder.")
    return _from_file(path, column)


def _from_file(path: str, column: str | None) -> Inputs:
    opened = partial(open_file, path)
    try:
        with opened() as file:
            head = file.read(KIND_BYTES)
    except OSError as error:
        raise BatchError(f"{path} cannot be read: {error.strerror}.") from error
    if head.startswith(PARQUET):
        return _table(path, opened, column, Path(path))
    with as_batch_error():
        if format_of(Path(path), path):
            return DatasetInputs(shards_of(Path(path), path))
    if head.startswith(ZIP):
        return ZipInputs(path, opened)
    return ListInputs(path) if path.lower().endswith(LISTS) else OneFile(path)


def _table(name: str, opened: Opened, column: str | None, file: Path | None) -> Inputs:
    """A Parquet table."""
    with extra("Parquet tables"):
        from digitlens.data.formats.columns import parquet_shard  # noqa: PLC0415
    with as_batch_error():
        return DatasetInputs([parquet_shard(name, opened, WHOLE, column=column, file=file)], column)


def _again(source: bytes | IO[bytes]) -> AbstractContextManager[IO[bytes]]:
    """Bytes, or a file that stays open, from the beginning."""
    if isinstance(source, bytes | bytearray | memoryview):
        return io.BytesIO(source)
    source.seek(0)
    return nullcontext(source)


@dataclass(frozen=True)
class _One:
    """A picture or a PDF that was given as bytes or a binary file."""

    name: str
    open: Opened

    def __iter__(self) -> Iterator[Item]:
        yield Item(self.name, self._bytes)

    def info(self) -> SourceInfo:
        return source_info([(self.name, self._bytes())])

    def _bytes(self) -> bytes:
        with self.open() as file:
            return read_bytes(file)[0]
