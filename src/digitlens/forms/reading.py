"""Reading filled sheets of forms: which form and page each is, what its fields say, and whether they go together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from os import PathLike, fspath
from pathlib import Path

import numpy as np

from digitlens.errors import DigitLensError, FormError, SheetRefused
from digitlens.files import printable
from digitlens.forms.fields import Readers, read_fields
from digitlens.forms.form import Form, FormField
from digitlens.forms.laying import LEAST_AGREEMENT, Laid, Sheet
from digitlens.forms.rules import checks_of
from digitlens.forms.spreading import BlankPage, Spread
from digitlens.imaging import Picture, open_pages
from digitlens.model import MAX_ERROR, Device
from digitlens.reader import Reader
from digitlens.reader.lines import LineReader
from digitlens.reader.page import to_grayscale
from digitlens.reader.tables import Cell, settle
from digitlens.reader.tables.cell import EMPTY
from digitlens.types import Gray, Source

__all__ = ["FormReader", "Refused", "SheetRow", "load_blank"]

SURE = 0.8  # agreement from which no other form is tried


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
        """Whether every field is accepted."""
        return all(cell.accepted for cell in self.cells.values())

    def slim(self) -> "SheetRow":
        """The same without the pictures of cells that nobody need look at: thousands of rows fit into memory."""
        cells = {
            name: replace(cell, picture=None) if cell.accepted else cell for name, cell in self.cells.items()
        }
        return replace(self, cells=cells)

    def to_dict(self) -> dict[str, object]:
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
    """A page that was not read, and why."""

    file: str
    page: int
    error: DigitLensError

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {"file": self.file, "page": self.page, "error": self.error.to_dict()}


@dataclass(frozen=True, eq=False)
class _Page:
    """One page of one form, prepared."""

    form: Form
    number: int
    blank: BlankPage
    fields: tuple[FormField, ...]


@dataclass(frozen=True)
class _Part:
    """One page that was read."""

    page: _Page
    file: str
    cells: Mapping[str, Cell]
    agreement: float


class FormReader:
    """Reads filled sheets of one form or several; which of them a sheet is, it finds out.

    Args:
        forms: the forms, their names different.
        model: as `Reader` takes it.
        max_error: the error rate wanted among accepted fields.
        device: as `Reader` takes it.

    Raises:
        FormError: a blank page cannot be used, or two forms have one name.
        ImageError: a blank page cannot be opened.
        ModelError: the network cannot be used.
    """

    def __init__(
        self,
        forms: Form | Sequence[Form],
        *,
        model: str | PathLike[str] | None = None,
        max_error: float = MAX_ERROR,
        device: Device = "cpu",
    ) -> None:
        self.forms = (forms,) if isinstance(forms, Form) else tuple(forms)
        if len({form.name for form in self.forms}) < len(self.forms):
            raise FormError("two forms have the same name: give each a name of its own, in its file.")
        self.max_error = max_error
        self._pages = [_prepared(form, i) for form in self.forms for i in range(1, len(form.pages) + 1)]
        self._checks = {form.name: checks_of(form) for form in self.forms}

        @cache
        def readers(pattern: str | None, lexicon: tuple[str, ...]) -> LineReader:
            plain = "digits" if pattern is None and not lexicon else None
            return Reader(
                model,
                max_error=max_error,
                device=device,
                alphabet=plain,
                pattern=pattern,
                lexicon=lexicon or None,
            ).lines

        self._readers: Readers = readers
        _check_fields(self._pages, readers)

    def read(self, sources: Iterable[Source]) -> Iterator[SheetRow | Refused]:
        """Read scans and photographs, a row a sheet, in order; of forms of several pages those that follow one another.

        A page that comes again, or is of another form, begins a new sheet; the pages of one may come in any order.
        """
        waiting: list[_Part] = []
        for part in self._parts(sources):
            if isinstance(part, Refused):
                yield part
                continue
            if waiting and (
                waiting[0].page.form is not part.page.form
                or part.page.number in {one.page.number for one in waiting}
            ):
                yield self._row(waiting)
                waiting = []
            waiting.append(part)
            if len(waiting) == len(part.page.form.pages):
                yield self._row(waiting)
                waiting = []
        if waiting:
            yield self._row(waiting)

    def _parts(self, sources: Iterable[Source]) -> Iterator[_Part | Refused]:
        """The pages of all files, each read or refused."""
        for source in sources:
            file = fspath(source) if isinstance(source, str | PathLike) else ""
            number = 1
            try:
                with closing(open_pages(source)) as pages:
                    for picture in pages:
                        name = f"{file}, page {number}" if number > 1 else file
                        try:
                            yield self._page(picture, name)
                        except SheetRefused as error:
                            yield Refused(file, number, error)
                        number += 1
            except (DigitLensError, OSError) as error:
                wrong = (
                    error if isinstance(error, DigitLensError) else FormError(f"{printable(file)}: {error}")
                )
                yield Refused(file, number, wrong)

    def _page(self, picture: Picture, file: str) -> _Part:
        """Read one page.

        Raises:
            SheetRefused: it is none of the forms' pages.
        """
        grey = to_grayscale(picture.pixels)
        page, laid = self._laid(Sheet(grey), file)
        spread = Spread(page.blank, grey, laid.view)
        read = read_fields([(field, spread.cut(field.box)) for field in page.fields], self._readers)
        boxes = {field.name: picture.uploaded(spread.in_picture(field.box)) for field in page.fields}
        cells = {name: replace(cell, box=boxes[name]) for name, cell in read.items()}
        return _Part(page, file, cells, laid.agreement)

    def _laid(self, sheet: Sheet, file: str) -> tuple[_Page, Laid]:
        """The page that a sheet is, and how it lies over it."""
        best, laid = self._pages[0], Laid(np.eye(3), -1.0)
        for page in self._pages:
            tried = page.blank.template.lay(sheet)
            if tried.agreement > laid.agreement:
                best, laid = page, tried
            if laid.agreement >= SURE:
                break
        if laid.agreement < LEAST_AGREEMENT:
            raise SheetRefused(_refusal(printable(file) or "The picture", self.forms, laid.agreement))
        return best, laid

    def _row(self, parts: Sequence[_Part]) -> SheetRow:
        """A sheet from its pages."""
        form = parts[0].page.form
        read = {name: cell for part in parts for name, cell in part.cells.items()}
        missing = replace(EMPTY, confidence=0.0, accepted=False, reason="missing_page", candidates=())
        cells = {field.name: read.get(field.name, missing) for field in form.fields}
        settled = settle(cells, self._checks[form.name], self.max_error)
        files = {part.page.number: part.file for part in parts}
        return SheetRow(
            form.name,
            tuple(files.get(i) for i in range(1, len(form.pages) + 1)),
            settled.cells,
            settled.doubts,
            min(part.agreement for part in parts),
        )


def load_blank(path: Path, number: int = 1) -> Gray:
    """One page of a picture or PDF in grey, uint8 (H, W).

    Raises:
        FormError: it has no such page.
        ImageError: it cannot be opened.
    """
    with closing(open_pages(path)) as pages:
        for i, picture in enumerate(pages, 1):
            if i == number:
                return to_grayscale(picture.pixels)
    raise FormError(f"{printable(str(path))} has no page {number}.")


def _prepared(form: Form, number: int) -> _Page:
    """A page of a form, with the fields on it."""
    told = form.pages[number - 1]
    blank = load_blank(form.folder / told.file, told.page)
    fields = tuple(field for field in form.fields if field.page == number)
    height, width = blank.shape
    for field in fields:
        if field.box.x + field.box.w > width or field.box.y + field.box.h > height:
            raise FormError(
                f"field {field.name} of form {form.name} lies outside its page: "
                f"{printable(told.file)} has {width} x {height} pixels."
            )
    page = BlankPage.of(blank)
    if page.template.pieces < 8:
        raise FormError(
            f"page {number} of form {form.name} has too little print to be recognised by: "
            "print a title, frames or marks in its corners."
        )
    return _Page(form, number, page, fields)


def _check_fields(pages: Iterable[_Page], readers: Readers) -> None:
    """Whether there is a reader for each field."""
    for page in pages:
        for field in page.fields:
            if field.kind != "tick":
                try:
                    readers(field.grammar, field.lexicon)
                except ValueError as error:
                    raise FormError(f"field {field.name} of form {page.form.name}: {error}.") from error


def _refusal(file: str, forms: Sequence[Form], agreement: float) -> str:
    """Why a sheet is refused."""
    which = f"the form {forms[0].name}" if len(forms) == 1 else "any of the forms"
    return (
        f"{file} cannot be laid over {which}: {max(0.0, agreement):.0%} of the print is where the form has it, and "
        f"{LEAST_AGREEMENT:.0%} is needed. It shows something else, or too little of the sheet."
    )
