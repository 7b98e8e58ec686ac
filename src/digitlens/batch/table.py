"""Tables of rows: CSV, JSON Lines, Parquet and Excel, by suffix; streamed, and written whole or not at all."""

import io
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import IO, TypeAlias

from digitlens.batch.extras import extra
from digitlens.errors import BatchError
from digitlens.files import GUARDED, atomic_write
from digitlens.types.rows import ROW_CLASSES, Row, RowKind, columns, values

__all__ = [
    "SUBMISSION",
    "TABLES",
    "Csv",
    "JsonLines",
    "Table",
    "decoded",
    "encoded",
    "restored",
    "table",
    "table_kind",
]


class Table(ABC):
    """A table that is being written: rows of one kind."""

    kind: RowKind

    @abstractmethod
    def write(self, rows: Iterable[Row]) -> None:
        """Add rows."""

    def write_encoded(self, lines: bytes) -> None:
        """Add rows that are JSON Lines already."""
        self.write(decoded(lines, self.kind))

    def close(self) -> None:  # noqa: B027 - text is written as it comes
        """Write what is left to write; the file that was given is not closed."""

    def discard(self) -> None:  # noqa: B027
        """Leave the table as it is, and nothing else behind."""


@contextmanager
def table(
    target: str | PathLike[str] | IO[bytes], kind: RowKind = "page", suffix: str | None = None
) -> Iterator[Table]:
    """Open a table for writing: rows are written as they come, memory does not grow with their number.

    A path is written whole or not at all. A binary file object is written to as it is, and not closed.

    Args:
        target: where to.
        kind: of the rows.
        suffix: ``.csv``, ``.jsonl``, ``.parquet``, ``.xlsx`` or `SUBMISSION`; left out, the path's.

    Raises:
        BatchError: no such suffix, or what it needs is not installed.
        OSError: it cannot be written.
    """
    if isinstance(target, str | PathLike):
        make = _TABLE_KINDS[table_kind(suffix or Path(target).suffix)]
        with atomic_write(Path(target)) as path, path.open("wb") as file, _ended(make(file, kind)) as rows:
            yield rows
    else:
        with _ended(_TABLE_KINDS[table_kind(suffix or "")](target, kind)) as rows:
            yield rows


def table_kind(suffix: str) -> str:
    """The suffix of a table, or what else its kind is called, in small letters.

    Raises:
        BatchError: no table is written with it.
    """
    if suffix.lower() not in _TABLE_KINDS:
        raise BatchError(
            f"A table cannot be written as {suffix or 'a file without a suffix'}: "
            f"end its name in {', '.join(TABLES)}."
        )
    return suffix.lower()


@contextmanager
def _ended(rows: Table) -> Iterator[Table]:
    """The table, ended where nothing went wrong."""
    try:
        yield rows
    except BaseException:
        rows.discard()
        raise
    rows.close()


class JsonLines(Table):
    """A row a line, each a JSON object; nothing is altered."""

    def __init__(self, file: IO[bytes], kind: RowKind) -> None:
        self._file, self.kind = file, kind

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        self.write_encoded(encoded(rows, self.kind))

    def write_encoded(self, lines: bytes) -> None:
        """Add rows that are JSON Lines already."""
        self._file.write(lines)


def encoded(rows: Iterable[Row], kind: RowKind) -> bytes:
    """Rows as JSON Lines."""
    names, read, written = columns(kind), values(kind), json.JSONEncoder(ensure_ascii=False).encode
    lines = (written(dict(zip(names, read(row), strict=True))) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode()


def decoded(lines: bytes, kind: RowKind) -> Iterator[Row]:
    """The rows that JSON Lines hold."""
    make, read = ROW_CLASSES[kind], json.JSONDecoder().decode
    return (make(**read(line.decode())) for line in io.BytesIO(lines))


class Csv(Table):
    """Comma-separated values in UTF-8 as of RFC 4180, lines ended by a newline alone.

    Texts are quoted, numbers are not, so that ``"007"`` is told from 7; what is not there is an empty cell
    without quotes. A text that a spreadsheet might take for a formula is led by an apostrophe, and so is
    one that begins with an apostrophe: `restored` undoes both.
    """

    def __init__(self, file: IO[bytes], kind: RowKind) -> None:
        self._file, self.kind, self._values = file, kind, values(kind)
        file.write((",".join(columns(kind)) + "\n").encode())

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        lines = (",".join(map(_cell, self._values(row))) + "\n" for row in rows)
        self._file.write("".join(lines).encode())


def _cell(value: str | float | bool | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return repr(value)
    guarded = "'" + value if value.startswith(GUARDED) else value
    return '"' + guarded.replace('"', '""') + '"'


def restored(text: str) -> str:
    """Restore the text of a cell that CSV was made safe from: without the apostrophe that leads it, if one does."""
    return text.removeprefix("'")


def _parquet(file: IO[bytes], kind: RowKind) -> Table:
    with extra("Parquet tables"):
        from digitlens.batch.parquet import ParquetTable  # noqa: PLC0415
    return ParquetTable(file, kind)


def _excel(file: IO[bytes], kind: RowKind) -> Table:
    with extra("Excel tables"):
        from digitlens.batch.excel import ExcelTable  # noqa: PLC0415
    return ExcelTable(file, kind)


_Opener: TypeAlias = Callable[[IO[bytes], RowKind], Table]


def _submission(file: IO[bytes], kind: RowKind) -> Table:
    from digitlens.batch.submission import Submission  # noqa: PLC0415  # it is made of what is above

    return Submission(file, kind)


TABLES: dict[str, _Opener] = {".csv": Csv, ".jsonl": JsonLines, ".parquet": _parquet, ".xlsx": _excel}
"""The kinds of tables that are written, by suffix."""

SUBMISSION = "submission"
"""The kind that is asked for by name: `digitlens.batch.submission`."""

_TABLE_KINDS = {**TABLES, SUBMISSION: _submission}
