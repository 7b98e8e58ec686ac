"""The values that travel through the house: what a picture became, and what was read in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from math import prod
from typing import IO, TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitlens.errors import DigitLensError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from PIL.Image import Image

__all__ = [
    "DIGITS",
    "OPERATORS",
    "OTHERS",
    "Box",
    "Doubt",
    "Explanation",
    "Field",
    "Glyph",
    "Gray",
    "Line",
    "Number",
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

Reason: TypeAlias = Literal["blank", "incomplete", "not_a_digit", "several", "unsure"]
"""Why a person should look: nothing written, writing that was not read, not a glyph of the alphabet, more than one
glyph where one was asked for, or too close to call."""

OPERATORS = frozenset("+×÷=()")
"""Signs that end a number wherever they stand."""


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

    @classmethod
    def around(cls, boxes: "Iterable[Box]") -> "Box":
        """The smallest box that holds all of ``boxes``, one at least."""
        corners = [(box.x, box.y, box.x + box.w, box.y + box.h) for box in boxes]
        left, top = (min(corner[axis] for corner in corners) for axis in (0, 1))
        right, bottom = (max(corner[axis] for corner in corners) for axis in (2, 3))
        return cls(left, top, right - left, bottom - top)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a line or a page cannot be accepted as a whole, beyond what its glyphs say of themselves.

    Attributes:
        reason: a short stable key.
        message: the same in one plain sentence, which says where to look.
        box: where to look, in pixels of the picture as uploaded.
    """

    reason: Reason
    message: str
    box: Box

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {"reason": self.reason, "message": self.message, "box": self.box.to_list()}


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

    @property
    def is_sign(self) -> bool:
        """Whether it is a sign, such as a point or a plus."""
        return bool(self.label) and not self.label.isalnum()

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
class Number:
    """Glyphs of a line that stand together and hold a digit or a letter, no operator among them.

    Attributes:
        text: their labels put together.
        box: around them, in pixels of the picture as uploaded.
        confidence: how surely all of them are read right, 0 to 1.
        accepted: false where a person should look at one of them, or at the line.
    """

    text: str
    box: Box
    confidence: float
    accepted: bool

    def to_dict(self) -> dict[str, Any]:
        """Plain values; the confidence to six places."""
        return {
            "text": self.text,
            "box": self.box.to_list(),
            "confidence": round(self.confidence, 6),
            "accepted": self.accepted,
        }


@dataclass(frozen=True, slots=True)
class Line:
    """Glyphs on one line, in reading order.

    Attributes:
        glyphs: from left to right.
        box: around all of them.
        field: what it says as a field; None where none was asked for.
        gaps: the indices of glyphs, rising, before which the writer left a gap between numbers.
        confidence: how surely the whole of it is right, nothing missing and nothing too much, 0 to 1; None where only
            its glyphs were judged.
        doubts: why the whole of it cannot be accepted, though its glyphs may.
    """

    glyphs: tuple[Glyph, ...]
    box: Box
    field: Field | None = None
    gaps: tuple[int, ...] = ()
    confidence: float | None = None
    doubts: tuple[Doubt, ...] = ()

    @property
    def groups(self) -> tuple[tuple[Glyph, ...], ...]:
        """Its glyphs, cut where the gaps are."""
        cuts = [0, *self.gaps, len(self.glyphs)]
        return tuple(self.glyphs[start:end] for start, end in pairwise(cuts) if end > start)

    @property
    def text(self) -> str:
        """The labels put together, one space for each gap; of a field that fits, its text."""
        plain = " ".join("".join(glyph.label for glyph in group) for group in self.groups)
        return (self.field.text if self.field else "") or plain

    @property
    def accepted(self) -> bool:
        """True where there are glyphs, all of them are accepted, and nothing speaks against the whole."""
        return bool(self.glyphs) and not self.doubts and all(glyph.accepted for glyph in self.glyphs)

    @property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers, or words, on it: what stands together, operators left out."""
        parts = (
            tuple(part)
            for group in self.groups
            for operator, part in groupby(group, lambda glyph: glyph.label in OPERATORS)
            if not operator
        )
        return tuple(self._number(part) for part in parts if any(glyph.label.isalnum() for glyph in part))

    def _number(self, glyphs: tuple[Glyph, ...]) -> Number:
        return Number(
            "".join(glyph.label for glyph in glyphs),
            Box.around(glyph.box for glyph in glyphs),
            prod(glyph.confidence for glyph in glyphs),
            not self.doubts and all(glyph.accepted for glyph in glyphs),
        )

    def to_dict(self) -> dict[str, Any]:
        """The line as the JSON contract has it; ``field`` only where one was asked for."""
        told = {
            "text": self.text,
            "box": self.box.to_list(),
            "accepted": self.accepted,
            "numbers": [number.to_dict() for number in self.numbers],
            "glyphs": [glyph.to_dict() for glyph in self.glyphs],
            "doubts": [doubt.to_dict() for doubt in self.doubts],
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
        doubts: why the whole of it cannot be accepted, beyond those of its lines.
    """

    file: str | None
    model: str
    page: int = 1
    lines: tuple[Line, ...] = ()
    ms: float = 0.0
    steps: tuple[Step, ...] = field(default=(), repr=False)
    error: DigitLensError | None = None
    doubts: tuple[Doubt, ...] = ()

    @property
    def text(self) -> str:
        """The lines, separated by a newline; ``""`` for a blank picture."""
        return "\n".join(line.text for line in self.lines)

    @property
    def glyphs(self) -> tuple[Glyph, ...]:
        """All glyphs in reading order."""
        return tuple(glyph for line in self.lines for glyph in line.glyphs)

    @property
    def accepted(self) -> bool:
        """True where there are glyphs and the whole is right as far as can be told: none missing, none too many."""
        return bool(self.glyphs) and not self.doubts and all(line.accepted for line in self.lines)

    @property
    def all_doubts(self) -> tuple[Doubt, ...]:
        """Its own doubts and those of its lines."""
        return (*self.doubts, *(doubt for line in self.lines for doubt in line.doubts))

    @property
    def reason(self) -> Reason | None:
        """Why a person should look: the first doubt's or glyph's reason, ``blank`` without either; None if accepted."""
        told: tuple[Doubt | Glyph, ...] = (*self.all_doubts, *self.glyphs)
        reasons: list[Reason] = [each.reason for each in told if each.reason is not None]
        if reasons:
            return reasons[0]
        return None if self.error is not None or self.glyphs else "blank"

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
            "doubts": [doubt.to_dict() for doubt in self.doubts],
        }
