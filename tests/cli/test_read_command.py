"""``digitlens read`` as a person runs it: text and JSON, pages, drawings, exit codes, errors."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from commands import json_lines
from digitlens.annotate import ACCEPTED
from digitlens.cli import main
from digitlens.reader import Reader
from digitlens.types import Box, Doubt, Glyph, Line, Reading
from written import boxes_of, page_of

FIRST, SECOND = ["4071", "22"], ["358"]


def run(*arguments: object, stdin: bytes | None = None):
    return CliRunner().invoke(main, ["read", *map(str, arguments)], input=stdin)


def texts(result) -> list[str]:
    """The text of each line read; beneath it, indented, is why to look at it."""
    return [line.partition("\t")[0] for line in result.stdout.splitlines() if not line.startswith(" ")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Two pages, each a picture and together a document; a blank page; what is no picture."""
    folder = tmp_path_factory.mktemp("read")
    pages = [Image.fromarray(page_of(lines)) for lines in (FIRST, SECOND)]
    pages[0].save(folder / "both.tiff", save_all=True, append_images=pages[1:])
    for name, page in zip(("first", "second"), pages, strict=True):
        page.save(folder / f"{name}.png")
    Image.new("L", (90, 60), 255).save(folder / "blank.png")
    (folder / "bad.png").write_bytes(b"this is no picture")
    return folder


@pytest.fixture
def surely(monkeypatch) -> None:
    """Have every reader accept whatever it reads: these tests are not of how sure the network is."""
    read_many = Reader.read_many

    def sure(*args: Any, **options: Any) -> Iterator[Reading]:
        for reading in read_many(*args, **options):
            lines = [
                replace(
                    line,
                    doubts=(),
                    glyphs=tuple(replace(glyph, accepted=True, reason=None) for glyph in line.glyphs),
                )
                for line in reading.lines
            ]
            yield replace(reading, lines=tuple(lines), doubts=())

    monkeypatch.setattr(Reader, "read_many", sure)


def pixels(file: Path) -> np.ndarray:
    with Image.open(file) as image:
        return np.asarray(image)


def coloured(file: Path) -> np.ndarray:
    """Where a drawing has the colour of what was accepted, or nearly so: JPEG and WebP blur it."""
    return np.all(np.abs(pixels(file).astype(int) - ACCEPTED) <= 24, axis=2)


@pytest.mark.usefixtures("surely")
def test_the_text_is_told_line_by_line(folder):
    result = run(folder / "first.png")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "4071\taccepted\n22\taccepted\n", "")


@pytest.mark.usefixtures("surely")
def test_pages_and_files_have_headings(folder):
    result = run(folder / "blank.png", folder / "both.tiff")
    blank, both = folder / "blank.png", folder / "both.tiff"
    assert result.exit_code == 0
    assert result.stdout.split("\n\n") == [
        f"{blank}:\nnothing is written here",
        f"{both}, page 1:\n4071\taccepted\n22\taccepted",
        f"{both}, page 2:\n358\taccepted\n",
    ]


def test_what_is_doubtful_is_told_with_its_place(folder):
    result = run(folder / "first.png", "--max-error", "0.0000001")
    text = result.stdout.splitlines()
    assert [line for line in text if not line.startswith(" ")] == ["4071\tlook: unsure", "22\tlook: unsure"]
    glyphs = [line for line in text if line.startswith("  glyph ")]
    assert [line[: len("  glyph 1: 4")] for line in glyphs] == [
        *(f"  glyph {i + 1}: {label}" for i, label in enumerate("4071")),
        *(f"  glyph {i + 1}: {label}" for i, label in enumerate("22")),
    ]
    assert all(line.endswith("%)  unsure") for line in glyphs)
    doubts = Reader(max_error=0.0000001).read(folder / "first.png").all_doubts
    places = [f"(box {', '.join(map(str, doubt.box.to_list()))})" for doubt in doubts]
    assert [line[line.index("(box ") :] for line in text if "(box " in line] == places


BOX = Box(310, 40, 22, 60)
BESIDE = Doubt("incomplete", "Ink beside the 8 was not read.", BOX)
CUT = Doubt("incomplete", "A digit is cut by the edge.", Box(0, 9, 8, 30))


def made(text: str, *doubts: Doubt) -> Line:
    """A line of accepted glyphs, a space for each gap."""
    glyphs = tuple(Glyph(label, 0.9, 1.0, BOX, True, None, {label: 0.9}) for label in text if label != " ")
    gaps = tuple(i - text[:i].count(" ") for i, label in enumerate(text) if label == " ")
    return Line(glyphs, BOX, gaps=gaps, doubts=doubts)


