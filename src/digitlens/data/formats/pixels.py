"""From numbers of any range and shape to pictures of 8 bits a pixel; what they mean is told by the first of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlens.data.formats.sample import Sample
from digitlens.errors import CorruptDataset

__all__ = ["LEAST_PIXELS", "Block", "is_picture", "rows_at_once", "samples_of"]

LEAST_PIXELS = 16
"""A row of numbers is a picture from so many on: 4x4."""

ROWS_AT_ONCE = 1024
"""Rows that are in memory at once, fewer where they are large; the range of values is told by the first so many."""

AT_ONCE_BYTES = 2**24

RANGES = ((0.0, 1.0), (-1.0, 1.0), (0.0, 16.0), (0.0, 255.0), (0.0, 65535.0))
"""From black to white, as they are usual: the first that holds all values is meant."""

ENOUGH = 100
"""Glyphs by which it is told whether they lie on their side."""

ON_ITS_SIDE = 0.95
"""Mean height by mean width, below which glyphs lie on their side. Of 15 upright sets one has 1.00, the others 1.11 to
1.56; those of EMNIST, whose files have rows and columns in each other's places, 0.74 to 0.90."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a dataset.

    Attributes:
        values: numbers or truth values, (n, ...): a row a picture.
        labels: of each row; None where they have none.
        names: of each row, likewise.
    """

    values: NDArray[Any]
    labels: list[str] | None = None
    names: list[str] | None = None


def is_picture(shape: tuple[int, ...]) -> bool:
    """Tell if rows of an array of this shape, (N, ...), are pictures: squares, or with height and width."""
    return _size(shape) is not None


def rows_at_once(row_bytes: int) -> int:
    """Return the number of rows of so many bytes to hold in memory."""
    return max(1, min(ROWS_AT_ONCE, AT_ONCE_BYTES // max(1, row_bytes)))


def samples_of(blocks: Iterable[Block], name: str) -> Iterator[Sample]:
    """Make pictures of rows: 255 the highest value of their range, 0 the lowest; EMNIST's glyphs stood upright.

    Args:
        blocks: the rows, in order.
        name: what to call the dataset in errors.

    Raises:
        CorruptDataset: values that are no numbers, or out of the range of those before them.
    """
    view: _View | None = None
    first = 0
    for block in blocks:
        view = view or _View.of(block, name)
        pictures = view.pictures(block.values, first)
        labels, names = block.labels or [None] * len(pictures), block.names or [None] * len(pictures)
        yield from map(Sample, pictures, labels, names)
        first += len(pictures)


@dataclass(frozen=True, slots=True)
class _View:
    """The view that turns the rows of a dataset into pictures."""

    name: str
    low: float
    high: float
    turned: bool

    @classmethod
    def of(cls, block: Block, name: str) -> "_View":
        values = _finite(block.values, name, 0)
        low, high = float(values.min()), float(values.max())
        spans = RANGES if high > low else RANGES[3:]  # of a blank page nothing is told
        low, high = next(((a, b) for a, b in spans if a <= low and high <= b), (low, high))
        if values.dtype == np.uint8 and high > 16:
            low, high = 0.0, 255.0
        labelled = block.labels is not None and all(len(label) == 1 for label in block.labels)
        plain = cls(name, low, high, turned=False)
        turned = labelled and _lie_on_their_side(plain.pictures(block.values[: 20 * ENOUGH], 0))
        return cls(name, low, high, turned)

    def pictures(self, values: NDArray[Any], first: int) -> NDArray[np.uint8]:
        """The rows as pictures, (n, H, W) or (n, H, W, 3); ``first`` is the number of the first of them."""
        shaped = _shaped(_finite(values, self.name, first))
        if (self.low, self.high) != (0.0, 255.0) or shaped.dtype != np.uint8:
            spread = (shaped.astype(np.float32) - self.low) * (255 / (self.high - self.low or 1))
            outside = np.argwhere((spread < -128) | (spread > 383))
            if len(outside):
                value = shaped[tuple(outside[0])]
                raise CorruptDataset(
                    f"{self.name}: row {first + outside[0][0]} holds {value:g}, where those before it go from "
                    f"{self.low:g} to {self.high:g}."
                )
            shaped = np.rint(np.clip(spread, 0, 255)).astype(np.uint8)
        return np.ascontiguousarray(shaped.swapaxes(1, 2)) if self.turned else shaped


def _finite(values: NDArray[Any], name: str, first: int) -> NDArray[Any]:
    """The values, as they are."""
    if values.dtype.kind not in "biuf":
        raise CorruptDataset(f"{name} holds {values.dtype}, where numbers were expected.")
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        row = first + int(np.argwhere(~np.isfinite(values))[0][0])
        raise CorruptDataset(f"{name}: row {row} holds what is no number.")
    return values


def _size(shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """The shape of one picture, of rows of an array of this shape; None where they are none."""
    match shape:
        case (_, pixels) if isqrt(pixels) ** 2 == pixels >= LEAST_PIXELS:
            return isqrt(pixels), isqrt(pixels)
        case (_, height, width, 1) | (_, 1, height, width) | (_, height, width):
            return height, width
        case (_, height, width, 3) | (_, 3, height, width):
            return height, width, 3
    return None


def _shaped(values: NDArray[Any]) -> NDArray[Any]:
    """Rows as pictures, (n, H, W) or (n, H, W, 3)."""
    size = _size(values.shape)
    if size is None:
        raise CorruptDataset(f"rows of the shape {values.shape[1:]} are no pictures")
    if len(size) == 3 and values.shape[-1] != 3:
        values = np.moveaxis(values, 1, 3)
    return values.reshape(len(values), *size)


def _lie_on_their_side(glyphs: NDArray[np.uint8]) -> bool:
    """Tell if glyphs have rows and columns in each other's places: those of all scripts are taller than wide."""
    if glyphs.ndim != 3 or glyphs.shape[1] != glyphs.shape[2] or len(glyphs) < ENOUGH:
        return False
    edges = np.concatenate([glyphs[:, 0], glyphs[:, -1], glyphs[:, :, 0], glyphs[:, :, -1]], axis=1)
    paper = np.median(edges, axis=1).astype(np.int16)
    ink = np.abs(glyphs - paper[:, None, None]) > 96
    heights, widths = ink.any(axis=2).sum(axis=1), ink.any(axis=1).sum(axis=1)
    return heights.mean() < ON_ITS_SIDE * widths.mean()
