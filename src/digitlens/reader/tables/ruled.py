"""Ruled tables: their cells cut out along the rules, and read."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from digitlens.imaging import Picture
from digitlens.reader.crops import Crop, read_crops
from digitlens.reader.lines import LineReader
from digitlens.reader.tables.cell import EMPTY_CELL, Cell
from digitlens.reader.tables.cells import cell_of, plain_cell
from digitlens.reader.tables.cutting import Cut, cut_at, ink_of
from digitlens.reader.tables.grid import Grid, Span
from digitlens.reader.tables.table import Table
from digitlens.types import Box

__all__ = ["read_grid"]

MOSTLY_WORDS = 0.6  # share of the cells of a row or column that hold no digits, where it is of words
MOST_HEADS = 3
INSET = 0.04  # of a cell's sides, on which a rule may have left a trace


def read_grid(grid: Grid, opened: Picture, lines: LineReader) -> Table:
    """Read the cells of a grid: empty ones stay empty, and a dash is told from them.

    Args:
        grid: as it was found in the picture.
        opened: the picture.
        lines: reads what is written.
    """
    ink = ink_of(grid.clean)
    cuts = [cut_at(grid.clean, ink, _inner(span)) for span in grid.spans]
    rows: list[list[Cell | None]] = [[None] * grid.shape[1] for _ in range(grid.shape[0])]
    for span, cut, cell in zip(grid.spans, cuts, _cells(cuts, lines), strict=True):
        box = opened.uploaded(_in_picture(grid, span.box))
        rows[span.row][span.column] = replace(cell, box=box, picture=cut.picture)
    joined = {
        (span.row, span.column): (span.rows, span.columns)
        for span in grid.spans
        if span.rows * span.columns > 1
    }
    return _without_words(Table(tuple(map(tuple, rows)), True, joined=joined))


def _cells(cuts: Sequence[Cut], lines: LineReader) -> list[Cell]:
    """Read the cells: those that need reading are read together."""
    plain = [plain_cell(cut) for cut in cuts]
    asked = [cut.tight() for cut, cell in zip(cuts, plain, strict=True) if cell is None]
    readings = read_crops([Crop(cut.picture, cut.height, lines) for cut in asked])
    read = iter([cell_of(one.lines, cut, lines.grammar) for cut, one in zip(asked, readings, strict=True)])
    return [next(read) if cell is None else cell for cell in plain]


def _inner(span: Span) -> Box:
    x, y, w, h = span.box.to_list()
    across, down = round(INSET * w), round(INSET * h)
    return Box(x + across, y + down, max(2, w - 2 * across), max(2, h - 2 * down))


def _in_picture(grid: Grid, box: Box) -> Box:
    """The box around a cell in the picture."""
    x, y, w, h = box.to_list()
    corners = (
        np.array([(x, y, 1), (x + w, y, 1), (x + w, y + h, 1), (x, y + h, 1)], float) @ grid.to_picture.T
    )
    points = corners[:, :2] / corners[:, 2:]
    (left, top), (right, bottom) = np.floor(points.min(axis=0)), np.ceil(points.max(axis=0))
    return Box(max(0, int(left)), max(0, int(top)), int(right - left), int(bottom - top))


def _without_words(table: Table) -> Table:
    """The table with the cells of its head, and of columns of words, emptied: nothing in them is to be looked at."""
    rows = [list(row) for row in table.rows]
    heads = 0
    while heads < min(MOST_HEADS, len(rows) - 1) and _wordy(rows[heads]):
        heads += 1
    if all(map(_wordy, rows[heads:])):  # no figures at all: no head above them
        heads = 0
    columns = [j for j in range(len(rows[0])) if _wordy([row[j] for row in rows[heads:]])]
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            if cell is not None and (i < heads or j in columns):
                row[j] = replace(EMPTY_CELL, box=cell.box, picture=cell.picture)
    return replace(table, rows=tuple(map(tuple, rows)), heads=heads)


def _wordy(cells: Sequence[Cell | None]) -> bool:
    """Tell if most of the cells that are written in hold no digits, or more than digits."""
    written = [cell for cell in cells if cell is not None and (cell.text or not cell.accepted)]
    strange = [cell for cell in written if cell.reason in ("not_a_digit", "incomplete")]
    return len(written) > 0 and len(strange) >= MOSTLY_WORDS * len(written)
