"""IDX, the file format of MNIST: strict about every byte.

A file is two zero bytes, a byte for the type (8 for unsigned bytes), a byte for the number of dimensions,
each dimension as a big-endian 32-bit number, then the values and nothing else
(LeCun, Cortes and Burges, *The MNIST database of handwritten digits*).
"""

import math
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path
from typing import Any
from zipfile import Path as ZipPath

import numpy as np
from numpy.typing import NDArray

from digitlens.data.unpack import unpacked
from digitlens.errors import CorruptDataset

__all__ = ["read_header", "read_images", "read_labels", "read_pair"]

# A header can promise 2**104 bytes; every published set of glyphs stays under this.
_MAX_BYTES = 2**30

_UNSIGNED_BYTES = 0x08
_IDX_TYPES = {
    _UNSIGNED_BYTES: ("unsigned bytes", ">u1"),
    0x09: ("signed bytes", ">i1"),
    0x0B: ("16-bit integers", ">i2"),
    0x0C: ("32-bit integers", ">i4"),
    0x0D: ("32-bit floats", ">f4"),
    0x0E: ("64-bit floats", ">f8"),
}
_IDX_KINDS = {1: "labels", 3: "images"}


def read_images(path: Path | ZipPath) -> NDArray[np.uint8]:
    """Read an IDX file of images, packed with gzip or not.

    Returns:
        uint8 (N, H, W), read-only; N, H and W are at least 1.

    Raises:
        CorruptDataset: it is not exactly one well-formed IDX file of images; the message says why.
        DatasetError: it cannot be opened.
    """
    return _read(path, dimensions=3)


def read_labels(path: Path | ZipPath, classes: int = 10, first: int = 0) -> NDArray[np.int64]:
    """Read an IDX file of labels, packed with gzip or not.

    Args:
        path: the file, or a member of a zip archive.
        classes: how many there are.
        first: what the file counts the first of them as.

    Returns:
        int64 (N,), each from 0 to ``classes - 1``; N is at least 1.

    Raises:
        CorruptDataset: it is not exactly one well-formed IDX file of such labels; the message says why.
        DatasetError: it cannot be opened.
    """
    labels = _read(path, dimensions=1).astype(np.int64)
    outside = np.flatnonzero((labels < first) | (labels >= first + classes))
    if outside.size:
        place = outside[0]
        raise CorruptDataset(
            f"{path}: label {labels[place]} at position {place}, "
            f"where labels go from {first} to {first + classes - 1}."
        )
    return labels - first


def read_pair(
    images_path: Path | ZipPath, labels_path: Path | ZipPath, classes: int = 10, first: int = 0
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Read images and their labels, and see that there are as many of the one as of the other.

    Args:
        images_path: the file of images, or a member of a zip archive.
        labels_path: the file of labels likewise.
        classes: how many there are.
        first: what the file counts the first of them as.

    Returns:
        Images, uint8 (N, H, W), as of `read_images`; labels, int64 (N,), as of `read_labels`.

    Raises:
        CorruptDataset: one of the files is not what it should be, or their counts disagree.
        DatasetError: one of them cannot be opened.
    """
    images, labels = read_images(images_path), read_labels(labels_path, classes, first)
    if len(images) != len(labels):
        raise CorruptDataset(
            f"{images_path} has {len(images)} images and {labels_path} has {len(labels)} labels: "
            "they do not belong together."
        )
    return images, labels


def _read(path: Path | ZipPath, dimensions: int) -> NDArray[np.uint8]:
    with _opened(path) as file:
        shape = _read_shape(file, dimensions)
        return np.frombuffer(_read_values(file, shape), np.uint8).reshape(shape)


@contextmanager
def _opened(path: Path | ZipPath) -> Iterator[BufferedIOBase]:
    """The unpacked file; what is found wrong with it while it is open is told with its name."""
    try:
        with unpacked(path) as file:
            yield file
    except CorruptDataset as fault:
        raise CorruptDataset(f"{path} cannot be used: {fault}.") from fault


def _read_values(file: BufferedIOBase, shape: tuple[int, ...]) -> bytes:
    promised = math.prod(shape)
    values = file.read(promised + 1)
    if len(values) != promised:
        found = f"only {len(values)} are there" if len(values) < promised else "more follow"
        raise CorruptDataset(f"its header promises {_product(shape)} bytes, but {found}")
    return values


def read_header(file: BufferedIOBase, expected: str = "values") -> tuple[np.dtype[Any], tuple[int, ...]]:
    """Read the header of an IDX file of any type, and leave the file at the first of its values.

    Returns:
        The type of the values and their shape, none of whose sides is 0.

    Raises:
        CorruptDataset: it is none, or promises more than a set of glyphs has; the message is the fault alone.
    """
    return _sized(file, *_begun(file, expected))


def _read_shape(file: BufferedIOBase, dimensions: int) -> tuple[int, ...]:
    """The shape that the header of a file of unsigned bytes in so many dimensions promises."""
    expected = _IDX_KINDS[dimensions]
    code, found = _begun(file, expected)
    if code != _UNSIGNED_BYTES:
        raise CorruptDataset(
            f"it holds {_IDX_TYPES[code][0]}, where {_IDX_TYPES[_UNSIGNED_BYTES][0]} were expected"
        )
    if found != dimensions:
        held = _IDX_KINDS.get(found, f"values in {found} dimensions")
        raise CorruptDataset(f"it holds {held}, where {expected} were expected; are two files swapped")
    return _sized(file, code, dimensions)[1]


def _begun(file: BufferedIOBase, expected: str) -> tuple[int, int]:
    """The code of the type and the number of dimensions."""
    magic = file.read(4)
    if not magic:
        raise CorruptDataset(f"it is empty, where an IDX file of {expected} was expected")
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in _IDX_TYPES:
        raise CorruptDataset(f"it is not an IDX file, for it begins with the bytes {magic.hex(' ')}")
    return magic[2], magic[3]


def _sized(file: BufferedIOBase, code: int, dimensions: int) -> tuple[np.dtype[Any], tuple[int, ...]]:
    """The type and the shape, where a set of glyphs may have it."""
    header = file.read(4 * dimensions)
    if len(header) < 4 * dimensions:
        raise CorruptDataset("it ends within its header")
    dtype, shape = np.dtype(_IDX_TYPES[code][1]), struct.unpack(f">{dimensions}I", header)
    if not 0 < math.prod(shape) * dtype.itemsize <= _MAX_BYTES:
        sides = shape if dtype.itemsize == 1 else (*shape, dtype.itemsize)
        raise CorruptDataset(f"its header promises {_product(sides)} bytes; 1 to {_MAX_BYTES} can be right")
    return dtype, shape


def _product(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
