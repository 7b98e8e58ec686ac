"""From a page to lines of glyphs, each line and the whole judged: what a reader makes of a picture of several."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import exp, inf, log

import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import (
    FRAME_SIDE,
    STRIP_HEIGHT,
    Picture,
    frame,
    non_maximum_suppression,
    page_steps,
    smaller_overlap,
)
from digitlens.model import OTHER_WRITING, PageConfig
from digitlens.reader.acceptance import LineEvidence, Thresholds, line_evidence, page_features
from digitlens.reader.case import has_cases, height_odds
from digitlens.reader.classifier import Classifier
from digitlens.reader.constrained import constrained_decode, decode_line
from digitlens.reader.detect import SURE, Detector, Found
from digitlens.reader.grammar import Grammar
from digitlens.reader.layout import gap_features
from digitlens.reader.neighbours import kind_odds, kinds_of
from digitlens.reader.page import Page, PageReader, TextLine, to_grayscale
from digitlens.reader.recognize import Candidates, Recognizer
from digitlens.reader.witness import Witness
from digitlens.types import Box, Doubt, Glyph, Line, Reason, Step

__all__ = ["LineReader", "PageReading"]

FEW_STATES = 20  # of a grammar, walked at once where many ways to segment a line are held against it


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
        judged = [self._line(picture, page, line) for line in page.lines]
        lines, doubts = self._judged(picture, page, judged)
        rows = [row for line in page.lines for row in line.taken]
        return PageReading(lines, self._steps(page, rows), doubts)

    def read_candidates(self, picture: Picture, found: Found, candidates: Candidates) -> PageReading:
        """Read a page as it lies, of which both networks have said what they see; there are no steps."""
        page = self._pages.read_candidates(picture.pixels, np.eye(2, 3), found, candidates)
        judged = [self._line(picture, page, line) for line in page.lines]
        lines, doubts = self._judged(picture, page, judged)
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
        named = self._pages.recognizer.named(found.heat)
        sure = np.flatnonzero(named >= SURELY)
        tall = sure[found.boxes[sure, 3] >= LIKE * found.boxes[sure, 3].max(initial=0.0)]
        apart = non_maximum_suppression(found.boxes[tall], named[tall], TOGETHER)
        if len(apart) > 1:
            boxes = [picture.uploaded(_rounded(found.boxes[row])) for row in tall[apart]]
            return (Doubt("several", SEVERAL.format(count=len(apart)), Box.around(boxes)),)
        if len(found) and not len(sure) and found.scores.max() >= SURELY:
            return (Doubt("not_a_digit", OTHERWISE, box),)
        return ()

    def decode_line(self, line: Line, plain: Line | None = None) -> Line:
        """The line as the pattern or lexicon allows it, if there is one; and what it is without."""
        if self.grammar is None:
            return line
        return decode_line(line, self.grammar, self.classifier.is_confident, plain)

    @cached_property
    def _config(self) -> PageConfig:
        return self.detector.config

    @cached_property
    def _least(self) -> Thresholds:
        return Thresholds.of(self._config, self.max_error)

    @cached_property
    def _other(self) -> int:
        return self.detector.network.labels.index(OTHER_WRITING)

    @cached_property
    def _witness(self) -> Witness | None:
        knows = self.witness is not None and self.witness.knows(self.classifier.alphabet.labels)
        return self.witness if knows else None

    @cached_property
    def _pages(self) -> PageReader:
        recognizer = Recognizer(self.classifier, self.detector.network.labels, self.signs, self._config)
        mixed = int(kinds_of(self.classifier.alphabet.labels).any(axis=0).sum()) > 1
        return PageReader(
            self.detector,
            recognizer,
            self._witness,
            self._against if self.grammar else None,
            self._settled if mixed else None,
        )

    def _against(self, candidates: Candidates, rows: Sequence[int]) -> float:
        """Return the penalty of a line by the grammar, nats."""
        chances = [self._chances(candidates, row) for row in rows]
        found = None if self.grammar is None else constrained_decode(chances, self.grammar, FEW_STATES)
        return inf if found is None or not found.likelihood else -log(found.likelihood)

    def _chances(self, candidates: Candidates, row: int) -> dict[str, float]:
        """The probability of each label of a candidate; of a sign that of the sign alone."""
        sign = candidates.signs[row]
        if sign is not None:
            return {sign: float(candidates.confidences[row])}
        labels = self.classifier.alphabet.labels
        return dict(zip(labels, candidates.probabilities[row].tolist(), strict=True))

    def _settled(self, candidates: Candidates, lines: Sequence[Sequence[int]]) -> Candidates:
        """Tell glyphs of like shapes apart by their heights, and by what stands beside them."""
        labels, odds = self.classifier.alphabet.labels, np.ones_like(candidates.probabilities)
        best, alike = candidates.probabilities.argmax(axis=1), self.classifier.network.card.alike
        for line in lines:
            rows = [row for row in line if candidates.signs[row] is None and candidates.log_odds[row] > 0]
            if not rows:
                continue
            heights = candidates.boxes[rows, 3].astype(float)
            read = [labels[best[row]] for row in rows]
            told = height_odds(heights, read, labels) if has_cases(labels) else None
            if told is not None:
                odds[rows] = told
            odds[rows] *= kind_odds(candidates.probabilities[rows] * odds[rows], labels, alike)
        return self._pages.recognizer.reweighed(candidates, odds)

    def _line(self, picture: Picture, page: Page, line: TextLine) -> tuple[Line, LineEvidence]:
        """A line, read but not judged, and the evidence about it."""
        read = self._glyphs_of(picture, page, line.taken)
        if self.grammar is not None:
            plain = self._glyphs_of(picture, page, line.plain)
            read = decode_line(read, self.grammar, self._sure, plain)
        text = [glyph.label for glyph in read.glyphs]
        return read, line_evidence(page, line, self._other, text)

    def _glyphs_of(self, picture: Picture, page: Page, rows: Sequence[int]) -> Line:
        boxes = [picture.uploaded(Box(*box)) for box in self._pages.in_picture(page, rows)]
        glyphs = tuple(self._glyph(page, row, box) for row, box in zip(rows, boxes, strict=True))
        return Line(glyphs, Box.around(boxes), gaps=self._gaps(page, rows))

    def _glyph(self, page: Page, row: int, box: Box) -> Glyph:
        """One glyph, judged by itself."""
        candidates = page.candidates
        sign, score = candidates.signs[row], 1 / (1 + exp(-float(candidates.log_odds[row])))
        chances = self._chances(candidates, row)
        label, confidence = max(chances.items(), key=lambda pair: pair[1])
        sure = self._sure(1.0 if sign else confidence, score)
        reason: Reason | None = None if sure else "unsure"
        seen = None if sign else candidates.frames[row]
        return Glyph(label, confidence, score, box, sure, reason, chances, seen)

    def _sure(self, confidence: float, score: float) -> bool:
        """Tell if a glyph of that confidence and digit score is accepted.

        Of letters only the glyph network has been asked, and its own calibration counts.
        """
        if self.recognizer.reads_other:
            return self.classifier.is_confident(confidence, score)
        return confidence * score >= self._least.glyph

    def _gaps(self, page: Page, rows: Sequence[int]) -> tuple[int, ...]:
        """The glyphs before which the writer left a gap between numbers."""
        if len(rows) < 2:
            return ()
        boxes = page.candidates.boxes[list(rows)]
        odds = self._config.gap.log_odds(gap_features(boxes, float(np.median(boxes[:, 3]))))
        return tuple((np.flatnonzero(odds > 0) + 1).tolist())

    def _judged(
        self, picture: Picture, page: Page, read: Sequence[tuple[Line, LineEvidence]]
    ) -> tuple[tuple[Line, ...], tuple[Doubt, ...]]:
        """The lines with how surely each is right, and what is doubted of each and of the page."""
        if not read:
            return (), ()
        if self.recognizer.reads_other:
            return self._judged_by_glyphs(picture, page, read)
        judge = self._config.line if self._pages.witness else self._config.line_alone
        odds = [float(judge.log_odds(evidence.features)) for _, evidence in read]
        features, unread = page_features(page, [evidence for _, evidence in read], odds, self._other)
        right = 1 / (1 + exp(-float(self._config.page.log_odds(features))))
        sure = right >= self._least.page
        least = 0.0 if sure else self._least.line
        lines = tuple(
            self._with_doubts(picture, page, each, 1 / (1 + exp(-log_odds)), least)
            for each, log_odds in zip(read, odds, strict=True)
        )
        if sure or any(line.doubts for line in lines):
            return lines, ()
        at = (
            self._box(picture, page, unread) if unread is not None else Box.around(line.box for line in lines)
        )
        return lines, (Doubt("incomplete" if unread is not None else "unsure", PAGE_DOUBT, at),)

    def _judged_by_glyphs(
        self, picture: Picture, page: Page, read: Sequence[tuple[Line, LineEvidence]]
    ) -> tuple[tuple[Line, ...], tuple[Doubt, ...]]:
        """The same where letters are read, of whose lines and pages nothing was fitted.

        A line is accepted where each of its glyphs is and none is cut, a page where nothing on it is left unread. All
        that is has its box.
        """
        lines = []
        for line, evidence in read:
            right = exp(evidence.features["together"])
            whole = evidence.cut is None and all(glyph.accepted for glyph in line.glyphs)
            alone = replace(evidence, missed=None)  # what was missed has a box of its own
            lines.append(self._with_doubts(picture, page, (line, alone), right, 0.0 if whole else inf))
        free, candidates = page.unread, page.candidates
        seen = (candidates.features["whole"][free] > 0) | (
            candidates.heat[free].max(axis=1, initial=0.0) >= SURE
        )
        unread = free[seen]
        apart = non_maximum_suppression(
            candidates.boxes[unread], candidates.heat[unread].max(axis=1), TOGETHER
        )
        boxes = [self._box(picture, page, row) for row in sorted(unread[apart].tolist())]
        return tuple(lines), tuple(Doubt("incomplete", LEFT, box) for box in boxes)

    def _with_doubts(
        self, picture: Picture, page: Page, read: tuple[Line, LineEvidence], right: float, least: float
    ) -> Line:
        """The line with how surely it is right: accepted from ``least`` on, else with what is doubted."""
        line, evidence = read
        if right >= least:
            glyphs = line.glyphs if self.grammar else tuple(map(_assured, line.glyphs))
            return replace(line, confidence=right, glyphs=glyphs)
        reason, message, row = _why(evidence)
        weakest = min(line.glyphs, key=lambda glyph: glyph.confidence * glyph.digit_score)
        if message == LEAST_SURE and weakest.twin:
            message = f"This glyph may be {weakest.label} or {weakest.twin}: they look alike."
        doubt = Doubt(reason, message, self._box(picture, page, row))
        return replace(line, confidence=right, doubts=(doubt,))

    def _box(self, picture: Picture, page: Page, row: int) -> Box:
        return picture.uploaded(Box(*self._pages.in_picture(page, [row])[0]))

    def _steps(self, page: Page, rows: Sequence[int]) -> tuple[Step, ...]:
        frames = [page.candidates.frames[row] for row in rows if page.candidates.signs[row] is None]
        return page_steps(page.pixels, page.found.contrast, page.candidates.boxes[list(rows)], frames)

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
            doubts = tuple(Doubt("unsure", UNSEEN, line.box) for line in lines)
            return PageReading(lines, steps, doubts)
        row = page.lines[0].taken[0]
        read, evidence = self._line(picture, page, page.lines[0])
        if page.candidates.signs[row] is None and lines and _same(lines[0].box, read.box):
            if self._agreed(page, row, lines[0]):
                return PageReading(lines, steps)
            judged, doubts = self._judged(picture, page, [(lines[0], evidence)])
            return PageReading(tuple(map(_about_its_glyph, judged)), steps, doubts)
        judged, doubts = self._judged(picture, page, [(read, evidence)])
        return PageReading(judged, self._steps(page, [row]), doubts)

    def _agreed(self, page: Page, row: int, line: Line) -> bool:
        """Tell if both networks read the one glyph of a picture alike, surely, and nothing else is seen in it."""
        candidates, (glyph,) = page.candidates, line.glyphs
        best = self.detector.network.labels[int(candidates.heat[row].argmax())]
        others = candidates.heat[page.unread].max(initial=0.0)
        agreed = glyph.label == best or glyph.label not in self.detector.network.labels
        return glyph.accepted and agreed and others < SURE and not line.field


SURELY = 0.5  # heat from which the page network's word counts about a picture of one glyph
LIKE = 0.5  # of the highest glyph's height, from which another is one more
TOGETHER = 0.3  # intersection over union from which two are one
SEVERAL = (
    "There are {count} glyphs in this picture, and one was asked for: `digitlens read` reads all of them."
)
OTHERWISE = "The page network takes this for a sign or for other writing."
UNSEEN = "This is read only by looking at the picture as a whole: the page network sees no digit here."
LEAST_SURE = "This glyph is the least sure of its line."
LEFT = "Something is written here that was not read."
PAGE_DOUBT = "Something on the page may be writing that was not read: look at the box."


def _why(evidence: LineEvidence) -> tuple[Reason, str, int]:
    """The reason that weighs most against a line, in a sentence, and the candidate to look at."""
    features = evidence.features
    if evidence.cut is not None:
        return "incomplete", "The picture's edge may cut this glyph.", evidence.cut
    if evidence.missed is not None and max(features["missed"], features["other"]) > -features["weakest"]:
        return "incomplete", "Writing beside the line was not read: look at the box.", evidence.missed
    return "unsure", LEAST_SURE, evidence.weakest


def _assured(glyph: Glyph) -> Glyph:
    """A glyph of a line that is right as a whole."""
    return replace(glyph, accepted=True, reason=None) if glyph.reason == "unsure" else glyph


def _about_its_glyph(line: Line) -> Line:
    """The line of one glyph, what is doubted of it with that glyph's own box."""
    doubts = (replace(doubt, box=line.box) if doubt.reason == "unsure" else doubt for doubt in line.doubts)
    return replace(line, doubts=tuple(doubts))


def _rounded(box: NDArray[np.floating]) -> Box:
    x, y, w, h = (round(side) for side in box.tolist())
    return Box(max(0, x), max(0, y), max(1, w), max(1, h))


def _same(box: Box, other: Box) -> bool:
    """Tell if one box lies in the other for the most part."""
    boxes = np.array([box.to_list(), other.to_list()], float)
    return bool(smaller_overlap(boxes[:1], boxes[1:])[0, 0] >= 0.6)
