"""``digitlens explain`` as a person runs it: the picture, the line, exit codes, errors."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from digitlens import Reader
from digitlens.cli import main
from digitlens.data.samples import draw
from digitlens.overlay import sheet


def run(*arguments: object, stdin: bytes | None = None):
    return CliRunner().invoke(main, ["explain", *map(str, arguments)], input=stdin)


@pytest.fixture
def picture(tmp_path) -> Path:
    """A three, in pen."""
    path = tmp_path / "three.jpg"
    path.write_bytes(draw("pen"))
    return path


def pixels(file: Path) -> np.ndarray:
    with Image.open(file) as image:
        return np.asarray(image)


def test_the_picture_is_that_of_the_reader(picture, tmp_path):
    result = run(picture, "-o", tmp_path / "why.png")
    assert result.exit_code == 0
    assert result.stdout.startswith("read as 3; what speaks for 3 (")
    assert result.stdout.endswith(f"is drawn in {tmp_path / 'why.png'}\n")
    assert result.stderr == ""
    np.testing.assert_array_equal(pixels(tmp_path / "why.png"), sheet(Reader().explain(picture)))


def test_json_is_one_line(picture, tmp_path):
    result = run("--json", picture, "-o", tmp_path / "why.png", "--label", "8", "--model", "classic")
    assert result.exit_code == 0
    (line,) = result.stdout.splitlines()
    expected = Reader("classic").explain(picture, "8")
    assert json.loads(line) == {
        "file": str(picture),
        "label": "8",
        "read": "3",
        "confidence": round(expected.confidence, 6),
        "model": expected.model,
        "gradcam": True,
        "output": str(tmp_path / "why.png"),
    }
    np.testing.assert_array_equal(pixels(tmp_path / "why.png"), sheet(expected))


def test_standard_input_a_folder_and_no_digit(picture, tmp_path):
    result = run("-", "-o", f"{tmp_path}/made/", "--label", "", stdin=picture.read_bytes())
    assert result.exit_code == 0
    assert "what speaks for no digit" in result.stdout
    np.testing.assert_array_equal(
        pixels(tmp_path / "made" / "stdin-why.png"), sheet(Reader().explain(picture, ""))
    )


def test_a_network_of_letters_tells_of_no_character(picture, tmp_path):
    (scribble := tmp_path / "scribble.png").write_bytes(draw("scribble"))
    of_letters = (scribble, "-o", tmp_path / "why.png", "--model", "characters")
    assert run(*of_letters).stdout.startswith("read as no character; what speaks for no character (")
    assert run(*of_letters, "--alphabet", "digits").stdout.startswith("read as no digit; ")
    assert '"" (not a character)' in run(*of_letters, "--label", "-").stderr


@pytest.mark.parametrize("name", ["blank", "bad", "missing"])
def test_what_cannot_be_explained_is_named_and_nothing_is_written(name, tmp_path):
    path = tmp_path / f"{name}.png"
    if name != "missing":
        path.write_bytes(draw("blank") if name == "blank" else b"this is no picture")
    plain = run(path, "-o", tmp_path / "why.png")
    assert (plain.exit_code, plain.stdout) == (1, "")
    assert plain.stderr.startswith(str(path))
    assert len(plain.stderr.splitlines()) == 1
    told = run("--json", path, "-o", tmp_path / "why.png")
    assert (told.exit_code, told.stderr) == (1, "")
    row = json.loads(told.stdout)
    assert row["file"] == str(path)
    assert row["error"]["code"] == ("nothing_to_explain" if name == "blank" else "unreadable_image")
    assert not (tmp_path / "why.png").exists()


def test_wrong_usage_is_2(picture, tmp_path):
    for arguments, complaint in (
        ([picture], "Missing option '-o'"),
        ([picture, "-o", picture], "is to be read"),
        ([picture, "-o", tmp_path / "why.txt"], "must end in .png"),
        ([picture, "-o", tmp_path / "why.png", "--label", "x"], "Name one of 0, 1, 2"),
        ([picture, picture, "-o", tmp_path / "why.png"], "unexpected extra argument"),
    ):
        result = run(*arguments)
        assert result.exit_code == 2, complaint
        assert complaint in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["three.jpg"]


def test_an_unknown_model_is_a_sentence(picture, tmp_path):
    result = run(picture, "-o", tmp_path / "why.png", "--model", "nosuch")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: There is no model 'nosuch'.")