def reading_of(monkeypatch, *lines: Line, doubts: tuple[Doubt, ...] = ()) -> None:
    """Have every reader read this."""
    reading = Reading("a.png", "m@1", lines=lines, doubts=doubts)
    monkeypatch.setattr(Reader, "read_many", lambda *_, **__: (each for each in [reading]))


def test_what_speaks_against_a_line_is_told_beneath_it_and_against_the_page_at_the_end(folder, monkeypatch):
    unsure = Glyph("+", 0.6, 0.0, BOX, False, "unsure", {"+": 0.6})
    second = made("12 45", BESIDE)
    second = replace(second, glyphs=(*second.glyphs, unsure))
    reading_of(monkeypatch, made("1 2"), second, doubts=(CUT,))
    assert run(folder / "first.png").stdout.splitlines() == [
        "1 2\taccepted",
        "12 45+\tlook: incomplete, unsure",
        "  Ink beside the 8 was not read. (box 310, 40, 22, 60)",
        "  glyph 5: + 60.0%  unsure",
        "look: A digit is cut by the edge. (box 0, 9, 8, 30)",
    ]


def test_a_page_of_which_nothing_was_read_is_not_called_blank_where_something_is_there(folder, monkeypatch):
    reading_of(monkeypatch, doubts=(CUT,))
    assert run(folder / "first.png").stdout == "look: A digit is cut by the edge. (box 0, 9, 8, 30)\n"


@pytest.mark.usefixtures("surely")
def test_json_is_a_line_a_page_as_the_contract_has_it(folder):
    result = run("--json", folder / "both.tiff", folder / "blank.png", folder / "bad.png")
    assert result.exit_code == 1
    one, two, blank, bad = json_lines(result)
    assert [row["file"] for row in (one, two)] == [str(folder / "both.tiff")] * 2
    assert [(row["page"], row["text"], row["accepted"]) for row in (one, two)] == [
        (1, "4071\n22", True),
        (2, "358", True),
    ]
    assert set(one) == {"file", "page", "text", "accepted", "reason", "model", "ms", "lines", "doubts"}
    assert [line["text"] for line in one["lines"]] == FIRST
    assert [line["accepted"] for line in one["lines"]] == [True, True]
    assert [number["text"] for line in one["lines"] for number in line["numbers"]] == FIRST
    glyphs = [glyph for line in one["lines"] for glyph in line["glyphs"]]
    for glyph, (left, top, right, bottom) in zip(glyphs, boxes_of(FIRST), strict=True):
        x, y, w, h = glyph["box"]
        assert (x, y, x + w, y + h) == pytest.approx((left, top, right, bottom), abs=4)
        assert set(glyph) == {"label", "confidence", "digit_score", "box", "accepted", "reason", "top"}
    assert blank == {**blank, "text": "", "lines": [], "accepted": False, "reason": "blank"}
    assert set(bad) == {"file", "error"}
    assert bad["file"] == str(folder / "bad.png")
    assert bad["error"]["code"] == "unreadable_image"
    assert result.stderr == ""


def test_the_file_is_told_exactly_as_given(folder, monkeypatch):
    monkeypatch.chdir(folder)
    given = ["./first.png", f"../{folder.name}/missing.png"]
    assert [row["file"] for row in json_lines(run("--json", *given))] == given


@pytest.mark.usefixtures("surely")
def test_some_that_fail_are_named_and_the_rest_are_done(folder):
    result = run(folder / "bad.png", folder / "first.png")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{folder / 'bad.png'} is not an image")
    assert result.stdout == f"{folder / 'first.png'}:\n4071\taccepted\n22\taccepted\n"


def test_a_damaged_second_page_comes_after_the_first(folder, tmp_path):
    cut = tmp_path / "cut.tiff"
    cut.write_bytes((folder / "both.tiff").read_bytes()[:-1000])
    result = run("--json", cut, folder / "second.png", "-o", tmp_path / "drawn/")
    first, error, other = json_lines(result)
    assert result.exit_code == 1
    assert first["text"] == "4071\n22"
    assert error["error"]["message"].startswith(f"page 2 of {cut} ")
    assert other["text"] == "358"
    assert sorted(path.name for path in (tmp_path / "drawn").iterdir()) == [
        "cut-read-1.png",
        "second-read.png",
    ]


