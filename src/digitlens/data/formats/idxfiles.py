"""Files of MNIST's own format, of every type of values; QMNIST's rows of labels too: the first column is the label."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlens.data.formats.arrays import NamedArray, blocks_of, checked
from digitlens.data.formats.sample import File
from digitlens.data.formats.streams import opened_stream
from digitlens.data.idx import read_header

__all__ = ["arrays_of", "matches"]

_MAGIC = re.compile(rb"\x00\x00[\x08\x09\x0b-\x0e][\x01-\x04]", re.DOTALL)


def matches(head: bytes) -> bool:
    """Tell if a file that begins so is an IDX file."""
    return _MAGIC.match(head) is not None


def arrays_of(file: File) -> list[NamedArray]:
    """The array of a file.

    Raises:
        CorruptDataset: its header is damaged.
    """
    with opened_stream(file.path, file.name) as stream:
        dtype, shape = read_header(stream)
        checked(dtype, shape)

    def blocks() -> Iterator[NDArray[Any]]:
        with opened_stream(file.path, file.name) as stream:
            found, there = read_header(stream)
            yield from blocks_of(stream, found, there)

    return [NamedArray(file.name, file.path.name, file.path, file.split, shape, np.dtype(dtype), blocks)]
