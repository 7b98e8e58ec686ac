"""The commands as a person runs them: output, exit codes, errors."""

import asyncio
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from commands import json_lines, run
from digitlens import __version__
from digitlens.cli.main import LazyGroup
from digitlens.data.samples import draw
from digitlens.model import session
from digitlens.model.registry import SHIPPED
from digitlens.reader import Reader
from digitlens.types import Box, Doubt, Glyph, Line, Reading


@pytest.fixture
def pictures(tmp_path) -> dict[str, Path]:
    """A one, a blank page, a file that is no picture, and one that is not there."""
    one = np.full((80, 60), 255, np.uint8)
    cv2.line(one, (30, 15), (30, 65), 0, 5, cv2.LINE_AA)
    made = {name: tmp_path / f"{name}.png" for name in ("one", "blank", "bad", "missing")}
    Image.fromarray(one).save(made["one"])
    Image.fromarray(np.full((40, 40), 255, np.uint8)).save(made["blank"])
    made["bad"].write_bytes(b"this is no picture")
    return made


def test_classify_tells_a_line_for_each_picture(pictures):
    result = run("classify", pictures["one"], pictures["blank"])
    assert result.exit_code == 0
    first, second = result.stdout.splitlines()
    assert first.startswith(f"{pictures['one']}\t1\t")
    assert "blank" in second


def test_classify_calls_what_it_refuses_by_what_it_reads(tmp_path):
    (scribble := tmp_path / "scribble.png").write_bytes(draw("scribble"))
    for alphabet, kind in (("digits", "digit"), ("letters", "letter"), ("alnum", "character")):
        result = run("classify", "--alphabet", alphabet, "--model", "characters", scribble)
        assert f"\tnot a {kind} (if it were one: " in result.stdout


def test_a_picture_of_several_glyphs_is_told_to_be_one_with_their_number(pictures, monkeypatch):
    box = Box(0, 0, 9, 9)
    glyph = Glyph("4", 0.9, 1.0, box, True, None, {"4": 0.9, "9": 0.1})
    doubt = Doubt("several", "There is more than one glyph (3): use read.", box)
    reading = Reading("a.png", "m@1", lines=(Line((glyph,), box),), doubts=(doubt,))
    monkeypatch.setattr(Reader, "classify_many", lambda *_, **__: iter([reading]))
    assert run("classify", pictures["one"]).stdout == (
        f"{pictures['one']}\tseveral: There is more than one glyph (3): use read.\n"
    )
    monkeypatch.setattr(Reader, "classify_many", lambda *_, **__: iter([reading]))
    (row,) = json_lines(run("classify", "--json", pictures["one"]))
    assert (row["accepted"], row["reason"], row["text"]) == (False, "several", "4")
    assert "(3)" in row["doubts"][0]["message"]
    cut = replace(reading, doubts=(Doubt("incomplete", "It is cut by the edge.", box),))
    monkeypatch.setattr(Reader, "classify_many", lambda *_, **__: iter([cut]))
    assert run("classify", pictures["one"]).stdout.endswith(
        "\t4\t90.0% (9 10.0%)  incomplete: It is cut by the edge. (box 0, 0, 9, 9)\n"
    )


def test_classify_json_keeps_the_contract(pictures):
    result = run("classify", "--json", *pictures.values())
    assert result.exit_code == 1
    one, blank, bad, missing = json_lines(result)
    assert [row["file"] for row in (one, blank, bad, missing)] == [str(path) for path in pictures.values()]
    assert one["text"] == "1"
    assert one["lines"][0]["glyphs"][0]["label"] == "1"
    assert len(one["lines"][0]["glyphs"][0]["top"]) == 3
    assert blank == {**blank, "text": "", "lines": [], "accepted": False, "reason": "blank"}
    assert bad["error"]["code"] == missing["error"]["code"] == "unreadable_image"
    assert set(bad) == {"file", "error"}


def test_some_that_fail_are_named_and_the_rest_are_done(pictures):
    result = run("classify", pictures["bad"], pictures["one"])
    assert result.exit_code == 1
    assert str(pictures["bad"]) in result.stderr
    assert "\t1\t" in result.stdout
    assert "Traceback" not in result.output


def test_standard_input_is_read(pictures):
    result = run("classify", "--json", "-", stdin=pictures["one"].read_bytes())
    assert result.exit_code == 0
    (row,) = json_lines(result)
    assert row["file"] == "-"
    assert row["text"] == "1"


@pytest.mark.parametrize(
    "arguments",
    [
        ["classify"],
        ["classify", "--max-error", "0", "x.png"],
        ["classify", "--max-error", "2", "x.png"],
        ["nosuch"],
        ["evaluate", "classic"],
        ["export", "classic"],
    ],
)
def test_wrong_usage_is_2(arguments):
    assert run(*arguments).exit_code == 2


def test_an_unknown_model_is_a_sentence(pictures):
    result = run("classify", "--model", "nosuch", pictures["one"])
    assert result.exit_code == 1
    assert result.stderr.startswith(
        "Error: There is no model 'nosuch'. Name one of best, characters, classic, fast"
    )


