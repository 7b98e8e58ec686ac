"""From a page to lines of glyphs, each line and the whole judged: what a reader makes of a picture of several."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf, log

import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import (
    FRAME_SIDE,
    STRIP_HEIGHT,
    Picture,
    frame,
    non_maximum_suppression,
    to_grayscale,
)
from digitlens.reader.acceptance import LineEvidence, Thresholds, line_evidence
from digitlens.reader.builder import LineBuilder, reading_steps
from digitlens.reader.candidates import Candidates
from digitlens.reader.classifier import Classifier
from digitlens.reader.constrained import constrained_decode, decode_line
from digitlens.reader.detect import SURE_HEAT, Detector, Found
from digitlens.reader.grammar import Grammar
from digitlens.reader.page import Page, PageReader, TextLine
from digitlens.reader.recognize import Recognizer
from digitlens.reader.rejection import SAME_GLYPH, Judged, LineRejection, same_glyph
from digitlens.reader.witness import Witness
from digitlens.types import Box, Doubt, Line, Step

__all__ = ["LineReader", "PageReading"]

FEW_STATES = 20  # of a grammar, walked at once where many ways to segment a line are held against it
SURELY_ONE = 0.5  # heat from which the page network's word counts about a picture of one glyph
ALSO_A_GLYPH = 0.5  # of the highest glyph's height, from which another is one more
SEVERAL = (
    "There are {count} glyphs in this picture, and one was asked for: `digitlens read` reads all of them."
)
OTHERWISE = "The page network takes this for a sign or for other writing."
UNSEEN = "This is read only by looking at the picture as a whole: the page network sees no digit here."


@dataclass(frozen=True)
class PageReading:
    """The reading of a page, before it is put into words.

    Attributes:
        lines: from top to bottom.
        steps: on the way to them.
        doubts: about the page as a whole.
    """

    lines: tuple[Line, ...]
    steps: tuple[Step, ...]
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True)
class LineReader:
    """Reads lines.

    Attributes:
        classifier: the glyph network.
        detector: the page network.
        witness: the line network; asked where it knows the alphabet.
        signs: those that may be read.
        grammar: what each line may say; None for anything.
        max_error: the error rate wanted among what is accepted.
    """

    classifier: Classifier
    detector: Detector
    witness: Witness | None
    signs: frozenset[str]
    grammar: Grammar | None
    max_error: float

    def warm(self) -> None:
        """Load the networks, which otherwise wait until they are first asked.

        Raises:
            InvalidModel: the file of one cannot be used.
        """
        self.classifier.network.logits(np.zeros((1, FRAME_SIDE, FRAME_SIDE), np.uint8))
        self.detector.look(np.full((FRAME_SIDE, FRAME_SIDE), 255, np.uint8), 1.0)
        if self._witness is not None:
            self._witness.network.probabilities(np.zeros((STRIP_HEIGHT, 1), np.float32))

    def read(self, picture: Picture, rotate: float | None) -> PageReading:
        """Read a page, or a picture of one glyph.

        Args:
            picture: the page.
            rotate: degrees by which to turn it clockwise; None to find out.
        """
        if not rotate and (framed := self._framed_already(picture)):
            return framed
        page = self._pages.read(picture.pixels, rotate)
        if not rotate and sum(len(line.taken) for line in page.lines) <= 1:
            return self._single(picture, page)
        lines, doubts = self._judged(picture, page)
        rows = [row for line in page.lines for row in line.taken]
        return PageReading(lines, reading_steps(page, rows), doubts)

    def read_candidates(self, picture: Picture, found: Found, candidates: Candidates) -> PageReading:
        """Read a page as it lies, of which both networks have said what they see; there are no steps.

        Args:
            picture: the page.
            found: by the page network, in its pixels.
            candidates: with what the networks say of them.
        """
        page = self._pages.read_candidates(picture.pixels, np.eye(2, 3), found, candidates)
        lines, doubts = self._judged(picture, page)
        return PageReading(lines, (), doubts)

    @property
    def recognizer(self) -> Recognizer:
        """The recogniser, which asks both networks, in the alphabet that is read."""
        return self._pages.recognizer

    def alone(self, picture: Picture, box: Box) -> tuple[Doubt, ...]:
        """Ask the page network whether a picture holds one glyph of the alphabet, as it should to be classified.

        Args:
            picture: the picture.
            box: of the glyph that was classified, in pixels of the upload.
        """
        grey = to_grayscale(picture.pixels)
        found = self.detector.look(grey, self.detector.glance_scale(grey)).detections
        named = self.recognizer.named(found.heat)
        sure = np.flatnonzero(named >= SURELY_ONE)
        tall = sure[found.boxes[sure, 3] >= ALSO_A_GLYPH * found.boxes[sure, 3].max(initial=0.0)]
        apart = non_maximum_suppression(found.boxes[tall], named[tall], SAME_GLYPH)
        if len(apart) > 1:
            boxes = [picture.uploaded(_rounded(found.boxes[row])) for row in tall[apart]]
            return (Doubt("several", SEVERAL.format(count=len(apart)), Box.around(boxes)),)
        if len(found) and not len(sure) and found.scores.max() >= SURELY_ONE:
            return (Doubt("not_a_digit", OTHERWISE, box),)
        return ()

    def decode_line(self, line: Line, plain: Line | None = None) -> Line:
        """The line as the pattern or lexicon allows it, if there is one; and what it is without."""
        if self.grammar is None:
            return line
        return decode_line(line, self.grammar, self.classifier.is_confident, plain)

    @cached_property
    def _builder(self) -> LineBuilder:
        return LineBuilder(self.recognizer, self.grammar, self._thresholds.glyph)

    @cached_property
    def _rejection(self) -> LineRejection:
        config = self.detector.config
        model = config.line if self._pages.witness else config.line_alone
        return LineRejection(self.recognizer, self._thresholds, model, self.grammar is None)

    @cached_property
    def _thresholds(self) -> Thresholds:
        return Thresholds.of(self.detector.config, self.max_error)

    @cached_property
    def _witness(self) -> Witness | None:
        knows = self.witness is not None and self.witness.knows(self.classifier.alphabet.labels)
        return self.witness if knows else None

    @cached_property
    def _pages(self) -> PageReader:
        recognizer = Recognizer(
            self.classifier, self.detector.network.labels, self.signs, self.detector.config
        )
        return PageReader(self.detector, recognizer, self._witness, self._penalty if self.grammar else None)

    def _penalty(self, candidates: Candidates, rows: Sequence[int]) -> float:
        """Return the penalty of a line by the grammar, nats."""
        chances = [self.recognizer.label_probabilities(candidates, row) for row in rows]
        found = None if self.grammar is None else constrained_decode(chances, self.grammar, FEW_STATES)
        return inf if found is None or not found.likelihood else -log(found.likelihood)

    def _judged(self, picture: Picture, page: Page) -> Judged:
        return self._rejection.judge(picture, page, [self._line(picture, page, line) for line in page.lines])

    def _line(self, picture: Picture, page: Page, line: TextLine) -> tuple[Line, LineEvidence]:
        """A line, read but not judged, and the evidence about it."""
        read = self._builder.build(picture, page, line)
        text = [glyph.label for glyph in read.glyphs]
        return read, line_evidence(page, line, self.recognizer.other_writing, text)

    def _framed_already(self, picture: Picture) -> PageReading | None:
        """The reading of a picture that is framed as MNIST's are, where it is accepted as one digit."""
        if picture.pixels.shape[:2] != (FRAME_SIDE, FRAME_SIDE):
            return None
        lines, steps = self._whole(picture)
        return PageReading(lines, steps) if lines and lines[0].glyphs[0].accepted else None

    def _whole(self, picture: Picture) -> tuple[tuple[Line, ...], tuple[Step, ...]]:
        """A picture as `classify` reads it; what is no digit is left out."""
        found = frame(picture.pixels)
        if found.box is None:
            return (), found.steps
        box = picture.uploaded(found.box)
        (glyph,) = self.classifier.classified([found.image], [box])
        return ((self.decode_line(Line((glyph,), box)),) if glyph.label else ()), found.steps

    def _single(self, picture: Picture, page: Page) -> PageReading:
        """A picture on which no more than one glyph was found, looked at as a whole too."""
        lines, steps = self._whole(picture)
        if not page.lines:
            seen = tuple(line for line in lines if line.glyphs[0].accepted)
            return PageReading(seen, steps, tuple(Doubt("unsure", UNSEEN, line.box) for line in seen))
        row = page.lines[0].taken[0]
        read, evidence = self._line(picture, page, page.lines[0])
        if lines and same_glyph(lines[0], read):
            if self._agreed(page, row, lines[0]):
                return PageReading(lines, steps)
            judged, doubts = self._rejection.judge(picture, page, [(lines[0], evidence)])
            return PageReading(tuple(map(_about_its_glyph, judged)), steps, doubts)
        judged, doubts = self._rejection.judge(picture, page, [(read, evidence)])
        return PageReading(judged, reading_steps(page, [row]), doubts)

    def _agreed(self, page: Page, row: int, line: Line) -> bool:
        """Tell if both networks read the one glyph of a picture alike, surely, and nothing else is seen in it."""
        candidates, (glyph,) = page.candidates, line.glyphs
        best = self.detector.network.labels[int(candidates.heat[row].argmax())]
        others = candidates.heat[page.unread].max(initial=0.0)
        agreed = glyph.label == best or glyph.label not in self.detector.network.labels
        return glyph.accepted and agreed and others < SURE_HEAT and not line.field


def _about_its_glyph(line: Line) -> Line:
    """The line of one glyph, what is doubted of it with that glyph's own box."""
    doubts = (replace(doubt, box=line.box) if doubt.reason == "unsure" else doubt for doubt in line.doubts)
    return replace(line, doubts=tuple(doubts))


def _rounded(box: NDArray[np.floating]) -> Box:
    x, y, w, h = (round(side) for side in box.tolist())
    return Box(max(0, x), max(0, y), max(1, w), max(1, h))
