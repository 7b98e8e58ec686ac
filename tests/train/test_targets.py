"""Targets that several labels will do for: the loss, the accuracy, and training by them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digitlens.data import Dataset
from digitlens.train.fit import fit
from digitlens.train.kerasfile import QUIET
from digitlens.train.recipes import RECIPES
from digitlens.train.targets import AnyOf, RightOf, loss_of, outputs, targets

ALPHABET = ("0", "C", "c", "", "Cc")
ASKED = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 1, 1, 0]])


def losses(asked: NDArray[np.float32], likely: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(AnyOf().call(asked, likely))


def test_a_label_of_several_characters_asks_for_any_of_them():
    assert outputs(ALPHABET) == ("0", "C", "c", "")
    np.testing.assert_array_equal(targets(ALPHABET), ASKED)


def test_the_loss_is_of_the_summed_probability():
    likely = np.array([[0.1, 0.2, 0.6, 0.1]] * 2, np.float32)
    asked = targets(ALPHABET)[[4, 2]]
    np.testing.assert_allclose(losses(asked, likely), -np.log([0.8, 0.6]), rtol=1e-5)
    right = RightOf()
    right.update_state(targets(ALPHABET)[[4, 2, 1]], np.repeat(likely[:1], 3, 0))
    assert np.asarray(right.result()) == pytest.approx(2 / 3)


def test_for_one_label_each_it_is_the_cross_entropy():
    rng = np.random.default_rng(0)
    likely = rng.dirichlet(np.ones(4), 20).astype(np.float32)
    asked = targets(("0", "C", "c", ""))[rng.integers(4, size=20)]
    expected = -np.log((asked * likely).sum(axis=1))
    np.testing.assert_allclose(losses(asked, likely), expected, rtol=1e-5)
    loss, accuracy = loss_of(("0", "C", "c", ""))
    assert (loss, accuracy.name) == ("categorical_crossentropy", "accuracy")


def bars(count: int, alphabet: tuple[str, ...], classes: Sequence[int]) -> Dataset:
    """A bar at the height of its class: of C and c alike where the label is ``Cc``."""
    rng = np.random.default_rng(count)
    labels = np.array(classes)[rng.integers(len(classes), size=count)]
    images = np.zeros((count, 28, 28), np.uint8)
    for image, label in zip(images, labels, strict=True):
        row = rng.integers(1, 3) if label == 4 else label
        image[4 + 5 * row : 7 + 5 * row, 4:24] = 255
    return Dataset("bars", images, labels, alphabet)


def test_a_network_learns_from_what_is_known_of_each_glyph(tmp_path: Path):
    training, validation = bars(900, ALPHABET, [0, 1, 2, 3, 4, 4]), bars(200, ALPHABET[:4], [0, 1, 2, 3])
    recipe = replace(RECIPES["characters"], epochs=8, batch_size=30, learning_rate=0.02, world=None)
    few = {**recipe.net_settings, "convolutions": ((8, 5, 2), (16, 3, 2)), "dense": 32}
    recipe = replace(recipe, net_settings=few)
    best = tmp_path / "best.h5"
    model, progress = fit(recipe, training, validation, seed=0, folder=tmp_path / "c", best=best)
    assert model.output_shape == (None, 4)
    assert progress.epochs[-1].val_accuracy == 1
    assert progress.epochs[-1].accuracy > 0.95
    again, same = fit(recipe, training, validation, seed=0, folder=tmp_path / "c", best=best, resume=True)
    assert same.epochs == progress.epochs
    inputs = validation.images[..., None] / 255
    np.testing.assert_array_equal(again.predict(inputs, verbose=QUIET), model.predict(inputs, verbose=QUIET))
