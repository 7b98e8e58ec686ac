"""Puts what writers write onto a canvas, and keeps what stands where."""

from dataclasses import dataclass, field, replace
from math import atan, cos, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth.sheets.bank import GlyphBank
from digitlens.data.synth.sheets.canvas import Box, Canvas
from digitlens.data.synth.sheets.chance import chance, evenly
from digitlens.data.synth.sheets.config import SheetConfig
from digitlens.data.synth.sheets.content import Token
from digitlens.data.synth.sheets.signs import arc
from digitlens.data.synth.sheets.writers import OTHER, Shape, Writer
from digitlens.data.synth.sheets.writing import shape

__all__ = ["Mark", "Row", "Scribe"]


@dataclass(frozen=True, slots=True)
class Mark:
    """One glyph, sign or other writing that is seen in a picture.

    Attributes:
        label: a digit, a sign, or ``OTHER``.
        box: left, top, width and height of its ink in pixels, as far as it is inside.
        line: counted from 0; -1: in none.
        number: counted from 0 over the whole picture; -1 for ``OTHER``.
        visible: share of its box that is inside, above 0.
    """

    label: str
    box: Box
    line: int
    number: int
    visible: float


@dataclass(frozen=True, slots=True)
class Row:
    """A line that is being written: baseline at ``x`` is ``y`` plus its rise and waves, in pixels of the sheet."""

    index: int
    y: float
    slope: float = 0.0
    wave: float = 0.0
    phase: float = 0.0

    def at(self, x: float, height: float) -> float:
        """Tell the baseline's y at x, for digits of a height; all in pixels of the sheet."""
        return self.y + self.slope * x + self.wave * height * sin(x / (3 * height) + self.phase)


@dataclass(eq=False)
class Scribe:
    """Writes on one canvas.

    Attributes:
        canvas: written on.
        bank, config, rng: what with, how, and where chance comes from.
        marks: written so far, in reading order.
        numbers: how many numbers there are so far.
    """

    canvas: Canvas
    bank: GlyphBank
    config: SheetConfig
    rng: np.random.Generator
    marks: list[Mark] = field(default_factory=list)
    numbers: int = 0

    def shapes(self, token: Token, writer: Writer) -> list[Shape]:
        """Write a token on air; a dash in an empty cell is as long as it may be."""
        found = []
        for symbol in token:
            one = shape("-" if symbol == "dash" else symbol, writer, self.bank, self.config, self.rng)
            if symbol == "dash":
                one = replace(one, width=max(one.width, evenly(self.rng, self.config.forms.long_dash)))
            found.append(one)
        return found

    def gaps(self, shapes: list[Shape], writer: Writer) -> list[float]:
        """Choose the space before each shape, in heights."""
        spread = self.config.writing.gap_jitter
        low = self.config.writing.overlap[0]
        gaps = [max(low, writer.gap + spread * self.rng.standard_normal()) for _ in shapes]
        gaps = [gap if one.label else max(gap, 0.05) for gap, one in zip(gaps, shapes, strict=True)]
        for i, one in enumerate(shapes):
            if one.label in ("(", ")", "/", "-", "+", "×", "÷", "="):
                gaps[i] = max(gaps[i], 0.06)
                gaps[i + 1 : i + 2] = [max(0.06, gap) for gap in gaps[i + 1 : i + 2]]
            elif one.label in (".", ",", ":"):
                gaps[i] = max(gaps[i], 0.03)
        return [0.0, *gaps[1:]]

    def put(self, shapes: list[Shape], gaps: list[float], x: float, row: Row, writer: Writer) -> float:
        """Put the shapes of one token side by side; its digits and signs are one number.

        Args:
            shapes: of the token, in order.
            gaps: before each, in heights of a digit, as of `gaps`.
            x: where the first one's gap begins, in pixels of the sheet.
            row: the line that they stand on.
            writer: who wrote them.

        Returns:
            Where the last one ends, in pixels of the sheet.
        """
        number, before = self.numbers, len(self.marks)
        steady = 0.0 if writer.font is not None else radians(self.config.writing.tilt)
        tilt = (steady * self.rng.standard_normal(len(shapes))).tolist()
        last: Shape | None = None
        for one, gap, turn in zip(shapes, gaps, tilt, strict=True):
            x += gap * writer.height
            if last and last.label == one.label == "0" and chance(self.rng, self.config.writing.joined_zeros):
                self._join(x, gap, row, writer, one)
            self.stamp(replace(one, turn=turn), x, row, writer, number)
            x += one.width * writer.height
            last = one
        self.numbers += any(mark.label != OTHER for mark in self.marks[before:])
        return x

    def stamp(self, one: Shape, x: float, row: Row, writer: Writer, number: int) -> None:
        """Put one shape, and keep its mark where some of its ink is in the picture.

        Args:
            one: the shape.
            x: its left edge, in pixels of the sheet.
            row: the line that it stands on.
            writer: whose height and slant it has.
            number: the one it belongs to, counted from 0; of no account for ``OTHER``.
        """
        height, (high, wide) = writer.height, one.image.shape
        middle, drop = x + one.width * height / 2, one.drop * height
        tall, across = one.tall * height / high, one.width * height / wide
        angle = one.turn + atan(row.slope)
        c, s, slant = cos(angle), sin(angle), writer.slant
        a, b, d, e = c * across, (-slant * c - s) * tall, s * across, (c - slant * s) * tall
        left = middle - slant * drop - a * wide / 2 - b * high
        top = row.at(middle, height) + drop - d * wide / 2 - e * high
        image, shrunk = _sized(one.image, tall)
        found = self.canvas.stamp(
            self.canvas.ink, image, np.array([[a / shrunk, b / shrunk, left], [d / shrunk, e / shrunk, top]])
        )
        if found:
            other = one.label == OTHER
            mark = Mark(one.label, found.box, row.index, -1 if other else number, found.visible)
            self.marks.append(mark)

    def ring(self, region: tuple[float, float, float, float], pen: float) -> None:
        """Draw a ring round a region of the sheet, left, top, right, bottom, with a pen so many pixels wide."""
        left, top, right, bottom = region
        half = 0.62 * (right - left) + 0.2 * (bottom - top), 0.75 * (bottom - top)
        path = arc((left + right) / 2, (top + bottom) / 2, half, self.rng.uniform(0, 360), 375)
        self.canvas.line(self.canvas.ink, path, pen)

    def pen(self, writer: Writer) -> float:
        """Tell the pixels of a writer's stroke."""
        return max(1.0, (writer.pen or 0.1) * writer.height)

    def _join(self, x: float, gap: float, row: Row, writer: Writer, one: Shape) -> None:
        """A stroke on top from the zero before to the next."""
        height = writer.height
        y = row.at(x, height) - one.tall * height * 0.93
        lean = writer.slant * height
        ends = [[x - (gap + 0.25) * height + lean, y], [x + 0.3 * one.width * height + lean, y]]
        self.canvas.line(self.canvas.ink, np.array(ends), self.pen(writer))


def _sized(image: NDArray[np.uint8], scale: float) -> tuple[NDArray[np.uint8], float]:
    """The image made smaller first where it will be less than half as large, so that no stroke is skipped; how much."""
    if scale >= 0.5:
        return image, 1.0
    shrunk = 2 * scale
    size = max(1, round(image.shape[1] * shrunk)), max(1, round(image.shape[0] * shrunk))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8), shrunk