def test_standard_input_is_read_and_may_be_drawn(folder, tmp_path):
    result = run("--json", "-", "-o", tmp_path / "a.png", stdin=(folder / "first.png").read_bytes())
    (row,) = json_lines(result)
    assert (result.exit_code, row["file"], row["text"]) == (0, "-", "4071\n22")
    assert pixels(tmp_path / "a.png").shape == (*pixels(folder / "first.png").shape, 3)
    run("-", "-o", f"{tmp_path}/", stdin=(folder / "first.png").read_bytes())
    assert (tmp_path / "stdin-read.png").is_file()


def test_rotate_is_passed_on(folder, tmp_path):
    upside_down = tmp_path / "turned.png"
    Image.fromarray(pixels(folder / "first.png")[::-1, ::-1]).save(upside_down)
    assert texts(run(upside_down, "--rotate", 180)) == FIRST
    assert "4071" not in run(upside_down, "--rotate", 0).stdout


def test_signs_are_read_unless_the_alphabet_leaves_them_out(tmp_path):
    Image.fromarray(page_of(["12.5", "24/7"], gap=0.3)).save(tmp_path / "signs.png")
    assert texts(run(tmp_path / "signs.png")) == ["12.5", "24/7"]
    without = texts(run(tmp_path / "signs.png", "--alphabet", "digits"))
    assert [text.replace(" ", "") for text in without] == ["125", "247"]


def test_the_option_for_signs_is_gone_and_says_so(folder):
    result = run(folder / "first.png", "--signs")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--signs: signs are always read now; --alphabet digits leaves them out." in result.stderr
    assert "--signs" not in run("--help").stdout


def test_the_model_is_passed_on(folder):
    (row,) = json_lines(run("--json", "--model", "classic", folder / "second.png"))
    assert row["model"].startswith("classic@")


@pytest.mark.parametrize(
    ("suffix", "kind"), [("png", "PNG"), ("JPG", "JPEG"), ("jpeg", "JPEG"), ("webp", "WEBP")]
)
@pytest.mark.usefixtures("surely")
def test_the_suffix_decides_how_the_drawing_is_written(folder, tmp_path, suffix, kind):
    out = tmp_path / "new" / f"out.{suffix}"
    assert run(folder / "first.png", "-o", out).exit_code == 0
    with Image.open(out) as image:
        assert image.format == kind
    assert pixels(out).shape == (*pixels(folder / "first.png").shape, 3)
    assert coloured(out).sum() > 500
    assert [path.name for path in out.parent.iterdir()] == [out.name]


@pytest.mark.usefixtures("surely")
def test_boxes_are_drawn_round_the_digits(folder, tmp_path):
    run(folder / "first.png", "-o", tmp_path / "out.png")
    frame = coloured(tmp_path / "out.png")
    for left, top, right, bottom in boxes_of(FIRST):
        middle = int(top + bottom) // 2
        assert frame[middle - 5 : middle + 5, int(left) - 8 : int(left) + 4].any(axis=1).all()
        assert frame[middle - 5 : middle + 5, int(right) - 4 : int(right) + 8].any(axis=1).all()


def test_each_page_is_drawn_into_a_file_of_its_own(folder, tmp_path):
    assert run(folder / "both.tiff", "-o", tmp_path / "out.png").exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out-1.png", "out-2.png"]
    for name, page in (("out-1", "first"), ("out-2", "second")):
        drawn, plain = pixels(tmp_path / f"{name}.png"), pixels(folder / f"{page}.png")
        assert drawn.shape == (*plain.shape, 3)
        assert (drawn == plain[..., None]).all(axis=2).mean() > 0.7


@pytest.mark.usefixtures("surely")
def test_a_reduced_page_is_drawn_with_its_boxes_in_place(tmp_path):
    """A page of more than 10.4 million pixels is halved when it is opened; boxes are told in its own pixels."""
    page = np.full((3000, 6000), 255, np.uint8)
    small = page_of(["35"], height=600)
    page[1000 : 1000 + len(small), 2000 : 2000 + small.shape[1]] = small
    Image.fromarray(page).save(tmp_path / "large.png")
    run(tmp_path / "large.png", "-o", tmp_path / "out.png")
    drawn = coloured(tmp_path / "out.png")
    assert drawn.shape == (1500, 3000)
    columns = np.flatnonzero(drawn.any(axis=0))
    (left, *_), (_, _, right, _) = boxes_of(["35"], height=600)
    assert columns.min() == pytest.approx((2000 + left) / 2, abs=20)
    assert columns.max() == pytest.approx((2000 + right) / 2, abs=20)


