"""ONNX networks of others say what they said, whatever exporter wrote them."""

import json
from typing import Any

import made_onnx
import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import quantization

from digitlens.errors import InvalidModel
from digitlens.model.onnxfile import check_graph
from digitlens.train.foreign import read_foreign, wrapped
from digitlens.train.preprocess import NetworkInput, Preprocessing

WEIGHTS = made_onnx.convolutional()

NETWORKS = {
    "tracing, opset 13": (made_onnx.torch_traced(WEIGHTS), "NCHW"),
    "tracing, opset 18": (made_onnx.torch_traced(WEIGHTS, 18), "NCHW"),
    "tracing, batch 1": (made_onnx.torch_traced(WEIGHTS, 11, batch=1), "NCHW"),
    "dynamo": (made_onnx.torch_dynamo(WEIGHTS), "NCHW"),
    "Keras": (made_onnx.tensorflow(WEIGHTS), "NHWC"),
    "the zoo": (made_onnx.zoo(), "NCHW"),
    "32x32": (made_onnx.torch_traced(made_onnx.convolutional(side=32), side=32), "NCHW"),
    "colour": (made_onnx.torch_traced(made_onnx.convolutional(channels=3)), "NCHW"),
}


def frames(count: int = 5) -> np.ndarray:
    drawn = np.zeros((count, 28, 28), np.uint8)
    for i, (top, left, side) in enumerate(np.random.default_rng(1).integers(2, 18, (count, 3))):
        drawn[i, top : top + side, left : left + side] = 255
    return drawn


def run(content: bytes, name: str, given: np.ndarray) -> np.ndarray:
    session = ort.InferenceSession(content, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {name: given})[0])


def probabilities(logits: np.ndarray) -> np.ndarray:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize(
    "way", [Preprocessing(), Preprocessing("mnist", "black on white", transposed=True, fit="resize")]
)
def test_a_network_of_others_says_what_it_said(kind, way, tmp_path):
    proto, layout = NETWORKS[kind]
    foreign = read_foreign(made_onnx.save(proto, tmp_path / "net.onnx"))
    assert (foreign.taken.layout, foreign.classes) == (layout, 10)
    content = wrapped(foreign, way)
    check_graph(content, kind)
    given = way.apply(frames(), foreign.taken)
    name = proto.graph.input[0].name
    expected = np.concatenate([run(proto.SerializeToString(), name, each[None]) for each in given])
    if proto.graph.node[-1].op_type == "Softmax":
        expected = np.log(expected)
    found = run(content, "image", frames()[..., None])
    assert np.ptp(probabilities(expected), axis=0).max() > 0.01
    assert np.abs(probabilities(found) - probabilities(expected)).max() < 1e-5


def test_the_columns_are_given_in_another_order(tmp_path):
    foreign = read_foreign(made_onnx.save(NETWORKS["dynamo"][0], tmp_path / "net.onnx"))
    plain, turned = (
        run(wrapped(foreign, Preprocessing(), columns), "image", frames()[..., None])
        for columns in ((), (*range(1, 10), 0))
    )
    assert np.array_equal(turned, np.roll(plain, -1, axis=1))


class Shown(quantization.CalibrationDataReader):
    def __init__(self) -> None:
        self._left = iter([{"x": each[None, None].astype(np.float32) / 255} for each in frames(16)])

    def get_next(self) -> dict[str, Any]:
        return next(self._left, {})


@pytest.mark.parametrize("form", [quantization.QuantFormat.QDQ, quantization.QuantFormat.QOperator])
def test_a_network_in_eight_bits(form, tmp_path):
    made_onnx.save(NETWORKS["dynamo"][0], tmp_path / "floats.onnx")
    quantization.quantize_static(
        tmp_path / "floats.onnx", tmp_path / "eight.onnx", Shown(), quant_format=form
    )
    operators = {node.op_type for node in onnx.load(tmp_path / "eight.onnx").graph.node}
    assert operators & {"QLinearConv", "DequantizeLinear"}
    foreign = read_foreign(tmp_path / "eight.onnx")
    content = wrapped(foreign, Preprocessing())
    check_graph(content, "eight bits")
    given = Preprocessing().apply(frames(), foreign.taken)
    expected = run((tmp_path / "floats.onnx").read_bytes(), "x", given)
    found = run(content, "image", frames()[..., None])
    assert np.abs(found - expected).max() < 0.2 * np.ptp(expected)
    assert (found.argmax(axis=1) == expected.argmax(axis=1)).mean() >= 0.8


def test_a_network_whose_eight_bits_are_scaled_while_it_runs(tmp_path):
    made_onnx.save(NETWORKS["dynamo"][0], tmp_path / "floats.onnx")
    quantization.quantize_dynamic(
        tmp_path / "floats.onnx", tmp_path / "eight.onnx", weight_type=quantization.QuantType.QUInt8
    )
    assert "DynamicQuantizeLinear" in {node.op_type for node in onnx.load(tmp_path / "eight.onnx").graph.node}
    foreign = read_foreign(tmp_path / "eight.onnx")
    given = Preprocessing().apply(frames(), foreign.taken)
    expected = run((tmp_path / "floats.onnx").read_bytes(), "x", given)
    found = run(wrapped(foreign, Preprocessing()), "image", frames()[..., None])
    assert np.abs(found - expected).max() < 0.2 * np.ptp(expected)


