"""``digitlens corrections``: lists, exports and deletes what was kept for review."""

import io
import json

import pytest
from click.testing import CliRunner
from PIL import Image

from digitlens.cli import main
from digitlens.store import Store
from digitlens.types import Box, Glyph, Line, Reading


def run(*arguments: object):
    return CliRunner().invoke(main, ["corrections", *map(str, arguments)])


@pytest.fixture(autouse=True)
def kept():
    """Three glyphs of one picture: the first settled, the others waiting."""
    file = io.BytesIO()
    Image.new("L", (90, 30), 200).save(file, "PNG")
    glyphs = tuple(
        Glyph("4", 0.5, 0.9, Box(30 * i, 0, 20, 20), False, "unsure", {"4": 0.5}, None) for i in range(3)
    )
    with Store() as store:
        first, *_ = store.add(
            file.getvalue(), [Reading(None, "m@1", 1, (Line(glyphs, Box(0, 0, 90, 30)),))], "a.png"
        )
        store.settle(first, "9")


def test_the_list_tells_what_waits_and_what_was_decided():
    result = run("list")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "2\ta.png, page 1, glyph 2\tread: 4 50.0% (unsure)\twaiting"
    assert result.stdout.splitlines()[2].endswith("\tdecided: 9")
    assert result.stderr == "2 waiting, 0 confirmed, 1 corrected\n"
    assert [line.split("\t")[0] for line in run("list", "--settled").stdout.splitlines()] == ["1"]
    rows = [json.loads(line) for line in run("list", "--waiting", "--json").stdout.splitlines()]
    assert [(row["id"], row["read"], row["decided"]) for row in rows] == [(2, "4", None), (3, "4", None)]


def test_the_list_tells_what_was_decided_to_be_nothing():
    with Store() as store:
        store.settle(2, "")
    assert "2\ta.png, page 1, glyph 2\tread: 4 50.0% (unsure)\tdecided: nothing\n" in run("list").stdout


def test_export_counts_what_it_wrote(tmp_path):
    row = json.loads(run("export", tmp_path / "out", "--json").stdout)
    assert row == {"folder": str(tmp_path / "out"), "glyphs": 0, "others": 0, "left_out": 1}
    assert "0 glyphs" in run("export", tmp_path / "out").stdout


def test_forget_names_or_all():
    assert json.loads(run("forget", 2, "--json").stdout) == {"forgotten": 1}
    assert run("forget", 2, 3).exit_code == 1  # one of them was gone
    assert run("forget").exit_code == run("forget", 1, "--all").exit_code == 2
    assert run("forget", "--all").stdout == "1 forgotten\n"
    assert run("list").stdout == ""


def test_a_store_that_cannot_be_used_is_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "corrections.db").write_bytes(b"no database" * 100)
    monkeypatch.setenv("DIGITLENS_HOME", str(tmp_path))
    result = run("list")
    assert result.exit_code == 1
    assert "is damaged" in result.stderr
    assert "Traceback" not in result.stderr
