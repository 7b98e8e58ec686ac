"""Few glyphs: a network that reads already learns them, its classes those of the data alone."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitlens.model.registry import keras_file
from digitlens.train import little
from digitlens.train.little import LITTLE, little_job
from digitlens.train.recipes import recipe
from digitlens.train.start import started


def folder(root: Path, labels: Iterable[str], each: int) -> Path:
    for label in labels:
        (root / label).mkdir(parents=True)
        for number in range(each):
            Image.new("L", (28, 28), number).save(root / label / f"{number}.png")
    return root


@pytest.mark.parametrize(("labels", "start"), [("0127", "robust"), ("AB7", "characters")])
def test_few_glyphs_are_taught_to_a_network_that_has_their_labels(labels, start, tmp_path, caplog):
    data = folder(tmp_path / "digits", labels, 3)
    with caplog.at_level("INFO", "digitlens"):
        job = little_job(str(data), tmp_path, 4, None)
    assert job is not None
    assert job.start == keras_file(start)
    assert job.recipe.epochs == LITTLE.epochs
    assert f"has {3 * len(labels)} glyphs to train on" in caplog.text
    assert f"{start}, which reads already, learns them" in caplog.text
    assert job.command == f"digitlens train {data} --epochs {LITTLE.epochs} --seed 4"


def test_many_glyphs_strange_ones_and_known_datasets_are_learnt_from_scratch(tmp_path, monkeypatch):
    assert little_job("mnist", tmp_path, 0, None) is None
    data = folder(tmp_path / "digits", "01", 3)
    monkeypatch.setattr(little, "FEW_GLYPHS", 6)
    assert little_job(str(data), tmp_path, 0, None) is None
    monkeypatch.setattr(little, "FEW_GLYPHS", 7)
    assert little_job(str(data), tmp_path, 0, None) is not None
    strange = folder(tmp_path / "strange", ["U+0416"], 3)
    assert little_job(str(strange), tmp_path, 0, None) is None


def test_the_network_to_start_from_keeps_the_classes_that_are_learnt(tmp_path):
    robust = keras_file("robust")
    network = started(robust, ("7", "1"), recipe("robust"))
    assert network.output_shape == (None, 2)
    whole = started(robust, (*"0123456789", ""), recipe("robust"))
    assert whole.output_shape == (None, 11)
    glyphs = np.random.default_rng(0).random((4, 28, 28, 1), np.float32)
    both, all_ = (np.asarray(model(glyphs)) for model in (network, whole))
    chosen = all_[:, [7, 1]]
    np.testing.assert_allclose(both, chosen / chosen.sum(axis=1, keepdims=True), rtol=1e-4)
    assert started(robust, ("Ж", "1"), recipe("robust")).output_shape == (None, 11)