def small(*nodes, given=("x", "N", 784), element=TensorProto.FLOAT, **weights) -> onnx.ModelProto:
    kept = {"w": np.random.default_rng(0).normal(0, 0.1, (784, 10)).astype(np.float32), **weights}
    return made_onnx.model(list(nodes), kept, list(given), element=element)


DENSE = helper.make_node("MatMul", ["x", "w"], ["d"])


def test_probabilities_that_no_softmax_gives_become_logits(tmp_path):
    nodes = [
        DENSE,
        helper.make_node("Exp", ["d"], ["e"]),
        helper.make_node("ReduceSum", ["e", "axes"], ["s"]),
        helper.make_node("Div", ["e", "s"], ["output"]),
    ]
    proto = small(*nodes, axes=np.array([1]))
    foreign = read_foreign(made_onnx.save(proto, tmp_path / "net.onnx"))
    assert (foreign.taken, foreign.probabilities) == (NetworkInput(layout="flat"), True)
    given = Preprocessing().apply(frames(), foreign.taken)
    found = run(wrapped(foreign, Preprocessing()), "image", frames()[..., None])
    assert np.allclose(probabilities(found), run(proto.SerializeToString(), "x", given), atol=1e-5)


def test_bytes_are_given_where_bytes_are_taken(tmp_path):
    nodes = [
        helper.make_node("Cast", ["b"], ["c"], to=TensorProto.FLOAT),
        helper.make_node("Reshape", ["c", "shape"], ["x"]),
        helper.make_node("MatMul", ["x", "w"], ["output"]),
    ]
    proto = small(*nodes, given=("b", "N", 28, 28), element=TensorProto.UINT8, shape=np.array([-1, 784]))
    foreign = read_foreign(made_onnx.save(proto, tmp_path / "net.onnx"))
    way = Preprocessing("0..255", "black on white")
    found = run(wrapped(foreign, way), "image", frames()[..., None])
    assert np.array_equal(found, run(proto.SerializeToString(), "b", 255 - frames()))


def test_weights_in_the_file_beside_it_are_taken_in(tmp_path):
    proto = onnx.ModelProto.FromString(NETWORKS["dynamo"][0].SerializeToString())
    data = b""
    for weight in proto.graph.initializer:
        array = numpy_helper.to_array(weight).tobytes()
        weight.ClearField("raw_data")
        weight.data_location = TensorProto.EXTERNAL
        for key, value in (("location", "net.onnx.data"), ("offset", len(data)), ("length", len(array))):
            weight.external_data.add(key=key, value=str(value))
        data += array
    (tmp_path / "net.onnx.data").write_bytes(data)
    content = wrapped(read_foreign(made_onnx.save(proto, tmp_path / "net.onnx")), Preprocessing())
    made_onnx.save(NETWORKS["dynamo"][0], tmp_path / "whole.onnx")
    assert content == wrapped(read_foreign(tmp_path / "whole.onnx"), Preprocessing())
    (tmp_path / "net.onnx.data").write_bytes(data[:-8])
    with pytest.raises(InvalidModel, match="cut short"):
        read_foreign(tmp_path / "net.onnx")
    proto.graph.initializer[0].external_data[0].value = "../net.onnx.data"
    with pytest.raises(InvalidModel, match="keeps weights in another file"):
        read_foreign(made_onnx.save(proto, tmp_path / "net.onnx"))


def two_inputs() -> onnx.ModelProto:
    proto = small(DENSE, helper.make_node("Add", ["d", "y"], ["output"]))
    proto.graph.input.append(helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 10]))
    return proto


def old_opset() -> onnx.ModelProto:
    proto = small(helper.make_node("MatMul", ["x", "w"], ["output"]))
    proto.opset_import[0].version = 6
    return proto


REFUSED = {
    r"2 inputs \(x, y\)": two_inputs(),
    "opset 6": old_opset(),
    "from 8 to 256 pixels": small(DENSE, given=("x", "N", 3, 512, 512)),
    "square pictures": small(DENSE, given=("x", "N", 101)),
    "not one number for each class": small(
        helper.make_node("ReduceMean", ["x"], ["output"], axes=[1], keepdims=1)
    ),
    "operator .*Loop": small(DENSE, helper.make_node("Loop", ["d"], ["output"])),
    "cannot be run by ONNX Runtime": small(helper.make_node("MatMul", ["x", "missing"], ["output"])),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_is_no_network_that_reads_pictures_is_refused(reason, tmp_path):
    with pytest.raises(InvalidModel, match=reason):
        read_foreign(made_onnx.save(REFUSED[reason], tmp_path / "net.onnx"))


def test_what_is_no_onnx_is_refused(tmp_path):
    (tmp_path / "net.onnx").write_text(json.dumps({"not": "a network"}))
    with pytest.raises(InvalidModel, match=r"net\.onnx"):
        read_foreign(tmp_path / "net.onnx")
