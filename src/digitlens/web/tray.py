"""The results of a batch, in a temporary file: the page shows some at a time, the downloads take it all."""

import hashlib
import pickle
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from threading import RLock

from digitlens.batch import rows_of
from digitlens.types import Reading
from digitlens.types.rows import PageRow, Row, RowKind
from digitlens.web.corrections import Corrections, Page, corrected

__all__ = ["Kept", "Tray"]

PAGES_AT_ONCE = 200
"""Pages in memory at a time."""

MOST_TRAY_BYTES = 1 << 30
"""Bytes of picture files that are kept; pages beyond them have their rows, but cannot be opened."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A page that was read.

    Attributes:
        id: counts them from 1, in the order in which they came.
        name: of its file.
        page: as corrections name it.
        reading: as it was read, without its steps.
        thumbnail: a ``data:`` address; None where there is no picture.
    """

    id: int
    name: str
    page: Page
    reading: Reading
    thumbnail: str | None

    def now(self, said: Corrections) -> Reading:
        """Its reading with what a person said of it."""
        return corrected(self.reading, said.of(self.page))

    def rows(self, kind: RowKind, said: Corrections) -> Iterator[Row]:
        """Its rows, with what a person said of it; a blank page that a person agrees to is accepted."""
        agreed = any(each.kind == "page" for each in said.of(self.page))
        for row in rows_of(self.now(said), kind, file=self.name):
            yield replace(row, accepted=True, reason=None) if agreed and row.reason == "blank" else row


class Tray:
    """Pages in the order in which they came, in a file that is gone with the tray; safe in threads."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._bytes = 0
        self._rows = sqlite3.connect(
            "", check_same_thread=False
        )  # an empty name: a temporary file of its own
        self._rows.execute("CREATE TABLE file (id INTEGER PRIMARY KEY, name TEXT, sha256 TEXT, data BLOB)")
        self._rows.execute(
            "CREATE TABLE page (id INTEGER PRIMARY KEY, file INTEGER, doubt REAL, reading BLOB, thumbnail TEXT)"
        )
        self._rows.execute("CREATE INDEX doubtful ON page (doubt, id)")

    def add_file(self, name: str, data: bytes | None) -> int:
        """Add a file, whose number is what its pages are added by; without data none of them can be opened."""
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass") if data is None else data).hexdigest()
        kept = data if data is not None and self._bytes + len(data) <= MOST_TRAY_BYTES else None
        name = name.encode("utf-8", "backslashreplace").decode()
        with self._lock:
            self._bytes += len(kept or b"")
            found = self._rows.execute(
                "INSERT INTO file (name, sha256, data) VALUES (?, ?, ?)", (name, digest, kept)
            )
            return found.lastrowid or 0

    def add(self, file: int, reading: Reading, thumbnail: str | None = None) -> None:
        """Add a page of a file.

        Args:
            file: its number, as `add_file` gave it.
            reading: of the page; its steps are not kept.
            thumbnail: a ``data:`` address; None for none.
        """
        (row,) = rows_of(reading, "page", file="")
        told = pickle.dumps(replace(reading, steps=()))
        with self._lock:
            self._rows.execute(
                "INSERT INTO page (file, doubt, reading, thumbnail) VALUES (?, ?, ?, ?)",
                (file, _doubt(row), told, thumbnail),
            )

    def count(self) -> int:
        """Count the pages."""
        with self._lock:
            (count,) = self._rows.execute("SELECT count(*) FROM page").fetchone()
        return count

    def doubtful_first(self, limit: int, offset: int = 0) -> list[Kept]:
        """Pages in the order in which a person should look at them: the unread, the unsure, the surest last."""
        return self._pages("ORDER BY doubt, page.id LIMIT ? OFFSET ?", (limit, offset))

    def page(self, id: int) -> Kept | None:
        """One page; None where there is none of that number."""
        return next(iter(self._pages("WHERE page.id = ?", (id,))), None)

    def of(self, page: Page) -> list[Kept]:
        """All that is the same page of the same file."""
        found = self._pages("WHERE file.sha256 = ? ORDER BY page.id", (page[0],))
        return [kept for kept in found if kept.page == page]

    def data(self, id: int) -> bytes | None:
        """The bytes of a page's file; None where they were not kept."""
        with self._lock:
            found = self._rows.execute(
                "SELECT data FROM file JOIN page ON page.file = file.id WHERE page.id = ?", (id,)
            ).fetchone()
        return found and found[0]

    def rows(self, kind: RowKind, said: Corrections | None = None) -> Iterator[Row]:
        """All rows of a kind, in the order in which the pages came, with what a person said of them."""
        last = 0
        while found := self._pages("WHERE page.id > ? ORDER BY page.id LIMIT ?", (last, PAGES_AT_ONCE)):
            last = found[-1].id
            for kept in found:
                yield from kept.rows(kind, said or Corrections())

    def _pages(self, which: str, values: tuple[object, ...]) -> list[Kept]:
        with self._lock:
            found = self._rows.execute(
                "SELECT page.id, file.name, file.sha256, page.reading, page.thumbnail FROM page "
                f"JOIN file ON page.file = file.id {which}",
                values,
            ).fetchall()
        return [_kept(*row) for row in found]


def _kept(id: int, name: str, sha256: str, told: bytes, thumbnail: str | None) -> Kept:
    reading: Reading = pickle.loads(told)  # of our own file, which nobody else can open
    return Kept(id, name, (sha256, reading.page), reading, thumbnail)


def _doubt(row: Row) -> float:
    """Sorts pages: -1 unread, then not accepted by confidence, then accepted by confidence."""
    assert isinstance(row, PageRow)
    if row.error is not None:
        return -1.0
    return (row.confidence or 0.0) + 2 * row.accepted
