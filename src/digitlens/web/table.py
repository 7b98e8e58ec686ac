"""The page for tables: sheets beside their tables, the doubtful cells in order, and the spreadsheet to take home."""

import tempfile
from functools import partial
from pathlib import Path

import streamlit as st

from digitlens.errors import DigitLensError
from digitlens.forms.gridding import Grid
from digitlens.forms.spreadsheet import save
from digitlens.imaging import MAX_BYTES
from digitlens.reader import Reader
from digitlens.reader.tables import Cell, Table
from digitlens.reader.tables.table import cell_name
from digitlens.web import render
from digitlens.web.components import CellSpot, Decision, Face, TableView, table_view
from digitlens.web.deciding import fresh, heard
from digitlens.web.marked import Marked, lesson, read_sheets
from digitlens.web.phrases import percent_in_words, promise
from digitlens.web.queue import keeping, teach
from digitlens.web.sheet import view_size
from digitlens.web.visit import Source

__all__ = ["BROUGHT", "show", "spreadsheet"]

SHEETS = "marked-sheets"
"""Where this visit keeps its sheets, the newest last."""

BROUGHT = "sheet-brought"
"""Where this visit keeps a sheet that was brought to another page, until this one has it."""

SUM_CHOICES: dict[str, set[str]] = {
    "None": set(),
    "Last column": {"rows"},
    "Last row": {"columns"},
    "Both": {"rows", "columns"},
}
"""Where sums stand, and of what they are."""

TABLE_DOWNLOADS = {"Excel": ".xlsx", "CSV": ".csv", "JSON": ".json"}

MOST_SHEETS = 24
"""Sheets that a visit remembers; the oldest are forgotten first."""

NO_TABLE = """
<section class="dl-empty" aria-label="Table">
  <h2>From a sheet to a spreadsheet</h2>
  <ol>
    <li>Drop a scan or a photo of a table of numbers: marks, scores, readings. With rules or without.</li>
    <li>The doubtful cells come one after another, each within its row. Enter: it is right. Or type what it says.</li>
    <li>Take it home as Excel, CSV or JSON.</li>
  </ol>
</section>"""


def show(reader: Reader) -> None:
    """Lay out the page."""
    sheets: list[Marked] = st.session_state.setdefault(SHEETS, [])
    bring, told = st.columns([1, 1.9], gap="medium")
    with bring:
        _bring(reader, sheets)
    with told:
        marked = _chosen(sheets)
        sums = SUM_CHOICES[_asked_sums()] if marked else set()
        if marked is None:
            st.html(NO_TABLE)
        else:
            _result(reader, sheets, marked, sums)
    if marked is not None and (table := marked.now(sums, reader.max_error)) is not None:
        _sheet(reader, marked, table)


def _bring(reader: Reader, sheets: list[Marked]) -> None:
    """The uploader, empty again when the sheets are read."""
    count = st.session_state.setdefault("sheets-taken", 0)
    sources = _uploaded(f"sheets-{count}")
    if brought := st.session_state.pop(BROUGHT, None):
        sources.append(brought)
    if not sources:
        return
    for source in sources:
        with st.spinner(f"Reading {render.unmarked(source.name)} …"):
            sheets.extend(read_sheets(reader, source))
    del sheets[:-MOST_SHEETS]
    st.session_state["sheets-taken"] = count + 1
    st.session_state.pop("sheet-in-view", None)
    st.rerun()


def _uploaded(key: str) -> list[Source]:
    uploads = st.file_uploader(
        "Sheets with tables",
        accept_multiple_files=True,
        max_upload_size=MAX_BYTES >> 20,
        key=key,
        help="PNG, JPEG, WebP, TIFF, PDF and others, several at once. Each table becomes a sheet of the spreadsheet.",
    )
    return [Source(f"sheet-{each.file_id}", each.name, each.getvalue(), "upload") for each in uploads]


def _chosen(sheets: list[Marked]) -> Marked | None:
    """The sheet in view: the newest, or the one chosen."""
    if len(sheets) > 1:
        return st.selectbox(
            "Sheet",
            sheets,
            index=len(sheets) - 1,
            format_func=lambda marked: marked.name,
            key="sheet-in-view",
        )
    return sheets[0] if sheets else None


