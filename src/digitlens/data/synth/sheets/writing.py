"""Figures, signs, letters, words and corrections as one writer writes them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.data.dataset import DIGITS
from digitlens.data.synth.sheets import pens
from digitlens.data.synth.sheets.bank import GlyphBank
from digitlens.data.synth.sheets.chance import chance, whole_number
from digitlens.data.synth.sheets.config import SheetConfig
from digitlens.data.synth.sheets.signs import DRAWINGS, SIGN_FORMS
from digitlens.data.synth.sheets.typefaces import TYPEFACES, character, typeset
from digitlens.data.synth.sheets.writers import OTHER, Shape, Writer
from digitlens.data.synth.writers import crossed, write

__all__ = ["shape"]

Image = NDArray[np.uint8]

FINE_SIGNS = "×+÷=:%$€£"
"""Signs whose strokes would run together from a broad pen."""


def shape(
    symbol: str, writer: Writer, bank: GlyphBank, config: SheetConfig, rng: np.random.Generator
) -> Shape:
    """Write one symbol.

    Args:
        symbol: a digit, a sign, a letter, the name of a drawing, ``word``, ``print``, ``struck`` or
            ``overwritten``.
        writer: who writes.
        bank: glyphs.
        config: how likely are forms.
        rng: where chance comes from.
    """
    if writer.font is not None and len(symbol) == 1:
        return _printed(symbol, writer.font, writer, rng)
    if symbol in DIGITS:
        return _digit(symbol, writer, bank, config, rng)
    if form := SIGN_FORMS.get(symbol) or DRAWINGS.get(symbol):
        most = config.writing.sign_pen if symbol in FINE_SIGNS else 1.0
        return _strokes(symbol if symbol in SIGN_FORMS else OTHER, form(rng), writer, most)
    if symbol in WHOLES:
        return WHOLES[symbol](writer, bank, config, rng)
    return _letter(symbol, writer, bank, rng)


def _fine(writer: Writer) -> int:
    """Pixels of a digit while it is drawn: enough for the size on the sheet."""
    return int(min(112.0, max(26.0, 1.25 * writer.height)))


def _repenned(glyph: Image, tall: float, writer: Writer) -> Image:
    """A glyph cut to its ink, at the fine size, with the writer's pen."""
    unit = _fine(writer)
    pen = None if writer.pen is None else writer.pen * unit
    return pens.strokes_as(glyph, max(4, round(unit * tall)), pen, max(1.0, unit / writer.height))


def _shape(label: str, image: Image, tall: float, drop: float, writer: Writer) -> Shape:
    return Shape(label, image, tall, drop, writer.stretch * tall * image.shape[1] / image.shape[0])


def _digit(
    symbol: str, writer: Writer, bank: GlyphBank, config: SheetConfig, rng: np.random.Generator
) -> Shape:
    how = config.writing
    if symbol == "1" and chance(rng, how.bar_one):
        lean = rng.normal(0, 0.04)
        return _strokes("1", [np.array([[lean, -1], [rng.normal(0, 0.03), -0.5], [-lean, 0]])], writer)
    if writer.drawn:
        glyph = write(int(symbol), rng) if writer.form is None else _own_form(int(symbol), writer.form)
    else:
        glyph = bank.digit(symbol, rng, writer.source)
        if symbol == "7" and chance(rng, how.crossed_seven):
            glyph = crossed(glyph, rng)
    tall = min(1.5, max(0.6, 1 + rng.normal(0, writer.jitter)))
    return _shape(
        symbol, _repenned(pens.inked(glyph), tall, writer), tall, rng.normal(0, writer.bounce), writer
    )


@lru_cache(maxsize=64)
def _own_form(digit: int, form: int) -> Image:
    """A digit in one writer's form."""
    return write(digit, np.random.default_rng([form, digit]))


def _strokes(label: str, strokes: list[NDArray[np.float64]], writer: Writer, most: float = 1.0) -> Shape:
    """Paths in heights of a digit, with the writer's pen, its strokes so wide at most."""
    unit = max(48, _fine(writer))
    pen = max(min(writer.pen or 0.1, most), 0.9 / writer.height)
    image, _, drop = pens.drawn_strokes(strokes, unit, pen * unit)
    return _shape(label, image, image.shape[0] / unit, drop, writer)


def _letter(symbol: str, writer: Writer, bank: GlyphBank, rng: np.random.Generator) -> Shape:
    glyph = bank.letter(symbol, rng)
    if symbol in "xz" or glyph is None:
        return _strokes(OTHER, DRAWINGS["barred z" if symbol == "z" else "curly x"](rng), writer)
    small = symbol in "acemnrsuvwxz"
    tall = rng.uniform(0.55, 0.85) if small else rng.uniform(0.85, 1.15)
    drop = rng.uniform(0.2, 0.35) if symbol in "gjpqy" else rng.normal(0, 0.03)
    return _shape(OTHER, _repenned(pens.inked(glyph), tall, writer), tall, drop, writer)


def _word(writer: Writer, bank: GlyphBank, config: SheetConfig, rng: np.random.Generator) -> Shape:
    """Letters run together: one mark."""
    names = list(bank.letters)
    count = whole_number(rng, config.content.word_letters)
    if not names:
        return _printed_word(writer, bank, config, rng)
    chosen = [names[int(i)] for i in rng.integers(len(names), size=count)]
    sure = config.content.letters  # a word of nothing but I and O would be a number
    chosen[0] = sure[int(rng.integers(len(sure)))]
    letters = [_letter(name, writer, bank, rng) for name in chosen]
    return _together(letters, -rng.uniform(0, 0.12), writer)


