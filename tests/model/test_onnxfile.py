"""Foreign ONNX files: refused before ONNX Runtime sees them, unless they calculate and nothing else."""

import hashlib
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper
from tiny_network import graph, save_network

from digitlens.errors import InvalidModel
from digitlens.model import Network, available
from digitlens.model.onnxfile import SAFE_OPERATORS, check_graph

BLANK = np.zeros((1, 28, 28), np.uint8)


def changed(change) -> bytes:
    """The tiny network after ``change`` was at work on it."""
    model = onnx.load_from_string(graph())
    change(model)
    return model.SerializeToString()


def external(model) -> None:
    weights = model.graph.initializer[0]
    weights.ClearField("raw_data")
    weights.data_location = TensorProto.EXTERNAL
    for key, value in (("location", "../../../../etc/passwd"), ("offset", "0"), ("length", "9")):
        weights.external_data.add(key=key, value=value)


def external_without_saying_so(model) -> None:
    model.graph.initializer[0].external_data.add(key="location", value="/etc/passwd")


def external_in_a_node(model) -> None:
    tensor = numpy_helper.from_array(np.zeros(3, np.float32), "t")
    tensor.external_data.add(key="location", value="weights.bin")
    model.graph.node.append(helper.make_node("Constant", [], ["c"], value=tensor))


def external_and_sparse(model) -> None:
    values = numpy_helper.from_array(np.ones(1, np.float32), "s")
    values.data_location = TensorProto.EXTERNAL
    indices = numpy_helper.from_array(np.zeros(1, np.int64), "i")
    model.graph.sparse_initializer.append(helper.make_sparse_tensor(values, indices, [3]))


def branching(model) -> None:
    inner = helper.make_graph([helper.make_node("Identity", ["flat"], ["x"])], "inner", [], [])
    model.graph.node.append(helper.make_node("Relu", ["flat"], ["y"], then_branch=inner))


def of_its_own(model) -> None:
    node = helper.make_node("Identity", ["x"], ["y"])
    model.functions.append(helper.make_function("own", "Own", ["x"], ["y"], [node], model.opset_import))


HARM = {
    "operator .*PyOp": lambda model: model.graph.node.append(
        helper.make_node("PyOp", [], ["y"], domain="ai.onnx.contrib")
    ),
    "operator .*com.microsoft": lambda model: model.graph.node.append(
        helper.make_node("Gemm", [], ["y"], domain="com.microsoft")
    ),
    "operator .*Loop": lambda model: model.graph.node.append(helper.make_node("Loop", ["n"], ["y"])),
    "operator .*ConstantOfShape": lambda model: model.graph.node.append(
        helper.make_node("ConstantOfShape", ["n"], ["y"])
    ),
    "keeps weights in another file": external,
    "weights in another file": external_without_saying_so,
    "in another file": external_in_a_node,
    "another file": external_and_sparse,
    "a graph within its graph": branching,
    "operators of its own": of_its_own,
    "more than 10,000 nodes": lambda model: model.graph.node.extend(
        [helper.make_node("Relu", ["x"], ["y"])] * 10_001
    ),
}


@pytest.mark.parametrize("reason", HARM)
def test_what_does_more_than_calculate_is_refused(tmp_path, reason, monkeypatch):
    monkeypatch.setattr("onnxruntime.InferenceSession", lambda *_, **__: pytest.fail("ONNX Runtime saw it."))
    path = save_network(tmp_path / "foreign.onnx", changed(HARM[reason]))
    with pytest.raises(InvalidModel, match=rf"foreign\.onnx .*{reason}"):
        Network.load(path).logits(BLANK)


def test_the_networks_in_the_repository_pass():
    for path in available().values():
        check_graph(path.read_bytes(), path.name)
    check_graph(graph(), "tiny")


def test_every_operator_that_is_let_pass_is_one_of_the_standard():
    """And none of them has graphs of its own, strings, sequences, chance or pictures."""
    newest = {schema.name: schema for schema in onnx.defs.get_all_schemas() if schema.domain == ""}
    assert set(newest) >= SAFE_OPERATORS
    for name in SAFE_OPERATORS:
        kinds = {str(attribute.type) for attribute in newest[name].attributes.values()}
        assert not any("GRAPH" in kind for kind in kinds), name
        assert "random" not in name.lower()


@settings(max_examples=300)
@given(st.data())
def test_damaged_files_are_refused_or_have_nothing_to_refuse(data):
    content = bytearray(graph())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        check_graph(bytes(content[: data.draw(st.integers(0, len(content)))]), "damaged")
    except InvalidModel:
        return


@pytest.mark.parametrize(
    "content", [b"", b"\x80" * 20, b"\x3a\xff\xff\xff\xff\x7f", b"\x3a\x02\x0a", b"\x38\1", graph() * 2]
)
def test_what_is_no_onnx_is_refused(content):
    with pytest.raises(InvalidModel, match="it is no ONNX file"):
        check_graph(content, "x")


def test_a_field_whose_number_is_too_large_does_not_pass_for_another():
    """Readers that keep 32 bits of a field's number would take it for the graph."""
    key = (7 << 3 | 2) + (1 << 35)
    encoded = bytes((key >> shift & 0x7F) | 0x80 for shift in range(0, 35, 7)) + bytes([key >> 35])
    with pytest.raises(InvalidModel, match="no ONNX file"):
        check_graph(graph() + encoded + b"\0", "x")


def test_what_quantises_sees_checked_files_only(tmp_path, monkeypatch):
    from digitlens.train.quantize import quantize  # noqa: PLC0415

    path = save_network(tmp_path / "foreign.onnx", changed(external))
    with pytest.raises(InvalidModel, match="keeps weights in another file"):
        quantize(Network.load(path), tmp_path / "out.onnx", np.zeros((4, 28, 28), np.uint8))
    assert not Path(tmp_path / "out.onnx").exists()


def test_a_hash_that_fits_makes_no_network_safe(tmp_path):
    content = changed(external)
    network = Network.load(save_network(tmp_path / "foreign.onnx", content))
    assert network.card.sha256 == hashlib.sha256(content).hexdigest()
    with pytest.raises(InvalidModel):
        network.verified()
