"""A person's corrections of a page, and the page's reading with them: the one way by which a correction counts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, TypeVar

from digitlens.store.item import WHOLE_PICTURE
from digitlens.types import Box, Glyph, Line, Reading
from digitlens.web.retyping import as_told, labels_typed, of_its_field, retyped

__all__ = ["Correction", "Corrections", "Page", "corrected", "corrected_labels"]

Page: TypeAlias = tuple[str, int]
"""A page of a file: SHA-256 of the file's bytes, and the page's number from 1."""

Placed = TypeVar("Placed", Glyph, Line)

MATCHING_OVERLAP = 0.5
"""Share of two boxes that overlaps, from which they are of the same place: another network's boxes differ a little."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's word on one place of a page.

    Attributes:
        kind: ``glyph``: a character, or a place where none was read; ``line``: all of a line; ``page``: all is right as
            it was read.
        box: of the glyph, the place or the line as it was read; `WHOLE_PICTURE` for the page.
        text: what is written there, ``""`` for nothing.
    """

    kind: Literal["glyph", "line", "page"]
    box: Box = WHOLE_PICTURE
    text: str = ""


class Corrections:
    """The corrections of one visit, by page, in the order in which they were made."""

    def __init__(self) -> None:
        self._said: defaultdict[Page, list[Correction]] = defaultdict(list)
        self._changes: Counter[Page] = Counter()

    def of(self, page: Page) -> tuple[Correction, ...]:
        """Those of a page."""
        return tuple(self._said.get(page, ()))

    def revision(self, page: Page) -> int:
        """Return the number of times that anything was said of a page or taken back: never the same number again."""
        return self._changes[page]

    def pages(self) -> list[Page]:
        """The pages of which anything was said."""
        return [page for page, said in self._said.items() if said]

    def say(self, page: Page, correction: Correction) -> None:
        """Add one."""
        self._changes[page] += 1
        self._said[page].append(correction)

    def undo(self, page: Page) -> Correction:
        """Take the last one back.

        Raises:
            IndexError: there is none.
        """
        self._changes[page] += 1
        return self._said[page].pop()

    def take_back(self, page: Page, box: Box) -> None:
        """Take the last one about a place back, where there is one."""
        found = self._said[page]
        for at in reversed(range(len(found))):
            if found[at].box == box:
                self._changes[page] += 1
                del found[at]
                return


def corrected(reading: Reading, corrections: Iterable[Correction]) -> Reading:
    """The reading as a person has it: what was said is accepted, with a confidence of 1, and so are its doubts."""
    ways = {"glyph": _in_place, "line": _in_line, "page": _in_page}
    for correction in corrections:
        reading = ways[correction.kind](reading, correction)
    return reading


def corrected_labels(reading: Reading, corrections: Iterable[Correction]) -> dict[Box, str]:
    """Return the labels that corrections give to places read or doubted, to be learnt from; the last on each counts."""
    labels: dict[Box, str] = {}
    for correction in corrections:
        labels |= _labels(reading, correction)
    return labels


def _labels(reading: Reading, correction: Correction) -> dict[Box, str]:
    if correction.kind == "glyph":
        known = [glyph.box for glyph in reading.glyphs] + [doubt.box for doubt in reading.all_doubts]
        return {box: correction.text for box in known if _overlap(box, correction.box) >= MATCHING_OVERLAP}
    if correction.kind == "page":
        return {glyph.box: glyph.label for glyph in reading.glyphs if not glyph.accepted}
    line = _nearest(reading.lines, correction.box)
    return {} if line is None else labels_typed(line, correction.text)


def _in_place(reading: Reading, correction: Correction) -> Reading:
    """Put a character into its place, or take it out."""
    box, label = correction.box, correction.text
    doubts = tuple(doubt for doubt in reading.doubts if _overlap(doubt.box, box) < MATCHING_OVERLAP)
    lines = [
        replace(
            line, doubts=tuple(doubt for doubt in line.doubts if _overlap(doubt.box, box) < MATCHING_OVERLAP)
        )
        for line in map(of_its_field, reading.lines)
    ]
    for at, line in enumerate(lines):
        glyph = _nearest(line.glyphs, box)
        if glyph is not None:
            lines[at] = _with_label(line, glyph, label)
            break
    else:
        lines = _with_missed(lines, box, label) if label else lines
    return replace(reading, lines=tuple(line for line in lines if line.glyphs), doubts=doubts)


def _in_line(reading: Reading, correction: Correction) -> Reading:
    """Let a line say something else."""
    line = _nearest(reading.lines, correction.box)
    if line is None:
        written = retyped(Line((), correction.box), correction.text)
        return replace(reading, lines=_ordered([*reading.lines, written]), doubts=())
    lines = (retyped(line, correction.text) if each is line else each for each in reading.lines)
    return replace(reading, lines=tuple(each for each in lines if each.glyphs))


def _in_page(reading: Reading, _: Correction) -> Reading:
    """Take all of it as it was read."""
    return replace(reading, lines=tuple(retyped(line, line.text) for line in reading.lines), doubts=())


def _with_label(line: Line, glyph: Glyph, label: str) -> Line:
    """A line in which one glyph is another, or is none."""
    at = next(i for i, each in enumerate(line.glyphs) if each is glyph)
    if label:
        glyphs = (*line.glyphs[:at], as_told(glyph, label), *line.glyphs[at + 1 :])
        return replace(line, glyphs=glyphs)
    gaps = {gap - (gap > at) for gap in line.gaps}
    left = (*line.glyphs[:at], *line.glyphs[at + 1 :])
    return replace(line, glyphs=left, gaps=tuple(sorted(gaps - {0, len(left)})))


def _with_missed(lines: Sequence[Line], box: Box, label: str) -> list[Line]:
    """The lines with a character that was missed, in the one that it stands beside, else on one of its own."""
    glyph = as_told(Glyph("", 0.0, 0.0, box, False, None, {}), label)
    near = max(lines, key=lambda line: _beside(line.box, box), default=None)
    if near is None or _beside(near.box, box) < MATCHING_OVERLAP:
        return [*_ordered([*lines, Line((glyph,), box)])]
    at = sum(each.box.x + each.box.w / 2 < box.x + box.w / 2 for each in near.glyphs)
    glyphs = (*near.glyphs[:at], glyph, *near.glyphs[at:])
    gaps = tuple(gap + (gap > at) for gap in near.gaps)
    longer = replace(near, glyphs=glyphs, gaps=gaps, box=Box.around((near.box, box)))
    return [longer if line is near else line for line in lines]


def _ordered(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: line.box.y + line.box.h / 2))


def _beside(line: Box, box: Box) -> float:
    """Share of a box's height that is at the height of a line."""
    return (min(line.y + line.h, box.y + box.h) - max(line.y, box.y)) / max(1, min(line.h, box.h))


def _nearest(placed: Iterable[Placed], box: Box) -> Placed | None:
    """Return the item in a box; None where there is none."""
    best = max(placed, key=lambda each: _overlap(each.box, box), default=None)
    return best if best is not None and _overlap(best.box, box) >= MATCHING_OVERLAP else None


def _overlap(one: Box, other: Box) -> float:
    """Intersection over union, 0 to 1; 1 for the same box, however small."""
    if one == other:
        return 1.0
    wide = min(one.x + one.w, other.x + other.w) - max(one.x, other.x)
    high = min(one.y + one.h, other.y + other.h) - max(one.y, other.y)
    both = max(0, wide) * max(0, high)
    return both / max(1, one.w * one.h + other.w * other.h - both)
