"""The store: items wait in it for a person, who settles them; nothing that either said is ever overwritten."""

import hashlib
import sqlite3
import time
from collections.abc import Container, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any

from digitlens.errors import StoreError
from digitlens.home import data_home
from digitlens.store.adding import AT_PLACE, add_glyph
from digitlens.store.crop import Pages, crop
from digitlens.store.doubtful import to_look_at
from digitlens.store.item import Counts, Decision, Item, moment
from digitlens.store.pages import KeptPage, page_of
from digitlens.store.schema import connect, faults, transaction
from digitlens.types import Reading

__all__ = ["Store", "default_path"]


def default_path() -> Path:
    """The store of this machine's user: ``corrections.db`` in ``DIGITLENS_HOME``, or where the platform keeps data."""
    return data_home() / "corrections.db"


class Store:
    """Items to look at and the decisions about them, in one file; safe to use from several threads and processes.

    Any number of stores may be open on one file: what one writes, the others see. The machine's readings and a
    person's decisions are kept apart, and decisions are only ever added, so that of two people who decide
    at once both are kept and the last one counts.

    Args:
        path: the SQLite file, made if missing; left out, `default_path`.

    Raises:
        UnusableStore: a damaged file, one that is no store, or one of a newer DigitLens.
        StoreError: it cannot be opened or written to. All methods raise it where the file cannot be read or
            written, or was damaged meanwhile.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = default_path() if path is None else path
        self._lock = RLock()
        self._connection = connect(self.path)

    def __enter__(self) -> "Store":
        """The store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the file; the store cannot be used any more."""
        with self._lock:
            self._connection.close()

    def add(
        self, picture: bytes, readings: Iterable[Reading], file: str = "", also: Container[int] = ()
    ) -> list[int]:
        """Keep what a person should look at in a picture: glyphs not accepted, places not read, pages read as blank.

        A place in a picture is kept once, however often the same bytes are read; one that was settled stays so.
        Pages are opened only where there is something new on them.

        Args:
            picture: the bytes that were read.
            readings: of its pages, in order; those that carry an error are passed over.
            file: the picture's name, for people.
            also: numbers of accepted glyphs, in reading order from 1, that someone wants to decide about all the same.

        Returns:
            The ids of all these items, new or not, in reading order.

        Raises:
            ImageError: the picture cannot be opened.
        """
        digest = hashlib.sha256(picture).hexdigest()
        with closing(Pages(picture)) as pages:
            return [
                item
                for reading in readings
                if reading.error is None
                for item in self._add_page(digest, reading, pages, file or reading.file or "", also)
            ]

    def _add_page(
        self, digest: str, reading: Reading, pages: Pages, file: str, also: Container[int]
    ) -> list[int]:
        doubts = to_look_at(reading, also)
        places = [(digest, reading.page, *glyph.box.to_list()) for _, glyph in doubts]
        known = [bool(self._rows(f"SELECT 1 FROM glyph WHERE {AT_PLACE}", place)) for place in places]
        crops = [
            None if old else crop(pages.page(reading.page), glyph.box)
            for old, (_, glyph) in zip(known, doubts, strict=True)
        ]
        opened = None if all(known) else page_of(pages.page(reading.page), reading)
        with self._writing() as connection:
            if opened is not None:
                values = digest, reading.page, *opened
                connection.execute("INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?, ?)", values)
            added = [
                add_glyph(connection, place, glyph, reading.model, (number, file, cut))
                for place, (number, glyph), cut in zip(places, doubts, crops, strict=True)
            ]
        return [id for id in added if id is not None]

    def item(self, id: int) -> Item:
        """One item.

        Raises:
            StoreError: there is none of that id, or none any more.
        """
        rows = self._rows("SELECT * FROM item WHERE id = ?", (id,))
        if not rows:
            raise _gone(id)
        return Item.of(rows[0])

    def page(self, sha256: str, page: int) -> KeptPage | None:
        """The page that an item stands on; None where it was kept before pages were."""
        rows = self._rows("SELECT * FROM page WHERE (sha256, page) = (?, ?)", (sha256, page))
        return KeptPage.of(rows[0]) if rows else None

    def on_page(self, sha256: str, page: int) -> list[Item]:
        """Every item of a page, decided or not."""
        rows = self._rows("SELECT * FROM item WHERE (sha256, page) = (?, ?) ORDER BY id", (sha256, page))
        return [*map(Item.of, rows)]

    def waiting(self, limit: int = 50, offset: int = 0) -> list[Item]:
        """Items that nobody has decided, the first added first."""
        return self._items("decided IS NULL ORDER BY id", limit, offset)

    def settled(self, limit: int = 50, offset: int = 0) -> list[Item]:
        """Items that were decided, the last decided first."""
        return self._items("decided IS NOT NULL ORDER BY decided_at DESC, id DESC", limit, offset)

    def every_settled(self) -> Generator[Item, None, None]:
        """All items that were decided, in the order of their ids, as they are now: one is in memory at a time."""
        with faults(self.path), closing(connect(self.path)) as connection:
            connection.execute("BEGIN")
            for row in connection.execute("SELECT * FROM item WHERE decided IS NOT NULL ORDER BY id"):
                yield Item.of(row)

    def counts(self) -> Counts:
        """Count the items that wait, and those that were confirmed and corrected."""
        (row,) = self._rows(
            "SELECT count(*) - count(decided), ifnull(sum(decided = label), 0), ifnull(sum(decided <> label), 0) "
            "FROM item"
        )
        return Counts(*row)

    def history(self, id: int) -> list[Decision]:
        """Every decision on an item, the first first, those taken back included."""
        rows = self._rows("SELECT label, time FROM decision WHERE glyph = ? ORDER BY id", (id,))
        return [Decision(row["label"], moment(row["time"])) for row in rows]

    def settle(self, id: int, label: str) -> None:
        """Decide what is written there: a character, or ``""`` for no glyph. What was decided before stays on record.

        Raises:
            ValueError: ``label`` is neither.
            StoreError: there is no item of that id, or none any more.
        """
        if label and (len(label) > 1 or label.isspace() or not label.isprintable()):
            raise ValueError(f"{label!r} is no label: it must be one character, or empty for none")
        self._decide(id, label)

    def take_back(self, id: int) -> None:
        """Undo the decision on an item, so that it waits again.

        Raises:
            StoreError: there is no item of that id, or none any more.
        """
        self._decide(id, None)

    def forget(self, ids: Iterable[int]) -> int:
        """Delete items with their pictures and decisions, for good: nothing of them remains in the file.

        Returns:
            How many there were.
        """
        chosen = [(id,) for id in ids]
        with self._writing() as connection:
            gone = connection.executemany("DELETE FROM glyph WHERE id = ?", chosen).rowcount
        self._wipe()
        return gone

    def forget_all(self) -> int:
        """Delete everything; how many items there were."""
        with self._writing() as connection:
            gone = connection.execute("DELETE FROM glyph").rowcount
        self._wipe()
        return gone

    def _decide(self, id: int, label: str | None) -> None:
        with self._writing() as connection:
            if connection.execute("SELECT 1 FROM glyph WHERE id = ?", (id,)).fetchone() is None:
                raise _gone(id)
            connection.execute(
                "INSERT INTO decision (glyph, label, time) VALUES (?, ?, ?)", (id, label, time.time())
            )

    def _wipe(self) -> None:
        """Take what was deleted out of the file and out of its log."""
        with self._lock, faults(self.path):
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _items(self, which: str, limit: int, offset: int) -> list[Item]:
        return [
            *map(Item.of, self._rows(f"SELECT * FROM item WHERE {which} LIMIT ? OFFSET ?", (limit, offset)))
        ]

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        with self._lock, faults(self.path):
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, faults(self.path), transaction(self._connection):
            yield self._connection


def _gone(id: int) -> StoreError:
    return StoreError(f"There is no item {id} any more: it was forgotten. Load the list anew.")
