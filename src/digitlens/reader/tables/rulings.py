"""The rules of a table: the straight pieces that they are seen in, and the curves that these lie on."""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.types import Gray

__all__ = [
    "COVERED",
    "COVERED_DOTTED",
    "DOTS",
    "SMALLEST_CELL",
    "WALL",
    "Curve",
    "crossing",
    "rule_pieces",
    "ruled_share",
    "rules_go_on",
    "rules_of",
]

Curve = NDArray[np.float64]
"""A rule as a polynomial, the highest power first: of a level one y of x, of an upright one x of y."""

Points = NDArray[np.float64]

DOTS = 13
"""Pixels between the dots of a rule at most, for the most part: those of some lie farther apart."""

SMALLEST_CELL = 14
"""Pixels of a cell's sides at least."""

WALL = 0.4
"""Share of a cell's side that is ruled, where it ends there."""

COVERED = 0.2
"""Share of the table's side that the pieces of a rule cover at least."""

COVERED_DOTTED = 0.5
"""The same where wide gaps are closed: figures in one cell are joined then, those of half the cells are not."""


def rule_pieces(dark: Gray, length: int, dots: int = DOTS) -> Gray:
    """The level pieces of rules: what is dark, but for gaps, for a length along a line that may lean a little.

    Args:
        dark: 1 where it is, 0 elsewhere, uint8 (H, W).
        length: of a piece at least, pixels.
        dots: pixels of a gap at most.
    """
    joined = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, dots), np.uint8))
    thick = cv2.dilate(joined, np.ones((3, 1), np.uint8))
    opened = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    thickest = max(9, length // 6)
    bars = cv2.morphologyEx(opened, cv2.MORPH_OPEN, np.ones((thickest, 1), np.uint8))
    return np.asarray(cv2.subtract(opened, cv2.dilate(bars, np.ones((5, 5), np.uint8))), np.uint8)


def rules_of(pieces: Gray, covered: float = COVERED) -> list[NDArray[np.float64]]:
    """Level rules, as the coefficients of polynomials of where they are across, from top to bottom.

    Args:
        pieces: other than 0 where a piece of a rule is, uint8 (H, W).
        covered: share of the width that those of a rule cover at least.
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
    kept = [rule for rule, points in rules if _covered(points, width) >= covered]
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


def rules_go_on(dark: Gray, nodes: NDArray[np.float64]) -> bool:
    """Tell if a table goes on beyond its outermost rules: all that meet one reach to another, about a cell away.

    Args:
        dark: 1 where the picture is dark, uint8 (H, W).
        nodes: where the rules meet in it, x and y, by row and column, (R + 1, C + 1, 2).
    """
    near = np.asarray(cv2.dilate(dark, np.ones((7, 7), np.uint8)), np.uint8)
    across = nodes.transpose(1, 0, 2)
    return any(_one_more(near, outer) for outer in (nodes, nodes[::-1], across, across[::-1]))


def _one_more(near: Gray, nodes: NDArray[np.float64]) -> bool:
    """Tell if there is another rule beyond the last of the nodes, which those that meet it reach to."""
    last, step = nodes[-1], nodes[-1] - nodes[-2]
    for cells in np.linspace(0.5, 1.5, 51):
        there = last + cells * step
        if not all(_is_inside(near, point) for point in there):
            return False
        ruled = [ruled_share(near, start, end) for start, end in pairwise(there)]
        if min(ruled) >= WALL:
            return all(ruled_share(near, start, end) >= WALL for start, end in zip(last, there, strict=True))
    return False


def _is_inside(picture: Gray, point: NDArray[np.float64]) -> bool:
    x, y = point
    return bool(0 <= x < picture.shape[1] and 0 <= y < picture.shape[0])
