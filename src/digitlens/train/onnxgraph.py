"""Collects the nodes and weights of one ONNX graph, one behind another, and checks what comes of them."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

__all__ = ["IR_VERSION", "OPSET", "GraphBuilder", "Stored", "single_input", "stored_weight", "weights_of"]

Stored: TypeAlias = Literal["float32", "float16", "int8"]
"""The type of the weights in the file; the network computes in float32 either way."""

OPSET = 17
IR_VERSION = 9


class GraphBuilder:
    """The nodes of one graph in order, and its weights.

    Attributes:
        nodes: in an order in which they can be computed.
        weights: each by its name.
    """

    def __init__(self, prefix: str = "") -> None:
        """Start with none; the names of values begin with ``prefix``."""
        self._prefix = prefix
        self.nodes: list[onnx.NodeProto] = []
        self.weights: dict[str, NDArray[Any]] = {}

    def add(self, operator: str, inputs: list[str], **attributes: Any) -> str:
        """Put a node behind the last; the name of what it gives.

        Args:
            operator: of ONNX.
            inputs: the names of what it takes.
            **attributes: of the operator.
        """
        output = f"{self._prefix}{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def weight(self, name: str, array: NDArray[Any] | np.generic) -> str:
        """Keep a weight, (...) of any shape; its name."""
        self.weights[name] = np.ascontiguousarray(array)
        return name

    def constant(self, array: NDArray[Any] | np.generic | list[int] | float) -> str:
        """Keep numbers, (...) of any shape, for the next node, floats as float32, others as int64; their name."""
        values = np.asarray(array)
        kept = values.astype(np.int64 if values.dtype.kind == "i" else np.float32)
        return self.weight(f"{self._prefix}constant_{len(self.weights)}", kept)

    def producer(self, value: str) -> onnx.NodeProto | None:
        """The node that gives a value; None for an input or a weight."""
        return next((node for node in self.nodes if value in node.output), None)

    def consumers(self, value: str) -> int:
        """Count the nodes that take a value."""
        return sum(value in node.input for node in self.nodes)

    def build(
        self, given: onnx.ValueInfoProto, outputs: dict[str, str], stored: Stored = "float32"
    ) -> onnx.ModelProto:
        """The checked model.

        Args:
            given: its input.
            outputs: the value or weight behind each public name.
            stored: how weights are kept: as float16 they take half the room, as int8, to a scale for each output, a
                quarter; they are made float32 again as the file is loaded.
        """
        nodes, weights = list[onnx.NodeProto](), dict[str, NDArray[Any]]()
        for name, array in self.weights.items():
            made, kept = stored_weight(name, array, stored if name.endswith(".weight") else "float32")
            nodes += made
            weights |= kept
        nodes += self.nodes
        nodes += [helper.make_node("Identity", [value], [name]) for name, value in outputs.items()]
        graph = helper.make_graph(
            nodes,
            "digitlens",
            [given],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
            [numpy_helper.from_array(array, name) for name, array in weights.items()],
        )
        opset = [helper.make_opsetid("", OPSET)]
        proto = helper.make_model(
            graph, opset_imports=opset, ir_version=IR_VERSION, producer_name="digitlens"
        )
        proto = onnx.shape_inference.infer_shapes(proto, strict_mode=True)
        onnx.checker.check_model(proto, full_check=True)
        return proto


def stored_weight(
    name: str, array: NDArray[Any], stored: Stored
) -> tuple[list[onnx.NodeProto], dict[str, NDArray[Any]]]:
    """The nodes that make a weight of what is stored of it as the file is loaded, and what that is, by name.

    Args:
        name: of the weight.
        array: its values, float32 (S, ...); of int8 each of the S parts along the first axis has a scale of its own.
        stored: as what they are kept.
    """
    if stored == "float32":
        return [], {name: array}
    if stored == "float16":
        cast = helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT)
        return [cast], {f"{name}.half": array.astype(np.float16)}
    largest = np.abs(array).max(axis=tuple(range(1, array.ndim)), keepdims=True)
    scale = (np.maximum(largest, 1e-12) / 127).astype(np.float32)
    nodes = [
        helper.make_node("Cast", [f"{name}.int8"], [f"{name}.cast"], to=TensorProto.FLOAT),
        helper.make_node("Mul", [f"{name}.cast", f"{name}.scale"], [name]),
    ]
    return nodes, {f"{name}.int8": np.rint(array / scale).astype(np.int8), f"{name}.scale": scale}


def weights_of(stored: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[np.float32]]:
    """The weights that `stored_weight` made these of, by name, of any shapes (S, ...), but for rounding."""
    weights = {}
    for key, array in stored.items():
        name = key.removesuffix(".half").removesuffix(".int8")
        if not key.endswith(".scale"):
            weights[name] = array.astype(np.float32) * stored.get(f"{name}.scale", np.float32(1))
    return weights


def single_input(name: str, shape: tuple[int, ...], element: int = TensorProto.FLOAT) -> onnx.ValueInfoProto:
    """An input of any number N of arrays.

    Args:
        name: of the input.
        shape: of one array, without the N.
        element: the kind of its numbers, as `onnx.TensorProto` numbers them.
    """
    return helper.make_tensor_value_info(name, element, ["N", *shape])
