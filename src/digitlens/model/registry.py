"""Where networks are found: shipped with DigitLens, in ``DIGITLENS_MODELS``, or trained in this folder."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from digitlens.errors import AlphabetMismatch, InvalidModel, ModelNotFound
from digitlens.model.card import Card, card_path

__all__ = ["DEFAULT_MODEL", "available", "find", "find_for", "keras_file"]

DEFAULT_MODEL = "robust"
"""The network that is used where none is named."""

SHIPPED = Path(__file__).with_name("weights")


def available() -> dict[str, Path]:
    """Every network that has its card beside it, by name, the shipped ones first; an earlier folder wins."""
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
    names = available()
    if str(name_or_file) in names:
        return names[str(name_or_file)]
    raise ModelNotFound(
        f"There is no model {str(name_or_file)!r}. Name one of {', '.join(names) or '(none found)'}, "
        "or give the path of an .onnx file that has its .card.json beside it."
    )


def find_for(labels: Collection[str]) -> Path:
    """The network that is used for these labels where none is named: the default, else the one with the fewest more.

    One whose card cannot be read is passed over.

    Raises:
        AlphabetMismatch: none reads all of them.
    """
    if _labels(find()).issuperset(labels):
        return find()
    read = {path: _labels(path) for path in available().values()}
    able = [path for path, known in read.items() if known.issuperset(labels)]
    if not able:
        raise AlphabetMismatch(
            f"No model reads all of {''.join(labels)}: there are {', '.join(available())}. "
            "Train one, or put one that does into a folder named by DIGITLENS_MODELS."
        )
    return min(able, key=lambda path: len(read[path]))


def _labels(path: Path) -> frozenset[str]:
    """The labels that a network reads; none where its card cannot be read."""
    try:
        return frozenset(Card.load(card_path(path)).labels)
    except InvalidModel:
        return frozenset()


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
    yield Path.cwd()
