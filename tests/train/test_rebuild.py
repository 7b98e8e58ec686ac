"""Networks that Keras 1 and 2 saved say what they said, and nothing in their files is run."""

import json
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from keras import layers
from old_keras import save_old, sequential

from digitlens.errors import InvalidModel
from digitlens.train.kerasfile import load_keras
from digitlens.train.rebuild import rebuilt


def last() -> list[keras.Layer]:
    """Channels last, as most are."""
    return [
        keras.Input((28, 28, 1)),
        layers.Conv2D(4, 3, activation="relu"),
        layers.BatchNormalization(),
        layers.LeakyReLU(negative_slope=0.15),
        layers.MaxPooling2D(),
        layers.Dropout(0.25),
        layers.Flatten(),
        layers.Dense(12, activation="tanh", use_bias=False),
        layers.Dense(10, activation="softmax"),
    ]


def first() -> list[keras.Layer]:
    """Channels first, as Theano had them."""
    return [
        keras.Input((1, 28, 28)),
        layers.Conv2D(4, (5, 3), strides=(2, 1), data_format="channels_first", activation="relu"),
        layers.MaxPooling2D(data_format="channels_first"),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ]


def branched() -> keras.Model:
    inputs = keras.Input((28, 28, 1))
    x = layers.Conv2D(4, 3, padding="same", activation="relu")(inputs)
    x = layers.Add()([x, layers.Conv2D(4, 1)(inputs)])
    x = layers.Concatenate()([layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x)])
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


def shaken(model: keras.Model) -> keras.Model:
    rng = np.random.default_rng(0)
    for weight in model.weights:
        low = 0.2 if weight.path.endswith("variance") else -0.5
        weight.assign(rng.uniform(low, 0.6, weight.shape))
    return model


def agree(model: keras.Model, path: Path) -> None:
    images = np.random.default_rng(1).random((3, *model.input_shape[1:]), np.float32)
    expected, found = model.predict_on_batch(images), load_keras(path).predict_on_batch(images)
    assert np.ptp(expected) > 0.05
    assert np.abs(found - expected).max() < 1e-5


@pytest.mark.parametrize("made", [last, first])
@pytest.mark.parametrize("version", ["1.2.2", "2.0.8", "2.2.4", "2.2.4-tf", "2.3.1", "2.4.0", "2.15.0"])
def test_a_sequential_of_any_keras_says_what_it_said(made, version, tmp_path):
    model = shaken(keras.Sequential(made()))
    agree(model, save_old(model, tmp_path / "old.h5", version))


def test_a_kernel_of_theano_is_turned_round(tmp_path):
    model = shaken(keras.Sequential(first()))
    agree(model, save_old(model, tmp_path / "old.h5", "1.2.2", "theano"))
    agree(model, save_old(model, tmp_path / "old.h5", "2.1.0", "theano"))


def test_a_network_with_branches(tmp_path):
    model = shaken(branched())
    agree(model, save_old(model, tmp_path / "old.h5", "2.2.4"))


def test_a_network_within_a_network_has_its_weights_in_the_order_of_keras(tmp_path):
    inner = keras.Sequential(last()[:5], name="inner")
    model = shaken(keras.Sequential([keras.Input((28, 28, 1)), inner, layers.Flatten(), layers.Dense(10)]))
    path = save_old(model, tmp_path / "old.h5", "2.3.1")
    with h5py.File(path, "r+") as root:
        saved = root.attrs["model_config"]
        assert isinstance(saved, str)
        config = json.loads(saved)
        config["config"]["layers"][0] = sequential(inner, "2.0.8")  # a bare list, without a name
        root.attrs["model_config"] = json.dumps(config)
    agree(model, path)


@pytest.mark.parametrize("version", ["1.2.2", "2.3.1"])
def test_weights_with_a_configuration_beside_them(version, tmp_path):
    model = shaken(keras.Sequential(last()))
    path = save_old(model, tmp_path / "model.h5", version, config=False)
    agree(model, path)
    weights = path.rename(tmp_path / "weights_best.h5")
    agree(model, weights)  # the only configuration there
    (tmp_path / "model.json").rename(tmp_path / "model.txt")
    (tmp_path / "other.json").write_text('{"class_name": "Dense"}')
    with pytest.raises(InvalidModel, match=r"weights alone, .* as weights_best\.json"):
        load_keras(weights)


def test_weights_and_a_configuration_of_today(tmp_path):
    model = shaken(keras.Sequential(last()))
    model.save_weights(tmp_path / "model.weights.h5")
    (tmp_path / "model.json").write_text(model.to_json())
    agree(model, tmp_path / "model.weights.h5")


@pytest.mark.parametrize(
    ("layer", "complaint"),
    [
        ({"class_name": "Lambda", "config": {"function": ["4wAAAAA=", None, None]}}, "Lambda"),
        (
            {"class_name": "Dense", "config": {"units": 3, "activation": "os.system"}},
            r"activation 'os\.system'",
        ),
        ({"class_name": "Dense", "config": {"units": 3, "activation": "hard_sigmoid"}}, "is another today"),
        ({"class_name": "Dense", "config": {"units": -3}}, "cannot be made"),
        ({"class_name": ["Dense"], "config": {}}, "not known to be safe"),
        ({"class_name": "Dense"}, "none of Keras's"),
        ("Dense", "none of Keras's"),
    ],
)
def test_what_is_not_known_is_refused(layer, complaint):
    first_layer = {"class_name": "Flatten", "config": {"batch_input_shape": [None, 28, 28, 1]}}
    with pytest.raises(InvalidModel, match=complaint):
        rebuilt({"class_name": "Sequential", "config": [first_layer, layer]})


def test_other_weights_than_expected_are_told(tmp_path):
    model = shaken(keras.Sequential(last()))
    path = save_old(model, tmp_path / "old.h5", "2.3.1")
    name = model.layers[-1].name
    with h5py.File(path, "r+") as root:
        del root[f"model_weights/{name}"]
    with pytest.raises(InvalidModel, match=f"no weights for its layer '{name}'"):
        load_keras(path)
    with h5py.File(path, "r+") as root:
        group = root.create_group(f"model_weights/{name}")
        group.attrs["weight_names"] = np.array([b"a", b"b"])
        group["a"], group["b"] = np.zeros((12, 9)), np.zeros(9)
    with pytest.raises(InvalidModel, match=r"shape \(12, 9\), not \(12, 10\)"):
        load_keras(path)
