"""Keras networks as files, written whole and read without running anything they hold."""

from pathlib import Path
from typing import Any, cast

import keras

from digitlens.errors import InvalidModel
from digitlens.files import whole_file
from digitlens.train.kerascheck import check_keras

__all__ = ["QUIET", "load_keras", "save_keras"]

QUIET: Any = 0
"""``verbose=QUIET``: Keras documents it as a number and hints it as a string."""


def load_keras(path: Path, *, compiled: bool = False) -> keras.Model:
    """Load a ``.keras`` or ``.h5`` network, once checked, in Keras's safe mode; with its optimizer where ``compiled``.

    Raises:
        InvalidModel: the file is missing, is not a Keras network, or is one that ``check_keras`` refuses.
    """
    check_keras(path)
    try:
        return cast("keras.Model", keras.saving.load_model(path, compile=compiled, safe_mode=True))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InvalidModel(f"{path} cannot be loaded as a Keras network: {error}") from error


def save_keras(model: keras.Model, path: Path) -> None:
    """Save the network without optimizer state to ``.h5`` or ``.keras``, whole or not at all."""
    copy = type(model).from_config(model.get_config())  # never compiled, so that no optimizer is written
    copy.set_weights(model.get_weights())
    with whole_file(path) as temporary:
        copy.save(temporary)
