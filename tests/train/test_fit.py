import json
import shutil
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

from digitlens.data import DIGITS, Dataset
from digitlens.errors import TrainingError
from digitlens.train.augment import Warp
from digitlens.train.fit import _prepare_norms, fit
from digitlens.train.kerasfile import load_keras, save_keras
from digitlens.train.progress import ProgressBar
from digitlens.train.recipes import RECIPES, Recipe, recipe
from digitlens.train.state import Checkpoints, Epoch, TrainingProgress, check_room


def small(labels: int) -> keras.Model:
    """Dropout and batch normalisation in a network that trains in a second."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(4, 5, strides=4, use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Dropout(0.3),
            layers.Flatten(),
            layers.Dense(labels),
            layers.Softmax(),
        ]
    )


SMALL = Recipe(
    name="small",
    net=small,
    epochs=4,
    batch_size=16,
    learning_rate=1e-2,
    warmup=0.1,
    patience=4,
    held_back=20,
    warp=Warp(rotation=10, shift=1, zoom=0.1, elastic=0.3),
)


def bars(count: int, seed: int) -> Dataset:
    """Ten labels that a small network can learn: a bar at one of ten heights, in noise."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, count)
    images = rng.integers(0, 60, (count, 28, 28), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[2 * label + 4 : 2 * label + 6] = 255
    return Dataset("bars", images, labels.astype(np.int64), DIGITS)


def run(folder, recipe=SMALL, **options):
    return fit(
        recipe,
        bars(160, 1),
        bars(60, 2),
        seed=options.pop("seed", 3),
        folder=folder / "checkpoint",
        best=folder / "best.keras",
        **options,
    )


class KeepAt(keras.callbacks.Callback):
    """Keeps the files that a kill in the middle of an epoch would leave."""

    def __init__(self, epoch: int, folder: Path, kept: Path):
        super().__init__()
        self.epoch, self.now = epoch, 0
        self.folder, self.kept = folder, kept

    def on_epoch_begin(self, epoch, logs=None):
        self.now = epoch

    def on_train_batch_end(self, batch, logs=None):
        if self.now == self.epoch and batch == 4:
            shutil.copytree(self.folder, self.kept)


class Seen(keras.callbacks.Callback):
    """Notes the epochs that are trained."""

    def __init__(self):
        super().__init__()
        self.epochs = []

    def on_epoch_begin(self, epoch, logs=None):
        self.epochs.append(epoch)


def untimed(progress: TrainingProgress) -> list[Epoch]:
    return [replace(epoch, seconds=0) for epoch in progress.epochs]


@pytest.mark.parametrize(
    "change", [{}, {"optimizer": "sgd"}, {"steps_at_once": 5}, {"focus": (1.0, 0.8, 0.6)}]
)
def test_killed_in_the_middle_and_resumed_is_as_if_never_killed(change, tmp_path):
    chosen = replace(SMALL, **change)
    killed = tmp_path / "killed"
    whole, record = run(tmp_path / "whole", chosen, callbacks=[KeepAt(2, tmp_path / "whole", killed)])
    seen = Seen()
    resumed, other = run(killed, chosen, resume=True, callbacks=[seen])
    assert seen.epochs == [2, 3]
    assert len(record.epochs) == 4
    assert untimed(other) == untimed(record)
    for one, two in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)


def test_a_seed_repeats_a_run_and_another_does_not(tmp_path):
    short = replace(SMALL, epochs=1)
    first, again = run(tmp_path / "a", short)[0], run(tmp_path / "b", short)[0]
    other = run(tmp_path / "c", short, seed=4)[0]
    np.testing.assert_array_equal(first.get_weights()[0], again.get_weights()[0])
    assert not np.array_equal(first.get_weights()[0], other.get_weights()[0])


def test_a_network_learns(tmp_path):
    _, progress = run(tmp_path, replace(SMALL, epochs=12))
    assert progress.epochs[progress.best].val_accuracy > 0.8


def test_training_stops_when_validation_stops_improving_and_keeps_the_best(tmp_path):
    _, progress = run(tmp_path, replace(SMALL, learning_rate=3.0, epochs=30, patience=2, warmup=0))
    assert len(progress.epochs) < 30
    assert progress.stale() == 2
    losses = [epoch.val_loss for epoch in progress.epochs]
    assert progress.best == int(np.argmin(losses))


def test_the_training_step_is_compiled_once(tmp_path, monkeypatch):
    """Variables made within its first call would have TensorFlow compile it a second time."""
    calls, step = [], keras.Model.train_step
    monkeypatch.setattr(keras.Sequential, "train_step", lambda *args: [calls.append(1), step(*args)][1])
    run(tmp_path, SMALL)
    assert len(calls) == 1


def test_it_starts_from_given_weights(tmp_path):
    start = small(10)
    start.set_weights([np.full_like(weight, 0.5) for weight in start.get_weights()])
    frozen = replace(SMALL, epochs=1, learning_rate=1e-12)
    model, _ = run(tmp_path, frozen, start=start)
    np.testing.assert_allclose(model.get_weights()[0], 0.5, atol=1e-3)


