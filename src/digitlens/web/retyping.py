"""A line as a person types it: what it says is laid beside what was read, so that each character keeps its place."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import accumulate

from digitlens.types import Box, Glyph, Line

__all__ = ["as_told", "labels_typed", "of_its_field", "retyped"]


def as_told(glyph: Glyph, label: str) -> Glyph:
    """A glyph that a person has told: as sure as can be."""
    return replace(
        glyph,
        label=label,
        confidence=1.0,
        digit_score=1.0,
        accepted=True,
        reason=None,
        probabilities={label: 1.0},
    )


def retyped(line: Line, text: str, tell: Callable[[Glyph, str], Glyph] = as_told) -> Line:
    """A line that says what a person typed, one space for each gap; it has no doubts any more, and fits no pattern.

    Where a glyph was missed, was one too many, or two were taken for one, the places are laid out anew between those
    that agree.

    Args:
        line: as it was read.
        text: what it says.
        tell: makes a glyph one of the label that was typed for it.
    """
    words = text.split()
    gaps = tuple(accumulate(map(len, words)))[:-1]
    glyphs = [
        tell(glyph, label)
        for start, end, typed in _laid(line, "".join(words))
        for glyph, label in zip(_places(line, start, end, len(typed)), typed, strict=True)
    ]
    return replace(line, glyphs=tuple(glyphs), gaps=gaps, field=None, confidence=None, doubts=())


def of_its_field(line: Line) -> Line:
    """A line whose glyphs say what its pattern or lexicon made of it, as doubtful as before; others as they are."""
    if line.field is None:
        return line
    as_sure = retyped(line, line.text, lambda glyph, label: replace(glyph, label=label))
    return replace(as_sure, confidence=line.confidence, doubts=line.doubts)


def labels_typed(line: Line, text: str) -> dict[Box, str]:
    """Return the label that a typed line gives to each glyph read, ``""`` where it is no glyph by itself.

    Of those that agree, only the ones that were not accepted are told.
    """
    told: dict[Box, str] = {}
    for start, end, typed in _laid(line, "".join(text.split())):
        for at, glyph in enumerate(line.glyphs[start:end]):
            label = typed[at] if len(typed) == end - start else ""
            if label != glyph.label or not glyph.accepted:
                told[glyph.box] = label
    return told


def _laid(line: Line, typed: str) -> Iterator[tuple[int, int, str]]:
    """First and last of some glyphs, and what was typed for them, part by part (Ratcliff and Metzener 1988)."""
    read = [glyph.label for glyph in line.glyphs]
    for _, start, end, first, last in SequenceMatcher(None, read, [*typed], autojunk=False).get_opcodes():
        yield start, end, typed[first:last]


def _places(line: Line, start: int, end: int, count: int) -> list[Glyph]:
    """So many glyphs in the place of those from ``start`` to ``end``; where their number differs, they share it."""
    part = line.glyphs[start:end]
    if len(part) == count:
        return [*part]
    place = Box.around(glyph.box for glyph in part) if part else _between(line, start)
    edges = [place.x + place.w * i // count for i in range(count)] if count else []
    return [
        Glyph("", 1.0, 1.0, Box(left, place.y, max(1, place.w // count), place.h), True, None, {})
        for left in edges
    ]


def _between(line: Line, at: int) -> Box:
    """The place between two glyphs, or beyond the first or last of a line."""
    if not line.glyphs:
        return line.box
    wide = max(1, line.box.w // (2 * len(line.glyphs)))
    before = line.glyphs[at - 1].box if at else None
    after = line.glyphs[at].box if at < len(line.glyphs) else None
    left = after.x - wide if before is None and after else before.x + before.w if before else line.box.x
    right = left + wide if before is None or after is None else max(left + 1, after.x)
    return Box(max(0, left), line.box.y, right - max(0, left), line.box.h)
