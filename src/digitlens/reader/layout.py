"""Layout of a page: which glyphs stand on a line, in reading order, whatever its slope and its swing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitlens.reader.median import median

__all__ = ["Layout", "find_slope", "find_text_lines", "gap_features"]

STEEPEST_LINE = 25  # degrees by which lines may rise or fall
LEVEL_BONUS = 0.002  # how much a degree costs, so that few glyphs stand on level lines
MEMORY = 3  # glyphs by which a line knows its height
GLYPHS_FOR_SLOPE = 4  # glyphs from which a slope can be told
TOO_LOW = 0.5  # heights of a glyph: what is lower is a mark and joins a line after all glyphs have


@dataclass(frozen=True, slots=True)
class Layout:
    """The text lines of a page.

    Attributes:
        lines: rows of the boxes on each, from left to right; the lines from top to bottom.
        height: of a usual glyph, pixels.
        slope: of the lines, degrees, above 0 where they fall to the right.
    """

    lines: tuple[tuple[int, ...], ...]
    height: float = 0.0
    slope: float = 0.0


def find_text_lines(
    boxes: NDArray[np.floating], line_reach: float, mark_reach: float, slope: float | None = None
) -> Layout:
    """Group bounding boxes into text lines.

    From left to right, each glyph joins the line whose last glyphs stand nearest to its own height, or begins one; then
    low marks (points, commas, dashes) do, which may stand further from the middle of their line.

    Args:
        boxes: left, top, width, height, (N, 4).
        line_reach: heights of a usual glyph by which the middle of the next may stand higher or lower ...
        mark_reach: ... and that of a low mark.
        slope: of the lines, degrees; None to find it.
    """
    if not len(boxes):
        return Layout(())
    height, large = _usual(boxes)
    across, down = (boxes[:, :2] + boxes[:, 2:] / 2).T
    slope = find_slope(boxes) if slope is None else slope
    level = down - np.tan(np.deg2rad(slope)) * across
    lines: list[list[int]] = []
    order = np.argsort(across, kind="stable")
    for i in [*order[large[order]], *order[~large[order]]]:
        away = [_away(across, level, line, i) for line in lines]
        nearest = int(np.argmin(away)) if away else -1
        if away and away[nearest] < (line_reach if large[i] else mark_reach) * height:
            lines[nearest].append(int(i))
        else:
            lines.append([int(i)])
    lines.sort(key=lambda line: float(level[line].mean()))
    return Layout(tuple(tuple(sorted(line, key=lambda i: float(across[i]))) for line in lines), height, slope)


def find_slope(boxes: NDArray[np.floating]) -> float:
    """Find the slope of text lines: that at which the middles of their glyphs fall on the fewest heights.

    Args:
        boxes: left, top, width, height, (N, 4).

    Returns:
        Degrees, above 0 where lines fall to the right; 0 where there are too few glyphs to tell.
    """
    if not len(boxes):
        return 0.0
    height, large = _usual(boxes)
    across, down = (boxes[large, :2] + boxes[large, 2:] / 2).T
    return _slope(across, down, height) if len(across) >= GLYPHS_FOR_SLOPE else 0.0


def gap_features(boxes: NDArray[np.floating], height: float) -> dict[str, NDArray[np.floating]]:
    """Measure the spaces before the second glyph of a line and those behind it, for `PageConfig.gap`.

    Args:
        boxes: of the glyphs on the line, from left to right, (N, 4), N of 2 or more.
        height: of a usual glyph on it.

    Returns:
        Arrays (N - 1,): ``gap``, the space in heights of a glyph; ``relative``, by how much it is wider than the
        median space of the line, likewise; ``pitch``, the distance of the middles of the two glyphs, likewise.
    """
    right = np.maximum.accumulate(boxes[:, 0] + boxes[:, 2])
    gap = (boxes[1:, 0] - right[:-1]) / height
    middles = boxes[:, 0] + boxes[:, 2] / 2
    return {"gap": gap, "relative": gap - median(gap), "pitch": np.diff(middles) / height}


def _usual(boxes: NDArray[np.floating]) -> tuple[float, NDArray[np.bool_]]:
    """Return the height of a usual glyph, and which boxes are not much lower."""
    heights = boxes[:, 3]
    height = median(heights[heights >= TOO_LOW * median(heights)])
    return height, heights >= TOO_LOW * height


def _away(
    across: NDArray[np.floating], level: NDArray[np.floating], line: list[int], i: np.intp | int
) -> float:
    """Return the distance of a box above or below a line's nearest glyphs."""
    near = sorted(line, key=lambda j: abs(float(across[j] - across[i])))[:MEMORY]
    return abs(float(level[i] - level[near].mean()))


def _slope(across: NDArray[np.floating], down: NDArray[np.floating], height: float) -> float:
    """Find the slope, in degrees, at which a histogram of heights is the most uneven."""
    degrees = np.array(sorted(range(-STEEPEST_LINE, STEEPEST_LINE + 1), key=abs))
    level = down - np.tan(np.deg2rad(degrees))[:, None] * across
    lowest, ranges = level.min(axis=1, keepdims=True), np.ptp(level, axis=1, keepdims=True)
    bins = (ranges / (0.35 * height)).astype(int) + 1
    share = (level - lowest) / np.maximum(ranges, 1e-9)
    chosen = np.minimum((share * bins).astype(int), bins - 1) + np.arange(len(degrees))[:, None] * bins.max()
    counts = np.bincount(chosen.ravel(), minlength=len(degrees) * bins.max()).reshape(len(degrees), -1)
    scores = np.square(counts).sum(axis=1) - LEVEL_BONUS * np.abs(degrees) * len(down) ** 1.5
    return float(degrees[scores.argmax()])
