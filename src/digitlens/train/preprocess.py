"""Preprocessing: what is done to framed glyphs before a network that was made elsewhere takes them.

DigitLens frames every glyph as 28x28, white on black, 0 to 255. Other networks want other numbers, polarity, sizes or
layouts. What is done is told here once, and computed twice: by NumPy, to try it out, and by nodes of the graph.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from digitlens.errors import InvalidModel
from digitlens.train.onnxgraph import GraphBuilder

__all__ = [
    "FITS",
    "POLARITIES",
    "SCALES",
    "SIDE",
    "Fit",
    "Layout",
    "NetworkInput",
    "Polarity",
    "Preprocessing",
    "resizing",
    "taken_as",
]

SIDE = 28
"""Side of a framed glyph in pixels."""

LEAST_SIDE, MOST_SIDE = 8, 256
"""Sides of pictures that a network may take."""

Layout: TypeAlias = Literal["NHWC", "NCHW", "NHW", "flat"]
Polarity: TypeAlias = Literal["white on black", "black on white"]
Fit: TypeAlias = Literal["pad", "resize"]

POLARITIES: tuple[Polarity, ...] = get_args(Polarity)
FITS: tuple[Fit, ...] = get_args(Fit)

SCALES: dict[str, tuple[float, float]] = {
    "0..1": (1 / 255, 0.0),
    "0..255": (1.0, 0.0),
    "-1..1": (2 / 255, -1.0),
    "mnist": (1 / 255 / 0.3081, -0.1307 / 0.3081),
    "-0.5..0.5": (1 / 255, -0.5),
}
"""The factor of a level of 0 to 255 and the term added then; ``mnist`` takes off MNIST's mean and divides by its
standard deviation, as PyTorch's examples do."""


