"""The networks in the repository: that they are what their cards say, and what Keras computes."""

import hashlib

import numpy as np
import pytest

from digitlens.data import load
from digitlens.imaging import frame_all
from digitlens.model import Card, Network, card_path
from digitlens.model.calibrate import softmax
from digitlens.model.registry import SHIPPED
from digitlens.train.export import export_file
from digitlens.train.kerasfile import QUIET, load_keras
from digitlens.train.recipes import RECIPES

NAMES = sorted(path.stem for path in SHIPPED.glob("*.onnx"))


def test_there_is_one():
    assert "classic" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_card_says_all_there_is_to_know(name):
    path = SHIPPED / f"{name}.onnx"
    card = Card.load(card_path(path))
    assert card.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert card.recipe["name"] in RECIPES
    assert f"--recipe {card.recipe['name']}" in card.command
    assert f"--seed {card.seed}" in card.command
    runs = card.metrics["runs"]
    assert len(runs["seeds"]) == len(runs["test_accuracy"]) >= 2
    assert runs["mean"] == pytest.approx(np.mean(runs["test_accuracy"]))
    assert runs["sd"] == pytest.approx(np.std(runs["test_accuracy"], ddof=1))
    assert runs["test_accuracy"][0] == card.metrics["test"]["accuracy"]
    assert sum(path.with_suffix(suffix).stat().st_size for suffix in (".onnx", ".keras")) < 6 * 2**20


def test_classic_holds_what_is_asked_of_it():
    card = Card.load(card_path(SHIPPED / "classic.onnx"))
    assert card.metrics["runs"]["mean"] >= 0.995
    assert card.metrics["test"]["count"] == 10_000
    assert card.recipe["held_back"] == 5_000
    assert card.trained_on == "55,000 glyphs of mnist"


@pytest.mark.parametrize("name", NAMES)
def test_the_keras_file_exports_to_the_very_onnx_file(name, tmp_path):
    path = SHIPPED / f"{name}.onnx"
    assert export_file(path.with_suffix(".keras"), tmp_path / "again.onnx").difference < 1e-4
    assert (tmp_path / "again.onnx").read_bytes() == path.read_bytes()


@pytest.mark.data
@pytest.mark.parametrize("name", NAMES)
def test_onnx_and_keras_agree_on_the_whole_test_set(name):
    frames = frame_all(load("mnist", "test").images)
    model = load_keras(SHIPPED / f"{name}.keras")
    expected = model.predict(frames[..., None].astype(np.float32) / 255, batch_size=500, verbose=QUIET)
    logits = Network.load(SHIPPED / f"{name}.onnx", threads=2).logits_of(frames)
    assert np.abs(softmax(logits) - expected).max() < 1e-4
