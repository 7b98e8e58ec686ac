"""Tables and filled forms: the rows of JSON that a request about sheets is answered with."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from digitlens.api.answers import Row
from digitlens.api.errors import InvalidRequest, TooManyPages
from digitlens.api.inputs import Upload
from digitlens.api.settings import Settings
from digitlens.api.sheet_schemas import TableOptions
from digitlens.errors import FormError, ImageError, InvalidSetting, TableNotFound
from digitlens.forms import Form, FormReader, PageRead, Refused, sheets_of
from digitlens.imaging import open_pages
from digitlens.reader import Reader, ReadOptions

__all__ = ["FormDesk", "InTime", "load_forms", "table_rows"]

InTime = Callable[[Upload], bytes]
"""Gives the bytes of an upload, or refuses the request where its time is up."""

SUM_OPTIONS = {None: (), "rows": ("rows",), "columns": ("columns",), "both": ("rows", "columns")}


def table_rows(
    reader: Reader, uploads: Sequence[Upload], options: TableOptions, most_pages: int, in_time: InTime
) -> Iterator[Row]:
    """The table of each page, or why there is none.

    Args:
        reader: reads the pages.
        uploads: their files.
        options: of the request.
        most_pages: pages of a file that are read; in place of the next one stands an error.
        in_time: gives the bytes of an upload, or refuses the request where its time is up.
    """
    for upload in uploads:
        number = 1
        try:
            with closing(open_pages(in_time(upload), reader.max_pixels)) as pages:
                for number, page in enumerate(pages, 1):
                    if number > most_pages:
                        yield {"file": upload.file, "error": TooManyPages.of(most_pages).to_dict()}
                        break
                    named = {"file": upload.file, "page": number}
                    try:
                        yield {**named, **reader.table(page, sums=SUM_OPTIONS[options.sums]).to_dict()}
                    except TableNotFound as error:
                        yield {**named, "error": error.to_dict()}
                    in_time(upload)
        except ImageError as error:
            yield {"file": upload.file, "page": number, "error": error.to_dict()}


def load_forms(folder: str) -> dict[str, Form]:
    """The forms of a folder by their names; none where no folder is named.

    Raises:
        InvalidSetting: the folder, or a form in it, cannot be used, or two have one name.
    """
    if not folder:
        return {}
    files = sorted(Path(folder).glob("*.toml"))
    if not files:
        raise InvalidSetting(f"{folder} holds no form: name a folder with TOML files, or leave forms out.")
    try:
        forms = [Form.load(file) for file in files]
    except (FormError, OSError) as error:
        raise InvalidSetting(f"The forms cannot be read: {error}") from error
    found = {form.name: form for form in forms}
    if len(found) < len(forms):
        raise InvalidSetting(f"Two forms in {folder} have the same name: give each a name of its own.")
    return found


class FormDesk:
    """Reads filled sheets of the forms that the server has.

    Args:
        settings: of the server.

    Raises:
        InvalidSetting: the forms cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._forms = load_forms(settings.forms)
        self._reader = lru_cache(maxsize=16)(self._made)

    def check(self, options: ReadOptions) -> None:
        """Make what reads all of the forms.

        Raises:
            FormError, ImageError: a blank page cannot be used.
        """
        if self._forms:
            self._reader(options, tuple(self._forms))

    def rows(
        self, options: ReadOptions, uploads: Sequence[Upload], form: str | None, in_time: InTime
    ) -> Iterator[Row]:
        """The sheets in the order of their pages, and why others were refused.

        Args:
            options: how they are read.
            uploads: their pictures and documents.
            form: the name of the form; None for whichever of them a sheet is.
            in_time: gives the bytes of each.

        Raises:
            InvalidRequest: there is no form of that name, or none at all.
        """
        forms = tuple(self._forms) if form is None else (form,)
        if not forms or not self._forms.keys() >= {*forms}:
            known = ", ".join(self._forms) or "none: the server was started without --forms"
            raise InvalidRequest(f"There is no form of that name. There are {known}.")
        reader = self._reader(options, forms)
        pages = (page for i, upload in enumerate(uploads) for page in self._pages(reader, i, upload, in_time))
        for sheet in sheets_of(pages, reader.forms, reader.options.max_error):
            yield sheet.to_dict()

    def _pages(
        self, reader: FormReader, number: int, upload: Upload, in_time: InTime
    ) -> Iterator[PageRead | Refused]:
        most = self._settings.max_pages
        found = reader.pages(in_time(upload), upload.file or f"file {number + 1}")
        with closing(found):
            for count, page in enumerate(found, 1):
                if count > most:
                    yield Refused(upload.file or f"file {number + 1}", count, TooManyPages.of(most))
                    break
                yield page
                in_time(upload)

    def _made(self, options: ReadOptions, forms: tuple[str, ...]) -> FormReader:
        chosen = [self._forms[name] for name in forms]
        return FormReader(chosen, options=options, max_pixels=self._settings.max_pixels)
