"""A sheet with a table: as it was read, as a person has it, and what can be learnt from that."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import islice

from PIL import Image

from digitlens.errors import DigitLensError
from digitlens.forms.gridding import Grid, grid_of_table
from digitlens.html.images import image_uri
from digitlens.imaging import Picture, open_pages
from digitlens.reader import Reader
from digitlens.reader.tables import Cell, Table
from digitlens.reader.tables.sums import summed
from digitlens.reader.tables.table import cell_name
from digitlens.types import Box, Pixels, Reading
from digitlens.web.corrections import Correction, corrected_labels
from digitlens.web.sheet import VIEW
from digitlens.web.visit import MOST_PAGES, Source

__all__ = ["Marked", "corrected_table", "lesson", "read_sheets"]


@dataclass
class Marked:
    """A page with a table.

    Attributes:
        source: its file.
        page: from 1.
        table: as it was read, no sums held against it; None where there is none.
        error: why there is none.
        image: the page as a ``data:`` address.
        width, height: of the page as uploaded, in pixels.
        typed: what a person typed, in this order: the cell's row and column, and what it says.
    """

    source: Source
    page: int
    table: Table | None = None
    error: DigitLensError | None = None
    image: str = ""
    width: int = 1
    height: int = 1
    typed: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The file's name, with the number of a page after the first."""
        return self.source.page_name(self.page)

    @property
    def key(self) -> str:
        """Tells it from every other of this visit."""
        return f"{self.source.key}-{self.page}"

    def now(self, sums: set[str], max_error: float) -> Table | None:
        """The table as a person has it, with its sums held against it."""
        if self.table is None:
            return None
        said = {(row, column): text for row, column, text in self.typed}
        return summed(corrected_table(self.table, said), sums, max_error)

    def grid(self, sums: set[str], max_error: float) -> Grid | None:
        """The same as a sheet of a workbook."""
        table = self.now(sums, max_error)
        return None if table is None else grid_of_table(self.name, table)


def corrected_table(table: Table, said: Mapping[tuple[int, int], str]) -> Table:
    """A table in which cells, by row and column from 0, say what a person typed, and are accepted."""
    rows = tuple(
        tuple(
            cell if cell is None or (i, j) not in said else _said(cell, said[i, j])
            for j, cell in enumerate(row)
        )
        for i, row in enumerate(table.rows)
    )
    return replace(table, rows=rows)


def _said(cell: Cell, text: str) -> Cell:
    """A cell that says what a person typed, for sure: no sum may have it otherwise."""
    return replace(cell, text=text, confidence=1.0, accepted=True, reason=None, candidates=())


def read_sheets(reader: Reader, source: Source) -> Iterable[Marked]:
    """The tables of a file, one a page; a page without one, or that cannot be opened, says why."""
    number = 0
    try:
        with closing(open_pages(source.data)) as pages:
            for number, picture in enumerate(islice(pages, MOST_PAGES), 1):
                yield _read(reader, source, number, picture)
    except DigitLensError as error:
        yield Marked(source, number + 1, error=error)


def _read(reader: Reader, source: Source, number: int, picture: Picture) -> Marked:
    (height, width), (across, down) = picture.pixels.shape[:2], picture.scale
    sheet = image_uri(picture.pixels, VIEW)
    found = Marked(source, number, image=sheet, width=round(width / across), height=round(height / down))
    try:
        found.table = reader.table(picture)
    except DigitLensError as error:
        found.error = error
    return found


def lesson(
    reader: Reader, marked: Marked, row: int, column: int, text: str
) -> tuple[str, bytes, Reading, dict[Box, str]] | None:
    """Return the lesson of a typed cell: its name, its picture, the reading of that, and the label of each glyph in it.

    None where nothing was written in it, or it is not one line of glyphs.

    Args:
        reader: reads the cell's picture by itself.
        marked: the page with its table.
        row: of the cell, from 0.
        column: of the cell, from 0.
        text: what a person typed there.
    """
    cell = marked.table.rows[row][column] if marked.table else None
    picture = None if cell is None else _picture(marked, cell)
    if picture is None:
        return None
    file = BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    reading = reader.read(file.getvalue(), rotate=0.0)
    if len(reading.lines) != 1:
        return None
    labels = corrected_labels(reading, [Correction("line", reading.lines[0].box, text)])
    return f"{marked.name} {cell_name(row, column)}", file.getvalue(), reading, labels


def _picture(marked: Marked, cell: Cell) -> Pixels | None:
    """The picture of a cell: without its rules where it has some, else cut out of the sheet."""
    if cell.picture is not None or cell.box is None:
        return cell.picture
    with closing(open_pages(marked.source.data)) as pages:
        picture = next(islice(pages, marked.page - 1, None))
    x, y, w, h = cell.box.to_list()
    (across, down), margin = picture.scale, 0.3 * h
    left, right = max(0, round((x - margin) * across)), round((x + w + margin) * across)
    top, bottom = max(0, round((y - margin) * down)), round((y + h + margin) * down)
    return picture.pixels[top:bottom, left:right]
