"""Each activation of Keras as nodes of ONNX."""

from collections.abc import Callable
from math import sqrt

from digitlens.train.onnxgraph import GraphBuilder

__all__ = ["ACTIVATIONS"]


def _node(operator: str, **attributes: float) -> Callable[[GraphBuilder, str], str]:
    return lambda graph, value: graph.add(operator, [value], **attributes)


def _gelu(graph: GraphBuilder, value: str) -> str:
    """Half of x times 1 plus the error function of x by the root of 2."""
    erf = graph.add("Erf", [graph.add("Mul", [value, graph.constant(1 / sqrt(2))])])
    half = graph.add("Mul", [value, graph.constant(0.5)])
    return graph.add("Mul", [half, graph.add("Add", [erf, graph.constant(1.0)])])


def _silu(graph: GraphBuilder, value: str) -> str:
    return graph.add("Mul", [value, graph.add("Sigmoid", [value])])


def _mish(graph: GraphBuilder, value: str) -> str:
    return graph.add("Mul", [value, graph.add("Tanh", [graph.add("Softplus", [value])])])


def _relu6(graph: GraphBuilder, value: str) -> str:
    return graph.add("Clip", [value, graph.constant(0.0), graph.constant(6.0)])


ACTIVATIONS: dict[str, Callable[[GraphBuilder, str], str]] = {
    "elu": _node("Elu"),
    "exponential": _node("Exp"),
    "gelu": _gelu,
    "hard_sigmoid": _node("HardSigmoid", alpha=1 / 6, beta=0.5),
    "hard_silu": _node("HardSwish"),
    "leaky_relu": _node("LeakyRelu", alpha=0.2),
    "linear": lambda _, value: value,
    "log_softmax": _node("LogSoftmax", axis=-1),
    "mish": _mish,
    "relu": _node("Relu"),
    "relu6": _relu6,
    "selu": _node("Selu"),
    "sigmoid": _node("Sigmoid"),
    "silu": _silu,
    "softmax": _node("Softmax", axis=-1),
    "softplus": _node("Softplus"),
    "softsign": _node("Softsign"),
    "tanh": _node("Tanh"),
}
"""By the name of Keras's function."""
