"""Reading filled sheets of forms: which form and page each is, what its fields say, and whether they go together."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from os import PathLike, fspath
from pathlib import Path

import numpy as np

from digitlens.errors import DigitLensError, FormError, ModelError, SheetRefused
from digitlens.files import printable
from digitlens.forms.fields import Readers, read_fields
from digitlens.forms.form import Form
from digitlens.forms.laying import PIECES_IN_PLACE, SURE_AGREEMENT, Laid, Sheet
from digitlens.forms.parts import FormField
from digitlens.forms.sheets import PageRead, Refused, SheetRow, sheets_of
from digitlens.forms.spreading import BlankPage, Spread
from digitlens.imaging import Picture, open_pages, to_grayscale
from digitlens.model import Network
from digitlens.reader import Reader, ReadOptions
from digitlens.reader.lines import LineReader
from digitlens.types import Gray, Source

__all__ = ["FormReader", "load_blank"]

DECIDED = "alphabet", "pattern", "lexicon", "rotate"  # the options that leave nothing to choose


@dataclass(frozen=True, eq=False)
class _Page:
    """One page of one form, prepared."""

    form: Form
    number: int
    blank: BlankPage
    fields: tuple[FormField, ...]


class FormReader:
    """Reads filled sheets of one form or several; which of them a sheet is, it finds out.

    Args:
        forms: the forms, their names different.
        options: how to read, the error rate that among accepted fields; left out, as `ReadOptions` says. What stands
            in the fields the forms say, and how a sheet lies is found out: of alphabet, pattern, lexicon and rotate
            none may be given.
        max_pixels: pixels that a picture may have at most, if fewer than may be read at all.

    Raises:
        FormError: a blank page cannot be used, or two forms have one name.
        ImageError: a blank page cannot be opened.
        ModelError: the network cannot be used.
        ValueError: an option is given that the forms decide.
    """

    def __init__(
        self,
        forms: Form | Sequence[Form],
        *,
        options: ReadOptions | None = None,
        max_pixels: int | None = None,
    ) -> None:
        self.options = options or ReadOptions()
        _check_options(self.options)
        self.forms = (forms,) if isinstance(forms, Form) else tuple(forms)
        if len({form.name for form in self.forms}) < len(self.forms):
            raise FormError("two forms have the same name: give each a name of its own, in its file.")
        self.max_pixels = max_pixels
        self._pages = [_prepared(form, i) for form in self.forms for i in range(1, len(form.pages) + 1)]

        @cache
        def readers(pattern: str | None, lexicon: tuple[str, ...]) -> LineReader:
            plain = "digits" if pattern is None and not lexicon else None
            return Reader(
                options=self.options, alphabet=plain, pattern=pattern, lexicon=lexicon or None
            ).lines

        self._readers: Readers = readers
        _check_fields(self._pages, readers)

    @property
    def network(self) -> Network:
        """The network that reads digits."""
        return self._readers(None, ()).classifier.network

    def warm(self) -> None:
        """Load the networks, which otherwise wait until the first sheet is read.

        Raises:
            InvalidModel: the file of one cannot be used.
        """
        self._readers(None, ()).warm()

    def read(self, sources: Iterable[Source]) -> Iterator[SheetRow | Refused]:
        """Read scans and photographs, a row a sheet, in order: `sheets_of` puts pages together.

        Args:
            sources: pictures and documents, as `Reader.read` takes them.
        """
        pages = (page for source in sources for page in self.pages(source))
        return sheets_of(pages, self.forms, self.options.max_error)

    def pages(self, source: Source, name: str | None = None) -> Generator[PageRead | Refused, None, None]:
        """Read each page of a picture or document by itself, or refuse it.

        Args:
            source: as `Reader.read` takes it.
            name: what to call it; left out, its path.
        """
        file = name if name is not None else fspath(source) if isinstance(source, str | PathLike) else ""
        number = 1
        try:
            with closing(open_pages(source, self.max_pixels)) as pages:
                for picture in pages:
                    try:
                        yield self._page(picture, f"{file}, page {number}" if number > 1 else file)
                    except SheetRefused as error:
                        yield Refused(file, number, error)
                    number += 1
        except (DigitLensError, OSError) as error:
            if isinstance(error, ModelError):
                raise
            wrong = error if isinstance(error, DigitLensError) else FormError(f"{printable(file)}: {error}")
            yield Refused(file, number, wrong)

    def _page(self, picture: Picture, file: str) -> PageRead:
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
        return PageRead(page.form.name, page.number, file, cells, laid.agreement)

    def _laid(self, sheet: Sheet, file: str) -> tuple[_Page, Laid]:
        """The page that a sheet is, and how it lies over it."""
        best, laid = self._pages[0], Laid(np.eye(3), -1.0)
        for page in self._pages:
            tried = page.blank.template.lay(sheet)
            if tried.agreement > laid.agreement:
                best, laid = page, tried
            if laid.agreement >= SURE_AGREEMENT:
                break
        if laid.agreement < PIECES_IN_PLACE:
            raise SheetRefused(_refusal(printable(file) or "The picture", self.forms, laid.agreement))
        return best, laid


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


def _check_options(options: ReadOptions) -> None:
    """Refuse options that say what the forms, or the sheets themselves, say."""
    given = [name for name in DECIDED if getattr(options, name) is not None]
    if given:
        raise ValueError(
            f"{' and '.join(given)} cannot be given for filled forms: what fields hold stands in the form's file, "
            "and how a sheet lies is found out"
        )


def _check_fields(pages: Iterable[_Page], readers: Readers) -> None:
    """Check that there is a reader for each field."""
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
        f"{PIECES_IN_PLACE:.0%} is needed. It shows something else, or too little of the sheet."
    )
