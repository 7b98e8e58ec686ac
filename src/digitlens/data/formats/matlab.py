"""MATLAB's ``.mat`` files, nested as EMNIST's are; SciPy reads them (the extras ``batch`` and ``train``)."""

import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy.io
from numpy.typing import NDArray

from digitlens.data.formats.arrays import NamedArray
from digitlens.data.formats.naming import Names, codes
from digitlens.data.formats.pixels import rows_at_once
from digitlens.data.formats.sample import WHOLE, File, split_of
from digitlens.data.formats.streams import MOST_UNPACKED_BYTES, opened_stream
from digitlens.errors import CorruptDataset

__all__ = ["arrays_of"]

MOST_NESTED = 8
"""Structures within structures are looked into so far."""

_HEADER_BYTES, _TAG, _COMPRESSED = 128, 8, 15
_MATLAB_PIECE = 2**20


def _loaded(file: File) -> dict[str, Any]:
    with opened_stream(file.path, file.name) as stream:
        _check_size(stream, file.name)
    with opened_stream(file.path, file.name) as stream:
        try:
            return scipy.io.loadmat(stream, struct_as_record=True, squeeze_me=False)
        except Exception as error:  # SciPy raises a dozen unrelated classes
            raise CorruptDataset(
                f"{file.name} is damaged or cut off: {error or type(error).__name__}."
            ) from error


def arrays_of(file: File) -> list[NamedArray]:
    """The arrays of numbers of a file, each named by the fields that lead to it, ``dataset/train/images``.

    Raises:
        CorruptDataset: it is damaged, or larger in memory than `MOST_UNPACKED_BYTES`.
    """
    held = _loaded(file)
    found = dict(_flat({name: value for name, value in held.items() if not name.startswith("__")}))
    names = _mapping(found)
    return [
        _array(file, name, values, names)
        for name, values in found.items()
        if values.ndim >= 2 and values.size and not name.endswith(("mapping", "writers"))
    ]


def _check_size(stream: Any, name: str) -> None:
    """Refuse what would unpack to more than `MOST_UNPACKED_BYTES`: the elements are gone through without keeping any.

    The format is told in MathWorks' *MAT-File Format*, chapter 1.
    """
    head = stream.read(_HEADER_BYTES)
    order = "little" if head[126:128] == b"IM" else "big"
    held = 0
    while len(tag := stream.read(_TAG)) == _TAG:
        kind, left = int.from_bytes(tag[:4], order), int.from_bytes(tag[4:], order)
        unpack = zlib.decompressobj() if kind == _COMPRESSED else None
        while left > 0 and (piece := stream.read(min(left, _MATLAB_PIECE))):
            left -= len(piece)
            for part in _unpacked(unpack, piece, name) if unpack else (piece,):
                held += len(part)
                if held > MOST_UNPACKED_BYTES:
                    raise CorruptDataset(f"{name} holds more than {MOST_UNPACKED_BYTES >> 30} GB, the limit.")


def _unpacked(unpack: Any, piece: bytes, name: str) -> Iterator[bytes]:
    try:
        while piece:
            yield unpack.decompress(piece, _MATLAB_PIECE)
            piece = unpack.unconsumed_tail
    except zlib.error as error:
        raise CorruptDataset(f"{name} is damaged: {error}.") from error


def _flat(held: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, NDArray[Any]]]:
    """The arrays of numbers and texts within structures and cells, each with the fields that lead to it."""
    if depth > MOST_NESTED:
        return
    if isinstance(held, dict):
        for key, value in held.items():
            yield from _flat(value, f"{name}/{key}".lstrip("/"), depth + 1)
    elif isinstance(held, np.ndarray) and held.dtype.names and held.size == 1:
        record = held.reshape(-1)[0]
        yield from _flat({key: record[key] for key in held.dtype.names}, name, depth + 1)
    elif isinstance(held, np.ndarray) and held.dtype.kind in "biufU":
        yield name, held


def _mapping(found: dict[str, NDArray[Any]]) -> Names | None:
    """Return the meaning of labels, where a table tells the code of each one's character, as EMNIST's do."""
    tables = [values for name, values in found.items() if name.endswith("mapping")]
    if len(tables) != 1 or tables[0].ndim != 2 or tables[0].shape[1] < 2:
        return None
    return codes([[int(number) for number in row] for row in tables[0]])


def _array(file: File, name: str, values: NDArray[Any], names: Names | None) -> NamedArray:
    """An array with a row a picture: MATLAB's own have their pictures in the last dimension, and labels lie down."""
    if values.ndim == 2 and values.shape[0] == 1:
        values = values.T
    elif values.ndim in (3, 4) and values.shape[-1] > max(values.shape[:2]):
        values = np.moveaxis(values, -1, 0)
    split = split_of(name)

    def blocks() -> Iterator[NDArray[Any]]:
        step = rows_at_once(values[:1].nbytes)
        for first in range(0, len(values), step):
            yield values[first : first + step]

    chosen = file.split if split == WHOLE else split
    return NamedArray(
        f"{file.name}/{name}", name, file.path, chosen, values.shape, values.dtype, blocks, names
    )
