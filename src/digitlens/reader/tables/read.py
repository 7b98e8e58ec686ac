"""Reading the table of a picture: the largest that is ruled, else the numbers in their columns."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitlens.errors import TableNotFound
from digitlens.imaging import Picture, boxes_under, to_grayscale, turn
from digitlens.reader.lines import LineReader
from digitlens.reader.tables.aligned import table_of_lines
from digitlens.reader.tables.cell import Cell
from digitlens.reader.tables.grid import find_grid
from digitlens.reader.tables.ruled import read_grid
from digitlens.reader.tables.sums import summed
from digitlens.reader.tables.table import Table
from digitlens.types import Box

__all__ = ["read_table"]

FEW_CELLS = 10
"""Cells up to which, read for sure in a grid, the page is read too: a stamp's frame is no table, nor a sheet's edge."""

WELL_READ = 0.5
"""Share of the cells that are written in which must be accepted, for a table to lie as it should; and of the numbers of
the page which must be read in it, for it to be the table."""

QUARTERS = 0.0, 180.0, 90.0, 270.0


def read_table(
    picture: Picture, lines: LineReader, sums: Iterable[str] = (), rotate: float | None = None
) -> Table:
    """Read the table of a picture.

    Args:
        picture: of a sheet.
        lines: reads its cells.
        rotate: degrees by which to turn the sheet clockwise; None to find out.
        sums: ``"rows"`` where the last column holds the sums of the others, ``"columns"`` where the last row does:
            they choose among the likely readings.

    Raises:
        TableNotFound: there are no rows and columns in it.
        ValueError: sums of anything else.
    """
    pixels, to_picture = turn(picture.pixels, rotate or 0.0)
    sheet = Picture(pixels)
    table = _ruled(sheet, lines, QUARTERS if rotate is None else (0.0,))
    if table is None or _readable(table) <= FEW_CELLS:
        other = table_of_lines(lines.read(sheet, None if rotate is None else 0.0).lines)
        if table is None or (other is not None and _right(table) < WELL_READ * _right(other)):
            table = other
    if table is None:
        raise TableNotFound(
            "There is no table in the picture: neither rules nor numbers in rows. "
            "Take the sheet straight from above, in even light, or read it as a page: digitlens read."
        )
    return summed(_uploaded(table, picture, to_picture), {*sums}, lines.max_error)


def _uploaded(table: Table, picture: Picture, to_picture: NDArray[np.float64]) -> Table:
    """The table of a sheet that was turned, boxes in the picture as uploaded."""
    rows = tuple(tuple(cell and _with_box(cell, picture, to_picture) for cell in row) for row in table.rows)
    return replace(table, rows=rows)


def _with_box(cell: Cell, picture: Picture, to_picture: NDArray[np.float64]) -> Cell:
    if cell.box is None:
        return cell
    (moved,) = boxes_under(np.array([cell.box.to_list()]), to_picture)
    x, y, w, h = (round(side) for side in moved.tolist())
    return replace(cell, box=picture.uploaded(Box(max(0, x), max(0, y), w, h)))


def _ruled(picture: Picture, lines: LineReader, ways: Iterable[float]) -> Table | None:
    """The ruled table of a picture, turned by one of some degrees and the next until it reads well; None for none."""
    best: Table | None = None
    for degrees in ways:
        pixels, back = turn(picture.pixels, degrees)
        if (grid := find_grid(to_grayscale(pixels))) is None:
            continue
        lying = replace(grid, to_picture=np.vstack([back, [0, 0, 1]]) @ grid.to_picture)
        table = read_grid(lying, picture, lines)
        if best is None or _readable(table) > _readable(best):
            best = table
        if _readable(best) >= WELL_READ * sum(
            cell.text != "" or not cell.accepted for _, _, cell in best.cells()
        ):
            break
    return best


def _readable(table: Table) -> int:
    """Count the cells that are written in and accepted."""
    return sum(cell.accepted and cell.text != "" for _, _, cell in table.cells())


def _right(table: Table) -> float:
    """The expected number of right cells among those written in: the sum of their confidences."""
    return sum(cell.confidence for _, _, cell in table.cells() if cell.text not in ("", "-"))
