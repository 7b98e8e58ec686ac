"""Foreign Keras files: nothing in them is run, named from elsewhere, or fetched from elsewhere."""

import io
import json
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from digitlens.errors import InvalidModel
from digitlens.train import nets
from digitlens.train.kerasfile import load_keras, save_keras


@pytest.fixture(scope="module")
def network() -> keras.Model:
    inputs = keras.Input((28, 28, 1))
    x = keras.layers.Conv2D(2, 3, kernel_regularizer=keras.regularizers.L2(1e-4))(inputs)
    x = keras.layers.Dense(3)(keras.layers.GlobalAveragePooling2D()(x))
    return keras.Model(inputs, keras.layers.Softmax()(x))


@pytest.fixture(params=["net.keras", "net.h5"])
def file(request, network, tmp_path) -> Path:
    save_keras(network, tmp_path / request.param)
    return tmp_path / request.param


def reconfigured(path: Path, change) -> None:
    """Change the configuration that a file holds."""
    if path.suffix == ".h5":
        with h5py.File(path, "r+") as root:
            values = json.loads(str(root.attrs["model_config"]))
            change(values["config"]["layers"])
            root.attrs["model_config"] = json.dumps(values)
        return
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    values = json.loads(members["config.json"])
    change(values["config"]["layers"])
    members["config.json"] = json.dumps(values).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def test_a_network_of_known_layers_is_loaded(file, network):
    images = np.random.default_rng(0).random((2, 28, 28, 1), np.float32)
    assert np.allclose(load_keras(file)(images), network(images), atol=1e-6)


def test_every_network_of_ours_is_loaded():
    for path in sorted((Path(nets.__file__).parents[1] / "model" / "weights").glob("*.keras")):
        assert load_keras(path).count_params() > 0


def test_a_training_that_goes_on_is_loaded_with_its_optimizer(network, tmp_path):
    copy = keras.models.clone_model(network)
    copy.compile(keras.optimizers.AdamW(), "sparse_categorical_crossentropy", metrics=["accuracy"])
    copy.fit(np.zeros((4, 28, 28, 1)), np.zeros(4), verbose=0)  # pyright: ignore[reportArgumentType]
    copy.save(tmp_path / "on.keras")
    assert load_keras(tmp_path / "on.keras", compiled=True).optimizer.iterations == 1


CODE = {
    "Lambda": {"class_name": "Lambda", "config": {"function": ["4wAAAAA=", None, None]}},
    "a function": {"class_name": "function", "module": "os", "config": "system", "registered_name": "system"},
    "a class from elsewhere": {"class_name": "Dense", "module": "subprocess", "config": {}},
    "a layer that loads a pickle": {
        "class_name": "TorchModuleWrapper",
        "module": "keras.layers",
        "config": {},
    },
    "a layer that loads a graph": {"class_name": "TFSMLayer", "config": {"filepath": "/tmp/x"}},
    "a layer that reads a file": {"class_name": "StringLookup", "config": {"vocabulary": "/etc/passwd"}},
    "a lambda": {"class_name": "__lambda__", "config": {"value": "4wAAAAA="}},
    "what is no name": {"class_name": ["Dense"], "config": {}},
}


@pytest.mark.parametrize("what", CODE)
@pytest.mark.parametrize("deep", [False, True])
def test_what_names_code_is_refused_before_keras_sees_it(file, what, deep, monkeypatch):
    def change(layers: list) -> None:
        if deep:
            layers[1]["config"]["kernel_initializer"] = CODE[what]
        else:
            layers.append(CODE[what])

    reconfigured(file, change)
    monkeypatch.setattr(keras.saving, "load_model", lambda *_, **__: pytest.fail("Keras saw it."))
    with pytest.raises(InvalidModel, match=r"which is not known to be safe|unhashable"):
        load_keras(file)


def with_weights(path: Path, change) -> None:
    """Change the weights that a file holds."""
    if path.suffix == ".h5":
        with h5py.File(path, "r+") as root:
            change(root)
        return
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    weights = io.BytesIO(members["model.weights.h5"])
    with h5py.File(weights, "r+") as root:
        change(root)
    members["model.weights.h5"] = weights.getvalue()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def a_circle(root: h5py.File) -> None:
    root["a/b"] = root


def virtual(root: h5py.File) -> None:
    layout = h5py.VirtualLayout((3,), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (3,))
    root.create_virtual_dataset("v", layout)


WEIGHTS = {
    "has links in place of weights": lambda root: root.__setitem__(
        "l", h5py.ExternalLink("/etc/passwd", "/x")
    ),
    "has links": lambda root: root.__setitem__("s", h5py.SoftLink("/nowhere")),
    "keeps weights in another file": lambda root: root.create_dataset(
        "e", (9,), "u1", external=[("/etc/passwd", 0, 9)]
    ),
    "weights in another file": virtual,
    "would unpack to more than": lambda root: root.create_dataset(
        "b", (10**12,), "f4", chunks=(10**6,), compression="gzip"
    ),
    "more than 10,000 groups": a_circle,
    "something that is no weight": lambda root: root.create_dataset("t", data=["a text"]),
}


@pytest.mark.parametrize("reason", WEIGHTS)
def test_weights_that_are_elsewhere_or_far_too_many_are_refused(file, reason):
    with_weights(file, WEIGHTS[reason])
    with pytest.raises(InvalidModel, match=reason):
        load_keras(file)


@pytest.mark.parametrize("member", ["../../harm.py", "/etc/harm", "assets/harm.txt", "config.json"])
def test_an_archive_that_holds_more_is_refused(network, tmp_path, member):
    save_keras(network, tmp_path / "a.keras")
    with (
        zipfile.ZipFile(tmp_path / "a.keras", "a") as archive,
        pytest.warns() if member == "config.json" else io.BytesIO(),
    ):
        archive.writestr(member, b"harm")
    with pytest.raises(InvalidModel, match=r"holds something other than config\.json, metadata"):
        load_keras(tmp_path / "a.keras")


def test_an_archive_bomb_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", bytes(2**28 + 1))
    with pytest.raises(InvalidModel, match="would unpack to more than"):
        load_keras(tmp_path / "a.keras")


@pytest.mark.parametrize("content", [b"", b"no network", b"PK\3\4", b"\x89HDF\r\n\x1a\n" + bytes(40)])
def test_what_is_no_network_is_refused(tmp_path, content):
    for name in ("a.keras", "a.h5"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InvalidModel, match=r"cannot be loaded as a Keras network"):
            load_keras(tmp_path / name)