def _asked_sums() -> str:
    return st.segmented_control(
        "Sums stand in the",
        list(SUM_CHOICES),
        default="None",
        required=True,
        key="sums",
        help="Sums choose among the likely readings, and say which cell they doubt.",
    )


def _result(reader: Reader, sheets: list[Marked], marked: Marked, sums: set[str]) -> None:
    """Show the table read, and its downloads."""
    table = marked.now(sums, reader.max_error)
    if table is None:
        st.error(render.unmarked(f"{marked.name}: {marked.error}"), icon=":material/error:")
        return
    rows, columns = table.shape
    doubtful = len(table.doubtful)
    look = f"{doubtful} to look at" if doubtful else "nothing to look at"
    st.markdown(f"**{render.unmarked(marked.name)}: {rows} rows, {columns} columns, {look}.**")
    st.caption(promise(reader.max_error))
    for doubt in table.doubts:
        st.warning(render.unmarked(doubt), icon=":material/calculate:")
    grids = [grid for each in sheets if (grid := each.grid(sums, reader.max_error)) is not None]
    with st.container(horizontal=True):
        for title, suffix in TABLE_DOWNLOADS.items():
            st.download_button(
                f"Download {title}",
                partial(spreadsheet, grids, suffix),
                f"digitlens{suffix}",
                icon=":material/download:",
                on_click="ignore",
                type="primary" if suffix == ".xlsx" else "secondary",
            )
        st.button("Remove this sheet", icon=":material/close:", on_click=sheets.remove, args=(marked,))


def spreadsheet(grids: list[Grid], suffix: str) -> bytes:
    """A spreadsheet in the format of a suffix."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / f"table{suffix}"
        save(grids, path)
        return path.read_bytes()


def _sheet(reader: Reader, marked: Marked, table: Table) -> None:
    """The sheet with its table beside it."""
    cells = [_cell(marked, i, j, cell) for i, j, cell in table.cells()]
    rows, columns = table.shape
    heads = [cell_name(0, column).rstrip("1") for column in range(columns)]
    key = f"table-{marked.key}"
    shown = TableView(
        key,
        Face(marked.image, f"Your sheet: {marked.name}", False, *view_size(marked.width, marked.height)),
        cells,
        rows,
        heads,
        heard(key),
        bool(marked.typed),
    )
    table_view(shown, partial(_hear, reader, marked, cells))


def _cell(marked: Marked, row: int, column: int, cell: Cell) -> CellSpot:
    box = (0.0, 0.0, 0.0, 0.0)
    if cell.box is not None:
        across, down = 100 / marked.width, 100 / marked.height
        box = across * cell.box.x, down * cell.box.y, across * cell.box.w, down * cell.box.h
    said = any(typed[:2] == (row, column) for typed in marked.typed)
    tone = "said" if said else "sure" if cell.accepted else "doubt"
    read = f"{cell.text or 'empty'}, {percent_in_words(cell.confidence)} sure"
    words = f"you say {cell.text or 'empty'}" if said else read if cell.accepted else f"{read}: please look"
    others = [one.text for one in cell.candidates if one.text != cell.text][:3] if tone == "doubt" else []
    return CellSpot(row, column, *box, cell.text, tone, f"{cell_name(row, column)}: {words}", others)


def _hear(reader: Reader, marked: Marked, cells: list[CellSpot], decisions: list[Decision]) -> None:
    """Take what was typed into cells."""
    for decision in fresh(f"table-{marked.key}", decisions):
        if decision.label is not None:
            cell = cells[decision.item]
            marked.typed.append((cell.row, cell.column, decision.label))
            _learn(reader, marked, marked.typed[-1])
        elif marked.typed:
            _learn(reader, marked, marked.typed.pop(), undone=True)


def _learn(reader: Reader, marked: Marked, typed: tuple[int, int, str], *, undone: bool = False) -> None:
    """Keep what can be learnt from a typed cell, or take it back."""
    taught = lesson(reader, marked, *typed) if keeping() else None
    if taught is None or not taught[3]:
        return
    name, picture, reading, labels = taught
    try:
        teach(picture, reading, name, {box: None if undone else label for box, label in labels.items()})
    except DigitLensError as error:
        st.toast(render.unmarked(f"Corrected here, but not kept for Review: {error}"))
