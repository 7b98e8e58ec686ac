"""The outputs of the graph of a page network.

It takes ``image``, float32 (N, 1, H, W), normalised by local contrast, H and W multiples of 32, and gives

- ``heat`` (N, K, H/4, W/4), the probability of each class that the centre of such a mark is in a cell;
- ``geometry`` (N, 4, H/4, W/4), the offset of the box's centre from the cell's in cells, across and down, and the
  logarithms of its width and height over 16 pixels;
- ``peaks`` (N, K, H/4, W/4), ``heat`` in the cells whose greatest probability is the greatest of the nine about
  them, 0 elsewhere.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from digitlens.train.drawn.export import Answers
from digitlens.train.drawn.graph import DrawnGraphWriter
from digitlens.train.page.targets import CLASS_MAPS

__all__ = ["PAGE_ANSWERS"]

SIDES = ("H/4", "W/4")


def _write(writer: DrawnGraphWriter) -> dict[str, list[Any]]:
    """Part class logits from geometry, and find the peaks."""
    writer.constant("parts", np.array([CLASS_MAPS, 4], np.int64))
    writer.add("Split", [writer.last, "parts"], "logits", "geometry", axis=1)
    writer.add("Sigmoid", ["logits"], "heat")
    writer.add("ReduceMax", ["heat"], "best", axes=[1], keepdims=1)
    writer.add("MaxPool", ["best"], "best_around", kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    writer.add("Equal", ["best", "best_around"], "is_peak")
    writer.add("Cast", ["is_peak"], "peak", to=TensorProto.FLOAT)
    writer.add("Mul", ["heat", "peak"], "peaks")
    return {
        name: ["N", count, *SIDES]
        for name, count in (("heat", CLASS_MAPS), ("geometry", 4), ("peaks", CLASS_MAPS))
    }


def _expected(cells: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    cells = cells.transpose(0, 3, 1, 2)
    return {"heat": 1 / (1 + np.exp(-cells[:, :CLASS_MAPS])), "geometry": cells[:, CLASS_MAPS:]}


PAGE_ANSWERS = Answers(_write, _expected, ((1, 64, 96), (2, 96, 224), (1, 160, 416)))
