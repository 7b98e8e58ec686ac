"""Writes a Keras network as an ONNX graph, layer by layer.

Written here because the general converter is thinly maintained and knows nothing of what we want from
the graph: uint8 images in, batch normalisation folded away, and outputs by which it can explain itself. How each
layer is written, and which can be, is in ``digitlens.train.layers``.
"""

from collections import Counter
from dataclasses import dataclass
from math import prod
from typing import Any

import keras
import onnx
from onnx import TensorProto

from digitlens.errors import InvalidModel
from digitlens.train.layers import WRITERS
from digitlens.train.onnxgraph import GraphBuilder, Stored, single_input
from digitlens.train.preprocess import SIDE, NetworkInput, Preprocessing, taken_as
from digitlens.train.values import Value, Work, plain

__all__ = ["LAYERS", "GraphWriter", "taken_by"]

LAYERS = frozenset(WRITERS)
"""The names of the layers that can be translated."""

ENDINGS = ("Softmax", "Sigmoid", "LogSoftmax")
"""Operations that may come last and are left to the reader, which calibrates logits."""


@dataclass(frozen=True, eq=False)
class _Step:
    """One layer at work: what it takes and gives, as Keras's symbols."""

    layer: keras.Layer
    inputs: tuple[Any, ...]
    output: Any


class GraphWriter:
    """The graph of one network; values are channels first wherever Keras has channels last.

    Attributes:
        graph: its nodes and weights.
        taken: what the network takes.
        logits: the name of what it gives, before any softmax at its end.
        classes: how many logits there are.
        ending: the operator at its end that was left out; ``""`` for none.
    """

    def __init__(self, model: keras.Model, preprocessing: Preprocessing | None = None) -> None:
        """Write every layer of ``model``, from one input to one number a class.

        Args:
            model: what is written.
            preprocessing: what is done to framed glyphs before; None for a graph that takes, as ``pixels``, what
                the network takes.

        Raises:
            InvalidModel: a layer has no translation, or there are several inputs or outputs.
        """
        self.taken = taken_by(model)
        self.graph = GraphBuilder()
        self._given = single_input("pixels", self.taken.shape)
        value = "pixels"
        if preprocessing is not None:
            self._given = single_input("image", (SIDE, SIDE, 1), TensorProto.UINT8)
            value = preprocessing.write(self.graph, self.taken)
        output = self._write(model, self._entered(value))
        self.classes = prod(output.shape)
        self.logits, self.ending = self._ended(output)

    def build(self, outputs: dict[str, str] | None = None, stored: Stored = "float32") -> onnx.ModelProto:
        """The checked model: ``logits``, and what else ``outputs`` names, each with its value or weight."""
        return self.graph.build(self._given, {"logits": self.logits, **(outputs or {})}, stored)

    def _entered(self, value: str) -> Value:
        """Return the input of the network, channels first where it has channels last."""
        shape = self.taken.shape
        if self.taken.layout != "NHWC":
            return Value(value, shape)
        return Value(self.graph.add("Transpose", [value], perm=[0, 3, 1, 2]), shape, grid=shape)

    def _write(self, model: keras.Model, entered: Value) -> Value:
        """Write all layers; what the last one gives."""
        given = keras.Input(self.taken.shape)
        steps: list[_Step] = []
        last = _walked(model, given, steps)
        uses = Counter(id(tensor) for step in steps for tensor in step.inputs)
        values = {id(given): entered}
        for step in steps:
            writer = WRITERS.get(type(step.layer).__name__)
            if writer is None:
                raise InvalidModel(
                    f"Layer {step.layer.name!r} is a {type(step.layer).__name__}, which export cannot translate. "
                    f"It can: {', '.join(sorted(WRITERS))}."
                )
            inputs = [values[id(tensor)] for tensor in step.inputs]
            alone = all(uses[id(tensor)] == 1 for tensor in step.inputs)
            shape = tuple(int(size) for size in step.output.shape[1:])
            values[id(step.output)] = writer(Work(self.graph, step.layer, inputs, shape, alone))
        return values[id(last)]

    def _ended(self, output: Value) -> tuple[str, str]:
        """The logits (N, K), and which operator that came behind them was left out."""
        if self.classes < 2 or max(output.shape) != self.classes:
            shape = "x".join(map(str, output.shape))
            raise InvalidModel(
                f"The network gives {shape} numbers for a picture: one for each class is expected."
            )
        last, ending = self.graph.producer(output.name), ""
        value = output.name
        if last is not None and last.op_type in ENDINGS:
            self.graph.nodes.remove(last)
            value, ending = last.input[0], last.op_type
        if len(output.shape) > 1:
            value = self.graph.add(
                "Flatten", [plain(self.graph, Value(value, output.shape, output.grid)).name]
            )
        return value, ending


def taken_by(model: keras.Model) -> NetworkInput:
    """Return the input of a Keras network; sizes that it leaves open are those of a framed glyph.

    Raises:
        InvalidModel: it has several inputs or outputs, or takes no pictures.
    """
    try:
        shapes = [tuple(tensor.shape) for tensor in (*model.inputs, *model.outputs)]
    except (AttributeError, TypeError, ValueError):
        shapes = []
    if len(shapes) != 2:
        raise InvalidModel(
            "The network must be a Sequential or functional one that knows the shape of its one input, "
            "and has one output."
        )
    return taken_as(shapes[0][1:])


def _walked(model: keras.Model, given: Any, steps: list[_Step]) -> Any:
    """Call a network anew, networks within it too, and note each layer; the symbol of what it gives.

    What a layer was connected to when it was made or loaded says nothing: it may have been called several times.
    """

    def call(layer: Any, *args: Any, **kwargs: Any) -> Any:
        tensors = [each for each in keras.tree.flatten((args, kwargs)) if isinstance(each, keras.KerasTensor)]
        if isinstance(layer, keras.Model) and len(tensors) == 1:
            return _walked(layer, tensors[0], steps)
        output = layer(*args, **kwargs)
        steps.append(_Step(layer, tuple(tensors), output))
        return output

    if not isinstance(model, keras.Sequential):
        inner: Any = model  # which Keras declares without this method
        return keras.tree.flatten(inner._run_through_graph(given, call_fn=call))[0]
    value = given
    for layer in model.layers:
        if not isinstance(layer, keras.layers.InputLayer):
            value = call(layer, value)
    return value
