"""Which pieces of ink may be digits at all, and on which lines they stand."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitlens.imaging.lines import group_lines
from digitlens.imaging.pieces import Boxes, Pieces

__all__ = ["Layout", "lay_out"]

STROKES = 2.0  # a digit is so many times longer than its strokes are wide
LEAST = 8.0  # pixels: lower digits cannot be told apart
# Lengths in heights of a digit.
DIGIT = 0.5  # a piece this long stands on a line of its own right; smaller ones belong to what is near
DOT = 0.08  # smaller is dirt
REACH = 0.5  # how far from a digit a small piece may be to belong to its line
HIGHEST = 2.6
LONGEST = 12.0  # digits run together
# Against the page's digits.
FAINTEST = 0.3  # of their contrast, for pieces away from them: print that shines through
FAINTEST_AMONG = 0.08  # ... for pieces on their line: a pen that runs dry
SOFTEST = 0.2  # of their sharpness: smudges and shadows have no edge


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines of a page.

    Attributes:
        lines: the pieces of each line, from top to bottom.
        height: of a digit, pixels of the page.
        slope: of the lines, degrees, above 0 where they fall to the right.
    """

    lines: tuple[tuple[int, ...], ...]
    height: float
    slope: float


def lay_out(pieces: Pieces, readable: NDArray[np.floating], stroke: float) -> Layout:
    """Find the lines on which digits stand.

    Args:
        pieces: the ink of the page.
        readable: how well each reads as a digit, 0 to 1, (N,).
        stroke: the usual width of a stroke, pixels.
    """
    longer = pieces.boxes[:, 2:].max(axis=1, initial=0)
    weight = (
        readable**2 * pieces.boxes[:, 3] * pieces.contrast * pieces.sharpness * (longer >= STROKES * stroke)
    )
    if not weight.any():
        return Layout((), 0.0, 0.0)
    height = _weighted_median(pieces.boxes[:, 3], weight)
    if height < LEAST:
        return Layout((), height, 0.0)
    digits = (weight > 0) & (readable > 0.5) & (longer >= DIGIT * height) & (longer <= 2 * height)
    if not digits.any():
        digits = weight == weight.max()
    contrast, sharpness = (float(np.median(of[digits])) for of in (pieces.contrast, pieces.sharpness))
    live = (longer >= DOT * height) & (pieces.boxes[:, 3] <= HIGHEST * height)
    live &= (pieces.boxes[:, 2] <= LONGEST * height) & ~_edges(pieces, height)
    live &= (pieces.sharpness >= SOFTEST * sharpness) & (pieces.contrast >= FAINTEST_AMONG * contrast)
    large = np.flatnonzero(live & (longer >= DIGIT * height))
    if not large.size:
        return Layout((), height, 0.0)
    grouped, slope = group_lines(pieces.boxes[large], height)
    lines = [large[line].tolist() for line in grouped]
    lines = [line for line in lines if pieces.contrast[line].max() >= FAINTEST * contrast]
    for small in np.flatnonzero(live & (longer < DIGIT * height)).tolist():
        away = [_nearest(pieces.boxes[small], pieces.boxes[line]) for line in lines]
        if away and min(away) <= REACH * height:
            lines[int(np.argmin(away))].append(small)
    return Layout(tuple(tuple(line) for line in lines), height, slope)


def _weighted_median(values: NDArray[np.integer], weight: NDArray[np.floating]) -> float:
    order = np.argsort(values)
    total = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def _edges(pieces: Pieces, height: float) -> NDArray[np.bool_]:
    """Which pieces lie along the border and are thin: edges of paper, rules, a scanner's frame."""
    x, y, w, h = pieces.boxes.T
    rows, columns = pieces.shape
    at_border = (x == 0) | (y == 0) | (x + w == columns) | (y + h == rows)
    upright = (w <= 0.25 * height) & (h >= 0.9 * rows)
    level = (h <= 0.25 * height) & (w >= 2 * height)
    return at_border & (upright | level)


def _nearest(box: Boxes, others: Boxes) -> float:
    """The distance of a box to the nearest of others, (N, 4)."""
    beyond = np.maximum(others[:, :2] - box[:2] - box[2:], box[:2] - others[:, :2] - others[:, 2:]).clip(0)
    return float(np.hypot(*beyond.T).min())
