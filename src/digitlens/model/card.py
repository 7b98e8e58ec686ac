"""The card beside every network: what it is, what it learnt from, how good it is, how sure it may be."""

import json
import re
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, TypeAlias

from digitlens.errors import InvalidModel
from digitlens.files import open_file, whole_file
from digitlens.model.calibrate import Calibration

__all__ = ["Card", "Head", "card_path"]

Head: TypeAlias = Literal["flatten", "average"]
"""How the network ends: ``[pool ->] flatten -> Dense ReLU -> Dense``, or ``global average -> Dense``."""


_ROW = re.compile(r'\[\s+((?:(?:[-\d.e+]+|"[^"\\]?"),?\s+)+)\]')
"""A list of numbers and labels; cards have one a line, so that a person may read a matrix."""

MAX_CARD_BYTES = 2**20
"""A card may have this many bytes; they have a few thousand."""


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
        input: shape (without the batch; height, width, channel) and dtype of what the network takes.
        licence: of the weights.
        software: versions that made it.
        alphabets: calibrations for some of the labels alone, by the name of the alphabet.
        alike: label -> the labels that it is taken for now and then, or that are taken for it.
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

    def summary(self) -> dict[str, Any]:
        """What a list of networks tells of each: version, recipe, parameters, and the accuracy on which test set."""
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
        with whole_file(path) as temporary:
            text = _ROW.sub(lambda row: f"[{' '.join(row[1].split())}]", json.dumps(asdict(self), indent=2))
            temporary.write_text(f"{text}\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Card":
        """Read a card.

        Raises:
            InvalidModel: the file is missing, is not JSON or lacks a field.
        """
        try:
            with open_file(path) as file:
                values = json.loads(file.read(MAX_CARD_BYTES + 1))
            values = {"alphabets": {}, "alike": {}, **values}  # which the first cards had not
            known = {f.name: values[f.name] for f in fields(cls)}
            known["labels"] = tuple(known["labels"])
            known["calibration"] = Calibration.from_dict(known["calibration"])
            known["alphabets"] = {
                name: Calibration.from_dict(fit) for name, fit in known["alphabets"].items()
            }
            return cls(**known)._checked()
        except FileNotFoundError:
            raise InvalidModel(
                f"{path} is missing: a network needs its card beside it. "
                "`digitlens train` and `digitlens export` write both."
            ) from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InvalidModel(f"{path} is not a model card: {type(error).__name__}: {error}.") from error

    def _checked(self) -> "Card":
        """Itself, where what the reader relies upon is what it should be.

        Raises:
            ValueError: it is not; says what.
        """
        if not re.fullmatch(r"[0-9a-f]{64}", self.sha256):
            raise ValueError("sha256 must be 64 hexadecimal digits")
        texts = all(isinstance(label, str) and label for label in self.labels)
        if not texts or not 1 < len(set(self.labels)) == len(self.labels):
            raise ValueError("labels must be two texts or more, no two the same")
        return self


def card_path(model: Path) -> Path:
    """Where the card of a model file stands: ``NAME.card.json`` beside ``NAME.onnx``."""
    return model.with_suffix(".card.json")
