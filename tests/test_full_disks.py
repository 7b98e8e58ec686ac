"""Where nothing can be written: told in a sentence, and nothing is left half written."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from digitlens.cli import main
from hostile_files import whole_files


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A labelled folder of one picture."""
    (tmp_path / "in" / "4").mkdir(parents=True)
    (tmp_path / "in" / "4" / "a.png").write_bytes(whole_files()["PNG"])
    return tmp_path / "in"


WRITING = {
    "a drawing": ["read", "in/4/a.png", "-o", "{out}/drawn.png"],
    "a drawing as JPEG": ["read", "in/4/a.png", "-o", "{out}/drawn.jpg"],
    "a gallery": ["gallery", "in", "-o", "{out}/gallery.html"],
}
"""Commands that write, each into a folder."""


FULL = """
import json, resource, signal, sys
from click.testing import CliRunner
from digitlens.cli import main

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (256, 256))
for words in json.load(sys.stdin):
    result = CliRunner().invoke(main, words)
    print(json.dumps([result.exit_code, result.stderr, type(result.exception).__name__]))
"""
"""Commands one after another in a process that may write no more than 256 bytes into any file."""


def test_a_full_disk_is_told_and_leaves_nothing_behind(pictures):
    home = pictures.parent / "home"
    drawing = [[word.format(out="out") for word in words] for words in WRITING.values()]
    commands = [
        *drawing,
        ["explain", "in/4/a.png", "--label", "4", "-o", "out/why.png"],
        *(["batch", "in", f"out/t{suffix}", "--workers", "1"] for suffix in (".csv", ".parquet", ".xlsx")),
        ["corrections", "export", "out/corrections"],
    ]
    (pictures.parent / "out").mkdir()
    done = subprocess.run(
        [sys.executable, "-B", "-c", FULL],  # bytecode would be cut short too, and stay so
        input=json.dumps(commands),
        capture_output=True,
        text=True,
        cwd=pictures.parent,
        env={**os.environ, "DIGITLENS_HOME": str(home)},
        check=True,
    )
    for words, line in zip(commands, done.stdout.splitlines(), strict=True):
        code, told, ended = json.loads(line)
        assert (code, ended) == (1, "SystemExit"), (words, told)
        assert told.startswith("Error: "), words
        assert words not in drawing or "File too large" in told
        assert words[-1].removeprefix("out/") in told or "File too large" in told or str(home) in told, (
            words,
            told,
        )
    left = [path for path in (pictures.parent / "out").rglob("*") if path.is_file()]
    assert {(path.name, path.stat().st_size) for path in left} <= {
        ("lock", 0)
    }  # batches begin where nothing is done


@pytest.mark.parametrize("what", WRITING)
@pytest.mark.parametrize("place", ["/proc", "/dev/full", "in/4/a.png"])
def test_a_place_that_cannot_be_written_to_is_told(pictures, what, place, monkeypatch):
    monkeypatch.chdir(pictures.parent)
    result = CliRunner().invoke(main, [word.format(out=place) for word in WRITING[what]])
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert "cannot be read or written" in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="This system has no such device.")
@pytest.mark.parametrize("words", [["read"], ["classify"], ["classify", "--json"]])
def test_a_full_disk_behind_standard_output_is_told(pictures, words):
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        command = [sys.executable, "-m", "digitlens", *words, "in/4/a.png"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, cwd=pictures.parent, check=False)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"No space left on device" in done.stderr
