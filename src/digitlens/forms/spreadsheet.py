"""Spreadsheets of cells: Excel with the doubtful ones coloured and shown, CSV, and JSON Lines."""

import csv
import json
from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path

from digitlens.errors import FormError
from digitlens.files import GUARDED, atomic_write, printable
from digitlens.forms.gridding import Grid, doubtful_heads
from digitlens.forms.workbook import NUMBER, excel_package, workbook
from digitlens.reader.tables import Cell

__all__ = ["SUFFIXES", "check_suffix", "save"]

SUFFIXES = (".xlsx", ".csv", ".jsonl", ".json")


def check_suffix(path: str | PathLike[str]) -> str:
    """The suffix of a spreadsheet, in small letters.

    Raises:
        FormError: none is written with it, or what it needs is not installed.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise FormError(
            f"A spreadsheet cannot be written as {suffix or 'a file without a suffix'}: "
            f"end its name in {', '.join(SUFFIXES)}."
        )
    if suffix == ".xlsx":
        excel_package()
    return suffix


def save(grids: Sequence[Grid], path: str | PathLike[str]) -> None:
    """Write grids as a spreadsheet, whole or not at all; CSV has one below the other, JSON Lines a row a line.

    Raises:
        FormError: its suffix is of none, or what it needs is not installed.
        OSError: it cannot be written.
    """
    suffix = check_suffix(path)
    with atomic_write(Path(path)) as file:
        if suffix == ".xlsx":
            workbook(grids).save(file)
        elif suffix == ".csv":
            with file.open("w", encoding="utf-8-sig", newline="") as text:
                for number, grid in enumerate(grids):
                    csv.writer(text).writerows([[]] if number else [])
                    csv.writer(text).writerows(_lines(grid))
        else:
            rows = [dict(row.told) for grid in grids for row in grid.rows if row.told]
            if suffix == ".json":
                file.write_text(
                    json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8", "backslashreplace"
                )
            else:
                lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
                file.write_text("".join(lines), "utf-8", "backslashreplace")


def _lines(grid: Grid) -> Iterator[list[str]]:
    """A grid as texts: its cells, what is doubtful, and how sure each cell is."""
    if not grid.summary:
        if any(grid.heads):
            yield [*grid.before, *(_guarded(head) for head in grid.heads)]
        yield from (
            [*map(_guarded, row.before), *(_guarded(_text(cell)) for cell in row.cells)] for row in grid.rows
        )
        return
    sure = [f"{head} confidence" for head in grid.heads]
    yield list(map(_guarded, [*grid.before, *grid.heads, "accepted", "doubtful", "notes", "error", *sure]))
    for row in grid.rows:
        texts = [_guarded(text) for text in (*row.before, *(_text(cell) for cell in row.cells))]
        doubtful = doubtful_heads(grid, row)
        accepted = "" if row.error else str(not doubtful).lower()
        told = [accepted, " ".join(doubtful), "; ".join(row.notes), row.error or ""]
        confidences = ("" if cell is None else f"{cell.confidence:.4f}" for cell in row.cells)
        yield [*texts, *map(_guarded, told), *confidences]


def _text(cell: Cell | None) -> str:
    return "" if cell is None else cell.text


def _guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula; numbers are left as they are."""
    text = printable(text)
    return f"'{text}" if text.startswith(GUARDED) and text != "-" and not NUMBER.fullmatch(text) else text
