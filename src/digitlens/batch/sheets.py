"""Filled forms in a batch: pages as lines of JSON on their way, and the table of sheets that is made of them."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from digitlens.batch.extras import extra
from digitlens.errors import BatchError, ImageError, error_of
from digitlens.files import atomic_write
from digitlens.forms import Form, FormReader, PageRead, Refused, SheetRow, grids_of, sheets_of, spreadsheet
from digitlens.forms.workbook import CELL_PICTURE_HEIGHT
from digitlens.reader.tables import Candidate, Cell
from digitlens.types import Box, Gray, Source
from digitlens.types.rows import encodable

__all__ = ["check_sheets", "decoded_pages", "digest_of", "encoded_pages", "pages_of", "write_sheets"]


SHEET_SUFFIXES = (*spreadsheet.SUFFIXES, ".parquet")


def pages_of(reader: FormReader, name: str, content: "Source | ImageError") -> Iterator[PageRead | Refused]:
    """The pages of one input, each read or refused.

    Args:
        reader: reads them.
        name: of the input.
        content: its file, or why that cannot be read.
    """
    if isinstance(content, ImageError):
        yield Refused(name, 1, content)
    else:
        yield from reader.pages(content, name)


def encoded_pages(pages: Iterable[PageRead | Refused]) -> bytes:
    """Pages as JSON Lines, with all that is needed to make sheets of them, and whether each is accepted by itself."""
    lines = (json.dumps(_told(page), ensure_ascii=False) + "\n" for page in pages)
    return "".join(lines).encode("utf-8", "surrogatepass")


def decoded_pages(lines: bytes) -> Iterator[PageRead | Refused]:
    """The pages that JSON Lines hold."""
    for line in lines.decode("utf-8", "surrogatepass").split("\n")[:-1]:
        told = json.loads(line)
        if "error" in told:
            yield Refused(told["file"], told["page"], error_of(**told["error"]))
        else:
            cells = {name: _cell(cell) for name, cell in told["cells"].items()}
            yield PageRead(told["form"], told["number"], told["file"], cells, told["agreement"])


def _told(page: PageRead | Refused) -> dict[str, Any]:
    if isinstance(page, Refused):
        return {**page.to_dict(), "accepted": False}
    cells = {name: _told_cell(cell) for name, cell in page.cells.items()}
    return {
        "form": page.form,
        "number": page.number,
        "file": page.file,
        "cells": cells,
        "agreement": page.agreement,
        "accepted": all(cell.accepted for cell in page.cells.values()),
    }


def _told_cell(cell: Cell) -> dict[str, Any]:
    return {
        "text": cell.text,
        "confidence": cell.confidence,
        "sure": cell.accepted,
        "reason": cell.reason,
        "box": None if cell.box is None else cell.box.to_list(),
        "candidates": cell.candidates,
        "picture": None if cell.picture is None or not cell.picture.size else _packed(cell.picture),
    }


def _cell(told: dict[str, Any]) -> Cell:
    box, picture = told.pop("box"), told.pop("picture")
    candidates = tuple(Candidate(*one) for one in told.pop("candidates"))
    return Cell(
        accepted=told.pop("sure"),
        **told,
        box=None if box is None else Box(*box),
        candidates=candidates,
        picture=None if picture is None else _unpacked(picture),
    )


def _packed(picture: Gray) -> str:
    """A picture as it will be shown, as PNG in base64."""
    scale = min(1.0, CELL_PICTURE_HEIGHT / picture.shape[0])
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return b64encode(cv2.imencode(".png", small)[1].tobytes()).decode()


def _unpacked(picture: str) -> Gray:
    data = np.frombuffer(b64decode(picture), np.uint8)
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def check_sheets(target: Path) -> None:
    """Find out before the work what would stop the table in the end.

    Raises:
        BatchError: its suffix is of none, or what it needs is not installed.
        FormError: likewise.
    """
    suffix = target.suffix.lower()
    if suffix not in SHEET_SUFFIXES:
        raise BatchError(
            f"A table of sheets cannot be written as {suffix or 'a file without a suffix'}: "
            f"end its name in {', '.join(SHEET_SUFFIXES)}."
        )
    if suffix == ".parquet":
        with extra("Parquet tables"):
            import pyarrow.parquet  # noqa: F401, PLC0415 - an extra
    else:
        spreadsheet.check_suffix(target)


def digest_of(forms: Sequence[Form]) -> str:
    """Another one where a form says something else, or one of its blank pages was written anew."""
    digest = sha256()
    for form in forms:
        digest.update(repr(form).encode())
        for page in form.pages:
            digest.update((form.folder / page.file).read_bytes())
    return f"SHA-256 {digest.hexdigest()}"


def write_sheets(
    target: Path, parts: Iterable[bytes], forms: Sequence[Form], max_error: float
) -> tuple[int, int]:
    """Make a table of pages as `encoded_pages` gave them: a row a sheet, a column a field, and what was refused.

    Args:
        target: the table, in the format that its suffix tells: ``.parquet`` or one of a spreadsheet.
        parts: lines of JSON, as `encoded_pages` gave them.
        forms: those that pages were read by.
        max_error: the error rate wanted among accepted fields, 0 to 1.

    Returns:
        How many sheets are accepted, and how many are doubtful.

    Raises:
        OSError: it cannot be written.
    """
    pages = (page for lines in parts for page in decoded_pages(lines))
    sheets = sheets_of(pages, forms, max_error)
    rows = [row.slim() if isinstance(row, SheetRow) else row for row in sheets]
    if target.suffix.lower() == ".parquet":
        _write_parquet(target, rows, forms)
    else:
        spreadsheet.save(grids_of(forms, rows), target)
    accepted = [row.accepted for row in rows if isinstance(row, SheetRow)]
    return sum(accepted), len(accepted) - sum(accepted)


def _write_parquet(target: Path, rows: Iterable[SheetRow | Refused], forms: Sequence[Form]) -> None:
    """A table of texts and confidences; the columns of all forms stand side by side."""
    import pyarrow as pa  # noqa: PLC0415 - an extra
    import pyarrow.parquet as pq  # noqa: PLC0415

    names = list(dict.fromkeys(field.name for form in forms for field in form.fields))
    schema = pa.schema(
        [
            *((name, pa.string()) for name in ("file", "form", *names)),
            ("accepted", pa.bool_()),
            *((name, pa.string()) for name in ("doubtful", "notes", "error")),
            *((f"{name} confidence", pa.float64()) for name in names),
        ]
    )
    found = pa.Table.from_pylist([_columns(row) for row in rows], schema)
    with atomic_write(target) as path:
        pq.write_table(found, path)


def _columns(row: SheetRow | Refused) -> dict[str, Any]:
    if isinstance(row, Refused):
        return {"file": encodable(row.named), "error": encodable(f"{row.error.code}: {row.error}")}
    doubtful = [name for name, cell in row.cells.items() if not cell.accepted]
    return {
        "file": ", ".join(encodable(file or "missing") for file in row.files),
        "form": row.form,
        **{name: cell.text for name, cell in row.cells.items()},
        "accepted": row.accepted,
        "doubtful": " ".join(doubtful),
        "notes": "; ".join(row.doubts),
        **{f"{name} confidence": cell.confidence for name, cell in row.cells.items()},
    }
