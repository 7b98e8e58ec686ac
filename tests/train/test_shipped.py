"""The networks in the repository: that they are what their cards say, and what Keras computes."""

import hashlib

import numpy as np
import pytest

from digitlens.data import load
from digitlens.data.synth import corrupt, not_digits
from digitlens.imaging import frame_all
from digitlens.model import ALPHABETS, DEFAULT_MODEL, Card, Network, card_path, kind_of
from digitlens.model.calibrate import softmax
from digitlens.model.registry import SHIPPED
from digitlens.model.stroke import at_least_as_thick
from digitlens.train.export import PARITY, export_file
from digitlens.train.kerasfile import QUIET, load_keras
from digitlens.train.recipes import RECIPES

NAMES = sorted(path.stem for path in SHIPPED.glob("*.onnx") if kind_of(path) == "glyphs")


def test_the_default_and_the_textbook_network_are_there():
    assert set(NAMES) >= {"classic", DEFAULT_MODEL}


@pytest.mark.parametrize("name", NAMES)
def test_a_card_says_all_there_is_to_know(name):
    path = SHIPPED / f"{name}.onnx"
    card = Card.load(card_path(path))
    assert card.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert card.recipe["name"] in RECIPES
    assert f"--recipe {card.recipe['name']}" in card.command
    assert f"--seed {card.seed}" in card.command
    assert sum(path.with_suffix(suffix).stat().st_size for suffix in (".onnx", ".keras")) < 6 * 2**20
    if name in ("characters", "robust"):
        assert "runs" not in card.metrics  # one seed alone
        return
    runs = card.metrics["runs"]
    assert len(runs["seeds"]) == len(runs["test_accuracy"]) >= 2
    assert runs["mean"] == pytest.approx(np.mean(runs["test_accuracy"]))
    assert runs["sd"] == pytest.approx(np.std(runs["test_accuracy"], ddof=1))
    assert runs["test_accuracy"][0] == card.metrics["test"]["accuracy"]


def test_characters_tells_its_figures_and_what_it_confuses():
    card = Card.load(card_path(SHIPPED / "characters.onnx"))
    assert 1 < card.least_stroke < 3
    assert card.metrics["alphabets"]["letters"]["together"]["accepted"] > 0.7
    assert "".join(card.labels) == ALPHABETS["alnum"]
    measured = card.metrics["alphabets"]
    assert set(measured) == {*card.alphabets, "cases merged where alike", "emnist-letters-part"}
    assert set(card.alphabets) == {"digits", "letters", "lower", "upper"}
    assert (card.metrics["test"]["dataset"], card.metrics["test"]["count"]) == ("emnist-characters", 22_000)
    assert measured["emnist-letters-part"]["count"] == 14_800
    assert measured["digits"]["accuracy"] > 0.99
    assert measured["cases merged where alike"]["accuracy"] > card.metrics["test"]["accuracy"]
    assert {"0", "O"} in [set(pair[:2]) for pair in card.metrics["confused"][:3]]
    assert {"O", "o"} <= {*card.alike["0"]}


def test_classic_holds_what_is_asked_of_it():
    card = Card.load(card_path(SHIPPED / "classic.onnx"))
    assert card.metrics["runs"]["mean"] >= 0.995
    assert card.metrics["test"]["count"] == 10_000
    assert card.recipe["held_back"] == 5_000
    assert card.trained_on == "55,000 glyphs of mnist"


@pytest.mark.data
def test_robust_reads_the_world_and_knows_what_is_no_digit():
    """A fifth of benchmarks/robustness.py: enough to tell a broken network from a whole one."""
    digits = load("mnist", "test")
    network = Network.load(SHIPPED / "robust.onnx", threads=2)
    rng = np.random.default_rng(0)
    rows = rng.permutation(10_000)[:200]
    right = []
    for kind in ("shot", "impulse", "glass", "motion", "shear", "fog", "spatter", "zigzag", "outline"):
        frames = frame_all(corrupt(image, kind, 0.35, rng) for image in digits.images[rows])
        read = network.card.calibration.probabilities(network.logits_of(frames)).argmax(axis=1)
        right.append(np.mean(read == digits.labels[rows]))
    assert np.mean(right) > 0.95
    frames = frame_all(not_digits(400, 7, digits.images))
    calibration = network.card.calibration
    predictions = calibration.predict(network.logits_of(frames), calibration.threshold(0.005))
    refused = 1 - predictions.accepted.mean()
    assert refused > 0.9


@pytest.mark.parametrize("name", NAMES)
def test_the_keras_file_exports_to_the_very_onnx_file(name, tmp_path):
    path = SHIPPED / f"{name}.onnx"
    stored = Card.load(card_path(path)).recipe.get("stored", "float32")
    again = export_file(path.with_suffix(".keras"), tmp_path / "again.onnx", stored)
    assert again.difference < PARITY[stored]
    assert (tmp_path / "again.onnx").read_bytes() == path.read_bytes()


@pytest.mark.data
@pytest.mark.parametrize("name", NAMES)
def test_onnx_and_keras_agree_on_a_fifth_of_the_test_set(name):
    frames = frame_all(load("mnist", "test").images[::5])
    model = load_keras(SHIPPED / f"{name}.keras")
    network = Network.load(SHIPPED / f"{name}.onnx", threads=2)
    seen = at_least_as_thick(frames, network.card.least_stroke)
    expected = model.predict(seen[..., None].astype(np.float32) / 255, batch_size=500, verbose=QUIET)
    difference = np.abs(softmax(network.logits_of(frames)) - expected).max()
    assert difference < PARITY[network.card.recipe.get("stored", "float32")]
