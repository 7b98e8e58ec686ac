"""The table that Kaggle's competition of digits wants: ``ImageId,Label``, a digit for every picture, whatever it is."""

import logging
from collections.abc import Iterable
from typing import IO

from digitlens.batch.table import Table
from digitlens.types.rows import GlyphRow, Row, RowKind

__all__ = ["Submission"]

log = logging.getLogger("digitlens")

_NO_GLYPH = "0"  # what a picture without a glyph is told as: an empty cell would have the whole table refused


class Submission(Table):
    """A row a picture of a single glyph, counted from 1: the best label, also where it would be left to a person."""

    def __init__(self, file: IO[bytes], kind: RowKind) -> None:
        self._file, self.kind, self._count, self._empty = file, kind, 0, 0
        file.write(b"ImageId,Label\n")

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        for row in rows:
            label = row.top1 if isinstance(row, GlyphRow) else row.text
            self._count += 1
            self._empty += not label
            self._file.write(f"{self._count},{label or _NO_GLYPH}\n".encode())

    def close(self) -> None:
        """Tell how many pictures had no glyph."""
        if self._empty:
            log.warning("%d pictures without a glyph, or that could not be read, are told as 0.", self._empty)
