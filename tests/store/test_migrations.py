"""The store's file: older ones are brought up to date, and what cannot be used is told in a sentence."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from looked_at import decided, doubtful, picture, reading

from digitlens.errors import StoreError, UnusableStore
from digitlens.store import Counts, Store, schema
from digitlens.store.schema import MIGRATIONS, faults
from digitlens.types import Box


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.db"


def fill(path) -> None:
    with Store(path) as store:
        (one,) = store.add(picture(), [reading(doubtful("4"))])
        store.settle(one, "9")


def version(path) -> int:
    connection = sqlite3.connect(path)
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    return found


def test_an_older_file_is_migrated_and_keeps_all_it_held(path, monkeypatch):
    fill(path)
    newer = (*MIGRATIONS, ("ALTER TABLE glyph ADD COLUMN note TEXT DEFAULT 'none'",))
    monkeypatch.setattr(schema, "MIGRATIONS", newer)
    with Store(path) as store:
        assert store.counts() == Counts(0, 0, 1)
        assert [decision.label for decision in store.history(1)] == ["9"]
    assert version(path) == len(newer)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT note FROM glyph").fetchall() == [("none",)]
    connection.close()


def test_a_migration_that_fails_changes_nothing(path, monkeypatch):
    fill(path)
    broken = (*MIGRATIONS, ("DELETE FROM decision", "ALTER TABLE nosuch ADD COLUMN note"))
    monkeypatch.setattr(schema, "MIGRATIONS", broken)
    with pytest.raises(StoreError, match="no such table: nosuch"):
        Store(path)
    monkeypatch.undo()
    assert version(path) == len(MIGRATIONS)
    with Store(path) as store:
        assert store.counts() == Counts(0, 0, 1)


def test_a_newer_file_is_refused_and_left_alone(path):
    fill(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(
        UnusableStore, match=rf"is of version 99, .* up to {len(MIGRATIONS)}: a newer one .* Update"
    ):
        Store(path)
    assert path.read_bytes() == before


def test_another_programs_database_is_refused_and_left_alone(path):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE glyph (id)")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(UnusableStore, match="not one of DigitLens"):
        Store(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "spoil", [lambda whole: b"this is no database at all" * 40, lambda whole: whole[:5000]]
)
def test_a_damaged_file_is_told_with_what_to_do(path, spoil):
    fill(path)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(UnusableStore, match=r"is damaged .* Move it away, .*recover"), Store(path) as store:
        store.waiting()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "taken").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match=r"cannot be opened: .* set DIGITLENS_HOME to a folder that is"):
        Store(tmp_path / "taken" / "store.db")
    with pytest.raises(StoreError, match="cannot be read or written: unable to open"):
        Store(tmp_path)


def test_a_file_that_cannot_be_written_is_told_and_nothing_is_lost(path):
    fill(path)
    with Store(path) as store:
        store._connection.execute("PRAGMA query_only = ON")
        with pytest.raises(StoreError, match=r"attempt to write a readonly database.*writable"):
            store.settle(1, "3")
        assert decided(store.item(1)) == "9"


def test_a_full_disk_is_told_and_nothing_is_half_kept(path):
    large = [doubtful(box=Box(5 * i, 0, 300, 300)) for i in range(30)]
    with Store(path) as store:
        (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
        store._connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StoreError, match=r"disk of .* is full: nothing was changed"):
            store.add(picture(size=(600, 600)), [reading(*large)])
        assert store.counts() == Counts(0, 0, 0)
        store._connection.execute("PRAGMA max_page_count = 100000")
        store.add(picture(), [reading(doubtful())])
        assert store.counts() == Counts(1, 0, 0)


def test_who_keeps_it_too_long_is_told(path, monkeypatch):
    fill(path)
    monkeypatch.setattr(schema, "WAIT", 0.05)
    with Store(path) as one, Store(path) as other:
        one._connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="Another program has kept"):
            other.settle(1, "3")
        one._connection.execute("ROLLBACK")
        other.settle(1, "3")


def test_faults_of_the_program_are_not_told_as_faults_of_the_file(path):
    with pytest.raises(sqlite3.ProgrammingError), faults(path):
        raise sqlite3.ProgrammingError("Cannot operate on a closed database.")


def test_many_may_make_it_at_once(path):
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: Store(path), range(8)))
    for store in stores:
        store.close()
    assert version(path) == len(MIGRATIONS)


@pytest.mark.skipif(sys.platform == "win32", reason="modes differ on Windows")
def test_it_is_nobody_elses(path):
    fill(path)
    assert path.stat().st_mode & 0o077 == 0


def test_killed_in_the_middle_it_holds_all_that_was_done(path):
    """A process that dies without closing anything leaves every decision that it made."""
    code = (
        "import os, sys; from pathlib import Path; from looked_at import *; from digitlens.store import Store\n"
        "store = Store(Path(sys.argv[1])); (one,) = store.add(picture(), [reading(doubtful())])\n"
        "store.settle(one, '9'); store._connection.execute('BEGIN IMMEDIATE')\n"
        "store._connection.execute('DELETE FROM decision'); os._exit(9)"
    )
    words = [sys.executable, "-c", code, str(path)]
    assert subprocess.run(words, cwd=__file__.rpartition("/")[0], check=False).returncode == 9
    with Store(path) as store:
        assert decided(store.item(1)) == "9"
