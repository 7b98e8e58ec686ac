"""Keras networks as files, written whole and read without running anything they hold."""

import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any, cast

import h5py
import keras

from digitlens.errors import InvalidModel
from digitlens.files import atomic_write, open_file
from digitlens.train.kerascheck import check_classes, check_keras
from digitlens.train.rebuild import attribute_text, rebuilt, with_weights

__all__ = ["QUIET", "load_keras", "save_keras"]

QUIET: Any = 0
"""``verbose=QUIET``: Keras documents it as a number and hints it as a string."""

FAULTS = (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError)
"""The exceptions that Keras raises where it cannot load a file."""

MAX_JSON_BYTES = 2**24


def load_keras(path: Path, *, compiled: bool = False) -> keras.Model:
    """Load a ``.keras`` or ``.h5`` network of any Keras, once checked; with its optimizer where ``compiled``.

    Those of Keras 3 are loaded by Keras in its safe mode, older ones are built anew layer by layer. Weights alone get
    their network from a JSON file beside them, of the same name or the only one of a network.

    Raises:
        InvalidModel: the file is missing, is not a Keras network, or is one that ``check_keras`` refuses.
    """
    check_keras(path, compiled=compiled)
    try:
        if not compiled and not zipfile.is_zipfile(path) and (found := _not_of_today(path)) is not None:
            return found
        return cast("keras.Model", keras.saving.load_model(path, compile=compiled, safe_mode=True))
    except InvalidModel as error:
        raise InvalidModel(f"{path} cannot be loaded as a Keras network: {error}") from error
    except FAULTS as error:
        if not compiled and zipfile.is_zipfile(path) and (network := _from_archive(path)):
            return network
        raise InvalidModel(f"{path} cannot be loaded as a Keras network: {error}") from error


def _not_of_today(path: Path) -> keras.Model | None:
    """The network of an HDF5 file that Keras 3 did not save as a whole; None where it did."""
    with h5py.File(path, "r") as root:
        config = root.attrs.get("model_config")
        version = attribute_text(root.attrs.get("keras_version", "1"))
        if config is not None:
            if not version.startswith(("1", "2")):
                return None
            return with_weights(rebuilt(json.loads(attribute_text(config))), root)
        network, keras3 = _described_beside(path)
        if "layer_names" in root.attrs or "layer_names0" in root.attrs:
            return with_weights(network, root)
    if not keras3:
        raise InvalidModel("It holds neither a configuration nor weights by the names of layers.")
    network.load_weights(path)
    return network


def _described_beside(weights: Path) -> tuple[keras.Model, bool]:
    """The network that a JSON file beside a file of weights describes, and whether Keras 3 wrote it."""
    stem = weights.name.partition(".")[0]
    names = [weights.with_name(f"{stem}.json"), weights.with_name(f"{stem.removesuffix('_weights')}.json")]
    others = sorted(weights.parent.glob("*.json"))
    found = [each for each in (*names, *others) if each.is_file() and _configuration(each)]
    if not found or (found[0] in others and found[0] not in names and len(set(found)) > 1):
        raise InvalidModel(
            f"It holds weights alone, and no configuration. Put the network's JSON beside it, as {stem}.json."
        )
    config = _configuration(found[0]) or {}
    check_classes(config, found[0])
    old = not str(config.get("keras_version", "3" if "module" in config else "1")).startswith("3")
    return rebuilt(config, old), not old


def _configuration(path: Path) -> dict[str, Any] | None:
    """A network's configuration from a JSON file; None where it is something else."""
    with open_file(path) as file:
        content = file.read(MAX_JSON_BYTES)
    try:
        values = json.loads(content)
    except ValueError:
        return None
    known = isinstance(values, dict) and values.get("class_name") in ("Sequential", "Model", "Functional")
    return values if known else None


def _from_archive(path: Path) -> keras.Model | None:
    """The network of a ``.keras`` file that Keras does not load as a whole; None where that fails too."""
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        try:
            network = rebuilt(json.loads(archive.read("config.json")), old=False)
            network.load_weights(archive.extract("model.weights.h5", folder))
        except (InvalidModel, *FAULTS):
            return None
    return network


def save_keras(model: keras.Model, path: Path) -> None:
    """Save the network without optimizer state to ``.h5`` or ``.keras``, whole or not at all."""
    copy = type(model).from_config(model.get_config())  # never compiled, so that no optimizer is written
    copy.set_weights(model.get_weights())
    with atomic_write(path) as temporary:
        copy.save(temporary)
