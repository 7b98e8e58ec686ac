"""Later epochs show what was read worst."""

from dataclasses import replace

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import layers

from digitlens.data import DIGITS, Dataset
from digitlens.train import fit as fitting
from digitlens.train.augment import AugmentedEpoch, Warp
from digitlens.train.focus import GlyphLosses, worst
from digitlens.train.kerasfile import QUIET
from digitlens.train.recipes import Recipe, recipe


def plain(labels):
    """Neither dropout nor batch normalisation: what it thinks of a glyph is the same in training."""
    return keras.Sequential(
        [keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(labels), layers.Softmax()]
    )


PLAIN = Recipe(
    name="plain",
    net=plain,
    epochs=3,
    batch_size=8,
    learning_rate=1e-12,
    warmup=0.1,
    patience=3,
    held_back=20,
    warp=Warp(),
    focus=(1.0, 0.5, 0.25),
)


def noise(count, seed=0):
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (count, 28, 28), dtype=np.uint8)
    return Dataset("noise", images, rng.integers(0, 10, count).astype(np.int64), DIGITS)


@given(st.lists(st.floats(0, 9), min_size=1, max_size=30), st.floats(0.01, 1))
def test_none_left_out_is_read_worse_than_one_that_is_shown(losses, share):
    losses = np.array(losses, np.float32)
    shown = worst(losses, share)
    assert len(shown) == max(1, int(share * len(losses)))
    left = np.setdiff1d(np.arange(len(losses)), shown)
    assert not len(left) or losses[left].max() <= losses[shown].min()


def test_losses_are_kept_in_the_order_shown_and_begin_anew_with_an_epoch():
    kept = GlyphLosses(5)
    targets = np.eye(3, dtype=np.float32)
    thought = np.array([[0.5, 0.25, 0.25], [0.9, 0.1, 0.0], [0.25, 0.25, 0.5]], np.float32)
    kept.update_state(targets, thought)
    kept.update_state(targets[:2], thought[:2])
    expected = -np.log([0.5, 0.1, 0.5, 0.5, 0.1])
    np.testing.assert_allclose(kept.result(), expected, rtol=1e-5)
    kept.reset_state()
    kept.update_state(targets[1:2], thought[1:2])
    np.testing.assert_allclose(kept.result()[0], -np.log(0.1), rtol=1e-5)


def test_what_was_never_shown_comes_before_all_else():
    losses = np.array([5, np.inf, 1, np.inf, 9, 2], np.float32)
    assert worst(losses, 0.5).tolist() == [1, 3, 4]


@pytest.mark.parametrize("at_once", [1, 3])
def test_each_epoch_shows_those_of_the_largest_loss(at_once, tmp_path, monkeypatch):
    shown = []

    def watched(*args, **options):
        epoch = AugmentedEpoch(*args, **options)
        shown.append(np.sort(epoch.rows))
        return epoch

    monkeypatch.setattr(fitting, "AugmentedEpoch", watched)
    training = noise(64)
    model, _ = fitting.fit(
        replace(PLAIN, steps_at_once=at_once),
        training,
        noise(80, 1),  # more of them than are learnt from
        seed=0,
        folder=tmp_path / "checkpoint",
        best=tmp_path / "best.keras",
    )
    thought = model.predict(training.images[..., None] / np.float32(255), verbose=QUIET)
    losses = -np.log(thought[np.arange(64), training.labels])
    assert [len(rows) for rows in shown] == [64, 32, 16]
    for rows in shown[1:]:
        np.testing.assert_array_equal(rows, np.sort(np.argsort(-losses)[: len(rows)]))


def test_the_schedule_has_as_many_steps_as_the_epochs_show():
    assert PLAIN.steps(64) == 8 + 4 + 2
    assert replace(PLAIN, focus=()).steps(64) == 24
    assert replace(PLAIN, epochs=5).steps(64) == 8 + 4 + 2 + 2 + 2
    fast = recipe("fast")
    assert fast.share(0) == 1
    assert fast.steps(55_000) < 0.55 * fast.epochs * (55_000 // fast.batch_size)
