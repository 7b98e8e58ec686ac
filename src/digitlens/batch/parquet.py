"""Parquet tables of rows."""

from collections.abc import Iterable
from dataclasses import fields
from itertools import islice
from typing import IO, Any, get_args, get_type_hints

import pyarrow as pa
import pyarrow.parquet as pq

from digitlens.batch.rows import ROWS, Row, RowKind, values
from digitlens.batch.table import Table

__all__ = ["ParquetTable"]

ROW_GROUP = 50_000
"""Rows of a table that are in memory at once."""

TYPES: dict[type, pa.DataType] = {bool: pa.bool_(), int: pa.int64(), float: pa.float64()}


class ParquetTable(Table):
    """Parquet, compressed, with true types; nothing is altered."""

    def __init__(self, file: IO[bytes], kind: RowKind) -> None:
        self.kind = kind
        hints = get_type_hints(ROWS[kind])
        self._schema = pa.schema([(each.name, _type(hints[each.name])) for each in fields(ROWS[kind])])
        self._writer, self._values = pq.ParquetWriter(file, self._schema), values(kind)
        self._waiting: list[tuple[Any, ...]] = []

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows; they are written a row group at a time."""
        coming = map(self._values, rows)
        while some := list(islice(coming, ROW_GROUP - len(self._waiting))):
            self._waiting += some
            if len(self._waiting) == ROW_GROUP:
                self._flush()

    def close(self) -> None:
        """Write what waits, and the end of the file."""
        if self._waiting:
            self._flush()
        self._writer.close()

    def discard(self) -> None:
        """Write no more."""
        self._writer.close()

    def _flush(self) -> None:
        columns = zip(zip(*self._waiting, strict=True), self._schema.types, strict=True)
        arrays = [pa.array(column, kept) for column, kept in columns]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self._waiting.clear()


def _type(hint: Any) -> pa.DataType:
    """``float`` and ``float | None`` become float64, and so on; all else is text."""
    return next((TYPES[kept] for kept in (hint, *get_args(hint)) if kept in TYPES), pa.string())
