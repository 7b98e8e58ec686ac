"""``digitlens form`` and ``digitlens table`` as a person runs them."""

import json
import shutil
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from PIL import Image

from commands import run
from digitlens.data.synth.blanks import draw_blank
from digitlens.data.synth.fills import fill
from digitlens.data.synth.tables import draw_table

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.fixture
def folder(tmp_path) -> Path:
    """The meter form with its blank, a filled sheet, and a white one."""
    blank = draw_blank("meter")
    Image.fromarray(blank.pixels).save(tmp_path / "meter.png")
    shutil.copy(EXAMPLES / "meter.toml", tmp_path)
    sheet = fill(blank, {"customer": "40718253", "persons": "3", "moved": "x"}, np.random.default_rng(3))
    Image.fromarray(sheet).save(tmp_path / "sheet.png")
    Image.new("L", (600, 800), 255).save(tmp_path / "white.png")
    return tmp_path


def test_new_finds_the_fields(folder):
    result = run(
        "form", "new", folder / "meter.png", "-o", folder / "new.toml", "--picture", folder / "seen.png"
    )
    assert result.exit_code == 0
    assert "8 fields on 1 pages" in result.stdout
    with Image.open(folder / "seen.png") as seen:
        assert seen.size == (1240, 1754)
    again = run("form", "new", folder / "meter.png", "-o", folder / "new.toml")
    assert again.exit_code == 2
    assert "--force" in again.stderr


def test_read_writes_a_workbook_and_tells_what_was_refused(folder):
    out = folder / "out.xlsx"
    result = run("form", "read", folder / "meter.toml", folder / "sheet.png", folder / "white.png", "-o", out)
    assert result.exit_code == 1
    assert "white.png cannot be laid over the form meter" in result.stderr
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(out)["meter"].iter_rows()]
    row = dict(zip(rows[0], rows[1], strict=True))
    assert (row["customer"], row["persons"], row["moved"], row["changed"]) == ("40718253", 3, "x", None)
    assert "cannot be laid over" in str(rows[2][rows[0].index("error")])


def test_read_without_a_form_or_with_a_wrong_suffix_is_wrong(folder):
    assert run("form", "read", folder / "sheet.png").exit_code == 2
    result = run("batch", folder, folder / "out.csv", "--form", folder / "meter.toml", "--pattern", "dd")
    assert result.exit_code == 2
    assert "pattern cannot be given for filled forms" in result.stderr
    result = run("form", "read", folder / "meter.toml", folder / "sheet.png", "-o", "out.doc")
    assert result.exit_code == 1
    assert "end its name in" in result.stderr


def test_a_table_is_told_and_written(tmp_path):
    drawn = draw_table(np.random.default_rng(5), shape=(3, 3), heads=False, empty=0.2)
    Image.fromarray(drawn.pixels).save(sheet := tmp_path / "marks.png")
    result = run("table", sheet, tmp_path / "none.png", "-o", tmp_path / "marks.csv", "--json")
    assert result.exit_code == 1
    first, second = map(json.loads, result.stdout.splitlines())
    assert [[cell["text"] for cell in row] for row in first["rows"]] == [list(row) for row in drawn.texts]
    assert second["error"]["code"] == "unreadable_image"
    written = (tmp_path / "marks.csv").read_text("utf-8-sig").splitlines()
    assert written == [",".join(row) for row in drawn.texts]
