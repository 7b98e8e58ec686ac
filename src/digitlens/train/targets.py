"""The targets of a network: one label, or, where it is not known which, any of several."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

__all__ = ["AnyOf", "RightOf", "loss_of", "outputs", "targets"]


def outputs(alphabet: Sequence[str]) -> tuple[str, ...]:
    """The labels that a network tells apart: those of an alphabet that name one character, or nothing."""
    return tuple(label for label in alphabet if len(label) <= 1)


def targets(alphabet: Sequence[str]) -> NDArray[np.float32]:
    """Return the targets of an alphabet's labels in the K `outputs`, (A, K): ones for all that will do, else zeros."""
    told = outputs(alphabet)
    rows = np.zeros((len(alphabet), len(told)), np.float32)
    for row, label in zip(rows, alphabet, strict=True):
        row[[told.index(character) for character in label or [label]]] = 1
    return rows


@keras.saving.register_keras_serializable("digitlens")
class AnyOf(keras.losses.Loss):
    """The log of the summed probability of all that will do, negated: cross-entropy where that is one label."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each glyph, (N,), from ones for all that will do and probabilities, (N, K) each."""
        likely = keras.ops.sum(y_true * y_pred, axis=-1)
        return keras.ops.negative(keras.ops.log(keras.ops.clip(likely, 1e-7, 1.0)))


@keras.saving.register_keras_serializable("digitlens")
class RightOf(keras.metrics.Mean):
    """The share of glyphs whose best label is one of those that will do, 0 to 1."""

    def update_state(  # pyright: ignore[reportIncompatibleMethodOverride]  # as those of all metrics but Mean's
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> None:
        """Count the glyphs of a batch.

        Args:
            y_true: ones for all that will do, else zeros, (N, K).
            y_pred: probabilities, (N, K).
            sample_weight: of each glyph, (N,); None for one each.
        """
        best = keras.ops.one_hot(keras.ops.argmax(y_pred, axis=-1), y_pred.shape[-1])
        super().update_state(keras.ops.sum(y_true * best, axis=-1), sample_weight)


def loss_of(alphabet: Sequence[str]) -> tuple[Any, Any]:
    """The loss and the accuracy to train by: Keras's own where each label names one character."""
    if len(outputs(alphabet)) == len(alphabet):
        return "categorical_crossentropy", keras.metrics.CategoricalAccuracy(name="accuracy")
    return AnyOf(), RightOf(name="accuracy")