def test_a_network_in_the_working_folder_is_found(pictures, tmp_path, monkeypatch):
    shipped = Path(json_lines(run("models", "list", "--json"))[0]["file"])
    for suffix in (".onnx", ".card.json"):
        (tmp_path / f"mine{suffix}").write_bytes(shipped.with_suffix(suffix).read_bytes())
    monkeypatch.chdir(tmp_path)
    names = [row["name"] for row in json_lines(run("models", "list", "--json"))]
    assert sorted(names) == sorted([*(path.stem for path in SHIPPED.glob("*.onnx")), "mine"])
    (row,) = json_lines(run("classify", "--json", "--model", "mine", pictures["one"]))
    assert row["model"].startswith("mine@")


def test_the_card_is_shown():
    (card,) = json_lines(run("models", "show", "classic", "--json"))
    assert card["labels"] == list("0123456789")
    assert card["metrics"]["test"]["accuracy"] > 0.99
    assert card["recipe"]["name"] == "classic"
    assert card["sha256"].startswith(card["version"])


@pytest.mark.data
def test_evaluate_measures_what_the_card_says():
    (card,) = json_lines(run("models", "show", "classic", "--json"))
    (found,) = json_lines(run("evaluate", "classic", "--dataset", "mnist", "--json"))
    assert found["count"] == 10_000
    assert found["accuracy"] == pytest.approx(card["metrics"]["test"]["accuracy"], abs=1e-4)
    assert found["confusion"] == card["metrics"]["test"]["confusion"]
    low, high = found["interval"]
    assert low < found["accuracy"] < high


@pytest.mark.data
def test_evaluate_prints_a_table():
    result = run("evaluate", "classic", "--dataset", "usps", "--max-error", "0.01")
    assert result.exit_code == 0
    assert "2,007 glyphs" in result.stdout
    assert "aimed for 1.00%" in result.stdout
    assert "true \\ read" in result.stdout


def test_a_folder_is_evaluated(pictures, tmp_path):
    for label, name in (("1", "one"), ("7", "one")):
        (tmp_path / "set" / label).mkdir(parents=True)
        (tmp_path / "set" / label / "a.png").write_bytes(pictures[name].read_bytes())
    (found,) = json_lines(run("evaluate", "classic", "--dataset", tmp_path / "set", "--json"))
    assert found["count"] == 2
    assert found["accuracy"] == 0.5
    assert found["per_label"]["1"] == [1, 1]
    assert found["per_label"]["7"] == [1, 0]


def test_evaluate_without_data_is_a_sentence(tmp_path):
    result = run("evaluate", "classic", "--dataset", tmp_path / "nothing")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")


def test_every_command_has_help_with_an_example():
    for name in LazyGroup.about:
        result = run(name, "--help")
        assert result.exit_code == 0
        assert f"digitlens {name}" in result.stdout.replace("root ", "digitlens ")
        assert "Example" in result.stdout


def test_version():
    assert run("--version").stdout == f"digitlens, version {__version__}\n"


def test_help_and_version_import_no_command():
    code = (
        "import sys; from digitlens.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit(any(m.partition('.')[0] in ('cv2', 'onnxruntime', 'keras', 'streamlit') for m in sys.modules))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], check=False, stdout=subprocess.DEVNULL).returncode == 0
    )


@pytest.mark.skipif(os.name == "nt", reason="signals differ on Windows")
def test_a_closed_pipe_is_no_traceback(pictures):
    words = [sys.executable, "-m", "digitlens", "classify", "--json", *[str(pictures["one"])] * 400]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


@pytest.mark.parametrize("command", ["classify", "read", "selftest"])
def test_a_device_that_is_not_there_is_an_error(command, pictures, monkeypatch):
    monkeypatch.setattr(session, "providers", lambda: ["CPUExecutionProvider"])
    result = run(command, "--device", "cuda", *([] if command == "selftest" else [pictures["one"]]))
    assert result.exit_code == 1
    assert "no CUDAExecutionProvider" in result.stderr
    assert result.stdout == ""


def test_selftest_tries_every_layer():
    began = time.perf_counter()
    (report,) = json_lines(run("selftest", "--json"))
    assert time.perf_counter() - began < 60
    assert report["ok"] is True
    assert report["versions"]["digitlens"] == __version__
    assert report["glyphs"]["right"] == report["glyphs"]["count"] >= 5
    assert report["speed"]["ms_per_glyph"] > 0
    assert report["api"] == "right"


def test_selftest_runs_where_an_event_loop_does():
    async def notebook() -> list[dict]:
        return json_lines(run("selftest", "--json"))

    (report,) = asyncio.run(notebook())
    assert report["api"] == "right"


def test_selftest_fails_where_the_api_reads_otherwise(monkeypatch):
    monkeypatch.setattr("digitlens.api.inprocess.classify", lambda pictures, *_: dict.fromkeys(pictures, "3"))
    result = run("selftest")
    assert result.exit_code == 1
    assert "HTTP API   pencil was read as '3', not '7';" in result.stdout
    assert "Something is wrong" in result.stdout
