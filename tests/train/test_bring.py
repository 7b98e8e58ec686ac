"""From somebody's file to a network that every face uses: export, models add, explain."""

import json
from pathlib import Path

import keras
import made_onnx
import numpy as np
import pytest
from click.testing import CliRunner, Result
from old_keras import save_old
from PIL import Image
from test_probe import disguised

from digitlens.cli import main
from digitlens.data.synth import draw_writers
from digitlens.imaging import frame_all
from digitlens.model import Card, Network, card_path, find
from digitlens.train import bring as bring_module
from digitlens.train import orders, probe
from digitlens.train.kerasfile import load_keras


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    """A few hundred glyphs are enough to see that all is in its place."""
    monkeypatch.setattr(orders, "COUNT", 300)
    monkeypatch.setattr(probe, "QUICK", 100)
    monkeypatch.setattr(bring_module, "DRAWN_NEGATIVES", 80)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, words)
    assert result.exit_code == code, result.output
    return result


def accuracy(path: Path) -> float:
    images, labels = draw_writers(100, 9)
    network = Network.load(path)
    best = network.logits_of(frame_all(images)).argmax(axis=1)
    return float(
        np.mean([network.card.labels[i] == str(label) for i, label in zip(best, labels, strict=True)])
    )


@pytest.fixture
def foreign(folder) -> Path:
    """A network that wants black ink on white, 0 to 255, on its side, and calls its classes 1 to 9 and 0."""
    disguised(folder, "0..255", "black on white", True, (*range(1, 10), 0), "NCHW")
    return (folder / "net.onnx").rename(folder / "theirs.onnx")


def test_a_foreign_network_is_exported_told_of_and_used(foreign, folder):
    (row,) = map(json.loads, run("export", "theirs.onnx", "-o", "mine.onnx", "--json").stdout.splitlines())
    assert row["found"].endswith("% of 300 with black on white, 0 to 255, rows and columns exchanged")
    assert (row["labels"], row["head"], row["tried_on"]) == (
        "1234567890",
        "none",
        "digits drawn by DigitLens",
    )
    card = Card.load(card_path(folder / "mine.onnx"))
    assert {key: card.recipe[key] for key in ("scale", "polarity", "transposed", "shape")} == {
        "scale": "0..255",
        "polarity": "black on white",
        "transposed": True,
        "shape": [1, 28, 28],
    }
    assert card.metrics["validation"]["dataset"] == "digits drawn by DigitLens"
    assert card.metrics["tried_on"]["count"] == 300
    assert len(card.calibration.risk) > 40
    assert card.calibration.digit_slope > 0
    assert accuracy(folder / "mine.onnx") > 0.9


def test_a_network_without_grad_cam_is_explained_by_occlusion_alone(foreign, folder):
    run("models", "add", "theirs.onnx", "--name", "mine")
    Image.fromarray(255 - draw_writers(8, 4)[0][7]).save("seven.png")
    told = run("explain", "seven.png", "-o", "why.png", "--model", "mine").stdout
    assert "what speaks for the digit 7" in told or "what speaks for 7" in told
    assert "by occlusion alone: this network has no Grad-CAM" in told
    run("explain", "seven.png", "-o", "both.png", "--model", "fast")
    with Image.open("why.png") as why, Image.open("both.png") as both:
        assert why.width < both.width


def test_a_network_of_keras_2_becomes_one_of_ours_with_grad_cam(folder):
    model = load_keras(find("fast").with_suffix(".keras"))
    save_old(model, folder / "course.h5", "2.2.4")
    told = run("export", "course.h5", "-o", "mine.onnx")
    assert "with white on black, 0 to 1 (tried on digits drawn by DigitLens)" in told.stderr
    mine, fast = Network.load(folder / "mine.onnx"), Network.load(find("fast"))
    assert mine.card.head == fast.card.head
    frames = frame_all(draw_writers(20, 3)[0])
    assert np.abs(mine.logits(frames) - fast.logits(frames)).max() < 0.05
    assert keras.backend.backend() == "tensorflow"


def test_networks_are_added_by_name(foreign, folder, monkeypatch):
    run("export", "theirs.onnx", "-o", "other/mine.onnx")
    run("models", "add", "other/mine.onnx", "--name", "second")
    assert find("second").read_bytes() == (folder / "other" / "mine.onnx").read_bytes()
    assert (
        "a network 'second' already"
        in run("models", "add", "other/mine.onnx", "--name", "second", code=1).stderr
    )
    assert (
        "a network 'robust' already"
        in run("models", "add", "other/mine.onnx", "--name", "robust", code=1).stderr
    )
    assert (
        "cannot be called '../x'" in run("models", "add", "other/mine.onnx", "--name", "../x", code=1).stderr
    )
    monkeypatch.setenv("DIGITLENS_MODELS", str(folder / "shelf"))
    run("models", "add", "other/mine.onnx")
    assert find("mine") == folder / "shelf" / "mine.onnx"


def test_what_does_not_read_is_refused_and_nothing_is_written(folder):
    made_onnx.save(made_onnx.torch_traced(made_onnx.convolutional()), folder / "untrained.onnx")
    told = run("export", "untrained.onnx", "-o", "out/mine.onnx", code=1).stderr
    assert "The network does not read digits drawn by DigitLens: at best" in told
    assert not (folder / "out").exists() or not list((folder / "out").iterdir())
    assert "is MODEL itself" in run("export", "untrained.onnx", "-o", "untrained.onnx", code=2).stderr


def test_what_a_person_says_is_kept(foreign, folder):
    run(
        "export",
        "theirs.onnx",
        "-o",
        "mine.onnx",
        "--labels",
        "1234567890",
        "--scale",
        "0..255",
        "--transpose",
    )
    assert Card.load(card_path(folder / "mine.onnx")).labels == tuple("1234567890")
    told = run(
        "export", "theirs.onnx", "-o", "no.onnx", "--no-transpose", "--polarity", "white on black", code=1
    )
    assert "does not read" in told.stderr
