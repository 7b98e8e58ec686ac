"""Tables without rules: the numbers of a page, put into columns by where they stand.

The gaps that run down between them part the columns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from digitlens.reader.tables.cell import EMPTY, Cell, likely_of
from digitlens.reader.tables.table import Table
from digitlens.types import Box, Glyph, Line

__all__ = ["table_of_lines"]

GAP = 0.4, 1.2
"""Of a digit's height: two numbers that stand apart on a line are at least, at most, so far apart."""

BETWEEN = 0.3  # of a digit's height, that columns without rules stand apart


@dataclass(frozen=True)
class _Number:
    """A number of a page: its glyphs, where it begins and ends across, levelled, and its line."""

    glyphs: tuple[Glyph, ...]
    start: float
    end: float
    line: int


def table_of_lines(lines: Sequence[Line]) -> Table | None:
    """Put the numbers of a page into rows and columns; None where there are not two rows.

    Args:
        lines: of the page, as they were read.
    """
    glyphs = [glyph for line in lines for glyph in line.glyphs]
    height = float(np.median([glyph.box.h for glyph in glyphs])) if glyphs else 0.0
    slope = _slope([[_middle(glyph.box) for glyph in line.glyphs] for line in lines])
    gap = _gap([_space(*pair) for line in lines for pair in pairwise(line.glyphs)], height)
    numbers = [
        _Number(glyphs, _level(glyphs[0].box, slope, 0), _level(glyphs[-1].box, slope, 1), row)
        for row, line in enumerate(lines)
        for glyphs in _parted(line.glyphs, gap)
    ]
    columns = _columns(numbers, BETWEEN * height)
    if len(lines) < 2:
        return None
    rows: list[list[Cell | None]] = [[EMPTY] * len(columns) for _ in lines]
    for number in numbers:
        column = next(j for j, (_, end) in enumerate(columns) if number.end <= end)
        rows[number.line][column] = _joined(rows[number.line][column], number)
    return Table(tuple(map(tuple, rows)), False)


def _joined(before: Cell | None, number: _Number) -> Cell:
    """A number as a cell; where one is in it already, it is none that may be believed."""
    glyphs = number.glyphs
    text = "".join(glyph.label for glyph in glyphs)
    reason = next((glyph.reason for glyph in glyphs if glyph.reason), None)
    confidence = float(np.prod([glyph.confidence for glyph in glyphs]))
    left, top = min(g.box.x for g in glyphs), min(g.box.y for g in glyphs)
    right, bottom = max(g.box.x + g.box.w for g in glyphs), max(g.box.y + g.box.h for g in glyphs)
    box = Box(left, top, right - left, bottom - top)
    if before is not None and before is not EMPTY:
        return replace(before, text=f"{before.text} {text}", accepted=False, reason="several", candidates=())
    return Cell(text, confidence, reason is None, reason, box, likely_of(glyphs, None))


def _middle(box: Box) -> tuple[float, float]:
    return box.x + box.w / 2, box.y + box.h / 2


def _slope(lines: Iterable[Sequence[tuple[float, float]]]) -> float:
    """By how much lines fall, pixels down for one across: the median of those of three glyphs or more."""
    across_down = [np.array(line).T for line in lines if len(line) >= 3]
    slopes = [float(np.polyfit(across, down, 1)[0]) for across, down in across_down]
    return float(np.median(slopes)) if slopes else 0.0


def _level(box: Box, slope: float, end: int) -> float:
    """Where a side of a box lies across, if the page is turned level."""
    return box.x + end * box.w + slope * (box.y + box.h / 2)


def _space(before: Glyph, after: Glyph) -> float:
    return after.box.x - before.box.x - before.box.w


def _gap(spaces: Sequence[float], height: float) -> float:
    """The space from which two glyphs belong to two numbers: it parts all spaces into two kinds (Otsu 1979)."""
    least, most = (share * height for share in GAP)
    if len(spaces) < 2:
        return least
    found = np.sort(np.clip(spaces, 0, 2 * most))
    parts = [
        len(found[:i]) * len(found[i:]) * (found[i:].mean() - found[:i].mean()) ** 2
        for i in range(1, len(found))
    ]
    at = int(np.argmax(parts))
    return float(np.clip((found[at] + found[at + 1]) / 2, least, most))


def _parted(glyphs: Sequence[Glyph], gap: float) -> list[tuple[Glyph, ...]]:
    """The glyphs of a line, parted where they stand apart."""
    found: list[list[Glyph]] = [[glyph] for glyph in glyphs[:1]]
    for before, glyph in pairwise(glyphs):
        if _space(before, glyph) >= gap:
            found.append([glyph])
        else:
            found[-1].append(glyph)
    return [tuple(row) for row in found]


def _columns(numbers: Sequence[_Number], gap: float) -> list[tuple[float, float]]:
    """Where columns begin and end across: numbers are of one where they overlap, or all but do."""
    found: list[tuple[float, float]] = []
    for number in sorted(numbers, key=lambda one: one.start):
        if found and number.start - found[-1][1] < gap:
            found[-1] = found[-1][0], max(found[-1][1], number.end)
        else:
            found.append((number.start, number.end))
    return found
