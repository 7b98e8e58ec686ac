"""The last layer fitted alone: what it learns, and what it leaves as it was."""

from typing import Any

import keras
import numpy as np
import pytest

from digitlens.data import Dataset
from digitlens.train import head
from digitlens.train.head import fit_head
from digitlens.train.nets import chain

pytestmark = pytest.mark.slow


def bars() -> Dataset:
    """Upright bars, three in four of them called I and one l, and level ones: dashes, and more that may be either."""
    images = np.zeros((400, 28, 28), np.uint8)
    images[:200, 4:24, 12:15] = 255
    images[200:, 12:15, 4:24] = 255
    labels = np.repeat([0, 1, 2, 3], [150, 50, 100, 100])
    return Dataset("bars", images, labels, ("I", "l", "-", "I-"), framed=True)


@pytest.fixture
def model() -> keras.Model:
    keras.utils.set_random_seed(1)
    return chain(3, convolutions=((4, 5, 2), (8, 3, 2)), dense=16)


def read(model: Any, image: np.ndarray) -> np.ndarray:
    return model.predict(image[None, ..., None] / np.float32(255), verbose=0)[0]


def test_the_last_layer_learns_how_often_labels_occur_that_look_alike(
    model: keras.Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(head, "RATE", 0.2)  # so that few steps do
    glyphs = bars()
    before = [layer.get_weights() for layer in model.layers]
    fit_head(model, glyphs, epochs=50, seed=0)
    upright, level = read(model, glyphs.images[0]), read(model, glyphs.images[-1])
    np.testing.assert_allclose(upright[:2], [0.75, 0.25], atol=0.05)
    assert level[2] > 0.9
    for layer, weights in zip(model.layers, before, strict=True):
        same = all(np.array_equal(*pair) for pair in zip(layer.get_weights(), weights, strict=True))
        assert same == (layer.name != "logits")


def test_the_same_seed_gives_the_same_layer(model: keras.Model) -> None:
    twin = keras.models.clone_model(model)
    twin.set_weights(model.get_weights())
    for each in (model, twin):
        fit_head(each, bars(), epochs=3, seed=5)
    for one, other in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
