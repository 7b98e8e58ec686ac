"""Where digits that touch may be parted: paths from top to bottom that cross little ink."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.types import Gray

__all__ = ["Cut", "cuts"]

HEIGHT = 48  # rows at which paths are looked for
SIDEWAYS = 0.25  # what a step to the side costs, in pixels of full ink: paths may lean, but not wander
PAPER = 0.02  # what a pixel of paper costs: of paths through paper the straight one wins
STARTS = (1 / 3, 1 / 2, 2 / 3)  # of the height, through which paths are led
NOTCH = 0.08  # of the height: notches in the outline are deeper
LEANING = 0.35  # of the height by which a cut between notches leans at most
MOST = 7  # paths of a piece
MOST_INK = 0.6  # of the height: a path at a higher price follows a stroke
AROUND = 3  # columns on either side among which a path must be the cheapest
SMALLEST = 0.12  # of the ink: less than this is not parted off
APART = 0.06  # of the height, on average, or two paths are one

Array = NDArray[np.float64]
Path = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cut:
    """A path from top to bottom.

    Attributes:
        columns: where it passes in each row, (h,).
        ink: how much ink it crosses, as a share of the height, 0 to 1.
        price: what speaks against it, in the same unit: the ink, less the notches in the outline that it joins.
    """

    columns: NDArray[np.int64]
    ink: float
    price: float


def cuts(ink: Gray) -> list[Cut]:
    """Propose cuts of a piece of ink, 0 to 255, uint8 (h, w): cheap paths well apart, from left to right.

    The cheapest path through each column of a few rows is found by dynamic programming from both ends (seams:
    Avidan and Shamir, Seam Carving, 2007), and the local minima among columns are places to cut; straight ways
    between notches of the outline are others.
    """
    height, width = ink.shape
    columns = max(4, round(width * HEIGHT / height))
    cost = cv2.resize(ink, (columns, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float64) / 255 + PAPER
    left_of = np.pad(np.cumsum(cost - PAPER, axis=1), ((0, 0), (1, 0)))
    rows = np.arange(HEIGHT)
    chosen: list[tuple[float, Path, float]] = []
    for price, path in sorted([*_paths(cost), *_notches(cost)], key=lambda found: found[0]):
        share = left_of[rows, path].sum() / left_of[:, -1].sum()
        apart = all(np.abs(path - other).mean() >= APART * HEIGHT for _, other, _ in chosen)
        if price <= MOST_INK * HEIGHT and SMALLEST < share < 1 - SMALLEST and apart:
            chosen.append((share, path, max(0.0, price / HEIGHT)))
        if len(chosen) == MOST:
            break
    back = np.arange(height) * HEIGHT // height
    return [
        Cut((path[back] * width / columns).astype(np.int64), float(cost[rows, path].mean()) - PAPER, price)
        for _, path, price in sorted(chosen, key=lambda found: found[0])
    ]


def _paths(cost: Array) -> list[tuple[float, Path]]:
    """The price and the columns of the best paths through local minima of a few rows."""
    down, from_above = _sweep(cost)
    flipped, steps = _sweep(cost[::-1])
    up, from_below = flipped[::-1], steps[::-1]
    found = []
    for row in (round(start * HEIGHT) for start in STARTS):
        price = down[row] + up[row] - cost[row]
        for column in _minima(price):
            above = _trace(from_above[row:0:-1], column)
            below = _trace(from_below[row:-1], column)
            path = np.array([*above[::-1], column, *below])
            found.append((float(price[column]) - PAPER * HEIGHT, path))
    return found


def _notches(cost: Array) -> list[tuple[float, Path]]:
    """Straight cuts from a notch in the upper outline to one in the lower: where two round digits meet.

    Their price is the ink on the way, less the depth of the notches, which no single stroke has.
    """
    inked = cost > PAPER + 0.5
    inked = inked[:, inked.any(axis=0)] if inked.any() else inked
    if inked.shape[1] != cost.shape[1]:
        return []
    upper, lower = (_valleys(rows.argmax(axis=0)) for rows in (inked, inked[::-1]))
    rows = np.arange(HEIGHT)
    found = []
    for top, above in upper:
        for bottom, below in lower:
            if abs(top - bottom) <= LEANING * HEIGHT:
                path = np.rint(top + (bottom - top) * rows / (HEIGHT - 1)).astype(np.int64)
                found.append((float(cost[rows, path].sum()) - PAPER * HEIGHT - above - below, path))
    return found


def _valleys(depth: NDArray[np.int64]) -> list[tuple[int, float]]:
    """The columns where an outline lies deepest, and by how many rows deeper than what is on both sides."""
    found = []
    for column in _minima(-depth.astype(np.float64)):
        sides = depth[: column + 1].min(), depth[column:].min()
        if (deep := float(depth[column] - max(sides))) >= NOTCH * HEIGHT:
            found.append((column, deep))
    return found


def _minima(price: Array) -> list[int]:
    """Columns whose price is the lowest around them; of a stretch of equals the middle."""
    around = np.lib.stride_tricks.sliding_window_view(
        np.pad(price, AROUND, constant_values=np.inf), 2 * AROUND + 1
    )
    lowest = price <= around.min(axis=1) + 1e-6
    edges = np.flatnonzero(np.diff(np.pad(lowest.astype(np.int8), 1)))
    return [int(first + last - 1) // 2 for first, last in zip(edges[::2], edges[1::2], strict=True)]


def _sweep(cost: Array) -> tuple[Array, NDArray[np.int64]]:
    """The price of the best way from the first row to each pixel, and the step to the side that it came by."""
    price = np.pad(cost, ((0, 0), (1, 1)), constant_values=np.inf)
    steps = np.zeros(cost.shape, np.int64)
    for row in range(1, len(cost)):
        straight, left, right = (
            price[row - 1, 1:-1],
            price[row - 1, :-2] + SIDEWAYS,
            price[row - 1, 2:] + SIDEWAYS,
        )
        aside = np.minimum(left, right)
        steps[row] = np.where(aside < straight, np.where(right < left, 1, -1), 0)
        price[row, 1:-1] += np.minimum(straight, aside)
    return price[:, 1:-1], steps


def _trace(steps: NDArray[np.int64], column: int) -> list[int]:
    """Follow the steps, row by row, from a column."""
    passed = []
    for row in steps:
        column += int(row[column])
        passed.append(column)
    return passed
