from typing import get_args

import keras
import numpy as np
import onnx
import onnxruntime as ort
import pytest

from digitlens.errors import ExportMismatch, InvalidModel
from digitlens.model.onnxfile import check_graph
from digitlens.train.drawn import export
from digitlens.train.drawn.export import export_drawn
from digitlens.train.drawn.graph import drawn_graph
from digitlens.train.onnxgraph import Stored, stored_weight, weights_of
from digitlens.train.page.answers import PAGE_ANSWERS
from digitlens.train.page.net import FusedNormalization, page_net, plain_net
from digitlens.train.page.targets import CLASS_MAPS

WIDTHS = (8, 8, 12, 12, 16)


@pytest.fixture(scope="module")
def net():
    """A network whose every weight is random, so that a mistake in any of them shows."""
    made = plain_net(WIDTHS, 8)
    rng = np.random.default_rng(0)
    made.set_weights(
        [
            rng.uniform(0.5, 1.5, w.shape) if "variance" in w.path else rng.normal(0, 0.3, w.shape)
            for w in made.weights
        ]
    )
    return made


@pytest.mark.parametrize("size", [(1, 32, 32), (1, 96, 160), (3, 64, 224)])
def test_the_graph_answers_as_keras_does_for_any_size(net, size, tmp_path):
    export_drawn(net, tmp_path / "a.onnx", PAGE_ANSWERS)
    check_graph((tmp_path / "a.onnx").read_bytes(), "a.onnx")
    pictures = np.random.default_rng(1).standard_normal(size, dtype=np.float32)
    session = ort.InferenceSession(tmp_path / "a.onnx")
    said = session.run(["heat", "geometry", "peaks"], {"image": pictures[:, None]})
    heat, geometry, peaks = map(np.asarray, said)
    cells = np.asarray(net.predict_on_batch(pictures[..., None])).transpose(0, 3, 1, 2)
    np.testing.assert_allclose(heat, 1 / (1 + np.exp(-cells[:, :CLASS_MAPS])), atol=1e-3)
    np.testing.assert_allclose(geometry, cells[:, CLASS_MAPS:], atol=1e-3)
    best = np.pad(heat.max(axis=1), ((0, 0), (1, 1), (1, 1)))
    rows, columns = heat.shape[2:]
    around = np.max([best[:, r : r + rows, c : c + columns] for r in range(3) for c in range(3)], axis=0)
    np.testing.assert_array_equal(peaks, heat * (heat.max(axis=1) == around)[:, None])


def test_smaller_weights_take_less_room_and_answer_nearly_the_same(net, tmp_path):
    ways = get_args(Stored)
    exported = [export_drawn(net, tmp_path / f"{stored}.onnx", PAGE_ANSWERS, stored) for stored in ways]
    assert [each.parameters for each in exported] == [net.count_params()] * 3
    whole, half, quarter = (each.difference for each in exported)
    assert whole < 0.1 * half
    assert half < 0.2 * quarter < 0.04
    sizes = [(tmp_path / f"{stored}.onnx").stat().st_size for stored in ways]
    assert sizes[2] < 0.7 * sizes[1] < 0.7 * 0.7 * sizes[0]


def test_a_weight_in_eight_bits_is_off_by_half_a_step_of_its_output_at_most():
    weight = (
        np.random.default_rng(0).normal(0, [[[[1]]], [[[100]]], [[[0]]]], (3, 4, 3, 3)).astype(np.float32)
    )
    nodes, kept = stored_weight("a.weight", weight, "int8")
    assert [node.op_type for node in nodes] == ["Cast", "Mul"]
    assert nodes[-1].output == ["a.weight"]
    assert kept["a.weight.int8"].dtype == np.int8
    assert kept["a.weight.scale"].shape == (3, 1, 1, 1)
    steps = np.abs(weight).max(axis=(1, 2, 3)) / 127
    again = weights_of(kept)["a.weight"]
    assert (np.abs(again - weight).max(axis=(1, 2, 3)) <= 0.5001 * steps).all()
    assert np.abs(kept["a.weight.int8"]).max() == 127
    for stored in ("float32", "float16"):
        assert weights_of(stored_weight("a.weight", weight, stored)[1])["a.weight"] == pytest.approx(
            weight, rel=1e-3
        )


def test_an_export_that_answers_otherwise_is_not_written(net, tmp_path, monkeypatch):
    def wrong(*arguments):
        proto = drawn_graph(*arguments)
        (bias,) = (each for each in proto.graph.initializer if each.name == "cells.bias")
        changed = onnx.numpy_helper.to_array(bias) + np.float32(0.01)
        bias.CopyFrom(onnx.numpy_helper.from_array(changed, "cells.bias"))
        return proto

    monkeypatch.setattr(export, "drawn_graph", wrong)
    with pytest.raises(ExportMismatch, match="Nothing was written"):
        export_drawn(net, tmp_path / "a.onnx", PAGE_ANSWERS)
    assert not (tmp_path / "a.onnx").exists()


def test_a_network_of_other_layers_is_refused():
    image = keras.Input((None, None, 1))
    with pytest.raises(InvalidModel, match="MaxPooling2D: it cannot be written"):
        drawn_graph(keras.Model(image, keras.layers.MaxPooling2D()(image)), PAGE_ANSWERS.write)


def test_a_fused_normalisation_learns_and_gathers_as_keras_does():
    pictures = np.random.default_rng(2).normal(1, 2, (4, 32, 32, 1)).astype(np.float32)
    fused, plain = page_net(WIDTHS, 8, "float32", FusedNormalization), plain_net(WIDTHS, 8)
    plain.set_weights(fused.get_weights())
    said = [(fused(pictures, training=True), plain(pictures, training=True)) for _ in range(3)]
    one, two = said[-1]
    np.testing.assert_allclose(one, two, atol=2e-3)
    np.testing.assert_allclose(fused.predict_on_batch(pictures), plain.predict_on_batch(pictures), atol=0.2)
    for a, b in zip(fused.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=0.1, atol=1e-3)
