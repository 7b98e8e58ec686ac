"""Sheets from their pages: which pages are of one sheet, and whether its fields go together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from digitlens.errors import DigitLensError
from digitlens.forms.form import Form
from digitlens.forms.rules import checks_of
from digitlens.reader.tables import Cell, settle
from digitlens.reader.tables.cell import EMPTY_CELL

__all__ = ["PageRead", "Refused", "SheetRow", "sheets_of"]


@dataclass(frozen=True)
class SheetRow:
    """A filled sheet that was read.

    Attributes:
        form: the name of its form.
        files: the files of its pages, in the order of the form's pages; None for a page that is missing.
        cells: what its fields say, by name; those of a missing page are empty and not accepted.
        doubts: what the checks say of them, a sentence each.
        agreement: how well its pages lie over the form, 0 to 1; the lowest.
    """

    form: str
    files: tuple[str | None, ...]
    cells: Mapping[str, Cell]
    doubts: tuple[str, ...] = ()
    agreement: float = 1.0

    @property
    def accepted(self) -> bool:
        """True where every field is accepted."""
        return all(cell.accepted for cell in self.cells.values())

    def slim(self) -> "SheetRow":
        """The same without the pictures of cells that nobody need look at: thousands of rows fit into memory."""
        cells = {
            name: replace(cell, picture=None) if cell.accepted else cell for name, cell in self.cells.items()
        }
        return replace(self, cells=cells)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "form": self.form,
            "files": [*self.files],
            "accepted": self.accepted,
            "agreement": round(self.agreement, 4),
            "fields": {name: cell.to_dict() for name, cell in self.cells.items()},
            "doubts": [*self.doubts],
        }


@dataclass(frozen=True)
class Refused:
    """A page that was not read, and why.

    Attributes:
        file: its file, ``""`` where it had none.
        page: of the file, from 1.
        error: why.
    """

    file: str
    page: int
    error: DigitLensError

    @property
    def named(self) -> str:
        """The file, and the page where it is not the first."""
        return f"{self.file}, page {self.page}" if self.page > 1 else self.file

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"file": self.file, "page": self.page, "error": self.error.to_dict()}


@dataclass(frozen=True)
class PageRead:
    """One page that was read.

    Attributes:
        form: the name of its form.
        number: which of the form's pages it is, from 1.
        file: its file, with the page where it is not the first; ``""`` where it had none.
        cells: what its fields say, each by itself.
        agreement: how well it lies over the form, 0 to 1.
    """

    form: str
    number: int
    file: str
    cells: Mapping[str, Cell]
    agreement: float


def sheets_of(
    pages: Iterable[PageRead | Refused], forms: Sequence[Form], max_error: float
) -> Iterator[SheetRow | Refused]:
    """Put pages together to sheets, and hold each sheet's fields against its checks; in order.

    Of forms of several pages those that follow one another are of one sheet, in any order. A page that comes again,
    or is of another form, begins a new sheet.

    Args:
        pages: as they were read; what was refused is passed on.
        forms: of these.
        max_error: the error rate wanted among accepted fields.
    """
    by_name = {form.name: _Gatherer(form, max_error) for form in forms}
    waiting: list[PageRead] = []
    for page in pages:
        if isinstance(page, Refused):
            yield page
            continue
        if waiting and (waiting[0].form != page.form or page.number in {one.number for one in waiting}):
            yield by_name[waiting[0].form].sheet(waiting)
            waiting = []
        waiting.append(page)
        if len(waiting) == len(by_name[page.form].form.pages):
            yield by_name[page.form].sheet(waiting)
            waiting = []
    if waiting:
        yield by_name[waiting[0].form].sheet(waiting)


class _Gatherer:
    """Makes sheets of one form."""

    def __init__(self, form: Form, max_error: float) -> None:
        self.form, self._max_error = form, max_error
        self._checks = checks_of(form)

    def sheet(self, pages: Sequence[PageRead]) -> SheetRow:
        read = {name: cell for page in pages for name, cell in page.cells.items()}
        missing = replace(EMPTY_CELL, confidence=0.0, accepted=False, reason="missing_page", candidates=())
        cells = {field.name: read.get(field.name, missing) for field in self.form.fields}
        settled = settle(cells, self._checks, self._max_error)
        files = {page.number: page.file for page in pages}
        return SheetRow(
            self.form.name,
            tuple(files.get(i) for i in range(1, len(self.form.pages) + 1)),
            settled.cells,
            settled.doubts,
            min(page.agreement for page in pages),
        )
