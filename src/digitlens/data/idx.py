"""IDX, the file format of MNIST: strict about every byte.

A file is two zero bytes, a byte for the type (8 for unsigned bytes), a byte for the number of dimensions,
each dimension as a big-endian 32-bit number, then the values and nothing else
(LeCun, Cortes and Burges, *The MNIST database of handwritten digits*).
"""

import math
import struct
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path
from zipfile import Path as ZipPath

import numpy as np
from numpy.typing import NDArray

from digitlens.data.unpack import unpacked
from digitlens.errors import CorruptDataset

__all__ = ["count_images", "image_batches", "read_images", "read_labels", "read_pair"]

# A header can promise 2**104 bytes; every published set of glyphs stays under this.
_MAX_BYTES = 2**30

_UNSIGNED_BYTES = 0x08
_TYPES = {
    _UNSIGNED_BYTES: "unsigned bytes",
    0x09: "signed bytes",
    0x0B: "16-bit integers",
    0x0C: "32-bit integers",
    0x0D: "32-bit floats",
    0x0E: "64-bit floats",
}
_KINDS = {1: "labels", 3: "images"}


def read_images(path: Path | ZipPath) -> NDArray[np.uint8]:
    """Read an IDX file of images, packed with gzip or not.

    Returns:
        uint8 (N, H, W), read-only; N, H and W are at least 1.

    Raises:
        CorruptDataset: it is not exactly one well-formed IDX file of images; the message says why.
        DatasetError: it cannot be opened.
    """
    return _read(path, dimensions=3)


def count_images(path: Path) -> int:
    """How many images the header of an IDX file promises.

    Raises:
        CorruptDataset, DatasetError: as `read_images`; what follows the header is not looked at.
    """
    with _opened(path) as file:
        return _read_shape(file, dimensions=3)[0]


def image_batches(path: Path, size: int) -> Generator[NDArray[np.uint8], None, None]:
    """Read an IDX file of images, packed with gzip or not, ``size`` images at a time, which are all that is held.

    Yields:
        uint8 (n, H, W), read-only, with n equal to ``size`` but for the last.

    Raises:
        CorruptDataset, DatasetError: as `read_images`, but only when the fault is come to.
    """
    with _opened(path) as file:
        count, *sides = _read_shape(file, dimensions=3)
        for first in range(0, count, size):
            shape = min(size, count - first), *sides
            values = file.read(math.prod(shape))
            if len(values) < math.prod(shape):
                found = first + len(values) // math.prod(sides)
                raise CorruptDataset(f"its header promises {count} images, but only {found} are there")
            yield np.frombuffer(values, np.uint8).reshape(shape)
        if file.read(1):
            raise CorruptDataset(f"its header promises {count} images, but more bytes follow")


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

    Returns:
        Images as of `read_images`, labels as of `read_labels`.

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


def _read_shape(file: BufferedIOBase, dimensions: int) -> tuple[int, ...]:
    expected = _KINDS[dimensions]
    magic = file.read(4)
    if not magic:
        raise CorruptDataset(f"it is empty, where an IDX file of {expected} was expected")
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in _TYPES:
        raise CorruptDataset(f"it is not an IDX file, for it begins with the bytes {magic.hex(' ')}")
    if magic[2] != _UNSIGNED_BYTES:
        raise CorruptDataset(f"it holds {_TYPES[magic[2]]}, where {_TYPES[_UNSIGNED_BYTES]} were expected")
    if magic[3] != dimensions:
        found = _KINDS.get(magic[3], f"values in {magic[3]} dimensions")
        raise CorruptDataset(f"it holds {found}, where {expected} were expected; are two files swapped")
    header = file.read(4 * dimensions)
    if len(header) < 4 * dimensions:
        raise CorruptDataset("it ends within its header")
    shape = struct.unpack(f">{dimensions}I", header)
    if not 0 < math.prod(shape) <= _MAX_BYTES:
        raise CorruptDataset(f"its header promises {_product(shape)} bytes; 1 to {_MAX_BYTES} can be right")
    return shape


def _product(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
