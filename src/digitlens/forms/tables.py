"""Tables: from the picture of a sheet to rows and columns of cells.

A table that is ruled is read cell by cell. One without rules is read as a page, and its numbers are put into columns by
where they stand: the gaps that run down between them part these.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from digitlens.errors import TableNotFound
from digitlens.forms.cell import EMPTY, Candidate, Cell, likely_of
from digitlens.forms.checks import settle
from digitlens.forms.cutting import Cut, cut_at, ink_of
from digitlens.forms.reading import grey_of
from digitlens.forms.rules import Check, sum_check
from digitlens.forms.ruling import Grid, Span, find_grid
from digitlens.forms.writing import cell_of, is_dash
from digitlens.imaging import Picture, open_picture
from digitlens.reader import Reader
from digitlens.types import Box, Glyph, Source

__all__ = ["Table", "read_table"]

GAP = (
    0.4,
    1.2,
)  # of a digit's height: two numbers that stand apart on a line are at least, at most, so far apart
BETWEEN = 0.3  # of a digit's height, that columns without rules stand apart
WORDS = 0.6  # share of the cells of a row or column that hold no digits, where it is of words
MOST_HEADS = 3
FEW = 10  # cells of a grid up to which the page is read too
INSET = 0.04  # of a cell's sides, on which a rule may have left a trace


@dataclass(frozen=True)
class Table:
    """A table that was read.

    Attributes:
        rows: its cells; None where a cell that goes over several rows or columns covers the place.
        ruled: whether it has rules.
        heads: how many of its first rows hold words: their cells are empty, and need no look.
        doubts: what the sums say, a sentence each.
    """

    rows: tuple[tuple[Cell | None, ...], ...]
    ruled: bool
    heads: int = 0
    doubts: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether there are cells, and all are accepted."""
        cells = [cell for row in self.rows for cell in row if cell is not None]
        return bool(cells) and all(cell.accepted for cell in cells)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "ruled": self.ruled,
            "heads": self.heads,
            "accepted": self.accepted,
            "rows": [[None if cell is None else cell.to_dict() for cell in row] for row in self.rows],
            "doubts": [*self.doubts],
        }


def read_table(
    picture: "Source | Picture", reader: Reader | None = None, *, sums: Iterable[str] = ()
) -> Table:
    """Read the table of a picture: the largest that is ruled, else the numbers in their columns.

    Args:
        picture: as `Reader.read` takes it.
        reader: of the cells; left out, one of digits.
        sums: ``"rows"`` where the last column holds the sums of the others, ``"columns"`` where the last row does:
            they choose among the likely readings.

    Raises:
        ImageError: the picture cannot be read.
        TableNotFound: there are no rows and columns in it.
    """
    opened, reader = open_picture(picture), reader or Reader(alphabet="digits")
    grid = find_grid(grey_of(opened))
    table = None if grid is None else _ruled(grid, opened, reader)
    if table is None or len(table.rows) * len(table.rows[0]) <= FEW:  # a stamp's frame, or a box, is no table
        other = _aligned(opened, reader)
        table = max(filter(None, (table, other)), key=_readable, default=None)
    if table is None:
        raise TableNotFound(
            "There is no table in the picture: neither rules nor numbers in rows. "
            "Take the sheet straight from above, in even light, or read it as a page: digitlens read."
        )
    return _summed(table, {*sums}, reader.max_error)


def _readable(table: Table) -> int:
    """How many cells are written in and accepted."""
    return sum(cell is not None and cell.accepted and cell.text != "" for row in table.rows for cell in row)


def _ruled(grid: Grid, opened: Picture, reader: Reader) -> Table:
    """Read the cells of a grid."""
    ink = ink_of(grid.clean)
    rows: list[list[Cell | None]] = [[None] * grid.shape[1] for _ in range(grid.shape[0])]
    for span in grid.spans:
        cut = cut_at(grid.clean, ink, _inner(span))
        box = opened.uploaded(_in_picture(grid, span.box))
        rows[span.row][span.column] = replace(_cell(cut, reader), box=box, picture=cut.picture)
    return _without_words(Table(tuple(map(tuple, rows)), True))


def _inner(span: Span) -> Box:
    x, y, w, h = span.box.to_list()
    across, down = round(INSET * w), round(INSET * h)
    return Box(x + across, y + down, max(2, w - 2 * across), max(2, h - 2 * down))


