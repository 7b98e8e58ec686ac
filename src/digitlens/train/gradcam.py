"""The outputs a graph needs so that Grad-CAM has a closed form: told from how it ends."""

from collections.abc import Iterator

import onnx

from digitlens.model.card import Head
from digitlens.train.onnxgraph import GraphBuilder

__all__ = ["explained"]

POOLS = ("MaxPool", "AveragePool")

POINTWISE = {
    "Add",
    "Clip",
    "Elu",
    "Erf",
    "Exp",
    "LeakyRelu",
    "Min",
    "Mul",
    "Relu",
    "Selu",
    "Sigmoid",
    "Tanh",
    *POOLS,
}
"""Operators that leave the channels of a convolution where they are."""


def explained(graph: GraphBuilder, logits: str) -> tuple[Head, dict[str, str]]:
    """Return how the network ends, and the outputs that explain it: see `digitlens.model.explain`.

    Args:
        graph: all of it.
        logits: the name of what the last layer gives.

    Returns:
        ``none`` and no outputs for an end whose Grad-CAM has no closed form, or without convolutions before it.
    """
    last = graph.producer(logits)
    if last is None or last.op_type != "Gemm":
        return "none", {}
    head: Head = "none"
    hidden: dict[str, str] = {}
    before = list(_back(graph, last.input[0]))
    operators = [node.op_type for node in before]
    if operators[:2] == ["Flatten", "GlobalAveragePool"]:
        head, features = "average", before[1].input[0]
    elif operators[:1] == ["Flatten"]:
        head, features = "linear", _map_before(before)
    elif operators[:3] == ["Relu", "Gemm", "Flatten"]:
        head, features = "flatten", _map_before(before[2:])
        hidden = {"hidden": last.input[0], "hidden_weights": before[1].input[1]}
    else:
        return "none", {}
    if not _convolved(graph, features):
        return "none", {}
    return head, {"features": features, **hidden, "class_weights": last.input[1]}


def _convolved(graph: GraphBuilder, features: str) -> bool:
    """Tell if a value is a map of what a two-dimensional convolution gave, channels first."""
    for node in _back(graph, features):
        if node.op_type == "Conv":
            return graph.weights[node.input[1]].ndim == 4
        if node.op_type not in POINTWISE:
            return False
    return False


def _map_before(flattened: list[onnx.NodeProto]) -> str:
    """The last feature map, before any pooling, of what is flattened."""
    pooled = len(flattened) > 1 and flattened[1].op_type in POOLS
    return flattened[1 if pooled else 0].input[0]


def _back(graph: GraphBuilder, value: str) -> Iterator[onnx.NodeProto]:
    """The nodes from a value back to the input, each by its first input."""
    node = graph.producer(value)
    while node is not None:
        yield node
        node = graph.producer(node.input[0])
