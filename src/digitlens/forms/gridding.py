"""Readings as grids of a spreadsheet: of a form a row a sheet and a column a field; of a table its cells."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from digitlens.forms.form import Form
from digitlens.forms.sheets import Refused, SheetRow
from digitlens.reader.tables import Cell, Table

__all__ = ["Grid", "GridRow", "doubtful_heads", "grid_of_table", "grids_of"]


@dataclass(frozen=True)
class GridRow:
    """A row of a spreadsheet.

    Attributes:
        before: texts in front of the cells: which file it is of.
        cells: one for each column, None where the row has none there.
        error: why there are none; None where there are.
        told: the row for JSON; empty where another row tells it.
        notes: sentences to be shown behind the cells.
    """

    before: tuple[str, ...]
    cells: tuple[Cell | None, ...]
    error: str | None
    told: Mapping[str, Any]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grid:
    """A sheet of a workbook.

    Attributes:
        name: of the sheet.
        before: heads of what stands in front of the cells.
        heads: of the columns.
        rows: of cells.
        texts: columns whose digits are no numbers.
        summary: whether to tell of each row, behind its cells, if it is accepted, and what is doubtful.
        joined: cells that go over several places, by row and column from 0: over how many rows and columns.
    """

    name: str
    before: tuple[str, ...]
    heads: tuple[str, ...]
    rows: Sequence[GridRow]
    texts: frozenset[int] = frozenset()
    summary: bool = True
    joined: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)


def doubtful_heads(grid: Grid, row: GridRow) -> list[str]:
    """The heads of the cells of a row at which a person should look."""
    return [
        head
        for head, cell in zip(grid.heads, row.cells, strict=True)
        if cell is not None and not cell.accepted
    ]


def grids_of(forms: Sequence[Form], rows: Iterable[SheetRow | Refused]) -> list[Grid]:
    """The rows of each form, and below those of the first, or of the only one, what was refused."""
    by_form: dict[str, list[GridRow]] = {form.name: [] for form in forms}
    refused = []
    for row in rows:
        if isinstance(row, Refused):
            refused.append((row.named, str(row.error), row.to_dict()))
        else:
            files = ", ".join(file or "missing" for file in row.files)
            told = GridRow((files,), tuple(row.cells.values()), None, row.to_dict(), row.doubts)
            by_form[row.form].append(told)
    grids = []
    for number, form in enumerate(forms):
        heads = tuple(one.name for one in form.fields)
        texts = frozenset(i for i, one in enumerate(form.fields) if one.kind != "number" or one.pattern)
        below = [GridRow((file,), (None,) * len(heads), error, told) for file, error, told in refused]
        grids.append(
            Grid(form.name, ("file",), heads, by_form[form.name] + (below if number == 0 else []), texts)
        )
    return grids


def grid_of_table(name: str, table: Table) -> Grid:
    """A table as a sheet that is named after its file, its cells where they stand."""
    rows = [GridRow((), row, None, {}) for row in table.rows]
    told = GridRow((), rows[0].cells, None, {"file": name, **table.to_dict()})
    heads = ("",) * len(table.rows[0])
    return Grid(PurePath(name).stem, (), heads, [told, *rows[1:]], summary=False, joined=table.joined)
