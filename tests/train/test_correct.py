"""Fine-tuning on corrections: what is learnt, what is kept, and that a network that got worse replaces nothing."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import keras
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from digitlens import Reader
from digitlens.cli import main
from digitlens.errors import DatasetError, TrainingError
from digitlens.model import Card, card_path
from digitlens.model.registry import keras_file
from digitlens.train import correct as correcting
from digitlens.train.correct import TUNING, WORLD, Corrected, CorrectionJob, correct
from digitlens.train.sets import Extra, sets_of

pytestmark = pytest.mark.slow

SMALL = replace(TUNING, epochs=4, batch_size=32, learning_rate=4e-3, optimizer="adam", trust=0.1)
"""Settings by which few glyphs make a difference."""


def printed(folder: Path, count: int, font: int, seed: int) -> Path:
    """``count`` printed digits of each label in a folder, each a little different."""
    rng = np.random.default_rng(seed)
    for label in range(10):
        (folder / str(label)).mkdir(parents=True)
        for i in range(count):
            page = np.full((64, 48), 255, np.uint8)
            at = (int(rng.integers(6, 12)), int(rng.integers(46, 52)))
            cv2.putText(page, str(label), at, font, rng.uniform(1.3, 1.7), 0, 3, cv2.LINE_AA)
            Image.fromarray(page).save(folder / str(label) / f"{i}.png")
    return folder


@pytest.fixture(scope="module")
def digits(tmp_path_factory) -> Path:
    """What stands for the dataset that a network was trained on."""
    folder = tmp_path_factory.mktemp("data") / "printed"
    printed(folder / "train", 30, 0, 1)
    printed(folder / "test", 3, 0, 2)
    return folder


@pytest.fixture(scope="module")
def corrections(tmp_path_factory) -> Path:
    """Bars at ten heights, which no network knows, as ten digits; and crosses, which are none."""
    folder = tmp_path_factory.mktemp("corrections")
    for i in range(60):
        page = np.zeros((28, 28), np.uint8)
        page[4:24, 4 + i // 10 : 6 + i // 10] = 255
        page[4 + 2 * (i % 10) : 6 + 2 * (i % 10), 4:24] = 255
        path = folder / ("other" if i >= 50 else str(i % 10)) / f"{i}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(page).save(path)
    return folder


@pytest.fixture(scope="module", autouse=True)
def small():
    """Settings that are done in seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(correcting, "TUNING", SMALL)
        patch.setattr(correcting, "WORLD", replace(WORLD, degraded=60, others=20))
        yield


@pytest.fixture(scope="module")
def first(corrections, digits, tmp_path_factory) -> Corrected:
    """What nothing disturbed made of a network without a class for what is no digit."""
    return correct(correction("fast", corrections, digits, tmp_path_factory.mktemp("first")))


def correction(name: str, corrections: Path, digits: Path, out: Path, **more) -> CorrectionJob:
    return CorrectionJob(keras_file(name), corrections, str(digits), out, epochs=SMALL.epochs, **more)


def test_a_network_that_refuses_learns_digits_and_what_is_none(corrections, digits, tmp_path):
    found = correct(correction("robust", corrections, digits, tmp_path))
    assert not found.refused
    assert found.corrections == 60
    assert found.right_before < 25
    assert found.right_after > found.right_before
    card = Card.load(card_path(tmp_path / "robust_corrected.onnx"))
    assert card == found.outcome.card
    assert card.calibration.other
    assert card.version != found.start.partition("@")[2]
    assert card.metrics["corrections"]["start"] == found.start
    assert card.metrics["corrections"]["right_after"] == found.right_after
    assert card.trained_on.endswith("printed, and drawings and 60 corrections")
    assert card.command.startswith("digitlens train --dataset")
    assert "--recipe" not in card.command
    names = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert names == {
        f"robust_corrected{end}" for end in (".keras", ".h5", ".onnx", ".card.json", "_report.html")
    }
    assert Reader(tmp_path / "robust_corrected.onnx").classify(corrections / "3" / "13.png").glyphs


def test_a_network_without_a_class_for_it_learns_the_digits_alone(first):
    assert not first.refused
    assert first.corrections == 50
    assert first.right_after > first.right_before
    assert not first.outcome.card.calibration.other


