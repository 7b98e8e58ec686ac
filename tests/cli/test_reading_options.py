"""The options of a reading, on the commands that read."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image, ImageDraw

from digitlens.cli import batch, classify, explain, read


@pytest.fixture
def seven(tmp_path: Path) -> str:
    picture = Image.new("L", (90, 120), 255)
    ImageDraw.Draw(picture).line([(20, 22), (68, 22), (36, 100)], fill=0, width=9, joint="curve")
    picture.save(tmp_path / "seven.png")
    return str(tmp_path / "seven.png")


def test_an_alphabet_leaves_only_its_labels(seven: str) -> None:
    done = CliRunner().invoke(classify.command, ["--json", "--alphabet", "17", seven])
    (line,) = json.loads(done.output)["lines"]
    assert line["text"] == "7"
    assert {label for label, _ in line["glyphs"][0]["top"]} == {"1", "7"}
    assert "field" not in line


def test_a_pattern_and_a_lexicon_make_a_line_a_field(seven: str, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("12\n7\n", encoding="utf-8")
    for choice in (["--pattern", "[0-7]"], ["--lexicon", str(words)]):
        done = CliRunner().invoke(read.command, ["--json", *choice, seven])
        (line,) = json.loads(done.output)["lines"]
        assert line["field"]["text"] == line["text"] == "7"
        assert line["field"]["differs"] is False
        assert line["field"]["confidence"] > 0.9


def test_people_are_told_what_would_be_read_without(seven: str) -> None:
    done = CliRunner().invoke(read.command, ["--pattern", "[12]", seven])
    assert done.output.splitlines()[0].partition("\t")[0] in ("1", "2")
    assert "without the pattern or lexicon: 7" in done.output
    none = CliRunner().invoke(read.command, ["--pattern", "ddd", seven])
    assert none.output.splitlines()[:2] == ["7\tlook: unsure", "  nothing that fits can be read here"]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["--pattern", "[12"], "cannot be understood, at character 4"),
        (["--alphabet", "0 1"], "no blanks"),
        (["--alphabet", "lettres"], "did you mean letters?"),
        (["--pattern", "d", "--lexicon", __file__], "one of them only"),
    ],
)
def test_what_cannot_be_chosen_is_wrong_usage(seven: str, words: list[str], fault: str) -> None:
    done = CliRunner().invoke(read.command, [*words, seven])
    assert done.exit_code == 2
    assert fault in done.output


def test_a_lexicon_must_be_text(seven: str, tmp_path: Path) -> None:
    (tmp_path / "words").write_bytes(b"\xff\xfe\x80")
    done = CliRunner().invoke(read.command, ["--lexicon", str(tmp_path / "words"), seven])
    assert done.exit_code == 2
    assert "is not text in UTF-8" in done.output


def test_a_label_that_no_network_reads_is_told_in_a_sentence(seven: str) -> None:
    words = [sys.executable, "-m", "digitlens", "read", "--model", "fast", "--alphabet", "0123X", seven]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "does not read X: it reads 0123456789" in done.stderr


def test_explaining_takes_an_alphabet(seven: str, tmp_path: Path) -> None:
    out = tmp_path / "why.png"
    done = CliRunner().invoke(explain.command, ["--json", "--alphabet", "17", "-o", str(out), seven])
    assert done.exit_code == 0, done.output
    assert np.asarray(Image.open(out)).std() > 0


def test_a_batch_takes_them_too(seven: str, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("1\n", encoding="utf-8")
    done = CliRunner().invoke(
        batch.command,
        ["--single", "--workers", "1", "--lexicon", str(words), seven, str(tmp_path / "out.jsonl")],
    )
    assert done.exit_code == 0
    assert json.loads((tmp_path / "out.jsonl").read_text())["text"] == "1"
    wrong = CliRunner().invoke(batch.command, ["--pattern", "[12", seven, str(tmp_path / "no.csv")])
    assert (wrong.exit_code, "at character 4" in wrong.output) == (2, True)
