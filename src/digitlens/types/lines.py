"""Lines of glyphs: their text, the numbers on them, and what they say as a field."""

from dataclasses import dataclass
from itertools import groupby, pairwise
from math import prod
from typing import Any

from digitlens.types.boxes import Box, Doubt
from digitlens.types.glyphs import Glyph

__all__ = ["OPERATORS", "Field", "Line", "Number"]

OPERATORS = frozenset("+×÷=()")
"""Signs that end a number wherever they stand."""


@dataclass(frozen=True, slots=True)
class Field:
    """The text of a line that has to fit a pattern or a lexicon.

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
        """True if the reading without the constraint is another."""
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
