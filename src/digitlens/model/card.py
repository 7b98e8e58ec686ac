"""The card beside every network: what it is, what it learnt from, how good it is, how sure it may be."""

import re
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from math import inf
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from digitlens.errors import InvalidModel
from digitlens.model.alphabet import look_alikes
from digitlens.model.calibrate import Calibration
from digitlens.model.cardfile import read_card, write_card

__all__ = ["Card", "Head", "Kind", "PageCard", "card_path", "kind_of"]

Head: TypeAlias = Literal["flatten", "average", "linear", "none"]
"""The end of the network: ``[pool ->] flatten -> Dense ReLU -> Dense``, ``global average -> Dense``, or ``[pool ->]
flatten -> Dense``; ``none`` for any other end, which Grad-CAM has no closed form for."""

Kind: TypeAlias = Literal["glyphs", "pages", "lines"]
"""The input of a network: single framed glyphs, whole pages, on which it finds them, or strips of lines."""


UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""The exceptions that reading a damaged card raises."""


@dataclass(frozen=True)
class Card:
    """All that is to be known of a network besides its weights.

    Attributes:
        sha256: of the ONNX file, 64 hexadecimal digits.
        labels: what each logit stands for.
        head: how it ends, which is what an exact Grad-CAM needs to know.
        parameters: how many trained numbers.
        recipe: the settings it was trained by.
        seed: what made the run repeatable.
        command: what makes it again.
        trained_on: the data, with how many glyphs.
        metrics: figures, each with the data it was measured on.
        calibration: from logits to probabilities and decisions.
        input: shape (without the batch; height, width, channel) and dtype of what the network takes, and where it is to
            be so, ``least_stroke``: the pixels that strokes are wide at least, thinner ones being thickened first.
        licence: of the weights.
        software: versions that made it.
        alphabets: calibrations for some of the labels alone, by the name of the alphabet.
        alike: label -> the labels that it is taken for now and then, or that are taken for it; all calibrations count
            these as one with it.
    """

    sha256: str
    labels: tuple[str, ...]
    head: Head
    parameters: int
    recipe: dict[str, Any]
    seed: int
    command: str
    trained_on: str
    metrics: dict[str, Any]
    calibration: Calibration
    input: dict[str, Any] = field(default_factory=lambda: {"shape": [28, 28, 1], "dtype": "uint8"})
    licence: str = "MIT"
    software: dict[str, str] = field(default_factory=dict)
    alphabets: dict[str, Calibration] = field(default_factory=dict)
    alike: dict[str, str] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """The first eight digits of the hash: another network has another version, no one can forget it."""
        return self.sha256[:8]

    @property
    def least_stroke(self) -> float:
        """The pixels to which thinner strokes are thickened before the network sees them; 0 where none are."""
        return float(self.input.get("least_stroke", 0.0))

    def summary(self) -> dict[str, Any]:
        """Return a network's line in lists: version, recipe, parameters, and the accuracy on which test set."""
        test = self.metrics.get("test", {})
        return {
            "version": self.version,
            "recipe": self.recipe.get("name"),
            "parameters": self.parameters,
            "dataset": test.get("dataset"),
            "accuracy": test.get("accuracy"),
        }

    def save(self, path: Path) -> None:
        """Write the card as JSON, whole or not at all."""
        values = asdict(self)
        for fit in (values["calibration"], *values["alphabets"].values()):
            del fit["alike"]  # which the card tells once, by labels
        write_card(path, values)

    @classmethod
    def load(cls, path: Path) -> "Card":
        """Read a card.

        Raises:
            InvalidModel: the file is missing, is not JSON or lacks a field, or is the card of a page network.
        """
        try:
            values = read_card(path)
            if (kind := values.get("kind", "glyphs")) != "glyphs":
                raise InvalidModel(
                    f"{path} is the card of a network for {kind}: single glyphs are not "
                    "read by it. Name a network that `digitlens models list` shows with labels and accuracy."
                )
            values = {"alphabets": {}, "alike": {}, **values}  # which the first cards had not
            known = {f.name: values[f.name] for f in fields(cls)}
            labels = known["labels"] = tuple(known["labels"])
            alike = look_alikes(known["alike"], labels)
            known["calibration"] = Calibration.from_dict(known["calibration"], alike)
            known["alphabets"] = {
                name: Calibration.from_dict(fit) for name, fit in known["alphabets"].items()
            }
            return cls(**known)._checked()
        except UNREADABLE as error:
            raise InvalidModel(f"{path} is not a model card: {type(error).__name__}: {error}.") from error

    def _checked(self) -> "Card":
        """Itself, where what the reader relies upon is what it should be.

        Raises:
            ValueError: it is not; says what.
        """
        _check_hash(self.sha256)
        texts = all(isinstance(label, str) and label for label in self.labels)
        if not texts or not 1 < len(set(self.labels)) == len(self.labels):
            raise ValueError("labels must be two texts or more, no two the same")
        if not 0 <= self.least_stroke < inf:
            raise ValueError("the least width of strokes must be pixels, 0 or more")
        return self


