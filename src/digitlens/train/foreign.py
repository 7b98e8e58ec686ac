"""ONNX networks from anywhere: what they take and give is told from the graph, which is then wrapped into ours.

PyTorch's exporters, Keras' and tf2onnx, the ONNX zoo and quantisers each have their names, layouts and fixed batches.
All nodes pass `digitlens.model.onnxfile.check_graph` before any is run; only reshapes that fix the batch are rewritten.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import TensorProto, compose, helper, numpy_helper

from digitlens.errors import InvalidModel
from digitlens.train.foreignfile import free_batch, load_graph
from digitlens.train.onnxgraph import GraphBuilder, single_input
from digitlens.train.preprocess import SIDE, NetworkInput, Preprocessing, taken_as

__all__ = ["Foreign", "read_foreign", "session_of", "wrapped"]

OLDEST = 7
"""The oldest set of operators in which what is added means what it means today."""

FINAL_ACTIVATIONS = ("LogSoftmax", "Sigmoid", "Softmax")
NODE_PREFIX = "net/"
ROUNDED = 4 / 256
"""Share of the range of its numbers by which eight bits whose scale is another may move one: four of their steps."""

TRIED = 3
ELEMENTS = (
    TensorProto.FLOAT,
    TensorProto.FLOAT16,
    TensorProto.DOUBLE,
    TensorProto.UINT8,
    TensorProto.INT32,
    TensorProto.INT64,
)
"""Kinds of numbers that a network may take."""


@dataclass(frozen=True)
class Foreign:
    """A network in ONNX, its batch free.

    Attributes:
        proto, taken: the graph, all its names behind a prefix; and what it takes.
        given, output: the names of its input and of what it gives: logits, or probabilities.
        classes: how many; 0 where that is not known yet.
        probabilities, likely: whether it gives those, whose logarithms are the logits; and if these are a softmax's.
    """

    proto: onnx.ModelProto
    taken: NetworkInput
    given: str
    output: str
    classes: int
    probabilities: bool = False
    likely: bool = False

    @property
    def parameters(self) -> int:
        """The number of weights."""
        return sum(int(np.prod(weight.dims)) for weight in self.proto.graph.initializer)

    def core(self) -> bytes:
        """The network that takes, as ``pixels``, what it takes, and gives ``logits``."""
        graph = GraphBuilder()
        return self.joined(graph, "pixels", single_input("pixels", self.taken.shape, self.taken.element))

    def joined(
        self, before: GraphBuilder, value: str, given: onnx.ValueInfoProto, columns: tuple[int, ...] = ()
    ) -> bytes:
        """The file of our nodes, the network's behind them, and what makes its output logits.

        Args:
            before: our nodes.
            value: the name of what the network takes of them.
            given: the input of the whole.
            columns: the order of the logits; () for the network's.
        """
        inner, after = self.proto.graph, GraphBuilder("after/")
        logits = self._logits(after, columns)
        nodes = [
            *before.nodes,
            helper.make_node("Identity", [value], [self.given]),
            *inner.node,
            *after.nodes,
            helper.make_node("Identity", [logits], ["logits"]),
        ]
        weights = [numpy_helper.from_array(a, name) for g in (before, after) for name, a in g.weights.items()]
        shape = ["N", self.classes] if self.classes else None
        graph = helper.make_graph(
            nodes,
            "digitlens",
            [given],
            [helper.make_tensor_value_info("logits", TensorProto.FLOAT, shape)],
            [*weights, *inner.initializer],
            sparse_initializer=inner.sparse_initializer,
        )
        proto = helper.make_model(
            graph,
            opset_imports=self.proto.opset_import,
            ir_version=max(4, self.proto.ir_version),
            producer_name="digitlens",
        )
        return proto.SerializeToString()

    def _logits(self, after: GraphBuilder, columns: tuple[int, ...]) -> str:
        """Add what makes the network's output logits, in the order of the columns; the name of these."""
        logits = after.add("Cast", [self.output], to=TensorProto.FLOAT)
        if self.classes:
            logits = after.add("Reshape", [logits, after.constant([-1, self.classes])])
        if self.probabilities:
            least = after.constant(1e-7)
            logits = after.add("Log", [after.add("Add", [logits, least])])
        if columns != tuple(range(len(columns))):
            logits = after.add("Gather", [logits, after.constant([*columns])], axis=1)
        return logits