@dataclass(frozen=True)
class NetworkInput:
    """The input of a network: pictures of a size, in a layout.

    Attributes:
        height, width, channels: of one picture.
        layout: how the numbers lie.
        element: their type, as ONNX counts types.
    """

    height: int = SIDE
    width: int = SIDE
    channels: int = 1
    layout: Layout = "NHWC"
    element: int = TensorProto.FLOAT

    @property
    def framed(self) -> bool:
        """True if it has the size of a framed glyph."""
        return (self.height, self.width) == (SIDE, SIDE)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one picture."""
        size = self.height, self.width
        return {
            "NHWC": (*size, self.channels),
            "NCHW": (self.channels, *size),
            "NHW": size,
            "flat": (self.height * self.width * self.channels,),
        }[self.layout]


def taken_as(shape: Sequence[int | None], element: int = TensorProto.FLOAT) -> NetworkInput:
    """Return the input for pictures of this shape, without the batch; sizes left open are those of a framed glyph.

    Raises:
        InvalidModel: that is no picture.
    """
    sizes = [size or 0 for size in shape]
    if len(sizes) == 1 and sizes[0]:
        side = round(sizes[0] ** 0.5)
        if side * side == sizes[0]:
            return _sized(NetworkInput(side, side, 1, "flat", element))
    if len(sizes) == 2:
        return _sized(NetworkInput(sizes[0] or SIDE, sizes[1] or SIDE, 1, "NHW", element))
    if len(sizes) == 3 and sizes[0] in (0, 1, 3) and sizes[2] not in (1, 3):
        return _sized(NetworkInput(sizes[1] or SIDE, sizes[2] or SIDE, sizes[0] or 1, "NCHW", element))
    if len(sizes) == 3 and sizes[2] in (1, 3):
        return _sized(NetworkInput(sizes[0] or SIDE, sizes[1] or SIDE, sizes[2], "NHWC", element))
    told = "x".join(str(size or "?") for size in sizes)
    raise InvalidModel(
        f"The network takes arrays of {told} numbers: square pictures of one or three channels are expected."
    )


def _sized(taken: NetworkInput) -> NetworkInput:
    if not LEAST_SIDE <= min(taken.height, taken.width) <= max(taken.height, taken.width) <= MOST_SIDE:
        raise InvalidModel(
            f"The network takes pictures of {taken.height}x{taken.width}: from {LEAST_SIDE} to {MOST_SIDE} pixels "
            "are expected."
        )
    return taken


@dataclass(frozen=True)
class Preprocessing:
    """One way to prepare framed glyphs for a network.

    Attributes:
        scale: one of `SCALES`.
        polarity: of ink on paper.
        transposed: whether rows and columns change places, as in EMNIST's files.
        fit: how a glyph of 28x28 gets another size: with paper around it, or resized. Of no meaning at 28x28.
    """

    scale: str = "0..1"
    polarity: Polarity = "white on black"
    transposed: bool = False
    fit: Fit = "pad"

    def told(self, taken: NetworkInput) -> str:
        """Describe it in words."""
        words = [f"{self.polarity}, {_SCALE_WORDS.get(self.scale, self.scale)}"]
        words += ["rows and columns exchanged"] if self.transposed else []
        if not taken.framed:
            how = "padded" if self.fit == "pad" else "resized"
            words.append(f"{how} to {taken.height}x{taken.width}")
        return ", ".join(words)

    def to_dict(self, taken: NetworkInput) -> dict[str, Any]:
        """Return its entry in a card."""
        kept: dict[str, Any] = {
            "scale": self.scale,
            "polarity": self.polarity,
            "transposed": self.transposed,
            "shape": list(taken.shape),
        }
        return kept if taken.framed else {**kept, "fit": self.fit}

    def apply(self, frames: NDArray[np.uint8], taken: NetworkInput) -> NDArray[Any]:
        """The frames, uint8 (N, 28, 28), as the network takes them: (N, ...)."""
        levels = frames.astype(np.float32)
        if self.transposed:
            levels = levels.transpose(0, 2, 1)
        if not taken.framed:
            rows, columns = self._matrices(taken)
            levels = rows @ levels @ columns
        factor, offset = self._affine
        levels = (levels * factor + offset)[..., None].repeat(taken.channels, axis=3)
        if taken.layout == "NCHW":
            levels = levels.transpose(0, 3, 1, 2)
        element = _ELEMENT_TYPES.get(taken.element, np.float32)
        levels = levels if np.issubdtype(element, np.floating) else np.rint(levels)
        return np.ascontiguousarray(levels.reshape(len(frames), *taken.shape)).astype(element)

    def write(self, graph: GraphBuilder, taken: NetworkInput) -> str:
        """Write it behind ``image``, uint8 (N, 28, 28, 1); the name of what the network takes."""
        value = graph.add("Cast", ["image"], to=TensorProto.FLOAT)
        if self.transposed:
            value = graph.add("Transpose", [value], perm=[0, 2, 1, 3])
        if not taken.framed:
            rows, columns = (graph.constant(matrix) for matrix in self._matrices(taken))
            value = graph.add("Reshape", [value, graph.constant([-1, SIDE, SIDE])])
            value = graph.add("MatMul", [graph.add("MatMul", [rows, value]), columns])
            value = graph.add("Reshape", [value, graph.constant([-1, taken.height, taken.width, 1])])
        value = self._write_affine(graph, value)
        if taken.channels > 1:
            value = graph.add("Concat", [value] * taken.channels, axis=3)
        if taken.layout == "NCHW":
            value = graph.add("Transpose", [value], perm=[0, 3, 1, 2])
        elif taken.layout != "NHWC":
            value = graph.add("Reshape", [value, graph.constant([-1, *taken.shape])])
        if taken.element == TensorProto.FLOAT:
            return value
        if taken.element not in (TensorProto.FLOAT16, TensorProto.DOUBLE):
            value = graph.add("Floor", [graph.add("Add", [value, graph.constant(0.5)])])
        return graph.add("Cast", [value], to=taken.element)

    @property
    def _affine(self) -> tuple[np.float32, np.float32]:
        """The factor of a framed glyph's level, and the term added then."""
        factor, offset = SCALES[self.scale]
        if self.polarity == "black on white":
            factor, offset = -factor, offset + 255 * factor
        return np.float32(factor), np.float32(offset)

    def _write_affine(self, graph: GraphBuilder, value: str) -> str:
        if self == replace(self, scale="0..1", polarity="white on black"):
            return graph.add("Div", [value, graph.weight("scale", np.float32(255))])
        factor, offset = self._affine
        if factor != 1:
            value = graph.add("Mul", [value, graph.constant(factor)])
        return graph.add("Add", [value, graph.constant(offset)]) if offset else value

    def _matrices(self, taken: NetworkInput) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the matrices that resample a framed glyph's rows (H, 28) and columns (28, W) to the network's size."""
        return _lines(self.fit, taken.height), _lines(self.fit, taken.width).T


_SCALE_WORDS = {name: name.replace("..", " to ") for name in SCALES} | {"mnist": "MNIST's mean and deviation"}

_ELEMENT_TYPES: dict[int, Any] = {
    TensorProto.FLOAT: np.float32,
    TensorProto.FLOAT16: np.float16,
    TensorProto.DOUBLE: np.float64,
    TensorProto.UINT8: np.uint8,
    TensorProto.INT32: np.int32,
    TensorProto.INT64: np.int64,
}


@lru_cache
def _lines(fit: Fit, size: int) -> NDArray[np.float32]:
    """A matrix (size, 28) that pads or resizes a column of 28 levels, resizing by the mean over what a pixel covers."""
    if fit == "pad":
        return np.eye(size, SIDE, (SIDE - size) // 2, np.float32)
    return resizing(SIDE, size)


def resizing(before: int, after: int, antialias: bool = True) -> NDArray[np.float32]:
    """A matrix (after, before) that resizes linearly; where it shrinks, over as many pixels as become one.

    Args:
        before: pixels along the line.
        after: pixels that they become.
        antialias: else it takes the two nearest pixels wherever it shrinks.
    """
    reach = max(1.0, before / after) if antialias else 1.0
    centres = (np.arange(after)[:, None] + 0.5) * before / after - 0.5
    places = np.arange(before)[None]
    clipped = np.clip(centres, 0, before - 1) if reach == 1 else centres
    weights = np.maximum(0, 1 - np.abs(places - clipped) / reach)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
