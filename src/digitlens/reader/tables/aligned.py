"""Tables without rules: the numbers of a page, put into columns by where they stand.

The gaps that run down between them part the columns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf

import numpy as np

from digitlens.reader.tables.cell import EMPTY, Cell, likely_of
from digitlens.reader.tables.table import Table
from digitlens.types import Box, Glyph, Line

__all__ = ["table_of_lines"]

GAP = 0.3, 1.2
"""Of a digit's height: two numbers that stand apart on a line are at least, at most, so far apart."""

TIGHT = 0.1  # of a digit's height: spaces within numbers are counted as no less

STEEPEST, LEANS = (
    0.2,
    41,
)  # across for one down, that columns lean off the right angle at most; how many are tried
BETWEEN = 0.1  # of a digit's height, that columns without rules stand apart


@dataclass(frozen=True)
class _Number:
    """A number of a page: its glyphs, where it begins and ends across, columns made upright, and its line."""

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
    groups = [(row, part) for row, line in enumerate(lines) for part in _parted(line.glyphs, gap)]
    if len(lines) < 2:
        return None
    columns = _upright(groups, slope, BETWEEN * height)
    rows: list[list[Cell | None]] = [[EMPTY] * len(columns) for _ in lines]
    for j, column in enumerate(columns):
        for number in sorted(column, key=lambda one: one.start):
            rows[number.line][j] = _joined(rows[number.line][j], number)
    return Table(tuple(map(tuple, rows)), False)


def _upright(
    groups: Sequence[tuple[int, tuple[Glyph, ...]]], slope: float, gap: float
) -> list[list[_Number]]:
    """The columns at the lean at which they are narrowest together; the least lean off the lines' own, of the like."""
    best, least = list[list[_Number]](), inf
    for lean in sorted(np.linspace(-STEEPEST, STEEPEST, LEANS), key=abs):
        numbers = [
            _Number(
                glyphs, _level(glyphs[0].box, slope + lean, 0), _level(glyphs[-1].box, slope + lean, 1), row
            )
            for row, glyphs in groups
        ]
        columns = _columns(numbers, gap)
        width = sum(max(one.end for one in row) - min(one.start for one in row) for row in columns)
        if width < least - 1e-6:
            best, least = columns, width
    return best


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
    """The space from which two glyphs belong to two numbers: where the next larger space is so many times as large."""
    least, most = (share * height for share in GAP)
    found = np.sort(np.maximum(spaces, TIGHT * height))
    middles = np.sqrt(found[1:] * found[:-1])
    able = np.flatnonzero((middles >= least) & (middles <= most))
    if not able.size:
        return least
    return float(middles[able[(found[able + 1] / found[able]).argmax()]])


def _parted(glyphs: Sequence[Glyph], gap: float) -> list[tuple[Glyph, ...]]:
    """The glyphs of a line, parted where they stand apart."""
    found: list[list[Glyph]] = [[glyph] for glyph in glyphs[:1]]
    for before, glyph in pairwise(glyphs):
        if _space(before, glyph) >= gap:
            found.append([glyph])
        else:
            found[-1].append(glyph)
    return [tuple(row) for row in found]


def _columns(numbers: Sequence[_Number], gap: float) -> list[list[_Number]]:
    """The numbers by columns, from left to right.

    Numbers are of one column where they overlap, or all but do; and so are those that stand side by side in no row.
    """
    found: list[list[_Number]] = []
    end = -inf
    for number in sorted(numbers, key=lambda one: one.start):
        if number.start - end < gap:
            found[-1].append(number)
        else:
            found.append([number])
        end = max(end, number.end)
    columns = found[:1]
    for column in found[1:]:
        if {one.line for one in columns[-1]} & {one.line for one in column}:
            columns.append(column)
        else:
            columns[-1].extend(column)
    return columns
