"""What was read as grids of a spreadsheet: of a form a row a sheet and a column a field; of a table its cells."""

from collections.abc import Iterable, Sequence
from pathlib import PurePath

from digitlens.forms.form import Form
from digitlens.forms.sheets import Refused, SheetRow
from digitlens.forms.spreadsheet import Grid, GridRow
from digitlens.reader.tables import Table

__all__ = ["grid_of_table", "grids_of"]


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
        heads = tuple(field.name for field in form.fields)
        texts = frozenset(i for i, field in enumerate(form.fields) if field.kind != "number" or field.pattern)
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
    return Grid(PurePath(name).stem, (), heads, [told, *rows[1:]], summary=False)