def test_weights_of_another_shape_are_told(tmp_path):
    other = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10)])
    with pytest.raises(TrainingError, match="not of the recipe 'small' and its 10 labels"):
        run(tmp_path, start=other)


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    run(tmp_path, replace(SMALL, epochs=1))
    with pytest.raises(TrainingError, match="seed differ"):
        run(tmp_path, replace(SMALL, epochs=1), resume=True, seed=9)
    with pytest.raises(TrainingError, match="recipe differ"):
        run(tmp_path, replace(SMALL, epochs=2), resume=True)


def test_a_broken_checkpoint_is_told(tmp_path):
    run(tmp_path, replace(SMALL, epochs=1))
    (model,) = (tmp_path / "checkpoint").glob("*.keras")
    model.write_bytes(model.read_bytes()[:1000])
    with pytest.raises(TrainingError, match="cannot be read"):
        run(tmp_path, replace(SMALL, epochs=1), resume=True)


def test_one_whole_checkpoint_is_there_whenever_it_is_killed(tmp_path, monkeypatch):
    model, progress = small(10), TrainingProgress({"seed": 1}, [Epoch(1, 0, 1, 0, 0, 1)], 0)
    store = Checkpoints(tmp_path)
    store.save(model, progress, np.zeros(3, np.float32))

    def full_disk(*args, **kwargs):
        raise OSError(28, "No space left on device")

    progress.epochs.append(Epoch(0.5, 0, 1, 0, 0, 1))
    monkeypatch.setattr(json, "dumps", full_disk)  # killed between writing the model and pointing to it
    with pytest.raises(OSError, match="No space"):
        store.save(model, progress, np.ones(3, np.float32))
    monkeypatch.undo()
    found = store.load({"seed": 1})
    assert found is not None
    assert len(found[1].epochs) == 1
    np.testing.assert_array_equal(found[2], np.zeros(3))
    assert not list(tmp_path.glob(".*"))


def test_resume_without_a_checkpoint_starts(tmp_path):
    assert len(run(tmp_path, replace(SMALL, epochs=1), resume=True)[1].epochs) == 1


def test_saved_networks_carry_no_optimizer(tmp_path):
    model = small(10)
    model.compile("adam", "categorical_crossentropy")
    model.optimizer.build(model.trainable_variables)
    for suffix in (".keras", ".h5"):
        save_keras(model, tmp_path / f"net{suffix}")
        loaded = load_keras(tmp_path / f"net{suffix}", compiled=True)
        assert getattr(loaded, "optimizer", None) is None
        np.testing.assert_array_equal(loaded.get_weights()[0], model.get_weights()[0])


def test_no_room_is_told_before_training(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    with pytest.raises(TrainingError, match=r"Cannot write to .*Choose another folder"):
        check_room(tmp_path / "file" / "out")
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 10 * 2**20}))
    with pytest.raises(TrainingError, match="10 MB free; a run needs 64 MB"):
        check_room(tmp_path)


def test_the_schedule_rises_and_falls_to_zero():
    optimizer = RECIPES["classic"].optimizer_for(1000)
    rates = [float(optimizer._learning_rate(step)) for step in (0, 50, 100, 550, 1000)]
    peak = RECIPES["classic"].learning_rate
    assert rates == pytest.approx([peak / 25, peak * 0.52, peak, peak / 2, 0], rel=1e-3, abs=1e-9)


def test_an_unknown_recipe_is_told():
    with pytest.raises(TrainingError, match="There are: best, characters, classic, fast"):
        recipe("nosuch")


def test_the_progress_bar_counts_every_step_however_many_are_taken_at_once(tmp_path):
    bar = ProgressBar(2)
    run(tmp_path, replace(SMALL, epochs=2, steps_at_once=4), callbacks=[bar])
    assert bar._bar is not None
    assert (bar._bar.n, bar._bar.total) == (20, 20)
    bar.close()


@pytest.mark.parametrize(
    ("name", "glyphs", "momentum"),
    [("classic", 4_500, 1 - 2 / 35), ("classic", 55_000, 0.99), ("fast", 405, 0), ("fast", 55_000, 0.95)],
)
def test_running_statistics_leave_where_they_began_within_an_epoch(name, glyphs, momentum):
    chosen = recipe(name)
    model = chosen.net(10, **chosen.net_settings)
    _prepare_norms(model, chosen, glyphs)
    norms = [layer for layer in model.layers if isinstance(layer, layers.BatchNormalization)]
    assert norms
    assert [norm.momentum for norm in norms] == pytest.approx([momentum] * len(norms))


def test_a_network_of_few_steps_validates_as_it_learns(tmp_path):
    model, progress = run(tmp_path, replace(SMALL, epochs=3, warp=Warp()))
    norm = next(layer for layer in model.layers if isinstance(layer, layers.BatchNormalization))
    assert norm.get_weights()[-1].max() < 0.5  # its variance: it began at 1, ten steps an epoch ago
    assert progress.best == 2
    assert progress.epochs[-1].val_accuracy > 0.6
