"""42 networks as people save them, by Keras of today: each exports, and the file says what the network said."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import onnxruntime as ort
import pytest
from keras import layers as L  # noqa: N812  # the tables below are long

from digitlens.model.onnxfile import check_graph
from digitlens.train.export import export
from digitlens.train.kerasfile import load_keras
from digitlens.train.preprocess import Preprocessing, taken_as

GREY, FLAT, ROWS, FIRST = (28, 28, 1), (784,), (28, 28), (1, 28, 28)


def conv(filters: int = 8, side: int = 3, activation: str | keras.Layer | None = "relu", **more) -> L.Conv2D:
    return L.Conv2D(filters, side, activation=activation, **more)  # pyright: ignore[reportArgumentType]


def end(activation: str | None = "softmax") -> L.Dense:
    return L.Dense(10, activation=activation)


def standardise(**given: Any) -> L.Normalization:
    return L.Normalization(**given)


def pool() -> L.MaxPooling2D:
    return L.MaxPooling2D(2)


CHAINS: dict[str, tuple[tuple[int, ...], str, Callable[[], list[keras.Layer]]]] = {
    "keras.io": (
        GREY,
        "linear",
        lambda: [conv(), pool(), conv(), pool(), L.Flatten(), L.Dropout(0.5), end()],
    ),
    "course": (GREY, "flatten", lambda: [conv(), conv(), pool(), L.Flatten(), L.Dense(16, "relu"), end()]),
    "global average": (GREY, "average", lambda: [conv(), L.GlobalAveragePooling2D(), end()]),
    "global maximum": (
        GREY,
        "none",
        lambda: [conv(strides=2, padding="same"), L.GlobalMaxPooling2D(), end()],
    ),
    "kept dimensions": (
        GREY,
        "none",
        lambda: [
            conv(),
            L.GlobalAveragePooling2D(keepdims=True),
            conv(10, 1, None),
            L.Flatten(),
            L.Softmax(),
        ],
    ),
    "leaky": (
        GREY,
        "none",
        lambda: [
            conv(activation=None),
            L.LeakyReLU(),
            pool(),
            L.Flatten(),
            L.Dense(16),
            L.LeakyReLU(0.1),
            end(),
        ],
    ),
    "leaky within": (GREY, "linear", lambda: [conv(activation=L.LeakyReLU(0.3)), L.Flatten(), end()]),
    "LeNet": (
        GREY,
        "none",
        lambda: [
            conv(6, 5, "tanh", padding="same"),
            L.AveragePooling2D(2),
            conv(8, 5, "tanh"),
            L.AveragePooling2D(2),
            L.Flatten(),
            L.Dense(20, "tanh"),
            end(),
        ],
    ),
    "sigmoids": (
        GREY,
        "none",
        lambda: [conv(activation="sigmoid"), L.Flatten(), L.Dense(16, "sigmoid"), end("sigmoid")],
    ),
    "ELU and normalisations": (
        GREY,
        "none",
        lambda: [
            conv(activation=None, use_bias=False),
            L.BatchNormalization(),
            L.ELU(),
            pool(),
            L.BatchNormalization(),
            L.Flatten(),
            L.BatchNormalization(scale=False),
            end(None),
        ],
    ),
    "rescaling": (GREY, "linear", lambda: [L.Rescaling(2.0, -1.0), conv(), L.Flatten(), end()]),
    "flat and reshaped": (
        FLAT,
        "linear",
        lambda: [L.Reshape((28, 28, 1)), conv(), pool(), L.Flatten(), end()],
    ),
    "rows": (ROWS, "linear", lambda: [L.Reshape((28, 28, 1)), conv(), pool(), L.Flatten(), end()]),
    "dense alone": (ROWS, "none", lambda: [L.Flatten(), L.Dense(16, "relu"), L.Dropout(0.2), end()]),
    "flat": (FLAT, "none", lambda: [L.Dense(32, "relu"), L.Dense(16, "relu"), end()]),
    "separable": (
        GREY,
        "linear",
        lambda: [
            L.SeparableConv2D(8, 3, activation="relu", depth_multiplier=2),
            pool(),
            L.SeparableConv2D(8, 3, padding="same"),
            L.Flatten(),
            end(),
        ],
    ),
    "depthwise": (
        GREY,
        "average",
        lambda: [
            conv(),
            L.DepthwiseConv2D(3, depth_multiplier=2, strides=2, padding="same"),
            L.BatchNormalization(),
            L.ReLU(6.0),
            L.GlobalAveragePooling2D(),
            end(),
        ],
    ),
    "padded and cropped": (
        GREY,
        "none",  # what is cropped behind the last feature map has no closed form for Grad-CAM
        lambda: [
            L.ZeroPadding2D(2),
            conv(6, 5),
            L.Cropping2D(1),
            L.SpatialDropout2D(0.2),
            L.Flatten(),
            L.Dense(12, "relu"),
            L.GaussianNoise(0.1),
            end(),
        ],
    ),
    "channels first": (
        FIRST,
        "flatten",
        lambda: [
            conv(activation=None, data_format="channels_first"),
            L.BatchNormalization(axis=1),
            L.ReLU(),
            L.MaxPooling2D(2, data_format="channels_first"),
            L.Flatten(),
            L.Dense(16, "relu"),
            end(),
        ],
    ),
    "channels first, flattened last": (
        FIRST,
        "linear",
        lambda: [conv(data_format="channels_first"), L.Flatten(data_format="channels_first"), end()],
    ),
    "LeNet of 32x32": (
        (32, 32, 1),
        "linear",
        lambda: [conv(6, 5, "tanh"), L.AveragePooling2D(2), conv(8, 5, "tanh"), L.Flatten(), end()],
    ),
    "colour": ((32, 32, 3), "linear", lambda: [conv(), pool(), L.Flatten(), end()]),
    "resizing": (
        GREY,
        "linear",
        lambda: [
            L.Resizing(32, 40),
            conv(activation="swish"),
            L.MaxPooling2D(3, 2, "same"),
            L.Flatten(),
            end(),
        ],
    ),
    "standardised": (
        GREY,
        "none",
        lambda: [
            standardise(axis=None, mean=0.13, variance=0.09),
            L.RandomRotation(0.1),
            conv(activation="gelu"),
            L.LayerNormalization(),
            L.Flatten(),
            end(),
        ],
    ),
    "PReLU": (
        GREY,
        "none",
        lambda: [
            conv(activation=None),
            L.PReLU(shared_axes=[1, 2]),
            L.Flatten(),
            L.Dense(16),
            L.PReLU(),
            end(),
        ],
    ),
    "dilated and turned": (
        GREY,
        "none",
        lambda: [
            L.Permute((2, 1, 3)),
            conv(activation="selu", dilation_rate=2, padding="same"),
            L.Permute((2, 1, 3)),
            L.Flatten(),
            end("log_softmax"),
        ],
    ),
    "one dimension": (
        ROWS,
        "none",
        lambda: [
            L.Conv1D(8, 3, activation="relu"),
            L.MaxPooling1D(2),
            L.Conv1D(8, 3, activation="mish", padding="same"),
            L.GlobalAveragePooling1D(),
            end(),
        ],
    ),
    "softplus": (
        GREY,
        "none",
        lambda: [
            L.BatchNormalization(),
            conv(activation=None),
            L.Activation("softplus"),
            L.GlobalMaxPooling2D(),
            end(),
        ],
    ),
    "strange ReLU": (
        GREY,
        "none",
        lambda: [
            conv(activation=None),
            L.ReLU(2.0, 0.1, 0.2),
            L.AveragePooling2D(3, 2, "same"),
            L.Flatten(),
            end(),
        ],
    ),
    "no end": (
        GREY,
        "none",
        lambda: [conv(activation="exponential"), pool(), conv(10, 13, None), L.Flatten()],
    ),
}


def residual() -> keras.Model:
    inputs = keras.Input(GREY)
    x = conv(padding="same")(inputs)
    y = L.BatchNormalization()(conv(activation=None, padding="same")(x))
    x = L.ReLU()(L.Add()([x, y]))
    return keras.Model(inputs, end()(L.GlobalAveragePooling2D()(x)))


def inception() -> keras.Model:
    inputs = keras.Input(GREY)
    towers = [conv(4, side, padding="same")(inputs) for side in (1, 3, 5)]
    x = L.Concatenate()([*towers, L.MaxPooling2D(3, 1, "same")(inputs)])
    x = L.Concatenate()([L.Flatten()(pool()(x)), L.GlobalMaxPooling2D()(x)])
    return keras.Model(inputs, end()(x))


def nested() -> keras.Model:
    inputs = keras.Input(GREY)
    base = keras.Sequential([keras.Input(GREY), conv(), L.BatchNormalization(), pool()])
    return keras.Model(inputs, end()(L.Flatten()(base(inputs))))


def shared() -> keras.Model:
    inputs = keras.Input(GREY)
    layer = conv(padding="same", activation=None)
    x = L.Maximum()([layer(inputs), layer(L.Permute((2, 1, 3))(inputs))])
    return keras.Model(inputs, end()(L.Flatten()(L.Average()([x, L.Multiply()([x, x])]))))


BRANCHED = {"residual": residual, "inception": inception, "nested": nested, "shared": shared}

OPTIMIZERS = ("adam", "adadelta", "rmsprop", "nadam", "sgd", "adagrad", "ftrl", "lion")
LOSSES = (
    "sparse_categorical_crossentropy",
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    "mse",
)

NAMES = [*CHAINS, *BRANCHED, *(f"functional {name}" for name in list(CHAINS)[:8])]


def made(name: str) -> tuple[keras.Model, str | None]:
    """The network of a name, its weights as after training, and its head; None for any."""
    if name in BRANCHED:
        model, head = BRANCHED[name](), None
    else:
        shape, head, chain = CHAINS[name.removeprefix("functional ")]
        layers = chain()
        if name.startswith("functional"):
            inputs = value = keras.Input(shape)
            for layer in layers:
                value = layer(value)
            model = keras.Model(inputs, value)
        else:
            model = keras.Sequential([keras.Input(shape), *layers])
    rng = np.random.default_rng(0)
    for weight in model.weights:
        if weight.path.endswith("moving_variance"):
            weight.assign(rng.uniform(0.05, 0.5, weight.shape))
        elif weight.path.endswith(("moving_mean", "beta", "bias", "alpha")):
            weight.assign(rng.normal(0, 0.1, weight.shape))
    return model, head


def drawn(count: int = 6) -> np.ndarray:
    """Squares, each darker than the one before, uint8 (N, 28, 28)."""
    images = np.zeros((count, 28, 28), np.uint8)
    for i, (top, left, side) in enumerate(np.random.default_rng(1).integers(2, 18, (count, 3))):
        images[i, top : top + side, left : left + side] = 255 - 30 * i
    return images


def test_there_are_42():
    assert len(NAMES) == 42


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_network_exports_and_says_what_it_said(name, tmp_path):
    keras.utils.set_random_seed(0)
    model, head = made(name)
    number = NAMES.index(name)
    way, taken = Preprocessing(), taken_as(model.input_shape[1:])
    given = way.apply(drawn(), taken)
    expected = model.predict(given, verbose=0)  # pyright: ignore[reportArgumentType]
    model.compile(OPTIMIZERS[number % 8], LOSSES[number % 3], metrics=["accuracy"])
    path = tmp_path / f"net.{('keras', 'h5')[number % 2]}"
    model.save(path)
    exported = export(load_keras(path), tmp_path / "net.onnx")
    content = (tmp_path / "net.onnx").read_bytes()
    check_graph(content, name)
    session = ort.InferenceSession(content, providers=["CPUExecutionProvider"])
    (logits,) = session.run(["logits"], {"image": drawn()[..., None]})
    assert np.ptp(expected, axis=0).max() > 1e-3
    assert np.abs(ended(np.asarray(logits), model) - expected).max() < 1e-4 * max(1, np.abs(expected).max())
    assert head in (None, exported.head)


def ended(logits: np.ndarray, model: keras.Model) -> np.ndarray:
    """What Keras does last."""
    last = model.layers[-1]
    activation = "softmax" if isinstance(last, L.Softmax) else getattr(last, "activation", None)
    name = getattr(activation, "__name__", activation)
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    ways = {
        "softmax": lambda: raised / raised.sum(axis=1, keepdims=True),
        "sigmoid": lambda: 1 / (1 + np.exp(-logits)),
    }
    ways["log_softmax"] = lambda: np.log(raised / raised.sum(axis=1, keepdims=True))
    return ways[name]() if name in ways else logits
