"""NumPy's ``.npy`` and ``.npz``: plain arrays alone, read a few rows at a time; no pickle is ever opened."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from io import BufferedIOBase
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from digitlens.data.formats.arrays import NamedArray, blocks_of, checked
from digitlens.data.formats.sample import WHOLE, File, split_of
from digitlens.data.formats.streams import opened_stream
from digitlens.errors import CorruptDataset
from digitlens.files import printable

__all__ = ["is_npy", "is_npz", "npy_arrays", "npz_arrays"]

MOST_ARRAYS = 100
"""An archive may have this many arrays."""

_NPY = b"\x93NUMPY"
_Opener: TypeAlias = Callable[[], AbstractContextManager[BufferedIOBase]]


def is_npy(head: bytes) -> bool:
    """Tell if a file that begins so is one array."""
    return head.startswith(_NPY)


def is_npz(head: bytes) -> bool:
    """Tell if a file that begins so is an archive of arrays."""
    if not head.startswith(b"PK\3\4"):
        return False
    length = int.from_bytes(head[26:28], "little")
    return head[30 : 30 + length].endswith(b".npy")


def npy_arrays(file: File) -> list[NamedArray]:
    """The array of an ``.npy`` file.

    Raises:
        CorruptDataset: its header is damaged, or it holds objects.
    """
    return [_array(file, file.name, file.path.name, file.split, partial(opened_stream, file.path, file.name))]


def npz_arrays(file: File) -> list[NamedArray]:
    """The arrays of an ``.npz`` file.

    Raises:
        CorruptDataset: it is damaged, or holds objects.
    """
    with _archive(file) as archive:
        members = [info.filename for info in archive.infolist() if info.filename.endswith(".npy")]
    if len(members) > MOST_ARRAYS:
        raise CorruptDataset(f"{file.name} has {len(members)} arrays; {MOST_ARRAYS} can be right.")
    arrays = []
    for member in members:
        key = printable(member.removesuffix(".npy"))
        split = split_of(key)
        name = f"{file.name}/{key}" if len(members) > 1 else file.name
        chosen = file.split if split == WHOLE else split
        arrays.append(_array(file, name, key, chosen, partial(_member, file, member)))
    return arrays


@contextmanager
def _archive(file: File) -> Iterator[zipfile.ZipFile]:
    with opened_stream(file.path, file.name) as raw:
        try:
            with zipfile.ZipFile(cast("Any", raw)) as archive:
                yield archive
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ) as error:
            raise CorruptDataset(f"{file.name} is damaged or cut off: {error}.") from error


@contextmanager
def _member(file: File, member: str) -> Iterator[BufferedIOBase]:
    with _archive(file) as archive, archive.open(member) as stream:
        yield cast("BufferedIOBase", stream)


def _array(file: File, name: str, key: str, split: str, opener: _Opener) -> NamedArray:
    with opener() as stream:
        dtype, shape, _ = _header(stream, name)

    def blocks() -> Iterator[NDArray[Any]]:
        with opener() as stream:
            found, there, fortran = _header(stream, name)
            if not fortran:
                yield from blocks_of(stream, found, there)
                return
            for whole in blocks_of(stream, found, (1, *reversed(there))):
                yield whole[0].T

    return NamedArray(name, key, file.path, split, shape, dtype, blocks)


def _header(stream: BufferedIOBase, name: str) -> tuple[np.dtype[Any], tuple[int, ...], bool]:
    """The type and the shape, and whether the first index runs fastest; the stream is then at the first value."""
    try:
        version = npy.read_magic(stream)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, fortran, dtype = read(stream)
    except (
        Exception
    ) as error:  # NumPy reads a header as Python's tokenizer and parser do, and raises what they raise
        raise CorruptDataset(f"{name} cannot be used: its header is damaged ({error}).") from error
    try:
        checked(dtype, shape)
    except CorruptDataset as fault:
        raise CorruptDataset(f"{name} cannot be used: {fault}.") from fault
    return dtype, shape, fortran
