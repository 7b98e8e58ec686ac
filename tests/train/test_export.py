import errno
import os
from pathlib import Path

import keras
import numpy as np
import onnx
import onnxruntime as ort
import pytest
from click.testing import CliRunner
from keras import layers

from digitlens.cli import main
from digitlens.errors import ExportMismatch, InvalidModel
from digitlens.model import Card, card_path
from digitlens.model.calibrate import softmax
from digitlens.train import nets
from digitlens.train.export import Exported, export, export_file
from digitlens.train.graph import GraphWriter
from digitlens.train.kerasfile import QUIET, load_keras
from digitlens.train.layers import WRITERS
from digitlens.train.recipes import RECIPES
from digitlens.train.values import Value, Work


def settled(model: keras.Model) -> keras.Model:
    """Give batch normalisation numbers as after training; untrained it would scale by one and shift by zero."""
    rng = np.random.default_rng(0)
    for weight in model.weights:
        if weight.path.endswith("gamma"):
            weight.assign(rng.uniform(0.5, 1.5, weight.shape))
        elif weight.path.endswith("moving_variance"):
            weight.assign(rng.uniform(0.02, 0.2, weight.shape))
        elif weight.path.endswith(("beta", "moving_mean")):
            weight.assign(rng.normal(0, 0.2, weight.shape))
    return model


def classic_net() -> keras.Model:
    return RECIPES["classic"].net(10, **RECIPES["classic"].net_settings)


def session(path):
    return ort.InferenceSession(path, providers=["CPUExecutionProvider"])


def images(count=64):
    """Squares of many sizes and places, which a network tells apart as it does not tell noise apart."""
    drawn = np.zeros((count, 28, 28, 1), np.uint8)
    for i, (top, left, side) in enumerate(np.random.default_rng(1).integers(2, 20, (count, 3))):
        drawn[i, top : top + side, left : left + side] = 255
    return drawn


@pytest.fixture(scope="module")
def classic(tmp_path_factory):
    keras.utils.set_random_seed(0)
    model = settled(classic_net())
    path = tmp_path_factory.mktemp("export") / "classic.onnx"
    return model, path, export(model, path)


def test_the_mission_network_to_the_letter():
    model = classic_net()
    convolutions = [layer for layer in model.layers if isinstance(layer, layers.Conv2D)]
    assert [layer.filters for layer in convolutions] == [32, 32, 64, 64, 128, 128]
    assert {layer.kernel_size for layer in convolutions} == {(3, 3)}
    count = {
        kind: sum(isinstance(layer, kind) for layer in model.layers)
        for kind in (layers.MaxPooling2D, layers.Dropout, layers.BatchNormalization)
    }
    assert count == {layers.MaxPooling2D: 3, layers.Dropout: 4, layers.BatchNormalization: 7}
    dense = model.get_layer("dense")
    assert dense.units == 256
    assert isinstance(dense.kernel_regularizer, keras.regularizers.L2)
    assert model.output_shape == (None, 10)
    assert isinstance(model.layers[-1], layers.Softmax)


def test_the_graph_computes_what_keras_computes(classic):
    model, path, exported = classic
    (logits,) = session(path).run(["logits"], {"image": images()})
    expected = model.predict(images() / np.float32(255), verbose=QUIET)
    assert np.ptp(expected, axis=0).max() > 0.05  # the probabilities differ from image to image
    np.testing.assert_allclose(softmax(np.asarray(logits)), expected, atol=1e-5)
    assert 0 < exported.difference < 1e-4


def test_the_batch_is_free_and_the_input_is_uint8(classic):
    graph = session(classic[1])
    assert graph.get_inputs()[0].type == "tensor(uint8)"
    for count in (1, 7):
        (logits,) = graph.run(["logits"], {"image": images(count)})
        assert np.asarray(logits).shape == (count, 10)


def test_the_outputs_explain_the_logits(classic):
    model, path, _ = classic
    names = ["features", "hidden", "class_weights", "hidden_weights"]
    found = session(path).run(names, {"image": images()})
    features, hidden, class_weights, hidden_weights = (np.asarray(each) for each in found)
    expected = keras.Model(model.input, model.get_layer("block3_conv2_relu").output).predict(
        images() / np.float32(255), verbose=QUIET
    )
    np.testing.assert_allclose(features, expected.transpose(0, 3, 1, 2), rtol=1e-4, atol=1e-3)
    pooled = features[:, :, :6, :6].reshape(len(features), 128, 3, 2, 3, 2).max(axis=(3, 5))
    before = pooled.reshape(len(pooled), -1) @ hidden_weights
    # what remains between the two where the ReLU is open is the folded bias, the same for every image
    for unit in np.flatnonzero((hidden > 0).sum(axis=0) >= 2):
        bias = (hidden - before)[hidden[:, unit] > 0, unit]
        np.testing.assert_allclose(bias, bias[0], atol=1e-2)
    assert class_weights.shape == (256, 10)


def test_a_mismatch_is_an_error_and_writes_nothing(tmp_path, monkeypatch):
    def forgetful(work: Work) -> Value:
        """Batch normalisation that forgets its shift."""
        return work.value

    monkeypatch.setitem(WRITERS, "BatchNormalization", forgetful)
    with pytest.raises(ExportMismatch, match="differ from Keras"):
        export(settled(classic_net()), tmp_path / "wrong.onnx")
    assert list(tmp_path.iterdir()) == []


