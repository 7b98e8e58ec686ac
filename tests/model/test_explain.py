"""Maps that explain: Grad-CAM against automatic differentiation, occlusion against arithmetic."""

from dataclasses import replace

import keras
import numpy as np
import onnx
import pytest
import tensorflow as tf
from keras import layers
from onnx import numpy_helper
from tiny_network import WEIGHTS, card_of, save_network

from digitlens.data import load
from digitlens.data.samples import SAMPLES, draw
from digitlens.errors import InvalidModel
from digitlens.imaging import frame, frame_all, open_picture
from digitlens.model import Network, grad_cam, kind_of, occlusion
from digitlens.model.registry import SHIPPED
from digitlens.model.stroke import at_least_as_thick
from digitlens.train.export import export
from digitlens.train.kerasfile import load_keras
from digitlens.train.quantize import quantize

NAMES = sorted(path.stem for path in SHIPPED.glob("*.onnx") if kind_of(path) == "glyphs")


def differentiated(model: keras.Model, frames: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Grad-CAM as TensorFlow's tape and resizing have it: (N, 28, 28), the largest value of each map 1."""
    last = [layer for layer in model.layers if isinstance(layer, layers.ReLU) and layer.name != "dense_relu"][
        -1
    ]
    logits = model.layers[-1].input
    features = keras.Model(model.input, last.output)(frames[..., None].astype(np.float32) / 255)
    with tf.GradientTape() as tape:
        tape.watch(features)
        chosen = tf.gather(keras.Model(last.output, logits)(features), columns, batch_dims=1)
    weights = tf.reduce_mean(tape.gradient(chosen, features), axis=(1, 2), keepdims=True)
    coarse = tf.nn.relu(tf.reduce_sum(weights * features, axis=-1, keepdims=True))
    maps = tf.image.resize(coarse, (28, 28)).numpy()[..., 0]
    return maps / np.maximum(maps.max(axis=(1, 2), keepdims=True), 1e-30)


def as_stored(model: keras.Model, network: Network) -> keras.Model:
    """The network with the weights that the graph computes with: batch normalisation folded, then halved."""
    stored = {each.name: numpy_helper.to_array(each) for each in onnx.load(network.path).graph.initializer}
    for layer, behind in zip(model.layers, [*model.layers[1:], None], strict=True):
        if f"{layer.name}.weight.half" not in stored:
            continue
        kernel, bias = stored[f"{layer.name}.weight.half"], stored[f"{layer.name}.bias"]
        if isinstance(layer, layers.Dense):
            layer.set_weights([kernel.astype(np.float32), bias])
        else:
            layer.set_weights([kernel.transpose(2, 3, 1, 0).astype(np.float32)])
            assert isinstance(behind, layers.BatchNormalization)
            ones, zeros = np.ones_like(bias), np.zeros_like(bias)
            behind.set_weights([ones, bias, zeros, ones - behind.epsilon])
    return model


def two_classes(network: Network, frames: np.ndarray) -> list[np.ndarray]:
    """The class read, and any other, of each frame; of a network with a class for all else, that one too."""
    read = network.logits(frames).argmax(axis=1)
    count = len(network.card.labels) + network.card.calibration.other
    return [read, (read + 1 + np.arange(len(frames)) % (count - 1)) % count]


@pytest.fixture(scope="module")
def samples() -> np.ndarray:
    """The frames of the samples: glyphs without a dataset."""
    return np.stack([frame(open_picture(draw(name)).pixels).image for name in SAMPLES if name != "blank"])


@pytest.mark.data
@pytest.mark.parametrize("name", NAMES)
def test_grad_cam_is_that_of_automatic_differentiation(name):
    frames = frame_all(load("mnist", "test").images[:200])
    network, model = Network.load(SHIPPED / f"{name}.onnx"), load_keras(SHIPPED / f"{name}.keras")
    seen = at_least_as_thick(frames, network.card.least_stroke)
    halved = network.card.recipe.get("stored") == "float16"
    spoken = 0
    for columns in two_classes(network, frames):
        found, expected = grad_cam(network, frames, columns), differentiated(model, seen, columns)
        assert found.shape == (200, 28, 28)
        assert found.dtype == np.float32
        if halved:  # the weights were rounded on the way: near as they are, exact with those that are stored
            assert np.abs(found - expected).max() < 5e-3
            expected = differentiated(as_stored(keras.models.clone_model(model), network), seen, columns)
        assert np.abs(found - expected).max() < 1e-4
        spoken += np.count_nonzero(expected.max(axis=(1, 2)))
    assert spoken > 300  # few maps are empty, so much was compared


def normalisation() -> keras.Layer:
    """With a scale and a shift of its own for each channel."""
    return layers.BatchNormalization(gamma_initializer="random_normal", beta_initializer="random_normal")


POOLS = [
    None,
    layers.MaxPooling2D(2),
    layers.MaxPooling2D(3, strides=2, padding="same"),
    layers.AveragePooling2D(3, strides=1),
]


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("head", ["flatten", "linear"])
def test_grad_cam_is_exact_whatever_the_pool(pool, head, samples, tmp_path):
    keras.utils.set_random_seed(1)
    inputs = x = keras.Input((28, 28, 1))
    for layer in (
        layers.Conv2D(5, 5, strides=3, padding="same"),
        normalisation(),
        layers.ReLU(),
        *([pool] if pool else []),
        layers.Flatten(),
        *(
            (layers.Dense(12, use_bias=False), normalisation(), layers.ReLU(name="dense_relu"))
            if head == "flatten"
            else ()
        ),
        layers.Dense(10),
        layers.Softmax(),
    ):
        x = layer(x)
    model = keras.Model(inputs, x)
    path = tmp_path / "net.onnx"
    exported = export(model, path)
    assert exported.head == head
    network = Network(path, card_of(path.read_bytes(), head=exported.head))
    columns = np.arange(len(samples)) % 10
    expected = differentiated(model, samples, columns)
    assert np.count_nonzero(expected.max(axis=(1, 2))) >= 3
    np.testing.assert_allclose(grad_cam(network, samples, columns), expected, atol=1e-4)


def test_a_map_is_scaled_and_empty_where_nothing_speaks_for_the_class(samples):
    network = Network.load(SHIPPED / "fast.onnx")
    columns = np.tile(np.arange(10), len(samples))
    maps = grad_cam(network, np.repeat(samples, 10, axis=0), columns)
    peaks = maps.max(axis=(1, 2))
    assert maps.min() == 0
    assert set(np.round(peaks, 6)) == {0, 1}


def test_eight_bits_explain_nearly_as_floats_do(samples, tmp_path):
    floats = Network.load(SHIPPED / "best.onnx")
    frames = np.concatenate([np.roll(samples, shift, axis=1) for shift in (0, 1, -1)])
    quantize(floats, tmp_path / "small.onnx", np.repeat(frames, 2, axis=0))
    read = floats.logits(samples).argmax(axis=1)
    difference = grad_cam(Network.load(tmp_path / "small.onnx"), samples, read) - grad_cam(
        floats, samples, read
    )
    assert 0 < np.abs(difference).mean() < 0.05


def test_a_graph_that_gives_too_little_is_refused(samples, tmp_path):
    network = Network.load(save_network(tmp_path / "tiny.onnx"))
    with pytest.raises(InvalidModel, match=r"gives no features, hidden, .*, only logits, flat"):
        grad_cam(network, samples[:1], np.array([0]))


def test_a_card_that_tells_the_wrong_head_is_refused(samples):
    network = Network.load(SHIPPED / "classic.onnx")
    wrong = replace(network, card=replace(network.card, head="average"))
    with pytest.raises(InvalidModel, match="ends in 'average', and the outputs for that don't fit"):
        grad_cam(wrong, samples[:1], np.array([0]))


def test_occlusion_of_a_linear_network_is_known(tmp_path):
    """A network of three columns of weights, two of them none: its log-odds are known, and what each patch takes."""
    content = onnx.load_from_string(save_network(tmp_path / "plain.onnx").read_bytes())
    weights = np.zeros_like(WEIGHTS).reshape(28, 28, 3)
    weights[:, :14, 0], weights[:, 14:, 0] = 0.01, -0.02
    content.graph.initializer[0].CopyFrom(numpy_helper.from_array(weights.reshape(784, 3), "weights"))
    network = Network.load(save_network(tmp_path / "linear.onnx", content.SerializeToString()))
    picture = np.zeros((28, 28), np.uint8)
    picture[6, 4] = picture[20, 24] = 100
    map_ = occlusion(network, picture, 0)
    before, temperature = 100 * 0.01 - 100 * 0.02, network.card.calibration.temperature
    assert map_.shape == (28, 28)
    assert map_.dtype == np.float32
    # (6, 4) lies in patches from rows 3 and 6 and from column 3 alone
    assert map_[6, 4] == pytest.approx((before - -100 * 0.02) / temperature, abs=1e-5)
    assert map_[20, 24] == pytest.approx((before - 100 * 0.01) / temperature, abs=1e-5)
    assert map_[4, 4] == pytest.approx(1 / temperature, abs=1e-5)
    assert (map_[:, 10:18] == 0).all()
    assert picture.sum() == 200  # what was given is not wiped
    other = occlusion(network, picture, 1)  # log-odds against e^logit + 1

    def odds(logit: float) -> float:
        return -np.logaddexp(logit / temperature, 0)

    assert other[6, 4] == pytest.approx(odds(before) - odds(-2), abs=1e-5)


def test_occlusion_of_the_class_for_all_else_is_that_of_the_digit_score(samples):
    network = Network.load(SHIPPED / "robust.onnx")
    scribble = samples[[name for name in SAMPLES if name != "blank"].index("scribble")]
    wiped = scribble.copy()
    wiped[12:16, 12:16] = 0
    assert (wiped != scribble).any()
    scores = network.card.calibration.digit_score(network.logits(np.stack([scribble, wiped]))).astype(float)
    whole, without = np.log((1 - scores) / scores)
    found = occlusion(network, scribble, len(network.card.labels))
    assert found[13, 13] == pytest.approx(whole - without, abs=1e-2)  # no other patch covers this pixel
