"""``digitlens gallery`` as a person runs it."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from digitlens.cli import main


def run(*arguments: object):
    return CliRunner().invoke(main, ["gallery", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two ones, one of them labelled a seven, and a blank page labelled a four."""
    one = np.full((80, 60), 255, np.uint8)
    cv2.line(one, (30, 15), (30, 65), 0, 5, cv2.LINE_AA)
    pictures = {"1/a.png": one, "7/b.png": one, "4/blank.png": np.full((40, 40), 255, np.uint8)}
    for name, picture in pictures.items():
        path = tmp_path / "set" / name
        path.parent.mkdir(parents=True)
        Image.fromarray(picture).save(path)
    return tmp_path / "set"


def test_a_page_is_written_and_the_totals_are_told(folder, tmp_path):
    result = run(folder, "-o", tmp_path / "new" / "out.html")
    assert result.exit_code == 0
    assert result.stdout.startswith("3 pictures: 1 right, 1 wrong, 1 refused; 33.33% read right. Look at ")
    page = (tmp_path / "new" / "out.html").read_text(encoding="utf-8")
    assert "7/b.png" in page
    assert "4/blank.png" in page
    assert "1/a.png" not in page


def test_an_alphabet_decides_what_may_be_read(folder, tmp_path):
    """A bar is no 1 where only letters are, and wrong usage is told as such."""
    result = run(folder, "-o", tmp_path / "out.html", "--alphabet", "IX")
    assert result.stdout.startswith("3 pictures: 0 right,")
    assert "read by characters@" in (tmp_path / "out.html").read_text(encoding="utf-8")
    assert run(folder, "-o", tmp_path / "out.html", "--pattern", "(").exit_code == 2


def test_json_is_one_object(folder, tmp_path):
    out = tmp_path / "out.html"
    result = run(folder, "-o", out, "--json", "--model", "classic", "--most", 1)
    (line,) = result.stdout.splitlines()
    found = json.loads(line)
    assert found["file"] == str(out)
    assert [found[name] for name in ("pictures", "right", "wrong", "refused")] == [3, 1, 1, 1]
    assert "read by classic@" in out.read_text(encoding="utf-8")
    assert "0 of 1 are shown" in out.read_text(encoding="utf-8")


def test_a_picture_that_cannot_be_read_is_named_and_the_rest_are_done(folder, tmp_path):
    (folder / "7" / "bad.png").write_bytes(b"this is no picture")
    result = run(folder, "-o", tmp_path / "out.html")
    assert result.exit_code == 1
    assert f"{folder / '7' / 'bad.png'} is not an image" in result.stderr
    assert "1 not readable" in result.stdout
    assert "bad.png" in (tmp_path / "out.html").read_text(encoding="utf-8")


def test_a_lower_error_rate_refuses_more(folder, tmp_path):
    result = run(folder, "-o", tmp_path / "out.html", "--max-error", "0.0000001", "--json")
    assert json.loads(result.stdout)["refused"] == 3


@pytest.mark.parametrize(
    "arguments", [[], ["nosuch", "-o", "x.html"], [".", "-o", "x.html", "--most", "-1"], ["."]]
)
def test_wrong_usage_is_2(arguments):
    assert run(*arguments).exit_code == 2


def test_a_folder_that_is_not_labelled_is_a_sentence(tmp_path):
    result = run(tmp_path, "-o", tmp_path / "out.html")
    assert result.exit_code == 1
    assert "holds no pictures" in result.stderr
    assert not (tmp_path / "out.html").exists()


def test_a_page_that_cannot_be_written_is_a_sentence_that_names_it(folder, tmp_path):
    (tmp_path / "file").touch()
    result = run(folder, "-o", tmp_path / "file" / "out.html")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {tmp_path / 'file'} cannot be read or written: ")
    assert "Traceback" not in result.output
