"""The loss of the page network."""

from typing import Any

import keras

from digitlens.train.page.targets import CLASS_MAPS

__all__ = ["PageLoss"]

ops: Any = keras.ops  # whose hints know no tensors but OpenVINO's


@keras.saving.register_keras_serializable("digitlens")
class PageLoss(keras.losses.Loss):
    """Focal loss of the class maps and absolute error of the geometry, for each mark of the batch.

    As CenterNet's (Zhou et al., Objects as Points, 2019, equation 1), with alpha 2 and beta 4; computed from logits,
    so that no confidence is too small for it.
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of `page_targets` (N, H, W, C + 6) and the network's cells (N, H, W, C + 4), one number."""
        heat, geometry = y_true[..., :CLASS_MAPS], y_true[..., CLASS_MAPS : CLASS_MAPS + 4]
        weight, counted = y_true[..., CLASS_MAPS + 4 : CLASS_MAPS + 5], y_true[..., CLASS_MAPS + 5 :]
        logits = y_pred[..., :CLASS_MAPS]
        probability: Any = ops.sigmoid(logits)
        centre: Any = ops.cast(heat >= 1.0, logits.dtype)
        missed = centre * (1.0 - probability) ** 2 * ops.softplus(-logits)
        spared = (1.0 - heat) ** 4 * counted  # 0 where the heat is 1
        false = spared * probability**2 * ops.softplus(logits)
        focal: Any = ops.sum(missed + false)
        error: Any = ops.sum(weight * ops.abs(geometry - y_pred[..., CLASS_MAPS:]))
        return focal / ops.maximum(ops.sum(centre), 1.0) + error / ops.maximum(ops.sum(weight), 1.0)
