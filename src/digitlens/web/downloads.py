"""Downloads of readings: as text, as a table, as JSON and as annotated pictures, corrections included."""

import json
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import PurePath

from PIL import Image

from digitlens.annotate import annotated
from digitlens.batch import RowKind, rows_of, table
from digitlens.imaging import open_pages
from digitlens.types import Reading
from digitlens.web.corrections import Correction

__all__ = ["Read", "as_json", "as_picture", "as_pictures", "as_table", "as_text", "stem"]


@dataclass(frozen=True, slots=True)
class Read:
    """A page that was read, as a person has it.

    Attributes:
        file: the name of its file.
        data: the file's bytes.
        reading: with what a person said of it.
        corrections: what that was.
    """

    file: str
    data: bytes
    reading: Reading
    corrections: Sequence[Correction] = ()


def as_text(pages: Sequence[Read]) -> bytes:
    """The lines of a page; of several, each under the name of its file."""
    if len(pages) == 1:
        return f"{pages[0].reading.text}\n".encode()
    told = [
        f"{page.file}{f', page {page.reading.page}' if page.reading.page > 1 else ''}\n"
        f"{page.reading.error or page.reading.text}\n"
        for page in pages
    ]
    return "\n".join(told).encode("utf-8", "backslashreplace")


def as_table(pages: Iterable[Read], suffix: str, kind: RowKind = "number") -> bytes:
    """A table of readings, with the columns of batch tables; the bytes of its file.

    Args:
        pages: as they were read, with the names of their files.
        suffix: of the format, such as ``.csv``.
        kind: what a row is of.
    """
    file = BytesIO()
    with table(file, kind, suffix) as rows:
        for page in pages:
            rows.write(rows_of(page.reading, kind, file=page.file))
    return file.getvalue()


def as_json(pages: Sequence[Read]) -> bytes:
    """The JSON of a page as ``digitlens read --json`` prints it, with what a person said of it; of several, a list."""
    told = [
        {
            **page.reading.to_dict(),
            "file": page.file,
            "corrections": [
                {"kind": each.kind, "box": each.box.to_list(), "text": each.text} for each in page.corrections
            ],
        }
        for page in pages
    ]
    whole = told[0] if len(told) == 1 else told
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")


def as_picture(page: Read) -> bytes:
    """The page as a PNG file, with what was read drawn on it.

    Raises:
        ImageError: it cannot be opened.
    """
    with closing(open_pages(page.data)) as opened:
        picture = next(islice(opened, page.reading.page - 1, None))
    file = BytesIO()
    Image.fromarray(annotated(picture.pixels, page.reading, picture.scale)).save(file, "PNG")
    return file.getvalue()


def as_pictures(pages: Iterable[Read]) -> bytes:
    """The pages that could be read as annotated pictures, in a zip file."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number, page in enumerate(pages, 1):
            if page.reading.error is None:
                archive.writestr(f"{number:02} {stem(page.file)}.png", as_picture(page))
    return file.getvalue()


def stem(file: str) -> str:
    """A file's name without its folder and suffix, as a name for another file; never empty."""
    plain = "".join(
        sign if sign.isprintable() and sign not in '<>:"/\\|?*' else "_" for sign in PurePath(file).stem
    )
    return plain.strip(" .") or "picture"
