"""Values of a graph that is written from Keras, and what all layers' writers share.

Keras has channels last where nothing else is said, ONNX has them first. So a `Value` may be stored channels first,
and says so: convolutions and pools take it as it is, and what depends on the order gets it `plain`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod
from typing import Any, TypeAlias

import keras
import numpy as np
from numpy.typing import NDArray

from digitlens.errors import InvalidModel
from digitlens.train.activations import ACTIVATIONS
from digitlens.train.onnxgraph import GraphBuilder

__all__ = [
    "WRITERS",
    "Shape",
    "Value",
    "Work",
    "Writer",
    "activated",
    "bias_of",
    "kernel_of",
    "linear_weights",
    "plain",
]

Shape: TypeAlias = tuple[int, ...]


@dataclass(frozen=True)
class Value:
    """One value of the graph.

    Attributes:
        name: in the graph.
        shape: for Keras, without the batch.
        grid: where it is stored channels first though Keras has them last: the shape that Keras would have before
            any flattening, (..., C). None where it is stored as Keras has it.
    """

    name: str
    shape: Shape
    grid: Shape | None = None


@dataclass(frozen=True)
class Work:
    """One layer to be written.

    Attributes:
        graph: into which.
        layer: of Keras.
        values: what goes in.
        shape: of what comes out, for Keras, without the batch.
        alone: whether no other layer takes what goes in.
    """

    graph: GraphBuilder
    layer: Any
    values: list[Value]
    shape: Shape
    alone: bool = False

    @property
    def value(self) -> Value:
        """The only thing that goes in."""
        return self.values[0]


Writer: TypeAlias = Callable[[Work], Value]
"""Writes a layer; gives what comes out."""

WRITERS: dict[str, Writer] = {}
"""The writer of each layer, by the name of its class: ``digitlens.train.layers`` enters them."""


def plain(graph: GraphBuilder, value: Value) -> Value:
    """The same value in the order that Keras has it."""
    if value.grid is None:
        return value
    name, rank = value.name, len(value.grid)
    flat = len(value.shape) != rank
    if prod(value.grid) != value.grid[-1]:  # else channels first and last are the same
        if flat:
            name = graph.add("Reshape", [name, graph.constant([-1, value.grid[-1], *value.grid[:-1]])])
        name = graph.add("Transpose", [name], perm=[0, *range(2, rank + 1), 1])
        name = graph.add("Flatten", [name]) if flat else name
    elif not flat:
        name = graph.add("Reshape", [name, graph.constant([-1, *value.shape])])
    return Value(name, value.shape)


def linear_weights(
    graph: GraphBuilder, layer: keras.Layer, kernel: NDArray[Any], bias: Any, units: int
) -> list[str]:
    """Keep the kernel and bias of a linear layer, of which folding needs both; their names.

    Args:
        graph: in which.
        layer: after which they are named.
        kernel: as the ONNX operator wants it: of a convolution (O, I, ...), of a dense layer (I, O).
        bias: (O,); None for zeros.
        units: O.
    """
    name, again = layer.name, 0
    while f"{name}.weight" in graph.weights:
        again += 1
        name = f"{layer.name}_{again}"
    values = np.zeros(units, np.float32) if bias is None else np.asarray(bias, np.float32)
    return [graph.weight(f"{name}.weight", kernel), graph.weight(f"{name}.bias", values)]


def kernel_of(variable: Any) -> NDArray[np.float32]:
    """The numbers of a weight of Keras, float32 in its shape, such as (I, O) or (H, W, I, O)."""
    return np.asarray(keras.ops.convert_to_numpy(variable), np.float32)


def bias_of(layer: Any) -> NDArray[np.float32] | None:
    """The bias of a layer, (O,); None where it has none."""
    return kernel_of(layer.bias) if layer.use_bias else None


def activated(graph: GraphBuilder, activation: Any, value: Value) -> Value:
    """The value behind an activation.

    Args:
        graph: in which it is written.
        activation: a function, or a layer in place of one.
        value: what goes in.

    Raises:
        InvalidModel: the activation cannot be exported.
    """
    if isinstance(activation, keras.Layer):
        writer = WRITERS.get(type(activation).__name__)
        if writer is None:
            raise InvalidModel(f"Activation {activation.name!r} cannot be exported.")
        return writer(Work(graph, activation, [value], value.shape))
    name = getattr(activation, "__name__", str(activation))
    if name not in ACTIVATIONS:
        raise InvalidModel(
            f"Activation {name!r} cannot be exported: use one of {', '.join(sorted(ACTIVATIONS))}."
        )
    if "softmax" in name:  # along the last axis, which must be where Keras has it
        value = plain(graph, value)
    return replace(value, name=ACTIVATIONS[name](graph, value.name))
