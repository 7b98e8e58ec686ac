"""Focus: what is read well need not be shown again at once, so later epochs show what was read worst.

Jiang et al., Accelerating Deep Learning by Focusing on the Biggest Losers, 2019; here each epoch's choice is made by
the losses of the epochs before, which cost nothing to know.
"""

from typing import Any, cast

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

__all__ = ["GlyphLosses", "worst"]


@keras.saving.register_keras_serializable("digitlens")
class GlyphLosses(keras.metrics.Metric):
    """The loss of each glyph of an epoch, in the order in which they were shown, in nats."""

    def __init__(self, room: int, name: str = "glyph_losses", **told: Any) -> None:
        """Have room for the glyphs of an epoch."""
        super().__init__(name=name, **told)
        self._room = room
        self._losses = self.add_variable((room,), "zeros", name="losses")
        self._shown = self.add_variable((), "zeros", dtype="int32", name="shown")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Keep the cross-entropies of a batch.

        Args:
            y_true: its targets, (N, K).
            y_pred: its probabilities, (N, K).
            sample_weight: not looked at.
        """
        losses = ops.cast(ops.categorical_crossentropy(y_true, y_pred), self.dtype)
        (count,) = cast("tuple[int]", ops.shape(losses))
        self._losses.assign(ops.slice_update(self._losses, ops.reshape(self._shown, (1,)), losses))
        self._shown.assign_add(count)

    def result(self) -> Any:
        """The losses, (room,); behind those of this epoch, what was there before."""
        return ops.convert_to_tensor(self._losses)

    def reset_state(self) -> None:
        """Begin with the first glyph of an epoch again."""
        self._shown.assign(0)

    def get_config(self) -> dict[str, Any]:
        """Return the configuration that makes another of its kind."""
        return {**super().get_config(), "room": self._room}


def worst(losses: NDArray[np.float32], share: float) -> NDArray[np.int64]:
    """The rows of the ``share``, above 0 to 1, of the glyphs whose ``losses``, (N,), are the largest.

    Infinite ones, of glyphs that were never shown, come first.
    """
    count = max(1, int(share * len(losses)))
    return np.sort(np.argsort(-losses, kind="stable")[:count])
