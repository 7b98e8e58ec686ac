"""The rules of a table: the straight pieces that they are seen in, and the curves that these lie on."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.types import Gray

__all__ = ["SMALLEST_CELL", "Curve", "crossing", "rule_pieces", "ruled_share", "rules_of"]

Curve = NDArray[np.float64]
"""A rule as a polynomial, the highest power first: of a level one y of x, of an upright one x of y."""

Points = NDArray[np.float64]

DOTS = 13
"""Pixels between the dots of a rule at most."""

SMALLEST_CELL = 14
"""Pixels of a cell's sides at least."""

COVERED = 0.2  # of the table's side, that the pieces of a rule cover at least


def rule_pieces(dark: Gray, length: int) -> Gray:
    """The level pieces of rules: what is dark, but for gaps, for a length along a line that may lean a little."""
    joined = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, DOTS), np.uint8))
    thick = cv2.dilate(joined, np.ones((3, 1), np.uint8))
    opened = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    thickest = max(9, length // 6)
    bars = cv2.morphologyEx(opened, cv2.MORPH_OPEN, np.ones((thickest, 1), np.uint8))
    return np.asarray(cv2.subtract(opened, cv2.dilate(bars, np.ones((5, 5), np.uint8))), np.uint8)


def rules_of(pieces: Gray) -> list[NDArray[np.float64]]:
    """Level rules, as the coefficients of polynomials of where they are across, from top to bottom.

    Args:
        pieces: other than 0 where a piece of a rule is, uint8 (H, W).
    """
    height, width = pieces.shape
    count, found, stats, _ = cv2.connectedComponentsWithStats(pieces, connectivity=8)
    marked = np.asarray(found, np.int32)
    rules: list[tuple[NDArray[np.float64], Points]] = []
    for piece in sorted(range(1, count), key=lambda i: -stats[i, cv2.CC_STAT_WIDTH]):
        x, y, w, h = (int(stats[piece, i]) for i in range(4))
        ys, xs = np.nonzero(marked[y : y + h, x : x + w] == piece)
        points = np.stack([xs + x, ys + y], axis=1).astype(float)[:: max(1, len(xs) // 400)]
        for i, (rule, others) in enumerate(rules):
            off = np.abs(np.polyval(rule, points[:, 0]) - points[:, 1])
            if np.median(off) < max(6.0, 0.012 * height):
                together = np.vstack([others, points])
                rules[i] = _curve(together, width), together
                break
        else:
            rules.append((_curve(points, width), points))
    kept = [rule for rule, points in rules if _covered(points, width) >= COVERED]
    kept.sort(key=lambda rule: float(np.polyval(rule, width / 2)))
    return _apart(kept, width)


def _curve(points: Points, width: int) -> NDArray[np.float64]:
    """A parabola through the points of a rule; a line where they span little of the width."""
    span = np.ptp(points[:, 0])
    return np.polyfit(
        points[:, 0], points[:, 1], 2 if span > 0.6 * width else 1 if span > 0.25 * width else 0
    )


def _covered(points: Points, width: int) -> float:
    """Share of the width that the points of a rule cover."""
    return len({*(points[:, 0] // (width / 50)).astype(int).tolist()}) / 50


def _apart(rules: Sequence[NDArray[np.float64]], width: int) -> list[NDArray[np.float64]]:
    """The rules, of double ones the first."""
    kept: list[NDArray[np.float64]] = []
    for rule in rules:
        if not kept or np.polyval(rule, width / 2) - np.polyval(kept[-1], width / 2) >= SMALLEST_CELL:
            kept.append(rule)
    return kept


def crossing(row: NDArray[np.float64], column: NDArray[np.float64]) -> tuple[float, float]:
    """The point, x and y in pixels, where a level rule and an upright one meet.

    Args:
        row: the coefficients of y as a polynomial of x, the highest power first, (D,).
        column: those of x as a polynomial of y.
    """
    x, y = 0.0, 0.0
    for _ in range(4):
        x = float(np.polyval(column, y))
        y = float(np.polyval(row, x))
    return x, y


def ruled_share(wall: NDArray, start: NDArray[np.float64], end: NDArray[np.float64]) -> float:
    """Share of the way from one crossing to another that is ruled, 0 to 1; 1 where all of it is out of the picture.

    Args:
        wall: 1 where a rule is, 0 elsewhere, (H, W).
        start: one crossing, x and y in pixels, (2,).
        end: the other, likewise.
    """
    along = np.linspace(0.15, 0.85, 24)[:, None]
    points = np.rint(start + along * (end - start)).astype(int)
    inside = (points >= 0).all(axis=1) & (points < wall.shape[::-1]).all(axis=1)
    return float(wall[points[inside, 1], points[inside, 0]].mean()) if inside.any() else 1.0