def read_foreign(path: Path) -> Foreign:
    """Read a network in ONNX, with weights beside it, as PyTorch writes them, and find out what it takes and gives.

    Raises:
        InvalidModel: it cannot be read or run on several pictures, is not known to be safe, or classifies no pictures.
    """
    proto = load_graph(path)
    graph = proto.graph
    weights = {weight.name for weight in (*graph.initializer, *(s.values for s in graph.sparse_initializer))}
    inputs = [each for each in graph.input if each.name not in weights]
    if len(inputs) != 1:
        named = ", ".join(each.name for each in inputs) or "none"
        raise InvalidModel(f"{path} has {len(inputs)} inputs ({named}): one is expected, for pictures.")
    opset = max((each.version for each in proto.opset_import if each.domain in ("", "ai.onnx")), default=0)
    if opset < OLDEST:
        raise InvalidModel(
            f"{path} is of ONNX's opset {opset}: {OLDEST} or later is expected. Convert it first."
        )
    kind = inputs[0].type.tensor_type
    sizes = [each.dim_value for each in kind.shape.dim]
    if kind.elem_type not in ELEMENTS or len(sizes) < 2:
        raise InvalidModel(f"{path} takes no arrays of numbers with a batch: pictures are expected.")
    taken = taken_as(sizes[1:], kind.elem_type)
    if sizes[0]:
        free_batch(graph, sizes[0], weights)
    del graph.value_info[:]  # which may hold the batch that it was exported with
    proto = compose.add_prefix(proto, NODE_PREFIX)
    found = [
        _with_output(Foreign(proto, taken, NODE_PREFIX + inputs[0].name, output.name, 0), path)
        for output in proto.graph.output
    ]
    able = [each for each in found if each.classes > 1]
    if not able:
        raise InvalidModel(f"{path} gives not one number for each class of each picture.")
    return able[0]


def wrapped(foreign: Foreign, preprocessing: Preprocessing, columns: tuple[int, ...] = ()) -> bytes:
    """The network as one of ours: ``image``, uint8 (N, 28, 28, 1), in, ``logits`` (N, K) out.

    Args:
        foreign: the network.
        preprocessing: what is done to framed glyphs before.
        columns: the order of the logits; () for the network's.
    """
    graph = GraphBuilder()
    value = preprocessing.write(graph, foreign.taken)
    return foreign.joined(graph, value, single_input("image", (SIDE, SIDE, 1), TensorProto.UINT8), columns)


def session_of(content: bytes, name: object) -> ort.InferenceSession:
    """A session of a graph that was checked.

    Raises:
        InvalidModel: ONNX Runtime does not take it.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime raises a different class for each status
        raise InvalidModel(f"{name} cannot be run by ONNX Runtime: {error}") from error


def _with_output(foreign: Foreign, path: Path) -> Foreign:
    """The network with what is behind its logits left out; without classes where the output is none."""
    final = _final_activation(foreign)
    if final is not None:
        foreign = replace(foreign, output=final.input[0])
    noise = np.random.default_rng(0).integers(0, 256, (TRIED, SIDE, SIDE), np.uint8)
    given = Preprocessing().apply(noise, foreign.taken)
    one, several = _raw(foreign, given[:1], path), _raw(foreign, given, path)
    classes = one.size
    if several.size != TRIED * classes:
        raise InvalidModel(f"{path} gives {several.size} numbers for {TRIED} pictures and {classes} for one.")
    rows = several.reshape(TRIED, classes)
    if not _alike(rows[0], one.reshape(-1), foreign):
        raise InvalidModel(f"{path} says of one picture something else where others are read with it.")
    sums = bool((rows >= 0).all() and np.allclose(rows.sum(axis=1), 1, atol=0.05))
    likely = sums if final is None else final.op_type != "Sigmoid"
    return replace(foreign, classes=classes, probabilities=final is None and sums, likely=likely)


def _final_activation(foreign: Foreign) -> onnx.NodeProto | None:
    """The softmax or sigmoid that gives the output, or is cast to it; None without one."""
    last = _producer(foreign.proto, foreign.output)
    while last is not None and last.op_type in ("Identity", "Cast"):
        last = _producer(foreign.proto, last.input[0])
    return last if last is not None and last.op_type in FINAL_ACTIVATIONS else None


def _alike(beside: NDArray[np.float32], alone: NDArray[np.float32], foreign: Foreign) -> bool:
    """Tell if a picture gives beside others what it gives alone, but for eight bits that are scaled for all at once."""
    if np.allclose(beside, alone, rtol=1e-3, atol=1e-4, equal_nan=True):
        return True
    while_running = any(node.op_type == "DynamicQuantizeLinear" for node in foreign.proto.graph.node)
    return while_running and bool(np.abs(beside - alone).max() <= ROUNDED * np.ptp(alone))


def _raw(foreign: Foreign, given: NDArray[Any], path: Path) -> NDArray[np.float32]:
    """Return the network's output for pictures as it takes them."""
    session = session_of(replace(foreign, classes=0).core(), path)
    try:
        (found,) = session.run(["logits"], {"pixels": given})
    except Exception as error:  # ONNX Runtime raises a different class for each status
        raise InvalidModel(f"{path} cannot be run on {len(given)} pictures at once: {error}") from error
    return np.asarray(found, np.float32)


def _producer(proto: onnx.ModelProto, value: str) -> onnx.NodeProto | None:
    return next((node for node in proto.graph.node if value in node.output), None)
