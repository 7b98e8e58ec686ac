"""Excel workbooks of rows."""

import re
from collections.abc import Iterable, Iterator
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from digitlens.batch.table import Table
from digitlens.forms.workbook import WORKBOOK_MADE
from digitlens.types.rows import Row, RowKind, columns, values

__all__ = ["ExcelTable"]

MOST_ROWS = 2**20
"""A sheet holds no more."""

LONGEST_TEXT = 32_767
"""A cell holds no more characters."""

_ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


class ExcelTable(Table):
    """A workbook that is streamed to the disk: its memory does not grow with its rows.

    Texts are cells of text, whatever they begin with: no formula is ever made of one, ``007`` stays as it is.
    Characters that XML cannot hold are escaped as Excel does it (``_x0007_``), texts beyond what a cell holds are
    cut, and after 1,048,576 rows a further sheet is begun.
    """

    def __init__(self, file: IO[bytes], kind: RowKind) -> None:
        self._file, self.kind, self._names, self._values = file, kind, columns(kind), values(kind)
        self._book = Workbook(write_only=True)
        self._book.properties.created = self._book.properties.modified = WORKBOOK_MADE
        self._begin_sheet()

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        for row in rows:
            if self._written == MOST_ROWS:
                self._begin_sheet()
            self._sheet.append(list(self._cells(self._values(row))))
            self._written += 1

    def close(self) -> None:
        """Write the workbook."""
        self._book.save(self._file)

    def discard(self) -> None:
        """Take the temporary files away."""
        sheets: list[Any] = self._book.worksheets
        for sheet in sheets:
            sheet.close()
            sheet._writer.cleanup()  # what `save` does when it has written them

    def _begin_sheet(self) -> None:
        self._sheet = self._book.create_sheet(f"readings {len(self._book.worksheets) + 1}")
        self._sheet.freeze_panes = "A2"
        heads = list(self._cells(self._names))
        for head in heads:
            head.font = Font(bold=True)
        self._sheet.append(heads)
        self._written = 1

    def _cells(self, cells: Iterable[Any]) -> Iterator[Any]:
        """The values, those that are texts as cells of text."""
        for value in cells:
            if isinstance(value, str):
                cell = WriteOnlyCell(self._sheet, _escaped(value[:LONGEST_TEXT]))
                cell.data_type = "s"
                yield cell
            else:
                yield value


def _escaped(text: str) -> str:
    """A text as the file holds it (ECMA-376, part 1, 22.4.2.4)."""
    return _ESCAPED.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
