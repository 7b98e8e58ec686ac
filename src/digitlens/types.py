"""The values that travel through the house: what a picture became, and what was read in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitlens.errors import DigitLensError

if TYPE_CHECKING:
    from os import PathLike

    from PIL.Image import Image

__all__ = [
    "DIGITS",
    "OTHERS",
    "Box",
    "Explanation",
    "Field",
    "Glyph",
    "Gray",
    "Line",
    "Pixels",
    "Reading",
    "Reason",
    "Source",
    "Step",
]

DIGITS: tuple[str, ...] = tuple("0123456789")
"""The alphabet of every set of digits: label ``"7"`` has the class index 7."""

OTHERS = "other"
"""In a folder of pictures by label: the folder of those that show no digit, whose label is ``""``."""

Pixels: TypeAlias = NDArray[np.uint8]
"""A picture: uint8, (H, W), (H, W, 3) RGB or (H, W, 4) RGBA."""

Gray: TypeAlias = NDArray[np.uint8]
"""A grey picture: uint8, (H, W), 0 black to 255 white."""

Source: TypeAlias = "str | PathLike[str] | bytes | IO[bytes] | Image | Pixels"
"""Whatever a picture may come as: a path, encoded bytes, an open binary file, a PIL image, an array."""

Reason: TypeAlias = Literal["blank", "not_a_digit", "unsure"]
"""Why a person should look: nothing written, not a glyph of the alphabet, or too close to call."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the picture as uploaded: left, top, width, height."""

    x: int
    y: int
    w: int
    h: int

    def to_list(self) -> list[int]:
        """``[x, y, w, h]``."""
        return [self.x, self.y, self.w, self.h]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way from the picture to what the network saw.

    Attributes:
        name: a short stable key, such as ``"ink"``.
        sentence: what was done, in one plain sentence.
        image: what it looked like after it, uint8 (H, W) or (H, W, 3).
    """

    name: str
    sentence: str
    image: Pixels


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


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """What speaks for a label in one glyph: two maps over what the network saw.

    Attributes:
        label: the label explained, ``""`` for what is no glyph of the alphabet.
        read: the label read, likewise.
        confidence: calibrated probability of the label explained, 0 to 1.
        frame: what the network saw, uint8 (28, 28), white on black.
        gradcam: Grad-CAM, float32 (28, 28), 0 to 1: where the last feature map speaks for the label. 1 at its
            highest, or 0 everywhere where nothing in it does.
        occlusion: float32 (28, 28), nats: by how much the label's log-odds fall when the ink around a pixel is wiped.
            Above 0 the ink speaks for the label, below 0 against it.
        model: ``NAME@VERSION`` of the network that is explained.
        labels: those that the glyph was held against.
    """

    label: str
    read: str
    confidence: float
    frame: Gray
    gradcam: NDArray[np.float32]
    occlusion: NDArray[np.float32]
    model: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """What a line says where it must fit a pattern or a lexicon.

    Attributes:
        text: the best reading that fits, with signs that must be there though none was found; ``""`` where none fits.
        confidence: how surely it is that one, 0 to 1.
        plain: what was read without.
    """

    text: str
    confidence: float
    plain: str

    @property
    def differs(self) -> bool:
        """Whether the plain reading is another."""
        return self.text != self.plain

    def to_dict(self) -> dict[str, Any]:
        """Plain values; the confidence to six places."""
        return {
            "text": self.text,
            "confidence": round(self.confidence, 6),
            "plain": self.plain,
            "differs": self.differs,
        }


@dataclass(frozen=True, slots=True)
class Line:
    """Glyphs on one line, in reading order.

    Attributes:
        glyphs: from left to right.
        box: around all of them.
        field: what it says as a field; None where none was asked for.
    """

    glyphs: tuple[Glyph, ...]
    box: Box
    field: Field | None = None

    @property
    def text(self) -> str:
        """The labels put together; of a field that fits, its text."""
        return (self.field.text if self.field else "") or "".join(glyph.label for glyph in self.glyphs)

    def to_dict(self) -> dict[str, Any]:
        """The line as the JSON contract has it; ``field`` only where one was asked for."""
        told = {
            "text": self.text,
            "box": self.box.to_list(),
            "glyphs": [glyph.to_dict() for glyph in self.glyphs],
        }
        return told if self.field is None else {**told, "field": self.field.to_dict()}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in one picture, or the error that kept it from being read.

    Attributes:
        file: the path exactly as given, None where the picture had none.
        page: 1 for the first page of the file.
        lines: the lines from top to bottom; empty where the picture is blank.
        model: ``NAME@VERSION`` of the network that read it.
        ms: wall time of this picture from opening to answer, milliseconds.
        steps: the way from the picture to what the network saw.
        error: why it could not be read.
    """

    file: str | None
    model: str
    page: int = 1
    lines: tuple[Line, ...] = ()
    ms: float = 0.0
    steps: tuple[Step, ...] = field(default=(), repr=False)
    error: DigitLensError | None = None

    @property
    def text(self) -> str:
        """The lines, parted by a newline; ``""`` for a blank picture."""
        return "\n".join(line.text for line in self.lines)

    @property
    def glyphs(self) -> tuple[Glyph, ...]:
        """All glyphs in reading order."""
        return tuple(glyph for line in self.lines for glyph in line.glyphs)

    @property
    def accepted(self) -> bool:
        """True where there are glyphs and all of them are accepted."""
        return bool(self.glyphs) and all(glyph.accepted for glyph in self.glyphs)

    @property
    def reason(self) -> Reason | None:
        """Why a person should look: ``blank`` without glyphs, else the first glyph's reason; None if accepted."""
        if self.error is None and not any(line.glyphs for line in self.lines):
            return "blank"
        return next((glyph.reason for line in self.lines for glyph in line.glyphs if glyph.reason), None)

    def to_dict(self) -> dict[str, Any]:
        """The reading, or its error, as the JSON contract has it."""
        if self.error is not None:
            return {"file": self.file, "error": self.error.to_dict()}
        return {
            "file": self.file,
            "page": self.page,
            "text": self.text,
            "accepted": self.accepted,
            "reason": self.reason,
            "model": self.model,
            "ms": round(self.ms, 3),
            "lines": [line.to_dict() for line in self.lines],
        }
