"""Grids of cells as an Excel workbook: the doubtful ones coloured, told and shown."""

import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from PIL import Image

from digitlens.errors import FormError
from digitlens.files import printable
from digitlens.forms.gridding import Grid, GridRow, doubtful_heads
from digitlens.reader.tables import Cell
from digitlens.types import Gray

__all__ = ["CELL_PICTURE_HEIGHT", "DOUBTFUL_FILL", "NUMBER", "WORKBOOK_MADE", "excel_package", "workbook"]

DOUBTFUL_FILL = "FFE0B2"
"""The colour of cells at which a person should look."""

NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})([.,][0-9]{1,10})?")
"""A text that a spreadsheet holds as a number."""

WORKBOOK_MADE = datetime(1980, 1, 1)
"""When each workbook was made, so that the same cells give the same file."""

REFUSED = "FFCDD2"  # colour of what was refused
CELL_PICTURE_HEIGHT = 44  # pixels that the picture of a doubtful cell is high
WIDEST_PICTURE = 260  # and wide at most
LONGEST_CELL = 32_000  # characters of a cell


def excel_package() -> Any:
    """The package that writes workbooks.

    Raises:
        FormError: it is not installed.
    """
    try:
        import openpyxl  # noqa: PLC0415 - of the extra batch
        import openpyxl.comments  # noqa: PLC0415
        import openpyxl.drawing.image  # noqa: PLC0415
        import openpyxl.styles  # noqa: PLC0415
        import openpyxl.worksheet.hyperlink  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise FormError(
            'Excel files need openpyxl, which is not installed: pip install "digitlens[batch]".'
        ) from error
    return openpyxl


def workbook(grids: Sequence[Grid]) -> Any:
    """The grids as sheets, and behind them one of the doubtful cells with their pictures."""
    excel = excel_package()
    book = excel.Workbook()
    book.remove(book.active)
    book.properties.created = book.properties.modified = WORKBOOK_MADE
    doubts: list[tuple[str, str, str, Cell]] = []
    for grid in grids:
        sheet = book.create_sheet(_title(grid.name, book.sheetnames))
        doubts += _fill(excel, sheet, grid)
    _show(excel, book.create_sheet(_title("doubtful", book.sheetnames)), doubts)
    return book


def _fill(excel: Any, sheet: Any, grid: Grid) -> list[tuple[str, str, str, Cell]]:
    """Write a grid; what is doubtful in it: the address, the row, the column and the cell."""
    bold, doubts = excel.styles.Font(bold=True), list[tuple[str, str, str, Cell]]()
    tail = ["accepted", "notes", "error"] if grid.summary else []
    heads = [*grid.before, *grid.heads, *tail]
    first = 1
    if any(heads):
        sheet.freeze_panes = sheet.cell(2, len(grid.before) + 1).coordinate
        for column, head in enumerate(heads, 1):
            _put(sheet.cell(1, column), head, text=True).font = bold
        first = 2
    for number, row in enumerate(grid.rows, first):
        for column, text in enumerate(row.before, 1):
            _put(sheet.cell(number, column), text, text=True)
        for at, cell in enumerate(row.cells):
            if cell is None:
                continue
            place = _put(sheet.cell(number, len(grid.before) + 1 + at), cell.text, text=at in grid.texts)
            if not cell.accepted:
                place.fill = excel.styles.PatternFill("solid", fgColor=DOUBTFUL_FILL)
                place.comment = excel.comments.Comment(_comment(cell), "DigitLens", width=260, height=90)
                named = " ".join(filter(None, row.before)) or f"row {number}"
                doubts.append(
                    (f"'{sheet.title}'!{place.coordinate}", named, grid.heads[at] or f"column {at + 1}", cell)
                )
        if grid.summary:
            after = [sheet.cell(number, len(heads) - i) for i in (2, 1, 0)]
            _summary(excel, after, not doubtful_heads(grid, row), row)
    for (row, column), (high, wide) in grid.joined.items():
        top, left = first + row, len(grid.before) + 1 + column
        sheet.merge_cells(
            start_row=top, start_column=left, end_row=top + high - 1, end_column=left + wide - 1
        )
    return doubts


def _summary(excel: Any, places: Sequence[Any], accepted: bool, row: GridRow) -> None:
    """Behind the cells of a row: whether it is accepted, what is to be said, why it was refused."""
    if row.error is None:
        places[0].value = accepted
    _put(places[1], "; ".join(row.notes), text=True)
    if row.error is not None:
        _put(places[2], row.error, text=True).fill = excel.styles.PatternFill("solid", fgColor=REFUSED)


def _comment(cell: Cell) -> str:
    """Return the comment on a doubtful cell."""
    second = f"\nor: {cell.second}" if cell.second is not None else ""
    return f"read: {cell.text or 'nothing'}, {cell.confidence:.1%}{second}\n{cell.reason}: please look"


def _show(excel: Any, sheet: Any, doubts: Sequence[tuple[str, str, str, Cell]]) -> None:
    """The doubtful cells, the least sure first, each with its picture and a link to where it stands."""
    for column, head in enumerate(
        ("cell", "row", "column", "read", "confidence", "next best", "reason", "picture"), 1
    ):
        _put(sheet.cell(1, column), head, text=True).font = excel.styles.Font(bold=True)
    sheet.freeze_panes = "A2"
    sheet.column_dimensions["H"].width = WIDEST_PICTURE / 7
    for number, (address, row, head, cell) in enumerate(sorted(doubts, key=lambda one: one[3].confidence), 2):
        link = _put(sheet.cell(number, 1), address.rpartition("!")[2], text=True)
        link.hyperlink = excel.worksheet.hyperlink.Hyperlink(ref=link.coordinate, location=address)
        for column, text in (
            (2, row),
            (3, head),
            (4, cell.text),
            (6, cell.second or ""),
            (7, cell.reason or ""),
        ):
            _put(sheet.cell(number, column), text, text=True)
        sheet.cell(number, 5, round(cell.confidence, 4)).number_format = "0.0%"
        if cell.picture is not None and cell.picture.size:
            picture = excel.drawing.image.Image(BytesIO(_small(cell.picture)))
            sheet.add_image(picture, f"H{number}")
            sheet.row_dimensions[number].height = 0.75 * (CELL_PICTURE_HEIGHT + 4)


def _small(picture: Gray) -> bytes:
    """The picture of a cell as PNG, small."""
    image = Image.fromarray(picture)
    scale = min(CELL_PICTURE_HEIGHT / image.height, WIDEST_PICTURE / image.width)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    file = BytesIO()
    image.resize(size, Image.Resampling.LANCZOS).save(file, "PNG")
    return file.getvalue()


def _put(place: Any, value: str, *, text: bool) -> Any:
    """Write a value: a number where it is one and digits are no text, else a text that is never a formula."""
    if not text and (found := NUMBER.fullmatch(value)):
        place.value = float(value.replace(",", ".")) if found[2] else int(value)
        return place
    if value:
        place.value = printable(value[:LONGEST_CELL])
        place.data_type = "s"
    return place


def _title(name: str, taken: Sequence[str]) -> str:
    """The name of a sheet, as Excel takes it, that no other has."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", printable(name)).strip()[:25] or "sheet"
    lower = {title.lower() for title in taken}
    return next(
        title
        for title in (plain, *(f"{plain} {i}" for i in range(2, len(taken) + 3)))
        if title.lower() not in lower
    )
