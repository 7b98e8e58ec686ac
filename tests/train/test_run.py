"""Whole runs of the command; in a process of their own those that are killed, and those of another backend."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from digitlens import Reader
from digitlens.cli import main
from digitlens.errors import TrainingError
from digitlens.imaging import frame, open_picture
from digitlens.model import Card, Network
from digitlens.model.calibrate import UNCALIBRATED, softmax
from digitlens.train.kerasfile import load_keras
from digitlens.train.recipes import RECIPES
from digitlens.train.run import TrainingJob
from digitlens.train.sets import sets_of

pytestmark = pytest.mark.slow

ENVIRONMENT = {**os.environ, "PYTHONWARNINGS": "ignore"}


@pytest.fixture(scope="module")
def digits(tmp_path_factory) -> Path:
    """A folder of 200 printed digits by label, each a little different, parted into train and test."""
    folder = tmp_path_factory.mktemp("data") / "printed"
    rng = np.random.default_rng(0)
    for split, count in (("train", 16), ("test", 4)):
        for label in range(10):
            (folder / split / str(label)).mkdir(parents=True)
            for i in range(count):
                page = np.full((64, 48), 255, np.uint8)
                at = (int(rng.integers(6, 12)), int(rng.integers(46, 52)))
                cv2.putText(page, str(label), at, i % 2, rng.uniform(1.3, 1.7), 0, 3, cv2.LINE_AA)
                Image.fromarray(page).save(folder / split / str(label) / f"{i}.png")
    return folder


@contextmanager
def started(
    digits: Path, out: Path, *more: str, backend: str = "tensorflow"
) -> Iterator["subprocess.Popen[str]"]:
    """The command in a process that does not outlive the block."""
    words = [sys.executable, "-m", "digitlens", "train", "--dataset", str(digits), "--out", str(out), *more]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(words, env={**ENVIRONMENT, "KERAS_BACKEND": backend}, **pipes)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def run(digits: Path, out: Path, *more: str) -> dict:
    """The row that the command tells; in this process, where Keras is imported already."""
    words = ["train", "--dataset", str(digits), "--out", str(out), "--json", *more]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout.splitlines()[-1])


def epochs_done(out: Path) -> int:
    progress = out / "models" / "printed_cnn_checkpoint" / "progress.json"
    return len(json.loads(progress.read_text())["epochs"]) if progress.is_file() else 0


def wait_for_epochs(count: int, out: Path, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 300
    while epochs_done(out) < count:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture(scope="module")
def whole(digits, tmp_path_factory) -> tuple[Path, dict]:
    """A run that nothing disturbed."""
    out = tmp_path_factory.mktemp("whole")
    return out, run(digits, out, "--epochs", "5", "--seed", "3")


def test_a_run_leaves_all_it_promises(whole):
    out, row = whole
    names = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert {f"printed_cnn_model{suffix}" for suffix in (".h5", ".keras", ".onnx", ".card.json")} <= names
    assert {"models/printed_cnn_best.h5", "printed_cnn_report.html"} <= names
    card = Card.load(out / "printed_cnn_model.card.json")
    assert card.seed == 3
    assert card.metrics["test"]["accuracy"] == row["test_accuracy"]
    assert card.metrics["test"]["count"] == 40
    assert card.metrics["epochs"] == 5
    assert card.metrics["parity"] < 1e-4
    assert "confusion" in (out / "printed_cnn_report.html").read_text(encoding="utf-8").lower()


def test_the_files_are_one_network(whole, digits):
    out, _ = whole
    model = out / "printed_cnn_model.onnx"
    test = sets_of(str(digits), 5).test
    logits = Network.load(model).logits_of(test.images)
    for suffix in (".h5", ".keras"):
        loaded = load_keras(model.with_suffix(suffix))
        expected = np.asarray(loaded(test.images[..., None].astype(np.float32) / 255, training=False))
        np.testing.assert_allclose(softmax(logits), expected, atol=1e-5)
    assert (
        Reader(model).classify(next((digits / "test" / "1").iterdir())).model.startswith("printed_cnn_model@")
    )


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is not of Windows")
def test_calibrated_anew_it_has_the_card_that_it_had(whole, tmp_path):
    out, _ = whole
    for file in out.glob("printed_cnn_model.*"):
        shutil.copy(file, tmp_path)
    card_file = tmp_path / "printed_cnn_model.card.json"
    before = card_file.read_bytes()
    card = Card.load(card_file)
    replace(card, calibration=UNCALIBRATED).save(card_file)
    result = CliRunner().invoke(main, ["calibrate", str(tmp_path / "printed_cnn_model.onnx")])
    assert result.exit_code == 0, result.output
    assert f"{card.metrics['test']['accuracy']:.2%}" in result.stdout
    assert card_file.read_bytes() == before
    replace(card, command=f"{card.command} --extra mine").save(card_file)
    result = CliRunner().invoke(main, ["calibrate", str(tmp_path / "printed_cnn_model.onnx")])
    assert result.exit_code == 1
    assert "what was held back from it is not known here" in result.stderr


def test_killed_and_resumed_is_as_if_never_killed(whole, digits, tmp_path):
    options = ("--epochs", "5", "--seed", "3")
    with started(digits, tmp_path, *options) as process:
        wait_for_epochs(2, tmp_path, process)  # the third is under way
        process.send_signal(signal.SIGKILL)
    assert epochs_done(tmp_path) < 5
    assert not (tmp_path / "printed_cnn_model.onnx").exists()
    resumed = run(digits, tmp_path, *options, "--resume")
    out, row = whole
    accuracies = [name for name in row if name.endswith("accuracy")]
    assert [resumed[name] for name in accuracies] == [row[name] for name in accuracies]
    cards = [Card.load(folder / "printed_cnn_model.card.json") for folder in (out, tmp_path)]
    assert cards[0].sha256 == cards[1].sha256


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent otherwise on Windows")
def test_ctrl_c_says_how_to_go_on(digits, tmp_path):
    with started(digits, tmp_path, "--epochs", "500") as process:
        wait_for_epochs(1, tmp_path, process)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=300)
    assert process.returncode == 130
    assert "--resume" in err
    assert "Traceback" not in err


def test_jax_trains_and_tensorflow_exports(digits, tmp_path):
    with started(digits, tmp_path, "--epochs", "1", "--json", backend="jax") as process:
        out, err = process.communicate(timeout=600)
    assert process.returncode == 0, err
    row = json.loads(out.splitlines()[-1])
    card = Card.load(tmp_path / "printed_cnn_model.card.json")
    assert card.software["backend"].startswith("jax ")
    assert 0 < card.metrics["parity"] < 1e-4
    assert row["test_accuracy"] == card.metrics["test"]["accuracy"]


def test_several_seeds_are_told_and_the_first_is_kept(digits, tmp_path):
    runs = run(digits, tmp_path, "--epochs", "1", "--runs", "2")["runs"]
    cards = [Card.load(tmp_path / f"seed-{seed}" / "printed_cnn_model.card.json") for seed in (0, 1)]
    assert runs["seeds"] == [0, 1]
    assert runs["test_accuracy"] == [card.metrics["test"]["accuracy"] for card in cards]
    assert runs["mean"] == pytest.approx(sum(runs["test_accuracy"]) / 2)
    assert Card.load(tmp_path / "printed_cnn_model.card.json").sha256 == cards[0].sha256 != cards[1].sha256


def test_it_starts_from_a_network_and_learns_extra_pictures(digits, tmp_path, monkeypatch):
    first = tmp_path / "first"
    run(digits, first, "--recipe", "tiny", "--epochs", "1")
    monkeypatch.chdir(first)  # where the network is found by its name
    options = (
        "--recipe",
        "tiny",
        "--from",
        "printed_cnn_model",
        "--extra",
        str(digits / "test"),
        "--epochs",
        "1",
    )
    row = run(digits, tmp_path, *options)
    card = Card.load(Path(row["model"]).with_suffix(".card.json"))
    assert "--from" in card.command
    assert "--extra" in card.command
    assert card.trained_on.startswith("184 ")


def test_an_unwritable_folder_is_told_before_training(digits, tmp_path):
    (tmp_path / "taken").write_text("a file where the folder should be")
    words = ["train", "--dataset", str(digits), "--out", str(tmp_path / "taken" / "out")]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 1
    assert "Cannot write to" in result.stderr
    assert "epoch" not in result.stderr


def test_too_few_pictures_are_told(tmp_path):
    (tmp_path / "5").mkdir()
    Image.fromarray(np.eye(28, dtype=np.uint8) * 255).save(tmp_path / "5" / "a.png")
    with pytest.raises(TrainingError, match="has 1 glyphs to train on; at least 50"):
        sets_of(str(tmp_path), 10)


def test_the_sets_share_no_picture(digits):
    sets = sets_of(str(digits), 5_000)
    assert [len(part) for part in (sets.training, sets.validation, sets.test)] == [144, 16, 40]
    assert sorted(set(sets.validation.labels)) == list(range(10))
    files = sorted((digits / "train").glob("*/*.png"))
    whole = Counter(frame(open_picture(file).pixels).image.tobytes() for file in files)
    parted = Counter(image.tobytes() for part in (sets.training, sets.validation) for image in part.images)
    assert parted == whole


def test_a_folder_without_a_test_part_gives_a_tenth(digits):
    sets = sets_of(str(digits / "train"), 5_000)
    assert [len(part) for part in (sets.training, sets.validation, sets.test)] == [130, 14, 16]


def test_a_folder_given_by_a_dot_has_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert TrainingJob(RECIPES["classic"], dataset=".").model == Path(f"{tmp_path.name}_cnn_model.onnx")


def test_names_and_command_of_a_job():
    job = TrainingJob(RECIPES["classic"], out=Path("out"), seed=4)
    assert job.model == Path("out/mnist_cnn_model.onnx")
    assert job.best == Path("out/models/mnist_cnn_best.h5")
    assert job.command == "digitlens train --recipe classic --dataset mnist --epochs 18 --seed 4"


def test_a_command_can_be_given_again_to_a_shell():
    job = TrainingJob(RECIPES["tiny"], "my digits", extra=Path("new ones"), teachers=("classic", "a/b.onnx"))
    assert shlex.split(job.command)[2:] == [
        *("--recipe", "tiny", "--dataset", "my digits", "--extra", "new ones"),
        *("--teacher", "classic", "--teacher", "a/b.onnx", "--epochs", "60", "--seed", "0"),
    ]
