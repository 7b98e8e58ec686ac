"""The pieces of a page's ink: what hangs together, how dark and how sharp it is, and its picture for the network."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.imaging.framing import frame_ink
from digitlens.imaging.page import PageInk
from digitlens.types import Gray

__all__ = ["Pieces", "union"]

SMALLEST = 0.7  # strokes: a piece that is nowhere longer is noise
CLEAREST_NOISE = (
    2.0  # times the level of noise: pieces with less contrast, on average, are texture of the paper
)
MOST = 800  # pieces looked at, largest first: a page of digits has fewer, dirt any number

Boxes = NDArray[np.int64]
"""Left, top, width and height, (N, 4)."""


class Pieces:
    """Connected pieces of ink, largest first; a piece that touches others may be split.

    Attributes:
        boxes: of each, (N, 4), in pixels of the page.
        contrast: its mean level of ink, 0 to 255, (N,).
        sharpness: how steep its edge is: levels from one pixel to the next, on average, (N,).
        shape: height and width of the page.
    """

    def __init__(self, ink: PageInk) -> None:
        _, marked, stats, _ = cv2.connectedComponentsWithStats(ink.mask, connectivity=8)
        labels = np.asarray(marked, np.int32)
        self._soft = ink.soft
        self.shape = ink.mask.shape
        ids, counted = labels[ink.mask > 0], len(stats)
        contrast, noise = (np.bincount(ids, of[ink.mask > 0], counted) for of in (ink.soft, ink.noise))
        longer = stats[:, 2:4].max(axis=1)
        longer[(contrast < CLEAREST_NOISE * noise) | (longer <= SMALLEST * ink.stroke)] = 0
        longer[0] = 0
        order = np.argsort(-longer, kind="stable")[: min(MOST, np.count_nonzero(longer))]
        renamed = np.zeros(counted, np.int32)
        renamed[order] = np.arange(1, len(order) + 1)
        self._labels = renamed[labels]  # 0 where there is none, else the piece's number and one
        self.boxes: Boxes = np.asarray(stats[order, :4], np.int64).reshape(-1, 4)
        self.contrast = contrast[order] / np.maximum(1, stats[order, 4])
        edge = ink.mask - cv2.erode(ink.mask, np.ones((3, 3), np.uint8))
        steps = cv2.morphologyEx(cv2.blur(ink.soft, (3, 3)), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
        self.sharpness = self._means(np.asarray(steps, np.uint8), np.asarray(edge, np.uint8))

    def __len__(self) -> int:
        return len(self.boxes)

    def frame(self, parts: Sequence[int]) -> Gray:
        """The glyph that pieces make together, framed as 28x28, uint8.

        The soft edge of ink, as wide as a pixel of the frame, belongs to it; the ink of other pieces does not.
        """
        x, y, w, h = union(self.boxes[list(parts)])
        edge = max(w, h) // 20 + 1
        top, left = max(0, y - edge), max(0, x - edge)
        view = np.s_[top : y + h + edge, left : x + w + edge]
        own = np.isin(self._labels[view], np.asarray(parts) + 1)
        soft = self._soft[view]
        levels = np.sort(soft[own])
        grown = cv2.dilate(own.astype(np.uint8), np.ones((2 * edge + 1, 2 * edge + 1), np.uint8))
        grown[(self._labels[view] > 0) & ~own] = 0
        full = max(1, int(levels[int(0.95 * (len(levels) - 1))]))
        glyph = np.asarray(cv2.convertScaleAbs(soft, alpha=255.0 / full) * grown, np.uint8)
        return frame_ink(glyph[y - top : y - top + h, x - left : x - left + w])

    def ink(self, piece: int) -> Gray:
        """The ink of a piece alone, in its box, 0 to 255, uint8 (h, w)."""
        view = self._view(piece)
        level = 255.0 / max(1.0, 1.2 * float(self.contrast[piece]))
        ink = np.asarray(cv2.convertScaleAbs(self._soft[view], alpha=level), np.uint8)
        return np.where(self._labels[view] == piece + 1, ink, np.uint8(0))

    def split(self, piece: int, part: NDArray[np.integer]) -> list[int]:
        """Split a piece: ``part``, (h, w), numbers the part that each pixel of its box belongs to, from 0.

        Returns:
            The parts that hold ink, as new pieces; the old one has no pixels left.
        """
        view = self._view(piece)
        labels = self._labels[view]
        own = labels == piece + 1
        found = []
        for k in range(int(part.max()) + 1):
            mine = own & (part == k)
            if mine.any():
                labels[mine] = len(self) + 1
                x, y, w, h = cv2.boundingRect(mine.astype(np.uint8))
                box = np.array([self.boxes[piece, 0] + x, self.boxes[piece, 1] + y, w, h])
                found.append(self._add(piece, box))
        return found

    def _add(self, parent: int, box: Boxes) -> int:
        self.boxes = np.vstack([self.boxes, box])
        self.contrast = np.append(self.contrast, self.contrast[parent])
        self.sharpness = np.append(self.sharpness, self.sharpness[parent])
        return len(self) - 1

    def _view(self, piece: int) -> tuple[slice, slice]:
        x, y, w, h = self.boxes[piece].tolist()
        return slice(y, y + h), slice(x, x + w)

    def _means(self, values: Gray, where: Gray) -> NDArray[np.float64]:
        """The mean of values over the pixels of each piece that ``where`` marks."""
        inked = where > 0
        labels, levels = self._labels[inked], values[inked]
        count = np.bincount(labels, minlength=len(self) + 1)
        return np.bincount(labels, levels, minlength=len(self) + 1)[1:] / np.maximum(1, count[1:])


def union(boxes: Boxes) -> tuple[int, int, int, int]:
    """The box around boxes, (N, 4): left, top, width, height."""
    left, top = boxes[:, :2].min(axis=0).tolist()
    right, bottom = (boxes[:, :2] + boxes[:, 2:]).max(axis=0).tolist()
    return left, top, right - left, bottom - top
