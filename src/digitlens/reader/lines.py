"""From a page to lines of glyphs: what a reader makes of a picture that may hold several."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from math import inf, log
from typing import TypeAlias

import numpy as np

from digitlens.imaging import FRAME_SIDE, Picture, frame, page_steps
from digitlens.model import SIGNS, Verdicts
from digitlens.reader.case import has_cases, height_odds
from digitlens.reader.classifier import Classifier
from digitlens.reader.fields import fit, fitted
from digitlens.reader.grammar import Grammar
from digitlens.reader.page import Page, read_page
from digitlens.reader.parting import Spot
from digitlens.types import Box, Glyph, Line, Step

__all__ = ["LineReader"]

SIGN_CONFIDENCE = 0.95  # of the signs reported in 500 numbers drawn with training digits, so many were there
MOST_OF_ONE = 3  # digits that one, torn apart, is taken for
FEW_STATES = 20  # of a grammar, walked at once where many ways to part a line are held against it

_Read: TypeAlias = tuple[
    tuple[Line, ...], tuple[Step, ...]
]  # the lines of a page, and the steps on the way to them


@dataclass(frozen=True)
class LineReader:
    """Reads lines.

    Attributes:
        classifier: what reads their glyphs.
        grammar: what each line may say; None for anything.
    """

    classifier: Classifier
    grammar: Grammar | None

    def read(self, picture: Picture, rotate: float | None, signs: Collection[str]) -> _Read:
        """Read a page, or a picture of one glyph.

        Args:
            picture: the page.
            rotate: as `read_page` takes it.
            signs: those to report. Where there are such, or a grammar, no others may occur.
        """
        if not rotate and (framed := self._framed_already(picture)):
            return framed
        possible = signs if signs or self.grammar else SIGNS
        against = self._against if self.grammar else None
        judge = self.classifier.verdicts
        page = self._cased(read_page(picture.pixels, judge, rotate, signs=possible, against=against))
        if page.verdicts is None and page.large:  # a pattern
            return (), page_steps(picture.pixels, page.ink, (), ())
        if page.verdicts is None or (not rotate and len(page.digits) <= MOST_OF_ONE):
            single, steps = self._single(picture)
            if page.verdicts is None or _is_single(page, single):
                return single, steps
        lines = [self._line(picture, page, line, signs) for line in page.lines]
        if self.grammar:
            plain = [self._line(picture, page, line, signs) for line in page.plain]
            lines = list(map(self.fitted, lines, plain))
        shown = [spot for spot in page.digits if spot.row is not None]
        frames = [page.frames[spot.row] for spot in shown if spot.row is not None]
        return tuple(lines), page_steps(picture.pixels, page.ink, [spot.box for spot in shown], frames)

    def fitted(self, line: Line, plain: Line | None = None) -> Line:
        """The line as the pattern or lexicon allows it, if there is one; and what it is without."""
        if self.grammar is None:
            return line
        return fitted(line, self.grammar, self.classifier.sure, plain)

    def _against(self, spots: Sequence[Spot], verdicts: Verdicts) -> float:
        """What the grammar says against a line, nats."""
        labels = self.classifier.alphabet.labels
        chances = [
            dict(zip(labels, verdicts.probabilities[spot.row].tolist(), strict=True))
            if spot.sign is None
            else {spot.sign: SIGN_CONFIDENCE}
            for spot in spots
        ]
        found = None if self.grammar is None else fit(chances, self.grammar, FEW_STATES)
        return inf if found is None or not found.likelihood else -log(found.likelihood)

    def _cased(self, page: Page) -> Page:
        """The page, its glyphs of like shapes told apart by their heights where the alphabet has both cases."""
        labels = self.classifier.alphabet.labels
        if page.verdicts is None or not has_cases(labels):
            return page
        odds = np.ones_like(page.verdicts.probabilities)
        best = page.verdicts.best
        for line in (*page.plain, *page.lines):
            told = [(spot.row, spot.box[3]) for spot in line if spot.row is not None]
            rows = [row for row, _ in told]
            read = [labels[best[row]] for row in rows]
            found = height_odds(np.array([height for _, height in told], float), read, labels)
            if found is not None:
                odds[rows] = found
        return replace(page, verdicts=self.classifier.reweighed(page.verdicts, odds))

    def _line(self, picture: Picture, page: Page, line: Sequence[Spot], signs: Collection[str]) -> Line:
        """What stands on a line of the page, but for signs that are not wanted."""
        spots = [spot for spot in line if spot.sign is None or spot.sign in signs]
        boxes = [picture.uploaded(page.ink.in_picture(*spot.box)) for spot in spots]
        glyphs = (self._glyph(page, spot, box) for spot, box in zip(spots, boxes, strict=True))
        return Line(tuple(glyphs), _around(boxes or [picture.uploaded(page.ink.in_picture(0, 0, 1, 1))]))

    def _glyph(self, page: Page, spot: Spot, box: Box) -> Glyph:
        """A digit or a sign found on a page."""
        if page.verdicts is None or spot.sign is not None or spot.row is None:
            sign = spot.sign or ""
            return Glyph(sign, SIGN_CONFIDENCE, 0.0, box, True, None, {sign: SIGN_CONFIDENCE})
        return self.classifier.glyphs(page.verdicts, page.frames, [spot.row], [box])[0]

    def _framed_already(self, picture: Picture) -> _Read | None:
        """The reading of a picture that is framed as MNIST's are, where it is accepted as one digit."""
        if picture.pixels.shape[:2] != (FRAME_SIDE, FRAME_SIDE):
            return None
        lines, steps = self._single(picture)
        return (lines, steps) if lines and lines[0].glyphs[0].accepted else None

    def _single(self, picture: Picture) -> _Read:
        """A picture of no more than one digit is read as `classify` reads it; what is no digit is left out."""
        found = frame(picture.pixels)
        if found.box is None:
            return (), found.steps
        box = picture.uploaded(found.box)
        (glyph,) = self.classifier.classified([found.image], [box])
        line = Line((glyph,), box)
        return ((self.fitted(line),) if glyph.label else ()), found.steps


def _is_single(page: Page, single: Sequence[Line]) -> bool:
    """Whether a picture of few digits is of one: so it seems, or it reads well as one and not as several."""
    rows = [spot.row for spot in page.digits if spot.row is not None]
    if len(rows) <= 1:
        return page.large <= MOST_OF_ONE
    if not single or page.verdicts is None or page.verdicts.accepted[rows].all():
        return False
    whole = single[0].glyphs[0]
    found = _around([page.ink.in_picture(*spot.box) for spot in page.digits])
    return whole.accepted and _covers(whole.box, found)


def _around(boxes: Sequence[Box]) -> Box:
    """The box around boxes."""
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.w for box in boxes), max(box.y + box.h for box in boxes)
    return Box(left, top, right - left, bottom - top)


def _covers(box: Box, other: Box) -> bool:
    """Whether nine tenths of the other box's width and height lie within a box."""
    wide = min(box.x + box.w, other.x + other.w) - max(box.x, other.x)
    high = min(box.y + box.h, other.y + other.h) - max(box.y, other.y)
    return wide >= 0.9 * other.w and high >= 0.9 * other.h
