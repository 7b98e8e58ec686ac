"""The contents of a Keras file, told before Keras opens it: see ``check_keras``.

Keras's safe mode refuses code that is written into a file. Names of classes and functions in its configuration, files
that it points to and weights that unpack to far more than there is are refused here: a network that reads digits needs
a few dozen classes, and nothing outside of its file. What it was compiled with is looked at only where it is loaded.
"""

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import h5py

from digitlens.errors import InvalidModel
from digitlens.files import open_file
from digitlens.model.session import MAX_MODEL_BYTES
from digitlens.train.graph import LAYERS
from digitlens.train.oldlayers import OLD_NAMES

__all__ = ["KERAS_CLASSES", "check_classes", "check_keras"]

_OTHERS = """
    Adam AdamW Add CategoricalAccuracy Constant CosineDecay DTypePolicy Functional GlorotNormal
    GlorotUniform HeNormal HeUniform Identity InputLayer L1 L1L2 L2 LecunNormal LecunUniform MaxNorm
    MinMaxNorm Model NonNeg Ones Orthogonal Policy RandomNormal RandomUniform SGD Sequential TruncatedNormal
    UnitNorm UpSampling2D VarianceScaling Zeros __keras_tensor__
"""

KERAS_CLASSES = LAYERS | frozenset(OLD_NAMES) | frozenset(_OTHERS.split())
"""Classes that a file may name: layers that export can translate, and what they and our training are made with."""

OURS = {
    "digitlens.train.focus.GlyphLosses",
    "digitlens.train.page.loss.PageLoss",
    "digitlens.train.page.net.FusedNormalization",
    "digitlens.train.targets.AnyOf",
    "digitlens.train.targets.RightOf",
}
"""Classes of our own that the checkpoint of a run may name."""

MEMBERS = {"config.json", "metadata.json", "model.weights.h5"}
MOST_OBJECTS = 10_000
NUMBERS = "biuf"


def check_keras(path: Path, *, compiled: bool = False) -> None:
    """See that a ``.keras`` or ``.h5`` file holds a network of known classes with all its weights in it.

    Args:
        path: of the file.
        compiled: whether what it was compiled with will be loaded too.

    Raises:
        InvalidModel: it is neither; it names a class that is not in `KERAS_CLASSES`, or code; it points to other files;
            or it would take more than ``MAX_MODEL_BYTES``.
    """
    try:
        with open_file(path) as file:
            if file.seek(0, 2) > MAX_MODEL_BYTES:
                raise _refused(path, f"has more than {MAX_MODEL_BYTES:,} bytes")
            file.seek(0)
            if zipfile.is_zipfile(file):
                _check_archive(file, path, compiled=compiled)
            else:
                _check_hdf5(
                    file, path, ("model_config", "training_config") if compiled else ("model_config",)
                )
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        RuntimeError,
        RecursionError,
        zipfile.BadZipFile,
    ) as error:
        raise InvalidModel(f"{path} cannot be loaded as a Keras network: {error}") from error


def _check_archive(file: Any, path: Path, *, compiled: bool) -> None:
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        if len(members) > len(MEMBERS) or {member.filename for member in members} - MEMBERS:
            raise _refused(path, f"holds something other than {', '.join(sorted(MEMBERS))}")
        if sum(member.file_size for member in members) > MAX_MODEL_BYTES:
            raise _refused(path, f"would unpack to more than {MAX_MODEL_BYTES:,} bytes")
        config = json.loads(archive.read("config.json"))
        if isinstance(config, dict) and not compiled:
            config.pop("compile_config", None)
        check_classes(config, path)
        _check_hdf5(BytesIO(archive.read("model.weights.h5")), path, ())


def _check_hdf5(file: Any, path: Path, configurations: tuple[str, ...]) -> None:
    """Check the weights; of a file that is HDF5 as a whole, its configurations too."""
    with h5py.File(file, "r") as root:
        for attribute in configurations:
            if attribute in root.attrs:
                check_classes(json.loads(cast("str", root.attrs[attribute])), path)
        _check_weights(root, path)


def _check_weights(root: Any, path: Path) -> None:
    """Check all groups and weights below a group of HDF5: their number, their bytes, and that none is a link."""
    groups, objects, size = list[Any]([root]), 0, 0
    for group in groups:
        for name in group:
            objects += 1
            if objects > MOST_OBJECTS:
                raise _refused(path, f"has more than {MOST_OBJECTS:,} groups and weights")
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise _refused(path, "has links in place of weights")
            item = group[name]
            if isinstance(item, h5py.Group):
                groups.append(item)
            else:
                size += _weight_bytes(item, path)
    if size > MAX_MODEL_BYTES:
        raise _refused(path, f"would unpack to more than {MAX_MODEL_BYTES:,} bytes")


def _weight_bytes(item: Any, path: Path) -> int:
    """The bytes that a weight takes, if it is one and lies in the file."""
    if not isinstance(item, h5py.Dataset) or item.dtype.kind not in NUMBERS:
        raise _refused(path, "has something that is no weight")
    if item.external or item.is_virtual:
        raise _refused(path, "keeps weights in another file")
    return int(item.size or 0) * item.dtype.itemsize


def check_classes(values: Any, path: Path) -> None:
    """See that a configuration, from JSON, names known classes of Keras and no others.

    Raises:
        InvalidModel: it does.
    """
    if isinstance(values, list):
        for value in values:
            check_classes(value, path)
    if not isinstance(values, dict):
        return
    if "class_name" in values:
        name, module = values["class_name"], values.get("module") or "keras"
        known = name in KERAS_CLASSES and module.partition(".")[0] == "keras"
        if not known and f"{module}.{name}" not in OURS:
            raise _refused(path, f"names {module}.{name}, which is not known to be safe")
    for value in values.values():
        check_classes(value, path)


def _refused(path: Path, reason: str) -> InvalidModel:
    return InvalidModel(f"{path} {reason}: it is not loaded.")
