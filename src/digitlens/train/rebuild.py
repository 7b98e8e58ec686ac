"""Keras networks of any age, built anew from their configuration, layer by layer, and given their weights.

Keras 3 does not load what Keras 1 and 2.0 to 2.3 saved: a first layer with ``batch_input_shape``, a bare list of
layers, initialisers with a ``dtype``. Nothing of a file is executed here: layers are made from a list of those
that are known (``digitlens.train.oldlayers``), weights are arrays of numbers.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import h5py
import keras
import numpy as np
from numpy.typing import NDArray

from digitlens.errors import InvalidModel
from digitlens.train.oldlayers import made_anew

__all__ = ["attribute_text", "rebuilt", "with_weights"]

NETWORK_CLASSES = ("Sequential", "Model", "Functional")


def rebuilt(config: Any, old: bool = True) -> keras.Model:
    """The network of a configuration, ``{"class_name": ..., "config": ...}``, of any Keras, without its weights.

    Args:
        config: from JSON.
        old: whether it was saved before Keras 3.

    Raises:
        InvalidModel: it is no configuration of a network, or names what is not known.
    """
    try:
        return _network(config, old)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise InvalidModel(
            f"Its configuration is none of Keras's, or of a network that is not a Sequential or functional one "
            f"({type(error).__name__}: {error})."
        ) from error


def _network(config: dict[str, Any], old: bool) -> keras.Model:
    kind, inner = config["class_name"], config["config"]
    if kind not in NETWORK_CLASSES:
        raise InvalidModel(f"It is a {str(kind)[:80]!r}: a Sequential or functional network is expected.")
    name = inner.get("name") if isinstance(inner, dict) else None
    layers = inner["layers"] if isinstance(inner, dict) else inner
    network = (_sequential if kind == "Sequential" else _functional)(inner, layers, old)
    if name:
        network.name = str(name)
    return network


def _sequential(inner: Any, layers: list[Any], old: bool) -> keras.Model:
    first = layers[0]["config"]
    if layers[0]["class_name"] in NETWORK_CLASSES:
        first = _first_config(layers[0])
    shape = _shape(first) or _shape(inner if isinstance(inner, dict) else {})
    if shape is None:
        raise InvalidModel("Its configuration does not say what shape its pictures have.")
    network = keras.Sequential([keras.Input(shape)])
    for layer in layers:
        if layer["class_name"] != "InputLayer":
            network.add(_layer(layer, old))
    return network


def _first_config(layer: dict[str, Any]) -> dict[str, Any]:
    """The configuration of the first layer within networks."""
    while layer["class_name"] in NETWORK_CLASSES:
        inner = layer["config"]
        layer = (inner["layers"] if isinstance(inner, dict) else inner)[0]
    return layer["config"]


def _functional(inner: dict[str, Any], layers: list[Any], old: bool) -> keras.Model:
    """Call each layer on what its nodes name, until all are called; shared layers are called several times."""
    made: dict[str, Any] = {}
    values: dict[tuple[str, int], Any] = {}
    waiting: list[tuple[str, int, list[tuple[str, int]]]] = []
    for layer in layers:
        name = layer.get("name") or layer["config"]["name"]
        if layer["class_name"] == "InputLayer":
            shape = _shape(layer["config"])
            values[name, 0] = keras.Input(shape or (), name=name)
            continue
        made[name] = _layer(layer, old)
        waiting += [(name, i, list(_sources(node))) for i, node in enumerate(layer["inbound_nodes"])]
    while waiting:
        ready = [each for each in waiting if all(source in values for source in each[2])]
        if not ready:
            raise InvalidModel("Its configuration connects layers to what is not there.")
        for name, i, sources in ready:
            inputs = [values[source] for source in sources]
            values[name, i] = made[name](inputs[0] if len(inputs) == 1 else inputs)
        waiting = [each for each in waiting if each not in ready]
    ends = [[values[source] for source in _sources(inner[key])] for key in ("input_layers", "output_layers")]
    if any(len(end) != 1 for end in ends):
        raise InvalidModel("It has several inputs or outputs: one of each is expected.")
    return keras.Model(ends[0][0], ends[1][0])


def _sources(node: Any) -> Iterator[tuple[str, int]]:
    """The layers that a node takes from, each with which of its calls, however the Keras of the time wrote it."""
    if isinstance(node, dict):
        if node.get("class_name") == "__keras_tensor__":
            yield from _sources(node["config"]["keras_history"])
        else:
            for value in node.values():
                yield from _sources(value)
    elif isinstance(node, list):
        if len(node) >= 3 and isinstance(node[0], str) and isinstance(node[1], int):
            yield node[0], node[1]
        else:
            for value in node:
                yield from _sources(value)


def _layer(layer: dict[str, Any], old: bool) -> keras.Layer:
    if layer["class_name"] in NETWORK_CLASSES:
        return _network(layer, old)
    return made_anew(layer["class_name"], layer["config"], old)


def _shape(config: dict[str, Any]) -> tuple[int | None, ...] | None:
    """The shape of one picture, as far as a configuration tells it."""
    for key in ("batch_input_shape", "batch_shape", "build_input_shape"):
        if isinstance(config.get(key), list):
            return tuple(config[key][1:])
    if isinstance(config.get("input_shape"), list):
        return tuple(config["input_shape"])
    if isinstance(config.get("input_dim"), int):
        return (config["input_dim"],)
    return None


def with_weights(network: keras.Model, root: h5py.Group) -> keras.Model:
    """The network with the weights of a file, ``layer_names`` and in each layer's group ``weight_names``.

    Raises:
        InvalidModel: the file lacks weights of a layer, or has others.
    """
    flipped = (
        attribute_text(root.attrs.get("backend")) == "theano"
    )  # whose convolutions turn the kernel round
    first = attribute_text(root.attrs.get("keras_version", "1")).startswith("1")
    found: Any = root.get("model_weights", root)
    kept = {name: _arrays(found[name]) for name in _names(found, "layer_names") if name in found}
    kept = {name: arrays for name, arrays in kept.items() if arrays}
    layers = [layer for layer in network.layers if layer.weights]
    if len(kept) == len(layers) and not all(layer.name in kept for layer in layers):
        kept = {layer.name: arrays for layer, arrays in zip(layers, kept.values(), strict=True)}
    for layer in layers:
        targets = [*layer.trainable_weights, *layer.non_trainable_weights]
        if layer.name not in kept:
            raise InvalidModel(f"It has no weights for its layer {layer.name!r}.")
        arrays = kept[layer.name]
        if len(arrays) != len(targets):
            raise InvalidModel(
                f"Its layer {layer.name!r} has {len(arrays)} weights; {len(targets)} are expected."
            )
        for target, array in zip(targets, arrays, strict=True):
            target.assign(_as_today(array, tuple(target.shape), layer, flipped=flipped, first=first))
    return network


def _as_today(
    array: NDArray[Any], shape: tuple[int, ...], layer: keras.Layer, *, flipped: bool, first: bool
) -> NDArray[np.float32]:
    """A weight in the order of today's axes: Keras 1 had kernels of Theano's order."""
    values = np.asarray(array, np.float32)
    if isinstance(layer, keras.layers.Conv2D) and values.ndim == 4:
        if first and layer.data_format == "channels_first":
            values = values.transpose(2, 3, 1, 0)
        if flipped:
            values = values[::-1, ::-1]
    if isinstance(layer, keras.layers.Conv1D) and values.ndim == 4:
        values = values[:, 0]
    if values.shape != shape:
        raise InvalidModel(f"A weight of its layer {layer.name!r} has the shape {values.shape}, not {shape}.")
    return np.ascontiguousarray(values)


def _arrays(group: Mapping[str, Any]) -> list[NDArray[Any]]:
    return [np.asarray(group[name][()]) for name in _names(group, "weight_names")]


def _names(group: Any, key: str) -> list[str]:
    """A list of names among a group's attributes; a long one is in parts, numbered from 0."""
    parts = [key] if key in group.attrs else []
    while key not in parts and f"{key}{len(parts)}" in group.attrs:
        parts.append(f"{key}{len(parts)}")
    return [attribute_text(name) for part in parts for name in group.attrs[part]]


def attribute_text(value: Any) -> str:
    """An attribute of HDF5 as text: h5py gives some as bytes."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
