"""Writes the page network as an ONNX graph: convolutions with normalisation folded in, joins, and the peaks.

The graph takes ``image``, float32 (N, 1, H, W), normalised by local contrast, H and W multiples of 32, and gives

- ``heat`` (N, K, H/4, W/4), the probability of each class that the centre of such a mark is in a cell;
- ``geometry`` (N, 4, H/4, W/4), the offset of the box's centre from the cell's in cells, across and down, and the
  logarithms of its width and height over 16 pixels;
- ``peaks`` (N, K, H/4, W/4), ``heat`` in the cells whose greatest probability is the greatest of the nine about
  them, 0 elsewhere.
"""

from typing import Any

import keras
import numpy as np
import onnx
from keras import layers
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from digitlens.errors import InvalidModel
from digitlens.train.onnxgraph import IR_VERSION, OPSET, Stored

__all__ = ["page_graph"]


def page_graph(net: keras.Model, classes: int, stored: Stored = "float32") -> onnx.ModelProto:
    """The checked graph of a network that `plain_net` built, its weights kept as ``stored`` says.

    Raises:
        InvalidModel: a layer has no translation.
    """
    writer = _Writer(stored)
    for layer in net.layers:
        writer.write(layer)
    writer.answer(classes)
    sides = {name: f"{name}/4" for name in "HW"}
    answers = {"heat": classes, "geometry": 4, "peaks": classes}
    graph = helper.make_graph(
        writer.nodes,
        "digitlens-pages",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 1, "H", "W"])],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", count, *sides.values()])
            for name, count in answers.items()
        ],
        writer.weights,
    )
    opset = [helper.make_opsetid("", OPSET)]
    proto = helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION, producer_name="digitlens")
    onnx.checker.check_model(proto, full_check=True)
    return proto


class _Writer:
    """Collects nodes and weights; values go by the names of the layers that give them, channels before rows."""

    def __init__(self, stored: Stored) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self._stored = stored
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
                self._add("Relu", before, layer.name)
            case layers.Add():
                self._add("Add", before, layer.name)
            case layers.UpSampling2D():
                # Each pixel fourfold as channels, which then become pixels; Resize, which does the same, is among
                # the operators that could be made to ask for any amount of memory, and is not run.
                self._add("Concat", before * 4, f"{layer.name}.fourfold", axis=1)
                self._add("DepthToSpace", [f"{layer.name}.fourfold"], layer.name, blocksize=2)
            case _:
                raise InvalidModel(
                    f"Layer {layer.name!r} is a {type(layer).__name__}: no page network has one."
                )
        self._last = layer.name

    def answer(self, classes: int) -> None:
        """Make the outputs of the last layer, class logits and then geometry."""
        self._constant("parts", np.array([classes, 4], np.int64))
        self._add("Split", [self._last, "parts"], "logits", "geometry", axis=1)
        self._add("Sigmoid", ["logits"], "heat")
        self._add("ReduceMax", ["heat"], "best", axes=[1], keepdims=1)
        self._add("MaxPool", ["best"], "best_around", kernel_shape=[3, 3], pads=[1, 1, 1, 1])
        self._add("Equal", ["best", "best_around"], "is_peak")
        self._add("Cast", ["is_peak"], "peak", to=TensorProto.FLOAT)
        self._add("Mul", ["heat", "peak"], "peaks")

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
        self._add(
            "Conv",
            [*_names_before(layer), f"{layer.name}.weight", f"{layer.name}.bias"],
            output,
            kernel_shape=layer.kernel_size,
            strides=layer.strides,
            pads=[*(pad // 2 for pad in pads), *(pad - pad // 2 for pad in pads)],
            first=self._kept(f"{layer.name}.weight", kernel.transpose(3, 2, 0, 1)),
        )
        self._constant(f"{layer.name}.bias", bias.astype(np.float32))

    def _kept(self, name: str, kernel: NDArray[np.floating]) -> list[onnx.NodeProto]:
        """Keep a kernel, and make the node that has it in float32 as the file is loaded, where one is needed."""
        if self._stored == "float32":
            self._constant(name, kernel.astype(np.float32))
            return []
        self._constant(f"{name}.half", kernel.astype(np.float16))
        return [helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT)]

    def _constant(self, name: str, array: NDArray[Any]) -> None:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))

    def _add(
        self,
        operator: str,
        inputs: list[str],
        *outputs: str,
        first: list[Any] | None = None,
        **attributes: Any,
    ) -> None:
        """Add a node, behind others that it needs."""
        self.nodes += [*(first or []), helper.make_node(operator, inputs, [*outputs], **attributes)]


def _names_before(layer: keras.Layer) -> list[str]:
    """The layers whose outputs a layer takes, by name."""
    inputs = layer.input if isinstance(layer.input, list) else [layer.input]
    return [tensor._keras_history.operation.name for tensor in inputs]