@dataclass(frozen=True)
class PageCard:
    """All that is to be known of a page or line network besides its weights.

    Attributes:
        sha256: of the ONNX file, 64 hexadecimal digits.
        labels: what each class map, or logit of a line network, stands for; ``""`` is other writing.
        parameters: how many trained numbers.
        recipe: the settings it was trained by.
        seed: what its scenes were drawn by.
        command: what makes one like it again.
        trained_on: the data, with how many scenes.
        metrics: figures on held-back drawn scenes, and of the run.
        stride: pixels of the input a cell, across and down.
        window: side of the window of `digitlens.imaging.local_contrast`, by which the input is normalised.
        unit: pixels of which a box's width and height are told as logarithms of multiples.
        multiple: what the input's height and width are multiples of.
        licence: of the weights.
        software: versions that made it.
        kind: ``pages`` or ``lines``.
    """

    sha256: str
    labels: tuple[str, ...]
    parameters: int
    recipe: dict[str, Any]
    seed: int
    command: str
    trained_on: str
    metrics: dict[str, Any]
    stride: int = 4
    window: int = 65
    unit: float = 16.0
    multiple: int = 32
    licence: str = "MIT"
    software: dict[str, str] = field(default_factory=dict)
    kind: Kind = "pages"

    @property
    def version(self) -> str:
        """The first eight digits of the hash."""
        return self.sha256[:8]

    def summary(self) -> dict[str, Any]:
        """Return a network's line in lists: version, recipe, parameters, and the score on held-back scenes."""
        known = self.metrics.get("validation", {})
        return {
            "version": self.version,
            "recipe": self.recipe.get("name"),
            "parameters": self.parameters,
            **{score: known[score] for score in ("f1", "exact") if score in known},
        }

    def save(self, path: Path) -> None:
        """Write the card as JSON, whole or not at all."""
        write_card(path, asdict(self))

    @classmethod
    def load(cls, path: Path, kind: Kind = "pages") -> "PageCard":
        """Read the card of a page network, or of one of another kind.

        Raises:
            InvalidModel: the file is missing, is not JSON or lacks a field, or is the card of another network.
        """
        try:
            values = read_card(path)
            if values.get("kind") != kind:
                raise InvalidModel(
                    f"{path} is not the card of a network for {kind}. `digitlens train --recipe {kind}` makes one."
                )
            known = {f.name: values[f.name] for f in fields(cls)}
            _check_hash(known["sha256"])
            known["labels"] = tuple(known["labels"])
            if len(set(known["labels"])) < len(known["labels"]):
                raise ValueError("no two labels may be the same")
            return cls(**known)
        except UNREADABLE as error:
            raise InvalidModel(f"{path} is not a model card: {type(error).__name__}: {error}.") from error


def card_path(model: Path) -> Path:
    """Where the card of a model file stands: ``NAME.card.json`` beside ``NAME.onnx``."""
    return model.with_suffix(".card.json")


def kind_of(model: Path) -> Kind:
    """Return the kind of the network in a file, as its card says; ``glyphs`` where that cannot be read."""
    card = card_path(model)
    return _kind(card, card.stat().st_mtime_ns) if card.exists() else "glyphs"


@lru_cache(maxsize=64)
def _kind(card: Path, _stamp: int) -> Kind:
    """Return the kind that a card says, as it was written at some time."""
    try:
        kind = read_card(card).get("kind", "glyphs")
    except (InvalidModel, *UNREADABLE):
        return "glyphs"
    return kind if kind in get_args(Kind) else "glyphs"


def _check_hash(sha256: str) -> None:
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError("sha256 must be 64 hexadecimal digits")
