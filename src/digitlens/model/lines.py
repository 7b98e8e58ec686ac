"""The line network: reads a strip of a text line as a whole, without boxes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitlens.model.calibrate import softmax
from digitlens.model.drawn import DrawnNetwork

__all__ = ["COLUMN", "LineNetwork"]

COLUMN = 4
"""Pixels of a strip for a step of the answer."""


@dataclass(frozen=True)
class LineNetwork(DrawnNetwork):
    """A network that reads text lines by connectionist temporal classification; safe to share between threads."""

    kind = "lines"

    def probabilities(self, strip: NDArray[np.float32]) -> NDArray[np.float64]:
        """The probabilities of the labels and, last, of none, at every fourth column: (W/4, K + 1).

        Args:
            strip: as `digitlens.imaging.text_strip` cuts it out, float32 (56, W).

        Raises:
            InvalidModel: the graph cannot be run.
        """
        height, width = strip.shape
        image = np.zeros((1, 1, height, -(-width // COLUMN) * COLUMN), np.float32)
        image[..., :width] = strip
        (logits,) = self.run(image, "logits")
        return np.asarray(softmax(logits[0, :, 0].T.astype(np.float64)), np.float64)
