"""The file of a network in ONNX from anywhere: its graph with all its weights in it, known to be safe."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

from digitlens.errors import InvalidModel
from digitlens.files import open_file
from digitlens.model.onnxfile import check_graph
from digitlens.model.session import MAX_MODEL_BYTES

__all__ = ["free_batch", "load_graph"]


def load_graph(path: Path) -> onnx.ModelProto:
    """The network of a file, all its weights in it, known to be safe.

    Raises:
        InvalidModel: it is not.
    """
    content = _content(path)
    try:
        proto = onnx.load_model_from_string(content)
    except Exception as error:  # protobuf's error, which has no name of ONNX's
        raise InvalidModel(f"{path} is no ONNX file: {error}.") from error
    if _take_in(proto, path):
        content = proto.SerializeToString()
    check_graph(content, str(path))
    return proto


def free_batch(graph: onnx.GraphProto, batch: int, weights: set[str]) -> None:
    """Make reshapes that hold the batch at the number it was exported with take any.

    Args:
        graph: is changed.
        batch: that number.
        weights: the names of what is kept in the file.
    """
    constants = _constants(graph)
    for node in graph.node:
        if node.op_type != "Reshape" or node.input[0] in {*weights, *constants}:
            continue
        shape = constants.get(node.input[1])
        values = None if shape is None else numpy_helper.to_array(shape).tolist()
        if values and len(values) > 1 and values[0] == batch:
            free = [0 if -1 in values else -1, *values[1:]]
            name = f"{node.name or node.output[0]}_free"
            graph.initializer.append(numpy_helper.from_array(np.array(free, np.int64), name))
            node.input[1] = name


def _constants(graph: onnx.GraphProto) -> dict[str, onnx.TensorProto]:
    """The tensors that a graph holds, by name."""
    tensors = [node for node in graph.node if node.op_type == "Constant"]
    made = {node.output[0]: node.attribute[0].t for node in tensors if node.attribute[0].name == "value"}
    return {each.name: each for each in graph.initializer} | made


def _content(path: Path) -> bytes:
    try:
        with open_file(path) as file:
            content = file.read(MAX_MODEL_BYTES + 1)
    except OSError as error:
        raise InvalidModel(f"{path} cannot be read: {error.strerror}.") from error
    if len(content) > MAX_MODEL_BYTES:
        raise InvalidModel(f"{path} has more than {MAX_MODEL_BYTES:,} bytes.")
    return content


def _take_in(proto: onnx.ModelProto, path: Path) -> bool:
    """Take in the weights that lie in ``NAME.onnx.data`` beside it, and in no other file; whether there were any."""
    apart = [weight for weight in proto.graph.initializer if weight.data_location == TensorProto.EXTERNAL]
    beside = path.with_name(f"{path.name}.data")
    if any({each.key: each.value for each in w.external_data}.get("location") != beside.name for w in apart):
        return False  # which is then refused
    content = _content(beside) if apart else b""
    for weight in apart:
        where = {each.key: each.value for each in weight.external_data}
        try:
            start, size = int(where.get("offset", 0)), int(where["length"])
        except (KeyError, ValueError):
            return False
        if start < 0 or size < 0 or start + size > len(content):
            raise InvalidModel(f"{beside} is cut short: {weight.name} should lie at byte {start:,} of it.")
        weight.raw_data = content[start : start + size]
        weight.ClearField("external_data")
        weight.ClearField("data_location")
    return bool(apart)
