"""Cutting out of a sheet what is written in one cell or field."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.reader.median import median
from digitlens.types import Box, Gray

__all__ = ["Cut", "Pieces", "cut_at", "ink_of"]

LEAST_DARKNESS = 40  # levels of darkness from which anything is ink
DARKEST = 0.997  # share of the pixels that are lighter than the darkest ink, but for a few
INK_SHARE = 0.4  # of the darkest ink, from which a pixel is ink
LOWEST = 0.2  # of a field's height: writing is not lower
WHITE_AROUND = 0.35  # of its height, around what is written: white that the networks see
SPECK_HEIGHT = 0.12  # of a field's height: what is no larger all ways is dust, or a point


class Pieces(NamedTuple):
    """Connected components of ink.

    Attributes:
        stats: left, top, width, height and area of each, pixels, (N, 5).
        centres: x and y, (N, 2).
    """

    stats: NDArray[np.int32]
    centres: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Cut:
    """The writing in one field.

    Attributes:
        picture: dark on white, the print and whatever belongs to other fields taken away, uint8 (h, w).
        ink: 1 where there is ink, uint8 (h, w).
        inside: the field's box in it.
    """

    picture: Gray
    ink: Gray
    inside: Box

    @property
    def share(self) -> float:
        """Share of the field, a tenth of its sides left out, that is ink."""
        x, y, w, h = self.inside.to_list()
        middle = self.ink[y + h // 10 : y + h - h // 10, x + w // 10 : x + w - w // 10]
        return float(middle.mean()) if middle.size else 0.0

    @cached_property
    def pieces(self) -> Pieces:
        """The connected components of ink."""
        _, _, stats, centres = cv2.connectedComponentsWithStats(self.ink, connectivity=8)
        return Pieces(np.asarray(stats, np.int32)[1:], np.asarray(centres, np.float64)[1:])

    @property
    def is_blank(self) -> bool:
        """True if nothing is written, but for specks."""
        larger = self.pieces.stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1, initial=0)
        return not bool((larger > 1.5 * SPECK_HEIGHT * self.inside.h).any())

    @property
    def height(self) -> float:
        """About that of what is written, pixels: the median of the higher pieces of ink."""
        heights = self.pieces.stats[:, cv2.CC_STAT_HEIGHT]
        least = max(LOWEST * self.inside.h, 0.5 * heights.max(initial=0))
        return median(heights[heights >= least]) if (heights >= least).any() else least

    def tight(self) -> "Cut":
        """The part that is written in, with room around it; nothing is written in the rest."""
        x, y, w, h = cv2.boundingRect(self.ink)
        room = round(WHITE_AROUND * max(h, LOWEST * self.inside.h))
        left, top = max(0, x - room), max(0, y - room)
        part = np.s_[top : y + h + room, left : x + w + room]
        box = Box(self.inside.x - left, self.inside.y - top, self.inside.w, self.inside.h)
        return Cut(self.picture[part], self.ink[part], box)

    def part(self, box: Box) -> "Cut":
        """Cut out the part of it that belongs into one box of a comb."""
        return cut_at(self.picture, self.ink, box)


def ink_of(clean: Gray) -> Gray:
    """Where there is ink on white paper, 1 or 0, uint8 (h, w)."""
    dark = 255 - np.asarray(cv2.GaussianBlur(clean, (0, 0), 0.8), np.uint8)
    counts = np.cumsum(cv2.calcHist([dark], [0], None, [256], [0, 256]))
    darkest = int(np.searchsorted(counts, DARKEST * dark.size))
    return (dark >= max(LEAST_DARKNESS, INK_SHARE * darkest)).astype(np.uint8)


def cut_at(clean: Gray, ink: Gray, box: Box) -> Cut:
    """Cut out the connected components that lie in a box for the most part; of those that are torn, the part.

    Args:
        clean: dark on white, the print taken away, uint8 (H, W).
        ink: 1 where there is ink, 0 elsewhere, uint8 (H, W).
        box: in its pixels.
    """
    x, y, w, h = box.to_list()
    count, found, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    marked = np.asarray(found, np.int32)
    inner = np.bincount(marked[max(0, y) : y + h, max(0, x) : x + w].ravel(), minlength=count)
    share = inner / np.maximum(1, stats[:, cv2.CC_STAT_AREA])
    share[0] = 0
    kept = share >= 0.6
    torn = (share >= 0.15) & ~kept & (stats[:, cv2.CC_STAT_AREA] > 8)
    mask = kept[marked]
    mask[max(0, y) : y + h, max(0, x) : x + w] |= torn[marked[max(0, y) : y + h, max(0, x) : x + w]]
    belongs = cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    others = (ink > 0) & ~mask
    shown = np.where(belongs & ~others, clean, np.uint8(255))
    pad = max(4, h // 8)
    top, bottom, left, right = _around(mask, (y, y + h, x, x + w), pad)
    inside = Box(x - left, y - top, w, h)
    return Cut(shown[top:bottom, left:right], mask[top:bottom, left:right].astype(np.uint8), inside)


def _around(mask: NDArray[np.bool_], edges: Sequence[int], pad: int) -> tuple[int, int, int, int]:
    """Top, bottom, left and right of a box grown to hold a mask, with room around it."""
    top, bottom, left, right = edges
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size:
        top, bottom = min(top, int(rows[0])), max(bottom, int(rows[-1]) + 1)
        left, right = min(left, int(columns[0])), max(right, int(columns[-1]) + 1)
    height, width = mask.shape
    return max(0, top - pad), min(height, bottom + pad), max(0, left - pad), min(width, right + pad)
