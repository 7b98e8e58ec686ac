"""Where networks are found: shipped with DigitLens, in ``DIGITLENS_MODELS``, added by name, or in this folder."""

import os
import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path

from digitlens.errors import AlphabetMismatch, InvalidModel, ModelNotFound
from digitlens.home import data_home
from digitlens.model.card import Card, Kind, card_path, kind_of

__all__ = [
    "DEFAULT_MODEL",
    "LINE_MODEL",
    "PAGE_MODEL",
    "added_path",
    "available",
    "find",
    "find_for",
    "keras_file",
    "labels_of",
]

DEFAULT_MODEL = "robust"
"""The network that is used where none is named."""

LINE_MODEL = "lines"
"""The network that reads lines as a whole, as a second witness."""

PAGE_MODEL = "pages"
"""The network that finds glyphs on pages."""

SHIPPED = Path(__file__).with_name("weights")


def available(kind: Kind = "glyphs") -> dict[str, Path]:
    """Every network of a kind that has its card beside it, by name, the shipped ones first; an earlier folder wins."""
    return {name: path for name, path in _named().items() if kind_of(path) == kind}


def _named() -> dict[str, Path]:
    """The same of every kind."""
    found: dict[str, Path] = {}
    for folder in _folders():
        for path in sorted(folder.glob("*.onnx")):
            if card_path(path).is_file():
                found.setdefault(path.stem, path)
    return found


def find(name_or_file: str | os.PathLike[str] = DEFAULT_MODEL) -> Path:
    """The ONNX file of a network given by name or by path.

    Raises:
        ModelNotFound: there is neither a network of that name nor such a file.
    """
    path = Path(name_or_file)
    if path.suffix == ".onnx" and path.is_file():
        return path
    names = _named()
    if str(name_or_file) in names:
        return names[str(name_or_file)]
    raise ModelNotFound(
        f"There is no model {str(name_or_file)!r}. Name one of {', '.join(available()) or '(none found)'}, "
        "or give the path of an .onnx file that has its .card.json beside it."
    )


def find_for(labels: Collection[str]) -> Path:
    """The network that is used for these labels where none is named: the default, else the one with the fewest more.

    One whose card cannot be read is passed over.

    Raises:
        AlphabetMismatch: none reads all of them.
    """
    default = find()
    if (labels_of(default) or frozenset()).issuperset(labels):
        return default
    read = {path: labels_of(path) or frozenset() for path in available().values()}
    able = [path for path, known in read.items() if known.issuperset(labels)]
    if not able:
        raise AlphabetMismatch(
            f"No model reads all of {''.join(labels)}: there are {', '.join(available())}. "
            "Train one, or put one that does into a folder named by DIGITLENS_MODELS."
        )
    return min(able, key=lambda path: len(read[path]))


def added_path(name: str) -> Path:
    """Where a network is put so that it can be named: the first folder of ``DIGITLENS_MODELS``, else our home's.

    Raises:
        InvalidModel: it cannot have this name, or another network has it.
    """
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]{0,63}", name, re.ASCII) or name.endswith((".onnx", ".")):
        raise InvalidModel(f"A network cannot be called {name!r}: use letters, digits, '-', '_' and '.'.")
    path = _added() / f"{name}.onnx"
    if name in available() or path.exists():
        raise InvalidModel(
            f"There is a network {name!r} already, in {available().get(name, path)}: choose another by --name, or "
            "delete that file and its card."
        )
    return path


def labels_of(path: Path) -> frozenset[str] | None:
    """The labels that the network in a file reads, as the card beside it says; None where that cannot be read."""
    card = card_path(path)
    return _labels(card, card.stat().st_mtime_ns) if card.exists() else None


@lru_cache(maxsize=64)
def _labels(card: Path, _stamp: int) -> frozenset[str] | None:
    """The labels of a card as it was written at some time."""
    try:
        return frozenset(Card.load(card).labels)
    except InvalidModel:
        return None


def keras_file(name_or_file: str | os.PathLike[str]) -> Path:
    """The Keras network given by its file, or kept beside the ONNX file of that name.

    Raises:
        ModelNotFound: there is none.
    """
    path = Path(name_or_file)
    if path.suffix in (".keras", ".h5"):
        if path.is_file():
            return path
        raise ModelNotFound(f"There is no file {path}.")
    keras = find(name_or_file).with_suffix(".keras")
    if keras.is_file():
        return keras
    raise ModelNotFound(f"{keras} is missing: the Keras network of {str(name_or_file)!r} is not beside it.")


def _folders() -> Iterator[Path]:
    """The folders that may hold networks, in the order in which they win."""
    yield SHIPPED
    yield from (Path(entry) for entry in os.environ.get("DIGITLENS_MODELS", "").split(os.pathsep) if entry)
    yield _added()
    yield Path.cwd()


def _added() -> Path:
    """The folder for networks that are added by name."""
    entries = [entry for entry in os.environ.get("DIGITLENS_MODELS", "").split(os.pathsep) if entry]
    return Path(entries[0]) if entries else data_home() / "models"
