"""Writes networks of convolutions, normalisation and joins as ONNX graphs; what they answer is added by their kind."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import onnx
from keras import layers
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from digitlens.errors import InvalidModel
from digitlens.train.onnxgraph import IR_VERSION, OPSET, Stored, stored_weight

__all__ = ["DrawnGraphWriter", "drawn_graph"]


def drawn_graph(
    net: keras.Model,
    answer: Callable[["DrawnGraphWriter"], dict[str, list[Any]]],
    stored: Stored = "float32",
) -> onnx.ModelProto:
    """The checked graph of a network, its weights kept as ``stored`` says.

    Args:
        net: of nothing but Keras's layers; its input becomes ``image``, channels before rows.
        answer: adds the nodes that give the outputs, and tells their shapes by name.
        stored: how kernels are kept.

    Raises:
        InvalidModel: a layer has no translation.
    """
    writer = DrawnGraphWriter(stored)
    for layer in net.layers:
        writer.write(layer)
    shapes = answer(writer)
    rows = net.inputs[0].shape[1] or "H"
    graph = helper.make_graph(
        writer.nodes,
        f"digitlens-{net.name}",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 1, rows, "W"])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()],
        writer.weights,
    )
    opset = [helper.make_opsetid("", OPSET)]
    proto = helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION, producer_name="digitlens")
    onnx.checker.check_model(proto, full_check=True)
    return proto


class DrawnGraphWriter:
    """Collects nodes and weights; values go by the names of the layers that give them, channels before rows."""

    def __init__(self, stored: Stored) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self._stored: Stored = stored
        self._convolutions: dict[str, layers.Conv2D] = {}
        """Those whose node waits for the normalisation behind them."""

    def write(self, layer: keras.Layer) -> None:
        """Translate a layer; those before it have been."""
        before = [] if isinstance(layer, layers.InputLayer) else _names_before(layer)
        match layer:
            case layers.InputLayer():
                pass
            case layers.Conv2D() if layer.use_bias:
                self._convolve(layer, layer.name, *(np.asarray(weight) for weight in layer.get_weights()))
            case layers.Conv2D():
                self._convolutions[layer.name] = layer
            case layers.BatchNormalization():
                self._normalise(self._convolutions.pop(before[0]), layer)
            case layers.ReLU():
                self.add("Relu", before, layer.name)
            case layers.Add():
                self.add("Add", before, layer.name)
            case layers.UpSampling2D():
                # Each pixel fourfold as channels, which then become pixels; Resize, which does the same, is among
                # the operators that could be made to ask for any amount of memory, and is not run.
                self.add("Concat", before * 4, f"{layer.name}.fourfold", axis=1)
                self.add("DepthToSpace", [f"{layer.name}.fourfold"], layer.name, blocksize=2)
            case _:
                raise InvalidModel(f"Layer {layer.name!r} is a {type(layer).__name__}: it cannot be written.")
        self._last = layer.name

    @property
    def last(self) -> str:
        """The value that the last layer gives."""
        return self._last

    def _normalise(self, convolution: layers.Conv2D, layer: layers.BatchNormalization) -> None:
        """Write a convolution with the scale and shift of its normalisation folded in."""
        gamma, beta, mean, variance = (np.asarray(weight) for weight in layer.get_weights())
        factor = gamma / np.sqrt(variance + layer.epsilon)
        (kernel,) = (np.asarray(weight) for weight in convolution.get_weights())
        self._convolve(convolution, layer.name, kernel * factor, beta - mean * factor)

    def _convolve(
        self, layer: layers.Conv2D, output: str, kernel: NDArray[np.floating], bias: NDArray[np.floating]
    ) -> None:
        """Write a convolution, padded as TensorFlow pads what its strides divide."""
        pads = [max(side - step, 0) for side, step in zip(layer.kernel_size, layer.strides, strict=True)]
        self.add(
            "Conv",
            [*_names_before(layer), f"{layer.name}.weight", f"{layer.name}.bias"],
            output,
            kernel_shape=layer.kernel_size,
            strides=layer.strides,
            pads=[*(pad // 2 for pad in pads), *(pad - pad // 2 for pad in pads)],
            first=self._kept(f"{layer.name}.weight", kernel.transpose(3, 2, 0, 1)),
        )
        self.constant(f"{layer.name}.bias", bias.astype(np.float32))

    def _kept(self, name: str, kernel: NDArray[np.floating]) -> list[onnx.NodeProto]:
        """Keep a kernel, and make the nodes that have it in float32 as the file is loaded, where one is needed."""
        nodes, kept = stored_weight(name, kernel.astype(np.float32), self._stored)
        for key, array in kept.items():
            self.constant(key, array)
        return nodes

    def constant(self, name: str, array: NDArray[Any]) -> None:
        """Keep an array, (...) of any shape, as a weight of this name."""
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))

    def add(
        self,
        operator: str,
        inputs: list[str],
        *outputs: str,
        first: list[Any] | None = None,
        **attributes: Any,
    ) -> None:
        """Add a node.

        Args:
            operator: of ONNX.
            inputs: the names of what it takes.
            *outputs: the names of what it gives.
            first: nodes that it needs before it.
            **attributes: of the operator.
        """
        self.nodes += [*(first or []), helper.make_node(operator, inputs, [*outputs], **attributes)]


def _names_before(layer: keras.Layer) -> list[str]:
    """The layers whose outputs a layer takes, by name."""
    inputs = layer.input if isinstance(layer.input, list) else [layer.input]
    return [tensor._keras_history.operation.name for tensor in inputs]
