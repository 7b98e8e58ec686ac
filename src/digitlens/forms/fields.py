"""Reading the fields of a page: texts together, the boxes of all combs together, ticks by their ink."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp

import numpy as np

from digitlens.forms.parts import FormField
from digitlens.imaging import frame
from digitlens.model import SIGNS
from digitlens.reader.crops import Crop, read_crops
from digitlens.reader.grammar import Expression, Grammar
from digitlens.reader.lexicon import Lexicon
from digitlens.reader.lines import LineReader
from digitlens.reader.pattern import parse
from digitlens.reader.tables.cell import EMPTY_CELL, Candidate, Cell, likely
from digitlens.reader.tables.cells import cell_of, plain_cell
from digitlens.reader.tables.cutting import Cut
from digitlens.types import Box, Glyph

__all__ = ["Readers", "read_fields", "read_tick"]

Readers = Callable[[str | None, tuple[str, ...]], LineReader]
"""Gives what reads lines that fit a pattern, or are of a lexicon."""

Cuts = Sequence[tuple[FormField, Cut]]

TICKED, UNTICKED, TICK_SPREAD = 0.055, 0.03, 0.006  # shares of a box that are ink


def read_fields(cuts: Cuts, readers: Readers) -> dict[str, Cell]:
    """Read what is written in the fields of a page.

    Args:
        cuts: each field with what was cut out of it.
        readers: of texts.

    Returns:
        A cell for each field, by its name.

    Raises:
        ValueError: a pattern or lexicon cannot be used.
    """
    found: dict[str, Cell] = {}
    combs, texts = list[tuple[FormField, Cut]](), list[tuple[FormField, Cut]]()
    for field, cut in cuts:
        if field.kind == "tick":
            found[field.name] = read_tick(cut)
        elif field.comb:
            combs.append((field, cut))
        elif (plain := plain_cell(cut)) is not None:
            found[field.name] = plain
        else:
            texts.append((field, cut.tight()))
    found |= _read_texts(texts, readers) | _read_combs(combs, readers)
    return {field.name: replace(found[field.name], picture=cut.picture) for field, cut in cuts}


def _read_texts(texts: Cuts, readers: Readers) -> dict[str, Cell]:
    """Read fields that are written into as one text each."""
    crops = [Crop(cut.picture, cut.height, readers(field.grammar, field.lexicon)) for field, cut in texts]
    return {
        field.name: cell_of(reading.lines, cut, _grammar(field.grammar, field.lexicon))
        for (field, cut), reading in zip(texts, read_crops(crops), strict=True)
    }


@lru_cache(256)
def _grammar(pattern: str | None, lexicon: tuple[str, ...]) -> Grammar | None:
    if lexicon:
        return Lexicon(lexicon)
    return None if pattern is None else parse(pattern)


@dataclass(frozen=True, eq=False)
class _Comb:
    """A field of boxes in a row.

    Attributes:
        field: itself.
        parts: what was cut out of each box that is written in, by its place.
        reader: of one box.
    """

    field: FormField
    parts: Mapping[int, Cut]
    reader: LineReader

    @classmethod
    def of(cls, field: FormField, cut: Cut, readers: Readers) -> "_Comb":
        x, y, w, h = cut.inside.to_list()
        side = w / field.comb
        boxes = [Box(round(x + i * side), y, round(side), h) for i in range(field.comb)]
        parts = {i: part for i, box in enumerate(boxes) if not (part := cut.part(box)).is_blank}
        return cls(field, parts, readers(_places(_grammar(field.grammar, field.lexicon)), ()))


def _read_combs(cuts: Cuts, readers: Readers) -> dict[str, Cell]:
    """Read combs box by box, those of one alphabet in one batch of the glyph network."""
    combs = [_Comb.of(field, cut, readers) for field, cut in cuts]
    found: dict[str, Cell] = {}
    for reader in {id(comb.reader): comb.reader for comb in combs}.values():
        mine = [comb for comb in combs if comb.reader is reader]
        frames = [frame(part.picture) for comb in mine for part in comb.parts.values()]
        inked = [(one.image, one.box) for one in frames if one.box is not None]
        glyphs = iter(reader.classifier.classified(*zip(*inked, strict=True)) if inked else ())
        told = iter([next(glyphs) if one.box is not None else None for one in frames])
        for comb in mine:
            found[comb.field.name] = _comb_cell(comb, [next(told) for _ in comb.parts])
    return found


def _comb_cell(comb: _Comb, boxes: Sequence[Glyph | None]) -> Cell:
    """Read the cell of a comb, from the glyphs in those of its boxes that are written in."""
    if not comb.parts:
        return EMPTY_CELL
    grammar = _grammar(comb.field.grammar, comb.field.lexicon)
    glyphs = [glyph for glyph in boxes if glyph is not None]
    candidates = likely(
        [glyph.probabilities for glyph in glyphs],
        grammar,
        strange=[1 - glyph.digit_score for glyph in glyphs],
    )
    written = "".join(glyph.label for glyph in glyphs)
    text = candidates[0].text if candidates else written
    reason = _doubt(glyphs, text, written if grammar is not None else text)
    if max(comb.parts) - min(comb.parts) >= len(glyphs):  # a box between them is empty
        reason = reason or "incomplete"
    if not candidates:
        reason = reason or "unsure"
    plainly = float(np.prod([glyph.confidence for glyph in glyphs]))
    confidence = plainly if _plain(text) == written or not candidates else exp(candidates[0].log_probability)
    return Cell(text, confidence, reason is None, reason, candidates=candidates)


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
    chance = 1 / (1 + exp(-(cut.share - middle) / TICK_SPREAD)) if cut.share < 0.2 else 1.0
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