def chain(*tail: keras.Layer) -> keras.Model:
    return settled(keras.Sequential([keras.Input((28, 28, 1)), *tail]))


@pytest.mark.parametrize(
    ("tail", "head"),
    [
        (
            [
                layers.Conv2D(4, 5, strides=2, padding="same", activation="relu"),
                layers.Conv2D(6, 3, strides=2, padding="valid", activation="relu"),
                layers.GlobalAveragePooling2D(),
                layers.Dense(10, activation="softmax"),
            ],
            "average",
        ),
        (
            [
                layers.Conv2D(4, 3, padding="same", activation="relu"),
                layers.AveragePooling2D(3, padding="valid"),
                layers.Flatten(),
                layers.Dense(16, activation="relu"),
                layers.Dropout(0.5),
                layers.Dense(10),
                layers.Activation("softmax"),
            ],
            "flatten",
        ),
        (
            [
                layers.Conv2D(4, (5, 3), strides=(3, 2), padding="same"),
                layers.BatchNormalization(center=False),
                layers.ReLU(),
                layers.MaxPooling2D(3, strides=2, padding="same"),
                layers.Flatten(),
                layers.Dense(16, activation="relu"),
                layers.Dense(10, activation="softmax"),
            ],
            "flatten",
        ),
    ],
)
def test_other_shapes_of_network(tail, head, tmp_path):
    exported = export(chain(*tail), tmp_path / "net.onnx")
    assert exported.head == head
    assert exported.difference < 1e-5


@pytest.mark.parametrize(
    ("tail", "complaint"),
    [
        (
            [layers.Conv2D(2, 3), layers.Conv2DTranspose(2, 3), layers.Flatten(), layers.Dense(10)],
            "Conv2DTranspose",
        ),
        ([layers.Conv2D(2, 3, activation="tanh_shrink"), layers.Flatten(), layers.Dense(10)], "tanh_shrink"),
        ([layers.LayerNormalization(axis=1), layers.Flatten(), layers.Dense(10)], "other axes than the last"),
        ([layers.Conv2D(2, 3, activation="relu"), layers.BatchNormalization()], "gives 26x26x2 numbers"),
    ],
)
def test_networks_that_cannot_be_translated_are_refused(tail, complaint, tmp_path):
    with pytest.raises(InvalidModel, match=complaint):
        export(chain(*tail), tmp_path / "net.onnx")


def test_two_inputs_are_refused():
    inputs = [keras.Input((28, 28, 1)), keras.Input((28, 28, 1))]
    with pytest.raises(InvalidModel, match="one input"):
        GraphWriter(keras.Model(inputs, layers.Dense(10)(layers.Flatten()(layers.Add()(inputs)))))


def test_a_file_that_is_no_network(tmp_path):
    path = tmp_path / "not.keras"
    path.write_text("hello")
    with pytest.raises(InvalidModel, match="cannot be loaded"):
        load_keras(path)


def test_an_exported_file_checks_and_is_the_same_every_time(classic, tmp_path):
    model, path, exported = classic
    onnx.checker.check_model(onnx.load(path), full_check=True)
    model.save(tmp_path / "again.keras")
    assert export_file(tmp_path / "again.keras", tmp_path / "again.onnx").sha256 == exported.sha256


def test_half_precision_halves_the_file_and_hardly_changes_what_it_says(tmp_path):
    keras.utils.set_random_seed(0)
    model = settled(nets.chain(10, convolutions=((16, 5, 2), (24, 3, 2))))
    whole, half = tmp_path / "whole.onnx", tmp_path / "half.onnx"
    export(model, whole)
    exported = export(model, half, "float16")
    kernels = 16 * 25 + 16 * 24 * 9 + 24 * 10
    assert whole.stat().st_size - half.stat().st_size == pytest.approx(2 * kernels, abs=600)
    (logits,), (expected,) = (session(path).run(["logits"], {"image": images()}) for path in (half, whole))
    difference = np.abs(np.asarray(logits) - np.asarray(expected))
    assert 0 < difference.max() < 0.02 * np.ptp(np.asarray(expected))
    assert 1e-7 < exported.difference < 2e-2
    weights = {weight.name: weight for weight in onnx.load(half).graph.initializer}
    assert weights["conv2.weight.half"].data_type == onnx.TensorProto.FLOAT16


def test_the_command_leaves_nothing_where_there_is_no_room_for_the_card(tmp_path, monkeypatch):
    def written(_: Path, path: Path) -> Exported:
        path.write_bytes(b"a network")
        return Exported("0" * 64, "average", 1, 0.0)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("digitlens.train.export.export_file", written)
    out = tmp_path / "out" / "small.onnx"
    with monkeypatch.context() as patched:
        patched.setattr(Card, "save", full)
        result = CliRunner().invoke(main, ["export", "classic", "-o", str(out)])
    assert (result.exit_code, result.stderr) == (
        1,
        f"Error: {out} cannot be read or written: No space left on device.\n",
    )
    assert list(out.parent.iterdir()) == []
    assert CliRunner().invoke(main, ["export", "classic", "-o", str(out)]).exit_code == 0
    assert out.read_bytes() == b"a network"
    assert Card.load(card_path(out)).sha256 == "0" * 64