def _cell(cut: Cut, reader: Reader) -> Cell:
    """Read one cell: an empty one stays empty, and a dash is told from it."""
    if cut.is_blank:
        return EMPTY
    if is_dash(cut):
        return Cell("-", 0.99, True, candidates=(Candidate("-", 0.0),))
    return cell_of(reader.read(cut.picture, rotate=0.0), cut, None)


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
    while heads < min(MOST_HEADS, len(rows) - 1) and _unsure(rows[heads : heads + 1]) >= WORDS:
        heads += 1
    if heads and _unsure(rows[heads:]) > 1 - WORDS:
        heads = 0
    columns = [j for j in range(len(rows[0])) if _wordy([row[j] for row in rows[heads:]])]
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            if cell is not None and (i < heads or j in columns):
                row[j] = replace(EMPTY, box=cell.box, picture=cell.picture)
    return replace(table, rows=tuple(map(tuple, rows)), heads=heads)


def _unsure(rows: Iterable[Sequence[Cell | None]]) -> float:
    """Share of the cells that are written in at which a person should look."""
    written = [cell for row in rows for cell in row if cell is not None and (cell.text or not cell.accepted)]
    return float(np.mean([not cell.accepted for cell in written])) if written else 0.0


def _wordy(cells: Sequence[Cell | None]) -> bool:
    """Whether most of the cells that are written in hold no digits, or more than digits."""
    written = [cell for cell in cells if cell is not None and (cell.text or not cell.accepted)]
    strange = [cell for cell in written if cell.reason in ("not_a_digit", "incomplete")]
    return len(written) > 0 and len(strange) >= WORDS * len(written)


@dataclass(frozen=True)
class _Number:
    """A number of a page: its glyphs, where it begins and ends across, levelled, and its line."""

    glyphs: tuple[Glyph, ...]
    start: float
    end: float
    line: int


def _aligned(opened: Picture, reader: Reader) -> Table | None:
    """Read a table without rules: the numbers of the page in columns; None where there are not two rows."""
    reading = reader.read(opened)
    height = float(np.median([glyph.box.h for glyph in reading.glyphs])) if reading.glyphs else 0.0
    slope = _slope([[_middle(glyph.box) for glyph in line.glyphs] for line in reading.lines])
    gap = _gap([_space(*pair) for line in reading.lines for pair in pairwise(line.glyphs)], height)
    numbers = [
        _Number(glyphs, _level(glyphs[0].box, slope, 0), _level(glyphs[-1].box, slope, 1), row)
        for row, line in enumerate(reading.lines)
        for glyphs in _parted(line.glyphs, gap)
    ]
    columns = _columns(numbers, BETWEEN * height)
    if len(reading.lines) < 2:
        return None
    rows: list[list[Cell | None]] = [[EMPTY] * len(columns) for _ in reading.lines]
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


def _summed(table: Table, sums: set[str], max_error: float) -> Table:
    """The table with its sums held against it."""
    if unknown := sums - {"rows", "columns"}:
        raise ValueError(f"sums may be of rows and of columns, not of {', '.join(sorted(unknown))}")
    body = {
        (i, j): cell for i, row in enumerate(table.rows) for j, cell in enumerate(row) if i >= table.heads
    }
    cells = {_name(*at): cell for at, cell in body.items() if cell is not None}
    high, wide = len(table.rows), len(table.rows[0])
    checks: list[Check] = []
    if "rows" in sums and wide > 2:
        checks += [_sum([(i, j) for j in range(wide - 1)], (i, wide - 1)) for i in range(table.heads, high)]
    if "columns" in sums and high - table.heads > 2:
        above = range(table.heads, high - 1)
        checks += [_sum([(i, j) for i in above], (high - 1, j)) for j in range(wide)]
    settled = settle(cells, [check for check in checks if _written(check, cells)], max_error)
    rows = tuple(
        tuple(cell if cell is None else settled.cells.get(_name(i, j), cell) for j, cell in enumerate(row))
        for i, row in enumerate(table.rows)
    )
    return replace(table, rows=rows, doubts=settled.doubts)


def _name(row: int, column: int) -> str:
    """A cell as spreadsheets name it: row 0, column 2 is C1."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _sum(of: Sequence[tuple[int, int]], equals: tuple[int, int]) -> Check:
    return sum_check([_name(*at) for at in of], _name(*equals))


def _written(check: Check, cells: dict[str, Cell]) -> bool:
    """Whether there is a total, and anything that it could be of."""
    found = [cells.get(name) for name in check.names]
    return bool(found[-1] and found[-1].text) and any(cell is not None and cell.text for cell in found[:-1])
