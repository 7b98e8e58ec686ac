"""What means harm, or was harmed: read or refused with a code and a sentence, whatever it is and wherever it lies."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from commands import cli
from digitlens import Reader
from digitlens.cli import main
from digitlens.errors import ImageError, UnreadableImage
from digitlens.files import printable
from digitlens.types import Reading
from hostile_files import Hostile, hostile_files, traps, whole_files
from written import page_of

QUICK = 300
"""How many files the whole suite takes; ``python tests/hostile_all.py`` takes thousands, and the heavy ones too."""

PAGES = 20  # of a document are enough


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.fixture(scope="module")
def files() -> list[Hostile]:
    return list(hostile_files(QUICK))


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """End the test where the block hangs; a test's own word on time is none on speed."""

    def hung(*_: object) -> None:
        raise TimeoutError(f"It hung for {seconds} s.")

    before = signal.signal(signal.SIGALRM, hung)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def outcomes(readings: Iterable[Reading]) -> set[str]:
    """What came of a file, page by page: the codes of errors, ``""`` for what was read."""
    found = set()
    for reading, _ in zip(readings, range(PAGES), strict=False):
        found.add(reading.error.code if reading.error else "")
        assert reading.error is None or len(str(reading.error)) > 20
    return found


def test_every_whole_file_is_read(reader):
    for kind, data in whole_files().items():
        assert reader.read(data).text == "42", kind


def test_the_same_seed_makes_the_same_files(files):
    assert files == list(hostile_files(QUICK))
    assert len({file.data for file in files}) > 0.95 * QUICK


def test_every_file_is_read_or_refused_as_it_may_be(reader, files):
    for file in files:
        with within(60):
            read = outcomes(reader.read_many([file.data], errors="yield"))
            classified = outcomes(reader.classify_many([file.data], errors="yield"))
        assert read, file.what
        assert read | classified <= file.outcomes, file.what


def test_the_command_names_each_bad_file_and_reads_the_rest(tmp_path, monkeypatch, reader):
    monkeypatch.chdir(tmp_path)
    files = [file for file in hostile_files(1000) if "PDF" not in file.what and "scan" not in file.what][::7]
    good = tmp_path / "last.png"
    good.write_bytes(whole_files()["PNG"])
    for file in files:
        Path(file.name).write_bytes(file.data)
    result = CliRunner().invoke(main, ["read", "--json", "--", *(file.name for file in files), good.name])
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["file"], set()).add(row.get("error", {}).get("code", ""))
    assert all(found[file.name] <= file.outcomes for file in files)
    assert (rows[-1]["file"], rows[-1]["text"]) == ("last.png", "42")
    assert result.exit_code == 1
    assert {*os.listdir()} == {file.name for file in files} | {good.name}  # noqa: PTH208


NAMES = [os.fsdecode(b"not-utf8-\xff.png"), "two\nlines\x1b[2J.png", "\u202e-\u00e4.png"]


def test_names_are_told_as_they_are_in_json_and_harmlessly_to_people(tmp_path):
    for name in NAMES:
        (tmp_path / name).write_bytes(b"no picture")
    as_json = cli("classify", "--json", *NAMES, cwd=tmp_path)
    assert [json.loads(line)["file"] for line in as_json.stdout.splitlines()] == NAMES
    for command in (["classify"], ["read"]):
        said = cli(*command, *NAMES, cwd=tmp_path)
        assert (said.returncode, said.stdout) == (1, b"")
        told = [line.partition(" is not an image")[0] for line in said.stderr.decode().splitlines()]
        assert told == [*map(printable, NAMES)]
    for name in NAMES:
        (tmp_path / name).write_bytes(whole_files()["PNG"])
    said = cli("classify", *NAMES, cwd=tmp_path)
    assert said.returncode == 0
    assert [line.partition("\t")[0] for line in said.stdout.decode().splitlines()] == [*map(printable, NAMES)]


ARRAYS: dict[str, Any] = {
    "not a number": np.full((9, 9), np.nan),
    "infinite": np.full((9, 9), np.inf, np.float32),
    "objects": np.array([[object()] * 9] * 9),
    "texts": np.array([["a"] * 9] * 9),
    "complex": np.ones((9, 9), complex),
    "dates": np.zeros((9, 9), "datetime64[s]"),
    "records": np.zeros((9, 9), [("a", "u1")]),
    "signed": np.full((9, 9), -1, np.int8),
    "of 64 bits": np.full((9, 9), 2**40, np.uint64),
    "empty": np.zeros((0, 0), np.uint8),
    "without columns": np.zeros((9, 0, 3), np.uint8),
    "a number": np.uint8(3) * np.ones((), np.uint8),
    "a row": np.zeros(9, np.uint8),
    "five channels": np.zeros((9, 9, 5), np.uint8),
    "four dimensions": np.zeros((1, 9, 9, 3), np.uint8),
    "no channels": np.zeros((9, 9, 0), np.uint8),
    "wide as a continent": np.broadcast_to(np.zeros((1, 1), np.uint8), (10**6, 10**6)),
}


@pytest.mark.parametrize("what", ARRAYS)
def test_arrays_that_are_no_pictures_are_refused(reader, what):
    for read in (reader.read, reader.classify):
        with pytest.raises(ImageError, match="array"):
            read(ARRAYS[what])


def test_arrays_of_any_layout_are_read_alike(reader):
    page = np.asarray(page_of(["42"]))
    apart = np.zeros((2 * page.shape[0], 3 * page.shape[1]), np.uint8)
    apart[::2, ::3] = page
    fixed = page.copy()
    fixed.flags.writeable = False
    upside_down = np.ascontiguousarray(page[::-1, ::-1])
    layouts = [np.asfortranarray(page), apart[::2, ::3], upside_down[::-1, ::-1], fixed, page[:, :, None]]
    assert [reader.read(layout).text for layout in layouts] == ["42"] * 5
    assert reader.read(np.dstack([page] * 3)[:, :, ::-1]).text == "42"


@pytest.mark.parametrize(
    "source",
    [None, 7, 3.5, ["a.png"], {"a": 1}, object(), lambda: b""],
    ids=lambda source: type(source).__name__,
)
def test_what_is_no_source_is_refused(reader, source):
    with pytest.raises(UnreadableImage, match="cannot be read from"):
        reader.read(source)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="This system has no such devices.")
def test_what_is_no_file_is_refused_at_once(tmp_path, monkeypatch, reader):
    monkeypatch.chdir(tmp_path)
    for name in traps(tmp_path):
        for read in (reader.read, reader.classify):
            with (
                within(20),
                pytest.raises(UnreadableImage, match=r"cannot be opened|is a folder|does not exist"),
            ):
                read(name)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="This system knows no owners of files.")
def test_a_file_one_may_not_read_is_refused(tmp_path):
    """Root may read everything, so a child of root becomes nobody."""
    secret = tmp_path / "secret.png"
    secret.write_bytes(whole_files()["PNG"])
    secret.chmod(0)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    code = (
        "import os, sys; from digitlens.imaging import open_picture\n"
        "os.geteuid() or os.seteuid(65534)\ntry: open_picture(sys.argv[1])\nexcept Exception as e: print(e)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(secret)], capture_output=True, text=True, check=True
    )
    assert "secret.png cannot be opened (Permission denied)" in done.stdout


def test_standard_input_without_end_is_refused():
    with open("/dev/zero", "rb") as zeros:  # noqa: PTH123
        done = cli("read", "--json", "-", stdin=zeros)
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "image_too_large"
