"""Writes a Keras network as an ONNX graph, layer by layer.

Written here because the general converter is thinly maintained and knows nothing of what we want from
the graph: uint8 images in, batch normalisation folded away, and outputs by which it can explain itself.
"""

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import keras
import numpy as np
import onnx
from keras import layers
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from digitlens.errors import InvalidModel

__all__ = ["LAYERS", "GraphWriter", "Stored"]

Stored: TypeAlias = Literal["float32", "float16"]
"""How weights are kept in the file; the network computes in float32 either way."""

OPSET = 17
IR_VERSION = 9


class GraphWriter:
    """Collects the nodes of one graph; values are NCHW from the input on, whatever Keras calls them."""

    def __init__(self, model: keras.Model) -> None:
        """Write every layer of ``model``, a chain from one input (N, H, W, C) to one softmax (N, K).

        Raises:
            InvalidModel: a layer has no translation, or the layers are not a chain.
        """
        self.trail: list[tuple[str, str, list[str]]] = []
        """(operator, output, weights) of every node in order; the last output is the logits."""
        self._nodes: list[onnx.NodeProto] = []
        self._weights: dict[str, NDArray[Any]] = {}
        self._value = "image"
        self._shape = self._input_shape = tuple(model.input_shape[1:])
        self._flattened: tuple[int, ...] = ()
        self._chain(model)

    def build(self, outputs: dict[str, str], stored: Stored = "float32") -> onnx.ModelProto:
        """The checked model; ``outputs`` maps each public name to the value or weight it shows.

        Weights ``stored`` as float16 take half the room; they are made float32 again as the file is loaded.
        """
        halved = [name for name in self._weights if name.endswith(".weight")] if stored == "float16" else []
        nodes = [helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT) for name in halved]
        weights = {
            f"{name}.half" if name in halved else name: array.astype(np.float16) if name in halved else array
            for name, array in self._weights.items()
        }
        nodes += self._nodes
        nodes += [helper.make_node("Identity", [value], [name]) for name, value in outputs.items()]
        graph = helper.make_graph(
            nodes,
            "digitlens",
            [helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", *self._input_shape])],
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

    def _chain(self, model: keras.Model) -> None:
        """Write the input and then each layer behind the one before."""
        scale = self._weight("scale", np.float32(255))
        self._add("Cast", [], to=TensorProto.FLOAT)
        self._add("Div", [scale])
        self._add("Transpose", [], perm=[0, 3, 1, 2])
        previous = None
        for layer in model.layers:
            if isinstance(layer, layers.InputLayer):
                continue
            if previous is not None and layer.input is not previous.output:
                raise InvalidModel(
                    f"Layer {layer.name!r} does not follow {previous.name!r}: only chains export."
                )
            self._write(layer)
            self._shape, previous = tuple(layer.output.shape[1:]), layer

    def _write(self, layer: keras.Layer) -> None:
        writer = _WRITERS.get(type(layer).__name__)
        if writer is None:
            raise InvalidModel(
                f"Layer {layer.name!r} is a {type(layer).__name__}, which export cannot translate. "
                f"It can: {', '.join(sorted(_WRITERS))}."
            )
        writer(self, layer)

    def _add(self, operator: str, weights: list[str], **attributes: Any) -> None:
        """Put a node behind the last."""
        output = f"{operator.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, [self._value, *weights], [output], **attributes))
        self.trail.append((operator, output, weights))
        self._value = output

    def _weight(self, name: str, array: NDArray[Any] | np.generic) -> str:
        self._weights[name] = np.ascontiguousarray(array)
        return name

    def _parameters(self, layer: layers.Conv2D | layers.Dense, kernel: NDArray[Any], units: int) -> list[str]:
        """Keep the kernel and bias of a linear layer, a bias of zeros where it has none: what folding needs."""
        bias = layer.get_weights()[1] if layer.use_bias else np.zeros(units, np.float32)
        return [self._weight(f"{layer.name}.weight", kernel), self._weight(f"{layer.name}.bias", bias)]

    def _activate(self, function: Callable[..., Any]) -> None:
        """The activation inside a layer; the softmax at the very end is left to the reader."""
        name = function.__name__
        if name == "relu":
            self._add("Relu", [])
        elif name not in ("linear", "softmax"):
            raise InvalidModel(f"Activation {name!r} cannot be exported: use relu, and softmax at the end.")

    def _convolution(self, layer: layers.Conv2D) -> None:
        kernel = layer.get_weights()[0].transpose(3, 2, 0, 1)
        self._add(
            "Conv",
            self._parameters(layer, kernel, layer.filters),
            kernel_shape=layer.kernel_size,
            strides=layer.strides,
            dilations=layer.dilation_rate,
            group=layer.groups,
            pads=self._pads(layer.kernel_size, layer.strides, layer.padding),
        )
        self._activate(layer.activation)

    def _dense(self, layer: layers.Dense) -> None:
        kernel = layer.get_weights()[0]
        if self.trail[-1][0] == "Flatten":  # Keras flattens height, width, channels; here channels come first
            height, width, channels = self._flattened
            rows = kernel.reshape(height, width, channels, -1).transpose(2, 0, 1, 3)
            kernel = rows.reshape(kernel.shape)
        self._add("Gemm", self._parameters(layer, kernel, layer.units))
        self._activate(layer.activation)

    def _normalise(self, layer: layers.BatchNormalization) -> None:
        """Fold the scale and shift of inference into the linear layer before it."""
        operator, _, names = self.trail[-1]
        if operator not in ("Conv", "Gemm"):
            raise InvalidModel(
                f"Batch normalisation {layer.name!r} must come right behind a convolution or dense layer "
                "without activation, so that it folds into it."
            )
        gamma = np.asarray(layer.gamma) if layer.scale else 1.0
        beta = np.asarray(layer.beta) if layer.center else 0.0
        mean, variance = np.asarray(layer.moving_mean), np.asarray(layer.moving_variance)
        factor = (gamma / np.sqrt(variance + layer.epsilon)).astype(np.float32)
        kernel, bias = (self._weights[name] for name in names)
        along = (-1, 1, 1, 1) if operator == "Conv" else (1, -1)
        self._weights[names[0]] = kernel * factor.reshape(along)
        self._weights[names[1]] = ((bias - mean) * factor + beta).astype(np.float32)

    def _pool(self, layer: layers.MaxPooling2D | layers.AveragePooling2D) -> None:
        self._add(
            "MaxPool" if isinstance(layer, layers.MaxPooling2D) else "AveragePool",
            [],
            kernel_shape=layer.pool_size,
            strides=layer.strides,
            pads=self._pads(layer.pool_size, layer.strides, layer.padding),
        )

    def _average(self, layer: layers.GlobalAveragePooling2D) -> None:
        self._add("GlobalAveragePool", [])
        self._add("Flatten", [])
        self._flattened = (1, 1, self._shape[-1])

    def _flatten(self, layer: layers.Flatten) -> None:
        if layer.data_format != "channels_last":
            raise InvalidModel(f"Layer {layer.name!r} flattens channels first; only channels last exports.")
        self._flattened = self._shape
        self._add("Flatten", [])

    def _pads(self, kernel: tuple[int, ...], strides: tuple[int, ...], padding: str) -> list[int]:
        """TensorFlow's padding, tops and lefts before bottoms and rights."""
        if padding == "valid":
            return [0, 0, 0, 0]
        totals = [
            max((-(-size // s) - 1) * s + k - size, 0)
            for size, k, s in zip(self._shape[:2], kernel, strides, strict=True)
        ]
        return [total // 2 for total in totals] + [total - total // 2 for total in totals]


_WRITERS: dict[str, Callable[[GraphWriter, Any], None]] = {
    "Activation": lambda graph, layer: graph._activate(layer.activation),
    "AveragePooling2D": GraphWriter._pool,
    "BatchNormalization": GraphWriter._normalise,
    "Conv2D": GraphWriter._convolution,
    "Dense": GraphWriter._dense,
    "Dropout": lambda *_: None,
    "Flatten": GraphWriter._flatten,
    "GlobalAveragePooling2D": GraphWriter._average,
    "MaxPooling2D": GraphWriter._pool,
    "ReLU": lambda graph, _: graph._add("Relu", []),
    "Softmax": lambda *_: None,
}

LAYERS = frozenset(_WRITERS)
"""The names of the layers that can be translated."""
