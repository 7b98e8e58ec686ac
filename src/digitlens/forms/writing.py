"""Reading what is cut out of a sheet: the one place where forms and tables ask the reader.

A cut holds one text, dark on white; the reader gives its glyphs, and a grammar says what they may be together.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from math import exp

import numpy as np

from digitlens.forms.form import FormField
from digitlens.model import SIGNS
from digitlens.reader import Reader
from digitlens.reader.grammar import Expression, Grammar, Lexicon
from digitlens.reader.pattern import parse
from digitlens.reader.tables.cell import EMPTY, Candidate, Cell, likely
from digitlens.reader.tables.cells import cell_of, is_dash
from digitlens.reader.tables.cutting import Cut
from digitlens.types import Box, Glyph

__all__ = ["Readers", "read_comb", "read_cut", "read_tick"]

Readers = Callable[[str | None, tuple[str, ...]], Reader]
"""Gives the reader for a pattern, or for a lexicon."""

TICKED, UNTICKED, SPREAD = 0.055, 0.03, 0.006  # shares of a box that are ink


@lru_cache(256)
def _grammar(pattern: str | None, lexicon: tuple[str, ...]) -> Grammar | None:
    if lexicon:
        return Lexicon(lexicon)
    return None if pattern is None else parse(pattern)


def read_cut(cut: Cut, field: FormField, readers: Readers) -> Cell:
    """Read a field that is written into as one text.

    Raises:
        ValueError: its pattern or lexicon cannot be used.
    """
    if cut.is_blank:
        return replace(EMPTY, picture=cut.picture)
    if is_dash(cut):
        return Cell("-", 0.99, True, candidates=(Candidate("-", 0.0),), picture=cut.picture)
    grammar = _grammar(field.grammar, field.lexicon)
    reading = readers(field.grammar, field.lexicon).read(cut.picture, rotate=0.0)
    return replace(cell_of(reading.lines, cut, grammar), picture=cut.picture)


def read_comb(cut: Cut, field: FormField, readers: Readers) -> Cell:
    """Read a field of boxes in a row, box by box.

    Raises:
        ValueError: its pattern or lexicon cannot be used.
    """
    grammar = _grammar(field.grammar, field.lexicon)
    x, y, w, h = cut.inside.to_list()
    side = w / field.comb
    boxes = [Box(round(x + i * side), y, round(side), h) for i in range(field.comb)]
    parts = {i: part for i, box in enumerate(boxes) if not (part := cut.part(box)).is_blank}
    if not parts:
        return replace(EMPTY, picture=cut.picture)
    reader = readers(_places(grammar), ())
    read = [reading.glyphs for reading in reader.classify_many([part.picture for part in parts.values()])]
    glyphs = [one[0] for one in read if one]
    candidates = likely(
        [glyph.probabilities for glyph in glyphs],
        grammar,
        strange=[1 - glyph.digit_score for glyph in glyphs],
    )
    written = "".join(glyph.label for glyph in glyphs)
    text = candidates[0].text if candidates else written
    reason = _doubt(glyphs, text, written if grammar is not None else text)
    if max(parts) - min(parts) >= len(glyphs):  # a box between them is empty
        reason = reason or "incomplete"
    if not candidates:
        reason = reason or "unsure"
    plainly = float(np.prod([glyph.confidence for glyph in glyphs]))
    confidence = plainly if _plain(text) == written or not candidates else exp(candidates[0].log_probability)
    return Cell(text, confidence, reason is None, reason, candidates=candidates, picture=cut.picture)


def _doubt(glyphs: Sequence[Glyph], text: str, written: str) -> str | None:
    """Why a person should look at a comb; None where none need."""
    reason = next((glyph.reason for glyph in glyphs if glyph.reason), None)
    return reason or (None if _plain(text) == _plain(written) else "unsure")


def _plain(text: str) -> str:
    return "".join(character for character in text if character not in SIGNS)


def _places(grammar: Grammar | None) -> str | None:
    """A pattern of one place that holds any character of a grammar; None where these are digits."""
    if not isinstance(grammar, Expression | Lexicon):
        return None
    letters = sorted(symbol for symbol in grammar.symbols if symbol.isalnum())
    return None if all(letter.isdecimal() for letter in letters) else f"[{''.join(letters)}]"


def read_tick(cut: Cut) -> Cell:
    """Tell whether a box is ticked, from the share of it that is ink."""
    middle = (TICKED + UNTICKED) / 2
    chance = 1 / (1 + exp(-(cut.share - middle) / SPREAD)) if cut.share < 0.2 else 1.0
    ticked, sure = chance >= 0.5, not UNTICKED < cut.share < TICKED
    chances = [
        Candidate("x", float(np.log(max(chance, 1e-9)))),
        Candidate("", float(np.log(max(1 - chance, 1e-9)))),
    ]
    return Cell(
        "x" if ticked else "",
        max(chance, 1 - chance),
        sure,
        None if sure else "unsure",
        candidates=tuple(sorted(chances, key=lambda one: -one.log_probability)),
        picture=cut.picture,
    )
