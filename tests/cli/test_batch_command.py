"""``digitlens batch`` as a person runs it."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from commands import run


@pytest.fixture
def folder(tmp_path) -> Path:
    """Three ones, and a file that is no picture."""
    image = np.full((80, 60), 255, np.uint8)
    cv2.line(image, (30, 15), (30, 65), 0, 5, cv2.LINE_AA)
    (tmp_path / "in").mkdir()
    for name in "abc":
        cv2.imwrite(str(tmp_path / "in" / f"{name}.png"), image)
    (tmp_path / "in" / "bad.png").write_bytes(b"no picture")
    return tmp_path / "in"


def test_a_folder_becomes_a_table(folder, tmp_path):
    result = run("batch", folder, tmp_path / "out.csv", "--workers", 1, "--json")
    assert result.exit_code == 1
    summary = json.loads(result.stdout)
    assert summary == {
        "source": str(folder),
        "table": str(tmp_path / "out.csv"),
        "inputs": 4,
        "resumed": 0,
        "accepted": summary["accepted"],
        "doubtful": 3 - summary["accepted"],
        "failed": 1,
        "seconds": summary["seconds"],
    }
    with (tmp_path / "out.csv").open(newline="") as file:
        read = [*csv.DictReader(file)]
    found = {Path(row["file"]).name: row["text"] for row in read}
    assert found == {"a.png": "1", "b.png": "1", "bad.png": "", "c.png": "1"}
    assert f"{folder}/bad.png is not an image" in result.stderr
    assert "0 of 4 (0%)" in result.stderr
    assert summary["accepted"] == sum(row["accepted"] == "true" for row in read)
    told = f"{summary['accepted']} accepted, {summary['doubtful']} doubtful, 1 unreadable. Look at "
    assert "4 done in 0:00:" in result.stderr
    assert result.stderr.endswith(f"{told}{tmp_path / 'out.csv'}\n")
    again = run("batch", folder, tmp_path / "out.csv", "--workers", 1)
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)


def test_no_folder_is_made_unasked(folder, tmp_path):
    result = run("batch", folder, tmp_path / "new" / "out.csv")
    assert result.exit_code == 1
    assert f"There is no folder {tmp_path / 'new'}: make it first" in result.stderr
    assert not (tmp_path / "new").exists()


def test_a_list_may_come_on_standard_input(folder, tmp_path):
    names = f"{folder}/c.png\n{folder}/a.png\n".encode()
    result = run(
        *("batch", "-", tmp_path / "out.jsonl", "--single", "--rows", "glyph", "--workers", 1), stdin=names
    )
    assert result.exit_code == 0
    assert result.stdout == ""
    found = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [(row["file"], row["label"], row["number"]) for row in found] == [
        (f"{folder}/c.png", "1", 1),
        (f"{folder}/a.png", "1", 1),
    ]


def test_a_submission_has_a_digit_for_every_picture(tmp_path):
    bar = np.zeros((28, 28), np.uint8)
    bar[4:24, 13:15] = 255
    rows = [bar, np.zeros_like(bar), bar]
    head = ",".join(f"pixel{number}" for number in range(784))
    lines = [head, *(",".join(map(str, row.ravel())) for row in rows)]
    (tmp_path / "test.csv").write_text("\n".join(lines))
    result = run("batch", tmp_path / "test.csv", "-o", tmp_path / "submission.csv", "--workers", 1)
    assert result.exit_code == 0
    assert (tmp_path / "submission.csv").read_text() == "ImageId,Label\n1,1\n2,0\n3,1\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["in"],
        ["in", "out.csv", "x"],
        ["in", "out.csv", "--rows", "word"],
        ["in", "out.csv", "-o", "other.csv"],
    ],
)
def test_wrong_usage_is_2(arguments):
    assert run("batch", *arguments).exit_code == 2


def test_what_cannot_be_written_is_a_sentence(folder, tmp_path):
    result = run("batch", folder, tmp_path / "out.doc")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: A table cannot be written as .doc: end its name in .csv, .jsonl")


def heeding() -> None:
    """Have Ctrl-C heeded also where the tests run in the background of a shell, which has it ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill -9"])
def test_stopped_and_started_again_it_goes_on(sent, tmp_path):
    image = np.full((200, 200), 255, np.uint8)
    cv2.putText(image, "7", (45, 150), cv2.FONT_HERSHEY_SIMPLEX, 4, 0, 6)
    (tmp_path / "in").mkdir()
    for number in range(64):
        cv2.imwrite(str(tmp_path / "in" / f"{number:02}.png"), image)
    command = [sys.executable, "-m", "digitlens", "batch", "in", "out.csv", "--workers", "1"]
    ledger = tmp_path / ".out.csv.batch"
    options: dict[str, Any] = {"cwd": tmp_path, "stderr": subprocess.PIPE, "preexec_fn": heeding}
    with subprocess.Popen(command, text=True, **options) as process:
        while process.poll() is None and not [*ledger.glob("[0-9]*.jsonl")]:
            time.sleep(0.01)
        process.send_signal(sent)
        _, said = process.communicate()
    assert process.returncode == (130 if sent == signal.SIGINT else -sent)
    assert not (tmp_path / "out.csv").exists()
    if sent == signal.SIGINT:
        assert said.splitlines()[-1].startswith("Stopped. What is done is kept")
    (manifest,) = ledger.glob("manifest.json")
    assert json.loads(manifest.read_text())["inputs"] == 64
    again = subprocess.run([*command, "--json"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert json.loads(again.stdout)["resumed"] >= 4
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [f'"in/{number:02}.png"' for number in range(64)]
    assert sorted(os.listdir(tmp_path)) == ["in", "out.csv"]  # noqa: PTH208
