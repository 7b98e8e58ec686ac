"""Arrays of pictures and arrays of labels, and which belong together: by split, by length and by name."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from io import BufferedIOBase
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlens.data.formats.naming import Names, label_texts, mapping_beside
from digitlens.data.formats.pixels import Block, is_picture, rows_at_once, samples_of
from digitlens.data.formats.sample import Sample, Shard
from digitlens.data.formats.streams import MOST_UNPACKED_BYTES
from digitlens.errors import CorruptDataset

__all__ = ["NamedArray", "blocks_of", "checked", "paired"]

LABEL_ARRAYS = ("label", "lab", "target", "class", "writer", "y_", "_y")
"""Parts of the names of arrays of labels; one may also be called just ``y``."""


@dataclass(frozen=True)
class NamedArray:
    """An array of a file, not read yet.

    Attributes:
        name: what to call it in errors.
        key: what its file, or the archive that it is in, calls it, by which its mate is told.
        file: the file it is in.
        split: the split it belongs to.
        shape: (N, ...).
        dtype: of its values.
        blocks: goes through its values, some rows at a time.
        names: what numbers among labels stand for, where the file tells it.
    """

    name: str
    key: str
    file: Path
    split: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    blocks: Callable[[], Iterator[NDArray[Any]]] = field(repr=False)
    names: Names | None = None

    @property
    def holds_pictures(self) -> bool:
        """True if it holds pictures, False if it holds labels."""
        return is_picture(self.shape) and not (len(self.shape) < 3 and self._says_labels)

    @property
    def _says_labels(self) -> bool:
        key = self.key.lower()
        return key == "y" or any(word in key for word in LABEL_ARRAYS)

    def whole(self) -> NDArray[Any]:
        """All of it, (N, ...) as ``shape`` and ``dtype`` say."""
        return np.concatenate([*self.blocks()])


def checked(dtype: np.dtype[Any], shape: tuple[int, ...]) -> None:
    """Refuse what cannot be pictures or labels, before it is read.

    Raises:
        CorruptDataset: objects of Python's, no rows, or more bytes than `MOST_UNPACKED_BYTES`; the message
            is the fault alone.
    """
    if dtype.hasobject:
        raise CorruptDataset(
            "it holds Python objects (a pickle), and to read one is to run whatever it holds: save plain arrays "
            "with numpy.savez('digits.npz', images=..., labels=...), all images of one size"
        )
    if not shape or not 0 < math.prod(shape) * dtype.itemsize <= MOST_UNPACKED_BYTES:
        sides = " x ".join(map(str, shape)) or "no"
        raise CorruptDataset(
            f"it promises {sides} values of {dtype}; 1 byte to {MOST_UNPACKED_BYTES >> 30} GB can be right"
        )


def blocks_of(file: BufferedIOBase, dtype: np.dtype[Any], shape: tuple[int, ...]) -> Iterator[NDArray[Any]]:
    """Read rows that lie one after another, a few at a time, and see that they end where they should.

    Args:
        file: unpacked, at the first of the values.
        dtype: of the values as they lie in the file.
        shape: what the header promises, (N, ...).

    Returns:
        The rows in order, read-only arrays (n, ...) of ``dtype``; n as of `rows_at_once`, the last has what is left.

    Raises:
        CorruptDataset: there are fewer, or more; the message is the fault alone.
    """
    count, *sides = shape
    row_bytes = math.prod(sides) * dtype.itemsize
    step = rows_at_once(row_bytes)
    for first in range(0, count, step):
        rows = min(step, count - first)
        values = file.read(rows * row_bytes)
        if len(values) < rows * row_bytes:
            there = first + len(values) // row_bytes
            raise CorruptDataset(f"its header promises {count} images, but only {there} are there")
        yield np.frombuffer(values, dtype).reshape(rows, *sides)
    if file.read(1):
        raise CorruptDataset(f"its header promises {count} images, but more bytes follow")


def paired(arrays: Sequence[NamedArray], only: Path | None = None) -> list[Shard]:
    """Find the labels that belong to each array of pictures.

    Args:
        arrays: those of one file, or of all files of a folder.
        only: the file whose pictures are wanted, where others are here for their labels.

    Raises:
        CorruptDataset: the only labels of a split are more or fewer than its pictures, or there are no pictures.
    """
    pictures = [one for one in arrays if one.holds_pictures and only in (None, one.file)]
    labels = [one for one in arrays if not one.holds_pictures]
    if not pictures:
        found = "; ".join(f"{one.name} {one.dtype} {one.shape}" for one in arrays if only in (None, one.file))
        raise CorruptDataset(
            f"There are no pictures in {found or 'it'}: they are arrays (N, 784), (N, H, W) or (N, H, W, 3)."
        )
    splits = [one.split for one in pictures]
    return [_shard(one, _mate(one, labels, alone=splits.count(one.split) == 1)) for one in pictures]


def _mate(pictures: NamedArray, labels: Iterable[NamedArray], *, alone: bool) -> NamedArray | None:
    """The labels of pictures: those of its split and length, of several those whose name is the most like it."""
    near = [one for one in labels if one.split == pictures.split]
    fitting = [one for one in near if one.shape[0] == pictures.shape[0]]
    if alone and len(near) == 1 and not fitting:
        raise CorruptDataset(
            f"{pictures.name} has {pictures.shape[0]} images and {near[0].name} has {near[0].shape[0]} labels: "
            "they do not belong together."
        )
    return max(fitting, key=lambda one: _likeness(one, pictures), default=None)


def _likeness(labels: NamedArray, pictures: NamedArray) -> tuple[bool, float]:
    told = any(word in labels.key.lower() for word in ("label", "target", "class")) or labels.key == "y"
    return told, SequenceMatcher(None, labels.key, pictures.key).ratio()


def _shard(pictures: NamedArray, labels: NamedArray | None) -> Shard:
    def samples() -> Iterator[Sample]:
        texts: list[str] | None = None
        if labels is not None:
            texts = label_texts(labels.whole(), labels.names or mapping_beside(labels.file), labels.name)
        return samples_of(_blocks(pictures, texts), pictures.name)

    return Shard(
        pictures.name, pictures.split, labels is not None, lambda: pictures.shape[0], samples, pictures.file
    )


def _blocks(pictures: NamedArray, texts: list[str] | None) -> Iterator[Block]:
    first = 0
    for values in pictures.blocks():
        yield Block(values, texts and texts[first : first + len(values)])
        first += len(values)
