"""The store's SQLite file: opened, brought up to this program's version, its faults told in sentences."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digitlens.errors import StoreError, UnusableStore

__all__ = ["APPLICATION", "MIGRATIONS", "connect", "faults", "transaction"]

APPLICATION = int.from_bytes(b"DigL")
"""SQLite's ``application_id``: tells a store from any other file of SQLite's."""

WAIT = 10.0  # seconds for another process to end its transaction; each takes milliseconds

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE glyph (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            sha256 TEXT NOT NULL,
            page INTEGER NOT NULL,
            x INTEGER NOT NULL, y INTEGER NOT NULL, w INTEGER NOT NULL, h INTEGER NOT NULL,
            number INTEGER NOT NULL,
            file TEXT NOT NULL,
            added REAL NOT NULL,
            frame BLOB,
            crop BLOB NOT NULL,
            UNIQUE (sha256, page, x, y, w, h)
        )""",
        """CREATE TABLE reading (
            id INTEGER PRIMARY KEY,
            glyph INTEGER NOT NULL REFERENCES glyph ON DELETE CASCADE,
            model TEXT NOT NULL,
            label TEXT NOT NULL,
            confidence REAL NOT NULL,
            digit_score REAL NOT NULL,
            reason TEXT,
            UNIQUE (glyph, model)
        )""",
        """CREATE TABLE decision (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            glyph INTEGER NOT NULL REFERENCES glyph ON DELETE CASCADE,
            label TEXT,
            time REAL NOT NULL
        )""",
        "CREATE INDEX decision_of ON decision (glyph)",
        """CREATE VIEW item AS
            SELECT glyph.*, reading.model, reading.label, reading.confidence, reading.digit_score, reading.reason,
                decision.label AS decided, decision.time AS decided_at
            FROM glyph
            JOIN reading ON reading.id = (SELECT max(id) FROM reading WHERE glyph = glyph.id)
            LEFT JOIN decision ON decision.id = (SELECT max(id) FROM decision WHERE glyph = glyph.id)""",
    ),
    (
        """CREATE TABLE page (
            sha256 TEXT NOT NULL,
            page INTEGER NOT NULL,
            width INTEGER NOT NULL, height INTEGER NOT NULL,
            picture BLOB NOT NULL,
            reading TEXT NOT NULL,
            PRIMARY KEY (sha256, page)
        )""",
        """CREATE TRIGGER page_left AFTER DELETE ON glyph
            WHEN NOT EXISTS (SELECT 1 FROM glyph WHERE (sha256, page) = (OLD.sha256, OLD.page))
            BEGIN DELETE FROM page WHERE (sha256, page) = (OLD.sha256, OLD.page); END""",
    ),
)
"""The statements that bring a file from each version to the next; ``user_version`` counts those done.

A glyph is a place in a picture; every network that doubted it has a reading of it. A page is there as long as one of
its glyphs. Decisions are only ever
added: the last one counts, and one without a label takes back those before it.
"""

_REMEDY = "Make its folder writable, or set DIGITLENS_HOME to a folder that is."


def connect(path: Path) -> sqlite3.Connection:
    """Open a store's file, made if missing, at the version of this program; threads may share the connection.

    Statements are committed one by one but for those in a `transaction`. What is deleted is overwritten.

    Raises:
        UnusableStore: a damaged file, one that is no store, or one of a newer DigitLens.
        StoreError: it cannot be opened or written to.
    """
    with faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # pictures of people's papers are nobody else's
        connection = sqlite3.connect(path, timeout=WAIT, isolation_level=None, check_same_thread=False)
        try:
            connection.row_factory = sqlite3.Row
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Check whose file it is, and make it what this program expects."""
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and _pragma(connection, "application_id") != APPLICATION:
        raise UnusableStore(f"{path} is a database, but not one of DigitLens. Move it away, or name another.")
    if (found := _pragma(connection, "user_version")) > len(MIGRATIONS):
        raise UnusableStore(
            f"{path} is of version {found}, and this DigitLens knows versions up to {len(MIGRATIONS)}: "
            "a newer one has written it. Update DigitLens; nothing was changed."
        )
    for setting in ("foreign_keys = ON", "secure_delete = ON", "journal_mode = WAL"):
        connection.execute(f"PRAGMA {setting}").fetchall()
    if found < len(MIGRATIONS):
        _migrate(connection)


def _migrate(connection: sqlite3.Connection) -> None:
    """Do every migration not done yet, all or none; whoever waited for another process finds them done."""
    with transaction(connection):
        for statements in MIGRATIONS[_pragma(connection, "user_version") :]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Do what is in the block as one, or not at all; others wait until it ends."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk may have ended it already
            connection.execute("ROLLBACK")
        raise


@contextmanager
def faults(path: Path) -> Iterator[None]:
    """Tell what SQLite or the system says of a file as an error that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is None:  # a fault of the program, not of the file
            raise
        raise _told(path, code & 0xFF, error) from error
    except OSError as error:
        raise StoreError(f"{path} cannot be opened: {error.strerror}. {_REMEDY}") from error


def _told(path: Path, code: int, error: sqlite3.Error) -> StoreError:
    match code:
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return UnusableStore(
                f"{path} is damaged ({error}). Move it away, with its -wal and -shm files, and a new one is begun; "
                f'`sqlite3 "{path}" .recover` may get back what it held.'
            )
        case sqlite3.SQLITE_FULL:
            return StoreError(f"The disk of {path} is full: nothing was changed. Make room, and try again.")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreError(
                f"Another program has kept {path} to itself for {WAIT:.0f} seconds. Try again when it is done."
            )
        case _:
            return StoreError(f"{path} cannot be read or written: {error}. {_REMEDY}")
