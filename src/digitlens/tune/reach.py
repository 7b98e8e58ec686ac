"""The reach of a text line: the distance of a glyph or mark from its middle, fitted by the lines of drawn sheets."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth.sheets import OTHER, Sheet
from digitlens.reader.layout import find_slope, find_text_lines
from digitlens.tune.observe import READABLE

__all__ = ["MarksOnLines", "fit_reach", "marks_on_lines"]

MarksOnLines = tuple[NDArray[np.floating], NDArray[np.intp]]
"""The boxes of the N marks of a sheet, (N, 4), and the number of the line that each stands on, (N,)."""

REACHES = np.round(np.arange(0.4, 1.21, 0.04), 2)
"""Heights of a usual glyph, from glyphs that hardly swing to the next line's middle."""


def marks_on_lines(sheet: Sheet) -> MarksOnLines:
    """Return the marks of a sheet that stand on lines and can be read, digits and signs."""
    marks = [
        mark for mark in sheet.marks if mark.line >= 0 and mark.label != OTHER and mark.visible >= READABLE
    ]
    return np.array([mark.box for mark in marks], float).reshape(-1, 4), np.array(
        [mark.line for mark in marks], np.intp
    )


def fit_reach(sheets: Sequence[MarksOnLines], before: tuple[float, float]) -> tuple[float, float]:
    """Choose the reaches of glyphs and of low marks at which the lines of most sheets are found as they are.

    Args:
        sheets: their marks.
        before: the reaches to begin with, heights of a usual glyph.

    Returns:
        That of glyphs, chosen first, and that of low marks; where several do as well, the middle of these.
    """
    sloped = [(boxes, lines, find_slope(boxes)) for boxes, lines in sheets if len(boxes)]

    def right(line_reach: float, mark_reach: float) -> int:
        return sum(
            _same(find_text_lines(boxes, line_reach, mark_reach, slope).lines, lines)
            for boxes, lines, slope in sloped
        )

    line_reach = _best(lambda reach: right(reach, before[1]))
    return line_reach, _best(lambda reach: right(line_reach, reach))


def _best(count: Callable[[float], int]) -> float:
    """Return the reach that most sheets are right at, the median of several."""
    counts = np.array([count(float(reach)) for reach in REACHES])
    return float(np.median(REACHES[counts == counts.max()]))


def _same(found: Sequence[Sequence[int]], lines: NDArray[np.intp]) -> bool:
    """Tell if marks that stand on one line, and no others, were put on one."""
    return len(found) == len(np.unique(lines)) and all(len(set(lines[list(line)])) == 1 for line in found)