@pytest.mark.usefixtures("surely")
def test_a_tiny_picture_is_drawn_large_enough_for_its_label(folder, tmp_path):
    page = page_of(["7"], height=16)
    Image.fromarray(page).save(tmp_path / "tiny.png")
    run(tmp_path / "tiny.png", "-o", tmp_path / "out.png")
    times = 480 // max(page.shape)
    assert pixels(tmp_path / "out.png").shape == (page.shape[0] * times, page.shape[1] * times, 3)
    assert coloured(tmp_path / "out.png").sum() > 200


def test_several_files_are_drawn_in_a_folder(folder, tmp_path):
    for name in ("there", "made/", "bare"):
        out = f"{tmp_path}/{name}"
        if name == "there":
            Path(out).mkdir()
        assert run(folder / "first.png", folder / "both.tiff", "-o", out).exit_code == 0
        assert sorted(path.name for path in Path(out).iterdir()) == [
            "both-read-1.png",
            "both-read-2.png",
            "first-read.png",
        ]


def test_wrong_usage_is_told_before_anything_is_read(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setattr("digitlens.cli.read.Reader", None)  # calling it would fail
    (tmp_path / "first-read.png").touch()
    for arguments, said in (
        ([], "Missing argument"),
        (["first.png", "-o", "out.gif"], "must end in .png, .jpg, .jpeg, .webp"),
        (["first.png", "-o", "out"], "must end in"),
        (["first.png", "second.png", "-o", "out.png"], "name a folder"),
        (["first.png", "second.png", "-o", "first.png"], "name a folder"),
        (["first.png", "-o", "./first.png"], "is to be read"),
        (["first.png", f"{tmp_path}/first-read.png", "-o", tmp_path], "is to be read"),
        (["first.png", "first.jpg", "-o", "out/"], "would both be drawn"),
        (["first.png", "--rotate", "nan"], "not a number"),
        (["first.png", "--rotate", "inf"], "not in the range"),
        (["first.png", "--max-error", "nan"], "not a number"),
    ):
        result = run(*arguments)
        assert result.exit_code == 2, arguments
        assert said in " ".join(result.stderr.split())
        assert result.stdout == ""
    assert not (folder / "out").exists()


@pytest.mark.usefixtures("surely")
def test_a_drawing_that_cannot_be_written_is_a_sentence_that_names_it(folder, tmp_path):
    (tmp_path / "file").touch()
    result = run(folder / "first.png", "-o", tmp_path / "file" / "out.png")
    assert result.exit_code == 1
    assert result.stdout == "4071\taccepted\n22\taccepted\n"  # told all the same
    assert result.stderr.startswith(f"Error: {tmp_path / 'file'} cannot be read or written: ")
    assert "Traceback" not in result.output
    assert (tmp_path / "file").read_bytes() == b""


def test_a_drawing_too_large_for_its_format_is_a_sentence_and_leaves_nothing(tmp_path):
    Image.new("L", (17_000, 300), 255).save(tmp_path / "long.png")
    result = run(tmp_path / "long.png", "-o", tmp_path / "long.webp")
    assert result.exit_code == 1
    assert str(tmp_path / "long.webp") in result.stderr
    assert "PNG" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["long.png"]


@pytest.mark.skipif(os.name == "nt", reason="signals differ on Windows")
@pytest.mark.parametrize("words", [[], ["--json"]])
def test_a_closed_pipe_is_no_traceback(folder, words):
    command = [sys.executable, "-m", "digitlens", "read", *words, *[str(folder / "blank.png")] * 400]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


def test_standard_input_that_is_no_picture_is_told(folder):
    result = run("-", stdin=b"no picture")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "not an image" in result.stderr
    (row,) = json_lines(run("--json", "-", stdin=b""))
    assert row["file"] == "-"
    assert row["error"]["code"] == "unreadable_image"


def test_a_pdf_is_read_page_by_page(tmp_path):
    pytest.importorskip("pypdfium2")
    pages = [Image.fromarray(page_of(lines)) for lines in (FIRST, SECOND)]
    buffer = io.BytesIO()
    pages[0].save(buffer, "PDF", save_all=True, append_images=pages[1:], resolution=200)
    result = run("--json", "-", stdin=buffer.getvalue())
    assert [(row["page"], row["text"]) for row in json_lines(result)] == [(1, "4071\n22"), (2, "358")]
