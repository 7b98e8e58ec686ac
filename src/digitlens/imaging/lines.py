"""Reading order: which boxes stand on a line, whatever its slope and its swing."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["group_lines"]

STEEPEST = 25  # degrees by which lines may rise or fall
LEVEL_BONUS = 0.002  # how much a degree costs, so that few boxes stand on level lines
NEAR = 0.62  # heights of a digit by which the next may stand higher or lower
MEMORY = 3  # glyphs by which a line knows its height
FEWEST = 4  # boxes from which a slope can be told


def group_lines(boxes: NDArray[np.int64], height: float) -> tuple[list[list[int]], float]:
    """Group boxes into lines.

    The slope is that at which the boxes' middles fall on the fewest heights; then, from left to right, each box
    joins the line whose last glyphs stand nearest to its own height, or begins one.

    Args:
        boxes: left, top, width, height, (N, 4).
        height: of a digit, in the same pixels.

    Returns:
        The lines from top to bottom, each the numbers of its boxes from left to right; and their slope in degrees,
        above 0 where they fall to the right.
    """
    across, down = (boxes[:, :2] + boxes[:, 2:] / 2).T
    slope = _slope(across, down, height) if len(boxes) >= FEWEST else 0.0
    level = down - np.tan(np.deg2rad(slope)) * across
    lines: list[list[int]] = []
    for i in np.argsort(across, kind="stable").tolist():
        reach = NEAR * max(0.8 * height, 0.5 * float(boxes[i, 3]))
        away = [abs(float(level[i] - level[line[-MEMORY:]].mean())) for line in lines]
        nearest = int(np.argmin(away)) if away else -1
        if away and away[nearest] < reach:
            lines[nearest].append(i)
        else:
            lines.append([i])
    return sorted(lines, key=lambda line: float(level[line].mean())), slope


def _slope(across: NDArray[np.float64], down: NDArray[np.float64], height: float) -> float:
    """The slope, in degrees, at which a histogram of heights is the most uneven."""
    best, chosen = -np.inf, 0.0
    for degrees in sorted(range(-STEEPEST, STEEPEST + 1), key=abs):
        level = down - np.tan(np.deg2rad(degrees)) * across
        bins = int(np.ptp(level) / (0.35 * height)) + 1
        counts = np.histogram(level, bins)[0]
        score = float(np.square(counts).sum()) - LEVEL_BONUS * abs(degrees) * len(level) ** 1.5
        if score > best:
            best, chosen = score, float(degrees)
    return chosen
