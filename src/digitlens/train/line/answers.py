"""The outputs of the graph of a line network.

It takes ``image``, float32 (N, 1, 56, W), strips, W a multiple of 4, and gives ``logits`` (N, K + 1, 1, W/4), of the
labels and, last, of none.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import STRIP_HEIGHT
from digitlens.train.drawn.export import Answers
from digitlens.train.drawn.graph import DrawnGraphWriter
from digitlens.train.page.targets import CLASS_MAPS

__all__ = ["LINE_ANSWERS"]


def _write(writer: DrawnGraphWriter) -> dict[str, list[Any]]:
    del writer  # the last layer is what is wanted
    return {"logits": ["N", CLASS_MAPS + 1, 1, "W/4"]}


def _expected(logits: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    return {"logits": logits.transpose(0, 3, 1, 2)}


LINE_ANSWERS = Answers(_write, _expected, ((1, STRIP_HEIGHT, 64), (2, STRIP_HEIGHT, 448)))
