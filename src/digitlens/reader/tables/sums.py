"""Sums of a table's rows and columns, held against its cells."""

from collections.abc import Sequence
from dataclasses import replace

from digitlens.reader.tables.cell import Cell
from digitlens.reader.tables.checks import Check, sum_check
from digitlens.reader.tables.settling import settle
from digitlens.reader.tables.table import Table, cell_name

__all__ = ["summed"]


def summed(table: Table, sums: set[str], max_error: float) -> Table:
    """The table with its sums held against it.

    Args:
        table: as it was read.
        sums: ``"rows"`` where the last column holds the sums of the others, ``"columns"`` where the last row does.
        max_error: the error rate wanted among accepted cells.

    Raises:
        ValueError: sums of anything else.
    """
    if unknown := sums - {"rows", "columns"}:
        raise ValueError(f"sums may be of rows and of columns, not of {', '.join(sorted(unknown))}")
    body = {
        (i, j): cell for i, row in enumerate(table.rows) for j, cell in enumerate(row) if i >= table.heads
    }
    cells = {cell_name(*at): cell for at, cell in body.items() if cell is not None}
    high, wide = len(table.rows), len(table.rows[0])
    checks: list[Check] = []
    if "rows" in sums and wide > 2:
        checks += [_sum([(i, j) for j in range(wide - 1)], (i, wide - 1)) for i in range(table.heads, high)]
    if "columns" in sums and high - table.heads > 2:
        above = range(table.heads, high - 1)
        checks += [_sum([(i, j) for i in above], (high - 1, j)) for j in range(wide)]
    settled = settle(cells, [check for check in checks if _written(check, cells)], max_error)
    rows = tuple(
        tuple(
            cell if cell is None else settled.cells.get(cell_name(i, j), cell) for j, cell in enumerate(row)
        )
        for i, row in enumerate(table.rows)
    )
    return replace(table, rows=rows, doubts=settled.doubts)


def _sum(of: Sequence[tuple[int, int]], equals: tuple[int, int]) -> Check:
    return sum_check([cell_name(*at) for at in of], cell_name(*equals))


def _written(check: Check, cells: dict[str, Cell]) -> bool:
    """Tell if there is a total, and anything that it could be of."""
    found = [cells.get(name) for name in check.names]
    return bool(found[-1] and found[-1].text) and any(cell is not None and cell.text for cell in found[:-1])