def test_a_network_that_got_worse_replaces_nothing(monkeypatch, corrections, digits, tmp_path):
    monkeypatch.setattr(correcting, "TUNING", replace(SMALL, learning_rate=1.0))
    standing = tmp_path / "fast_corrected.onnx"
    standing.write_bytes(b"the one before")
    words = ["train", "--from", "fast", "--extra", corrections, "--dataset", digits, "--out", tmp_path]
    result = CliRunner().invoke(main, [*map(str, words), "--epochs", "1"])
    assert result.exit_code == 1, result.output
    assert "before" in result.stdout
    assert "reads worse than fast@" in result.stderr
    assert "nothing was replaced" in result.stderr
    assert standing.read_bytes() == b"the one before"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["fast_corrected.onnx"]
    (row,) = (
        CliRunner()
        .invoke(main, [*map(str, words), "--epochs", "1", "--json", "--resume"])
        .stdout.splitlines()
    )
    assert json.loads(row)["refused"]
    assert json.loads(row)["validation"]["lost"] > 5


class Stop(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt


def test_stopped_and_resumed_is_as_if_never_stopped(first, corrections, digits, tmp_path):
    stopped = correction("fast", corrections, digits, tmp_path)
    with pytest.raises(KeyboardInterrupt):
        correct(stopped, callbacks=[Stop()])
    assert not stopped.result.exists()
    assert correct(stopped, resume=True).outcome.card.sha256 == first.outcome.card.sha256


def test_the_second_round_goes_on_from_the_first(first, corrections, digits):
    version, model = first.outcome.card.version, first.outcome.model
    again = CorrectionJob(model.with_suffix(".keras"), corrections, str(digits), model.parent, epochs=1)
    assert again.result == model
    second = correct(again)
    assert second.start == f"fast_corrected@{version}"
    assert second.right_before == first.right_after


@pytest.mark.parametrize("more", [["--from", "fast"], ["--from", "fast", "--extra", ".", "--runs", "2"]])
def test_what_cannot_be_meant_is_wrong_usage(more):
    result = CliRunner().invoke(main, ["train", *more])
    assert result.exit_code == 2
    assert "with --recipe NAME it trains in full" in " ".join(result.stderr.split())


def test_without_mnist_it_says_where_to_put_it(corrections, tmp_path, monkeypatch):
    monkeypatch.setenv("DIGITLENS_OFFLINE", "1")
    words = ["train", "--from", "fast", "--extra", str(corrections), "--out", str(tmp_path)]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 1
    assert "mnist/train-images-idx3-ubyte.gz is not here" in result.stderr
    assert "DIGITLENS_DATA" in result.stderr


def test_a_network_of_unknown_make_is_told(corrections, tmp_path):
    source = keras_file("fast")
    for suffix in (".keras", ".onnx"):
        (tmp_path / f"odd{suffix}").write_bytes(source.with_suffix(suffix).read_bytes())
    card = replace(Card.load(card_path(source.with_suffix(".onnx"))), recipe={})
    card.save(tmp_path / "odd.card.json")
    with pytest.raises(TrainingError, match=r"odd\.keras does not tell how the network is built"):
        correct(CorrectionJob(tmp_path / "odd.keras", corrections, out=tmp_path))


def test_corrections_are_counted_in_the_alphabet_of_the_network(corrections, tmp_path):
    for i, folder in enumerate(["A", "lower_a", "other"]):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.png").write_bytes((corrections / str(i) / f"{i}.png").read_bytes())
    extra = Extra.load(tmp_path)
    assert extra.within((*"0aA", "")).labels.tolist() == [2, 1, 3]
    with pytest.raises(DatasetError, match="has the labels Aa, but the network has only 0123456789"):
        extra.within((*"0123456789", ""))


def test_extra_pictures_of_no_digit_are_learnt_only_with_a_class_for_them(corrections, digits, caplog):
    extra = Extra.load(corrections)
    assert (len(extra.glyphs), len(extra.negatives)) == (50, 10)
    assert len(extra.within((*"0123456789", ""))) == 60
    assert extra.within((*"0123456789", "")).labels[-10:].tolist() == [10] * 10
    plain = sets_of(str(digits), 20, corrections)
    assert len(plain.training) == len(sets_of(str(digits), 20).training) + 50
    assert "10 pictures of what is no glyph are left out" in caplog.text
    mixed = sets_of(str(digits), 20, corrections, replace(WORLD, degraded=50, others=20))
    np.testing.assert_array_equal(mixed.training.images[-10:], extra.negatives)
    assert mixed.training.labels[-10:].tolist() == [10] * 10
