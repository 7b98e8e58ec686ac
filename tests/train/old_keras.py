"""Files as Keras 1 and 2 wrote them, made of networks of today: what their layers were called, and how weights lay."""

import json
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np

TEXT = h5py.string_dtype()


def old_config(layer: keras.Layer) -> dict[str, Any]:
    """A layer's configuration as Keras 2.0 wrote it: initialisers with a dtype, no module, axes as lists."""
    config = layer.get_config()
    config.pop("dtype")
    for key, value in list(config.items()):
        if "initializer" in key and isinstance(value, dict):
            config[key] = {
                "class_name": "VarianceScaling",
                "config": {"scale": 1.0, "seed": None, "dtype": "float32"},
            }
    if "negative_slope" in config and isinstance(layer, keras.layers.LeakyReLU):
        config["alpha"] = {"type": "ndarray", "value": config.pop("negative_slope")}
    if isinstance(layer, keras.layers.BatchNormalization):
        given = layer.input
        assert isinstance(given, keras.KerasTensor)
        config["axis"] = [len(given.shape) - 1]
    return config


RENAMED = {
    "filters": "nb_filter",
    "units": "output_dim",
    "padding": "border_mode",
    "use_bias": "bias",
    "rate": "p",
}


def first_config(layer: keras.Layer) -> tuple[str, dict[str, Any]]:
    """A layer's class and configuration as Keras 1 wrote them."""
    config = {RENAMED.get(key, key): value for key, value in old_config(layer).items()}
    kind = type(layer).__name__
    if kind == "Conv2D":
        kind = "Convolution2D"
        config["nb_row"], config["nb_col"] = config.pop("kernel_size")
        config["subsample"] = config.pop("strides")
        config.pop("groups")
        config.pop("dilation_rate")
    if config.get("data_format"):
        config["dim_ordering"] = {"channels_last": "tf", "channels_first": "th"}[config.pop("data_format")]
    return kind, config


def sequential(model: keras.Sequential, version: str) -> dict[str, Any]:
    """The configuration of a Sequential as a version of Keras wrote it."""
    layers = []
    for layer in model.layers:
        kind, config = type(layer).__name__, old_config(layer)
        if version.startswith("1"):
            kind, config = first_config(layer)
        layers.append({"class_name": kind, "config": config})
    assert model.input_shape is not None
    shape = [None, *model.input_shape[1:]]
    if later(version):
        taken = {
            "batch_input_shape": shape,
            "dtype": "float32",
            "sparse": False,
            "ragged": False,
            "name": "in",
        }
        layers = [as_of_tensorflow(layer, version) for layer in layers]
        layers.insert(0, as_of_tensorflow({"class_name": "InputLayer", "config": taken}, version))
    else:
        layers[0]["config"]["batch_input_shape"] = shape
    bare = version < "2.2.3"
    return {
        "class_name": "Sequential",
        "config": layers if bare else {"name": "sequential_1", "layers": layers},
    }


def later(version: str) -> bool:
    """Whether that version of Keras is one of TensorFlow's, from 2.4 on."""
    return version[0] == "2" and int(version.split(".")[1]) >= 4


def as_of_tensorflow(layer: dict[str, Any], version: str) -> dict[str, Any]:
    """A layer as TensorFlow's Keras wrote it from 2.4 on; from 2.13 on with the modules that things are of."""
    config = {"trainable": True, "dtype": "float32", **layer["config"]}
    if int(version.split(".")[1]) < 13:
        return {**layer, "config": config}
    for key, value in config.items():
        if "initializer" in key and value:
            config[key] = {
                "module": "keras.initializers",
                "class_name": "GlorotUniform",
                "config": {"seed": None},
                "registered_name": None,
            }
    named = {"module": "keras.layers", "class_name": layer["class_name"], "registered_name": None}
    return {**named, "config": config, "build_config": {"input_shape": [None, 28, 28, 1]}}


def functional(model: keras.Model) -> dict[str, Any]:
    """The configuration of a functional network as Keras 2 wrote it."""
    inputs = model.layers[0].name
    layers = []
    for layer, written in zip(model.layers, model.get_config()["layers"], strict=True):
        histories = [history for node in written["inbound_nodes"] for history in tensors(node)]
        config = old_config(layer) if layer.name != inputs else {"name": inputs}
        if layer.name == inputs:
            config["batch_input_shape"] = [None, *model.input_shape[1:]]
        nodes = [[[name, 0, 0, {}] for name in histories]] if histories else []
        layers.append(
            {"class_name": type(layer).__name__, "config": config, "name": layer.name, "inbound_nodes": nodes}
        )
    ends = {"input_layers": [[inputs, 0, 0]], "output_layers": [[model.layers[-1].name, 0, 0]]}
    return {"class_name": "Model", "config": {"name": "model_1", "layers": layers, **ends}}


def tensors(node: Any) -> list[str]:
    """The names of the layers that a node of today takes from."""
    if isinstance(node, dict) and node.get("class_name") == "__keras_tensor__":
        return [node["config"]["keras_history"][0]]
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, (list, tuple)) else []
    return [name for value in inner for name in tensors(value)]


def save_old(
    model: keras.Model, path: Path, version: str, backend: str = "tensorflow", config: bool = True
) -> Path:
    """Write a network as that version of Keras did; without ``config`` its weights alone, a JSON file beside them."""
    described = sequential(model, version) if isinstance(model, keras.Sequential) else functional(model)
    with h5py.File(path, "w") as root:
        weights = root
        if config:
            root.attrs["model_config"] = json.dumps(described).encode()
            root.attrs["training_config"] = json.dumps(
                {"optimizer_config": {"class_name": "Adadelta"}}
            ).encode()
            weights = root.create_group("model_weights")
        weights.attrs["layer_names"] = np.array([layer.name.encode() for layer in model.layers])
        for holder in {root, weights}:
            holder.attrs["backend"], holder.attrs["keras_version"] = backend.encode(), version.encode()
        for layer in model.layers:
            group = weights.create_group(layer.name)
            variables = [*layer.trainable_weights, *layer.non_trainable_weights]
            names = [f"{layer.name}_1/{variable.name}:0" for variable in variables]
            group.attrs["weight_names"] = (
                np.array([name.encode() for name in names]) if names else np.zeros(0, "S1")
            )
            for name, variable in zip(names, variables, strict=True):
                group[name] = as_then(layer, np.asarray(variable), version, backend)
    if not config:
        path.with_suffix(".json").write_text(json.dumps({**described, "keras_version": version}))
    return path


def as_then(layer: keras.Layer, values: np.ndarray, version: str, backend: str) -> np.ndarray:
    if not isinstance(layer, keras.layers.Conv2D) or values.ndim != 4:
        return values
    if backend == "theano":
        values = values[::-1, ::-1]
    return values.transpose(3, 2, 0, 1) if version < "2" and layer.data_format == "channels_first" else values
