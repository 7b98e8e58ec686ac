"""Glyphs: what the network makes of each, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlens.types.boxes import Box, Reason
from digitlens.types.pictures import Gray

__all__ = ["DIGITS", "OTHERS", "Explanation", "Glyph"]

DIGITS: tuple[str, ...] = tuple("0123456789")
"""The alphabet of every set of digits: label ``"7"`` has the class index 7."""

OTHERS = "other"
"""In a folder of pictures by label: the folder of those that show no digit, whose label is ``""``."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One glyph and what the network makes of it.

    Attributes:
        label: the label read, ``""`` where it is not a glyph of the alphabet.
        confidence: calibrated probability of the best label, 0 to 1.
        digit_score: how surely this is a glyph of the alphabet at all, 0 to 1.
        box: where it stands in the picture as uploaded.
        accepted: false where a person should look.
        reason: why it was not accepted, None where it was.
        probabilities: calibrated probability of every label, in the order of the alphabet, summing to 1.
        frame: what the network saw of it, uint8 (28, 28), white on black; None for a sign, which it was not asked
            about. Not compared, and not in the JSON.
    """

    label: str
    confidence: float
    digit_score: float
    box: Box
    accepted: bool
    reason: Reason | None
    probabilities: Mapping[str, float]
    frame: Gray | None = field(default=None, repr=False, compare=False)

    @property
    def is_sign(self) -> bool:
        """True if it is a sign, such as a point or a plus."""
        return bool(self.label) and not self.label.isalnum()

    @property
    def twin(self) -> str | None:
        """The label that it may be as well, as 0 for O: of another kind, and likelier than all the others together.

        Kinds are digits, capitals and small letters, which neighbours may tell apart. None where there is none.
        """
        (best, confidence), *others = self.top(2) or [("", 1.0)]
        if not others or self.is_sign or _kind(best) == _kind(others[0][0]):
            return None
        label, other = others[0]
        return label if other > 1 - confidence - other else None

    def top(self, count: int = 3) -> list[tuple[str, float]]:
        """The ``count`` best labels with their probabilities, best first."""
        ranked = sorted(self.probabilities.items(), key=lambda pair: -pair[1])
        return ranked[:count]

    def to_dict(self) -> dict[str, Any]:
        """The glyph as the JSON contract has it; probabilities to six places."""
        return {
            "label": self.label,
            "confidence": round(self.confidence, 6),
            "digit_score": round(self.digit_score, 6),
            "box": self.box.to_list(),
            "accepted": self.accepted,
            "reason": self.reason,
            "top": [[label, round(p, 6)] for label, p in self.top()],
        }


def _kind(label: str) -> tuple[bool, bool, bool]:
    return label.isdigit(), label.isupper(), label.islower()


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """The saliency of a label in one glyph: two maps over the network's input.

    Attributes:
        label: the label explained, ``""`` for what is no glyph of the alphabet.
        read: the label read, likewise.
        confidence: calibrated probability of the label explained, 0 to 1.
        frame: what the network saw, uint8 (28, 28), white on black.
        gradcam: Grad-CAM, float32 (28, 28), 0 to 1: where the last feature map speaks for the label. 1 at its
            highest, or 0 everywhere where nothing in it does. None for a network whose end has no closed form for it.
        occlusion: float32 (28, 28), nats: by how much the label's log-odds fall when the ink around a pixel is wiped.
            Above 0 the ink speaks for the label, below 0 against it.
        model: ``NAME@VERSION`` of the network that is explained.
        labels: those that the glyph was held against.
    """

    label: str
    read: str
    confidence: float
    frame: Gray
    gradcam: NDArray[np.float32] | None
    occlusion: NDArray[np.float32]
    model: str
    labels: tuple[str, ...]
