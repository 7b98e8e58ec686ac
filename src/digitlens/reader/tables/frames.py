"""The frame of a table: the piece of ink that encloses cells."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.reader.tables.rulings import SMALLEST_CELL
from digitlens.types import Gray

__all__ = ["FEWEST_CELLS", "frame_corners"]

Points = NDArray[np.float64]

FEWEST_CELLS = 3
"""Cells that make a table."""

CELL_SQUARENESS = 0.75  # share of the smallest rectangle around it that a cell fills at least


def frame_corners(dark: Gray, widest: int) -> Points | None:
    """The corners of the piece of ink that encloses most cells, clockwise from the upper left, (4, 2).

    Args:
        dark: 1 where the sheet is dark, uint8 (H, W).
        widest: pixels of a gap in a rule at most.
    """
    best: tuple[int, NDArray] | None = None
    for dots in (3, widest):  # dotted and broken rules only where there are no others
        joined = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((dots, dots), np.uint8))
        outlines, tree = cv2.findContours(joined, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
        if tree is None:
            continue
        cells = np.zeros(len(outlines), int)
        for outline, (_, _, _, parent) in zip(outlines, tree[0], strict=True):
            if parent >= 0:
                _, (w, h), _ = cv2.minAreaRect(outline)
                cells[parent] += (
                    min(w, h) >= SMALLEST_CELL and cv2.contourArea(outline) >= CELL_SQUARENESS * w * h
                )
        most = int(cells.argmax())
        if cells[most] >= FEWEST_CELLS and (best is None or cells[most] > 1.5 * best[0]):
            best = int(cells[most]), outlines[most]
    return None if best is None else _corners(cv2.convexHull(best[1]))


def _corners(hull: NDArray) -> Points | None:
    """The four corners of a hull, clockwise from the upper left."""
    around = cv2.arcLength(hull, True)
    for share in np.linspace(0.01, 0.15, 30):
        found = cv2.approxPolyDP(hull, share * around, True).reshape(-1, 2)
        if len(found) == 4:
            break
    else:
        found = cv2.boxPoints(cv2.minAreaRect(hull))
    middle = found.mean(axis=0)
    order = np.argsort(np.arctan2(*(found - middle).T[::-1]))  # clockwise, for y points down
    turned = found[order].astype(float)
    first = int(turned.sum(axis=1).argmin())
    return np.roll(turned, -first, axis=0)
