"""One epoch of training by Keras, the same at every repetition."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from digitlens.train.kerasfile import QUIET
from digitlens.train.memory import keep_freed_memory

__all__ = ["make_repeatable", "seed_dropout", "train_epoch"]


def make_repeatable(seed: int) -> None:
    """Seed everything, and have TensorFlow sum in the same order every time; freed memory is kept for the next step."""
    keep_freed_memory()
    keras.utils.set_random_seed(seed)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf  # noqa: PLC0415  only when it is the backend

        tf.config.experimental.enable_op_determinism()


def seed_dropout(model: keras.Model, seed: int, epoch: int) -> None:
    """Have dropout depend on seed and epoch alone: Keras does not save where its generators stand.

    Args:
        model: before the epoch.
        seed: of the run.
        epoch: its number, from 0.
    """
    rng = np.random.default_rng([seed, epoch, 1])
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dropout):
            layer.seed_generator.state.assign([rng.integers(2**31), 0])


def train_epoch(
    model: keras.Model,
    batches: keras.utils.PyDataset,
    number: int,
    callbacks: Sequence[keras.callbacks.Callback],
) -> dict[str, Any]:
    """Train one epoch; the figures that Keras has of it, by name.

    Args:
        model: compiled.
        batches: of the epoch, in their order.
        number: of the epoch, from 0.
        callbacks: told of every step.
    """
    how = {"epochs": number + 1, "initial_epoch": number, "shuffle": False, "verbose": QUIET}
    history = model.fit(batches, callbacks=list(callbacks), **how).history
    return {name: values[-1] for name, values in history.items()}
