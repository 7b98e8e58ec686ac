"""Finding out what a batch was given: a folder, a glob, a list, an archive, a table, or a picture."""

import glob
import io
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import IO

from digitlens.batch.archive import ZipInputs
from digitlens.batch.extras import extra
from digitlens.batch.files import FolderInputs, GlobInputs, ListInputs, OneFile
from digitlens.batch.glyphs import IdxInputs
from digitlens.batch.inputs import Inputs, Item, Opened, Survey, file_state, survey
from digitlens.errors import BatchError
from digitlens.files import open_file
from digitlens.imaging.sources import read_bytes

__all__ = ["find_inputs"]

LISTS = (".lst", ".txt")
"""Suffixes of lists of files."""

HEAD = 16
"""Bytes by which the kind of a file is told."""


def find_inputs(
    source: str | os.PathLike[str] | bytes | IO[bytes], *, name: str = "the data", column: str | None = None
) -> Inputs:
    """Find out what was given; nothing is read of it yet but its beginning.

    A path is a folder (with the folders in it), a glob pattern, a list of files (``.txt`` or ``.lst``), a zip archive,
    a Parquet table, an IDX file of images, packed with gzip or not, or one picture or PDF. Bytes and binary files are
    an archive, a table, a picture or a PDF. A file's kind is told by its first bytes, only a list's by its name.

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
        head = file.read(HEAD)
    return _packed(head, name, opened, column, len(head)) or _One(name, opened)


def _from_path(path: str, column: str | None) -> Inputs:
    if os.path.isdir(path):  # noqa: PTH112 - paths stay as they were given
        return FolderInputs(path)
    if not os.path.exists(path):  # noqa: PTH110
        if glob.has_magic(path):
            return GlobInputs(path)
        raise BatchError(f"{path} does not exist: check the spelling and the folder.")
    opened = partial(open_file, path)
    try:
        with opened() as file:
            head = file.read(HEAD)
    except OSError as error:
        raise BatchError(f"{path} cannot be read: {error.strerror}.") from error
    if packed := _packed(head, path, opened, column, file_state(path)):
        return packed
    if head[:3] == b"\0\0\x08" or head[:2] == b"\x1f\x8b":
        return IdxInputs(path)
    if path.lower().endswith(LISTS):
        return ListInputs(path)
    return OneFile(path)


def _packed(head: bytes, name: str, opened: Opened, column: str | None, state: object) -> Inputs | None:
    """An archive or a table, None where it is neither."""
    if head.startswith((b"PK\3\4", b"PK\5\6")):  # the second where there is nothing in it
        return ZipInputs(name, opened)
    if head.startswith(b"PAR1"):
        with extra("Parquet tables"):
            from digitlens.batch.columns import ParquetInputs  # noqa: PLC0415
        return ParquetInputs(name, opened, column, state)
    return None


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

    def survey(self) -> Survey:
        return survey([(self.name, self._bytes())])

    def _bytes(self) -> bytes:
        with self.open() as file:
            return read_bytes(file)[0]