def _together(shapes: list[Shape], gap: float, writer: Writer) -> Shape:
    """Shapes side by side as one, of no label."""
    unit = max(4.0, min(_fine(writer), *(s.image.shape[0] / s.tall for s in shapes)))
    top = max(s.tall - s.drop for s in shapes)
    bottom = max(s.drop for s in shapes)
    sized = [
        cv2.resize(s.image, None, fx=unit * s.tall / s.image.shape[0], fy=unit * s.tall / s.image.shape[0])
        for s in shapes
    ]
    step = [max(1, round(image.shape[1] + gap * unit)) for image in sized]
    joined = np.zeros((round(unit * (top + bottom)) + 2, sum(step) + sized[-1].shape[1]), np.uint8)
    x = 0
    for one, image, wide in zip(shapes, sized, step, strict=True):
        y = max(0, min(round(unit * (top + one.drop)) - image.shape[0], joined.shape[0] - image.shape[0]))
        part = joined[y : y + image.shape[0], x : x + image.shape[1]]
        np.maximum(part, image[: part.shape[0], : part.shape[1]], out=part)
        x += wide
    image = pens.to_ink(joined)
    return _shape(OTHER, image, image.shape[0] / unit, bottom, writer)


def _overwritten(writer: Writer, bank: GlyphBank, config: SheetConfig, rng: np.random.Generator) -> Shape:
    """One figure written over another: one mark."""
    first = int(rng.integers(10))
    pair = first, (first + int(rng.integers(1, 10))) % 10
    figures = [_digit(str(figure), writer, bank, config, rng) for figure in pair]
    return _together(figures, -max(one.width for one in figures), writer)


def _struck(writer: Writer, bank: GlyphBank, config: SheetConfig, rng: np.random.Generator) -> Shape:
    """Figures struck out, by a line, several, a cross, or to and fro: one mark."""
    count = int(rng.integers(1, 4))
    figures = [_digit(str(rng.integers(10)), writer, bank, config, rng) for _ in range(count)]
    under = _together(figures, 0.08, writer)
    high, wide = under.image.shape
    room = max(4, round(high * rng.uniform(0.02, 0.2)))
    over: NDArray[Any] = cv2.copyMakeBorder(under.image, 4, 4, room, room, cv2.BORDER_CONSTANT, value=(0,))
    pen = max(1, round((writer.pen or 0.1) * high * rng.uniform(0.5, 1.1)))
    for path in STRIKES[int(rng.integers(len(STRIKES)))](rng, count):
        points = np.rint(pens.rounded(path) * (wide + 2 * room - 1, high - 1) + (0, 4)).astype(np.int32)
        cv2.polylines(over, [points], False, 255, pen, cv2.LINE_AA)
    return _shape(OTHER, np.asarray(over, np.uint8), under.tall * (high + 8) / high, under.drop, writer)


def _lines_across(rng: np.random.Generator, figures: int) -> list[NDArray[np.float64]]:
    """One line through the middle, or several anywhere; always several over one figure, where one makes a barred 7."""
    count = 1 if figures > 1 and chance(rng, 0.5) else int(rng.integers(2, 6))
    reach = (0.3, 0.7) if count == 1 else (0.1, 0.9)
    return [np.stack([(0.0, 1.0), rng.uniform(*reach, 2)], axis=1) for _ in range(count)]


def _cross_over(rng: np.random.Generator, _: int) -> list[NDArray[np.float64]]:
    """Two lines from corner to corner."""
    ends = rng.uniform(0, 0.2, (2, 2))
    return [
        np.array([[0, ends[0, 0]], [1, 1 - ends[0, 1]]]),
        np.array([[0, 1 - ends[1, 0]], [1, ends[1, 1]]]),
    ]


def _to_and_fro(rng: np.random.Generator, _: int) -> list[NDArray[np.float64]]:
    """One stroke that goes up and down on its way."""
    turns = int(rng.integers(8, 26))
    return [np.stack([np.linspace(0, 1, turns), rng.uniform(-0.1, 1.1, turns)], axis=1)]


STRIKES = (_lines_across, _cross_over, _to_and_fro)
"""Ways of striking figures out: paths over a box of side 1, points x before y."""


def _printed(symbol: str, font: int, writer: Writer, rng: np.random.Generator) -> Shape:
    """A character of a typeface; crosses and signs that it lacks are drawn."""
    if symbol not in DIGITS and not symbol.isalpha() and symbol not in "+-=().,/:%$":
        return _strokes(symbol, SIGN_FORMS[symbol](rng), writer)
    image, tall, drop = character(symbol, font)
    label = symbol if symbol in DIGITS or symbol in SIGN_FORMS else OTHER
    return _shape(label, image, tall, drop, writer)


def _printed_word(writer: Writer, bank: GlyphBank, config: SheetConfig, rng: np.random.Generator) -> Shape:
    """A word of a typeface, about as large as the figures beside it: one mark."""
    del bank
    words = config.content.printed
    image = pens.to_ink(typeset(words[int(rng.integers(len(words)))], int(rng.integers(len(TYPEFACES) + 1))))
    return _shape(OTHER, image, rng.uniform(0.6, 1.1), 0.0, replace(writer, stretch=1.0))


WHOLES: Mapping[str, Callable[[Writer, GlyphBank, SheetConfig, np.random.Generator], Shape]] = {
    "word": _word,
    "print": _printed_word,
    "struck": _struck,
    "overwritten": _overwritten,
}
"""Kinds of content that are one mark although made of several glyphs."""
