"""The rows of a batch, kept in a temporary file: the page shows some at a time, the downloads take them all."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from threading import RLock

from digitlens.types.rows import ROWS, PageRow, Row, RowKind

__all__ = ["Tray"]

AT_ONCE = 500
"""Rows in memory at a time."""


class Tray:
    """Rows in the order in which they came, in a file that is gone with the tray; safe in threads."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._rows = sqlite3.connect(
            "", check_same_thread=False
        )  # an empty name: a temporary file of its own
        self._rows.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, kind TEXT, doubt REAL, told TEXT)")
        self._rows.execute("CREATE INDEX doubtful ON row (kind, doubt, id)")

    def add(self, kind: RowKind, rows: Iterable[Row]) -> None:
        """Add rows of a kind."""
        told = [(kind, _doubt(row), json.dumps(asdict(row))) for row in rows]
        with self._lock:
            self._rows.executemany("INSERT INTO row (kind, doubt, told) VALUES (?, ?, ?)", told)

    def count(self) -> int:
        """How many pages there are."""
        with self._lock:
            (count,) = self._rows.execute("SELECT count(*) FROM row WHERE kind = 'page'").fetchone()
        return count

    def doubtful_first(self, limit: int, offset: int = 0) -> list[PageRow]:
        """Pages in the order in which a person should look at them: the unread, the unsure, the surest last."""
        with self._lock:
            found = self._rows.execute(
                "SELECT told FROM row WHERE kind = 'page' ORDER BY doubt, id LIMIT ? OFFSET ?",
                (limit, offset),
            ).fetchall()
        return [PageRow(**json.loads(told)) for (told,) in found]

    def rows(self, kind: RowKind) -> Iterator[Row]:
        """All rows of a kind, in the order in which they came."""
        last = 0
        while True:
            with self._lock:
                found = self._rows.execute(
                    "SELECT id, told FROM row WHERE kind = ? AND id > ? ORDER BY id LIMIT ?",
                    (kind, last, AT_ONCE),
                ).fetchall()
            if not found:
                return
            last = found[-1][0]
            yield from (ROWS[kind](**json.loads(told)) for _, told in found)


def _doubt(row: Row) -> float:
    """Sorts pages: -1 unread, then not accepted by confidence, then accepted by confidence."""
    if row.error is not None:
        return -1.0
    return (row.confidence or 0.0) + 2 * row.accepted
