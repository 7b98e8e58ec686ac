"""Tables without rules: the numbers of a page, put into columns by where they stand."""

from collections.abc import Sequence
from itertools import groupby, pairwise
from operator import itemgetter

import numpy as np

from digitlens.reader.tables.cell import EMPTY_CELL, Cell, likely_of
from digitlens.reader.tables.separators import NUMBER_GAP, columns_of, number_gap, space_between
from digitlens.reader.tables.table import Table
from digitlens.types import Box, Glyph, Line

__all__ = ["table_of_lines"]


def table_of_lines(lines: Sequence[Line]) -> Table | None:
    """Put the numbers of a page into rows and columns; None where there are not two rows.

    Args:
        lines: of the page, as they were read.
    """
    if len(lines) < 2:
        return None
    columns, gap = columns_of(lines), number_gap(lines)
    wide = max((column for row in columns for column in row), default=0) + 1
    rows: list[list[Cell | None]] = [[EMPTY_CELL] * wide for _ in lines]
    for row, line, found in zip(rows, lines, columns, strict=True):
        for column, group in groupby(zip(found, line.glyphs, strict=True), itemgetter(0)):
            row[column] = _cell(tuple(glyph for _, glyph in group), gap)
    return Table(tuple(map(tuple, rows)), False)


def _cell(glyphs: Sequence[Glyph], gap: float) -> Cell:
    """Glyphs side by side in one column, as a cell; where they may be several numbers, it is none to be believed."""
    height = float(np.median([glyph.box.h for glyph in glyphs]))
    spaces = [space_between(*pair) for pair in pairwise(glyphs)]
    text = glyphs[0].label
    for space, glyph in zip(spaces, glyphs[1:], strict=True):
        text += " " * (space > NUMBER_GAP[1] * height) + glyph.label
    reason = next((glyph.reason for glyph in glyphs if glyph.reason), None)
    confidence = float(np.prod([glyph.confidence for glyph in glyphs]))
    left, top = min(g.box.x for g in glyphs), min(g.box.y for g in glyphs)
    right, bottom = max(g.box.x + g.box.w for g in glyphs), max(g.box.y + g.box.h for g in glyphs)
    box = Box(left, top, right - left, bottom - top)
    if " " in text:
        return Cell(text, 0.0, False, "several", box)
    reason = "several" if max(spaces, default=0) >= gap else reason
    return Cell(text, confidence, reason is None, reason, box, likely_of(glyphs, None))
