"""The reject option: lines and pages are accepted as a whole, or left to a person with what is doubted, and where.

C. K. Chow, On optimum recognition error and reject tradeoff, 1970.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import exp, inf

import numpy as np

from digitlens.imaging import Picture, intersection_over_union, non_maximum_suppression
from digitlens.model import Logistic, PageConfig
from digitlens.reader.acceptance import LineEvidence, Thresholds, page_features
from digitlens.reader.detect import SURE_HEAT
from digitlens.reader.page import Page
from digitlens.reader.recognize import Recognizer
from digitlens.types import Box, Doubt, Glyph, Line, Reason

__all__ = ["Judged", "LineRejection", "same_glyph"]

Judged = tuple[tuple[Line, ...], tuple[Doubt, ...]]
"""Lines with what is doubted of each, and what is doubted of their page."""

SAME_GLYPH_PLACE = 0.4  # intersection over union from which the ink of a picture is the glyph found in it
SAME_GLYPH = 0.3  # intersection over union from which two detections are of one glyph
LEAST_SURE = "This glyph is the least sure of its line."
LEFT_UNREAD = "Something is written here that was not read."
PAGE_DOUBT = "Something on the page may be writing that was not read: look at the box."


@dataclass(frozen=True)
class LineRejection:
    """Judges the lines of a page.

    Attributes:
        recognizer: named the candidates.
        thresholds: from which lines and pages are accepted.
        line_model: how surely a line is right, by its evidence.
        assures_glyphs: whether the glyphs of a line that is accepted are accepted with it.
    """

    recognizer: Recognizer
    thresholds: Thresholds
    line_model: Logistic
    assures_glyphs: bool

    def judge(self, picture: Picture, page: Page, read: Sequence[tuple[Line, LineEvidence]]) -> Judged:
        """Say how surely each line is right, and what is doubted of it and of the page.

        Args:
            picture: that the page was read of.
            page: as it was read.
            read: its lines, each with the evidence about it.
        """
        if not read:
            return (), ()
        if self.recognizer.reads_other:
            return self._by_glyphs(picture, page, read)
        odds = [float(self.line_model.log_odds(evidence.features)) for _, evidence in read]
        features, unread = page_features(
            page, [evidence for _, evidence in read], odds, self.recognizer.other_writing
        )
        sure = _sigmoid(float(self._config.page.log_odds(features))) >= self.thresholds.page
        least = 0.0 if sure else self.thresholds.line
        lines = tuple(
            self._with_doubts(picture, page, each, _sigmoid(log_odds), least)
            for each, log_odds in zip(read, odds, strict=True)
        )
        if sure or any(line.doubts for line in lines):
            return lines, ()
        if unread is None:
            return lines, (Doubt("unsure", PAGE_DOUBT, Box.around(line.box for line in lines)),)
        return lines, (Doubt("incomplete", PAGE_DOUBT, _box(picture, page, unread)),)

    @property
    def _config(self) -> PageConfig:
        return self.recognizer.config

    def _by_glyphs(self, picture: Picture, page: Page, read: Iterable[tuple[Line, LineEvidence]]) -> Judged:
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
        boxes = [_box(picture, page, row) for row in _written(page)]
        return tuple(lines), tuple(Doubt("incomplete", LEFT_UNREAD, box) for box in boxes)

    def _with_doubts(
        self, picture: Picture, page: Page, read: tuple[Line, LineEvidence], right: float, least: float
    ) -> Line:
        """The line with how surely it is right: accepted from ``least`` on, else with what is doubted."""
        line, evidence = read
        if right >= least:
            glyphs = tuple(map(_assured, line.glyphs)) if self.assures_glyphs else line.glyphs
            return replace(line, confidence=right, glyphs=glyphs)
        reason, message, row = _why(evidence)
        weakest = min(line.glyphs, key=lambda glyph: glyph.confidence * glyph.digit_score)
        if message == LEAST_SURE and weakest.twin:
            message = f"This glyph may be {weakest.label} or {weakest.twin}: they look alike."
        return replace(line, confidence=right, doubts=(Doubt(reason, message, _box(picture, page, row)),))


def _sigmoid(log_odds: float) -> float:
    return 1 / (1 + exp(-log_odds))


def _box(picture: Picture, page: Page, row: int) -> Box:
    return picture.uploaded(page.in_picture([row])[0])


def _written(page: Page) -> list[int]:
    """The candidates on no line that are writing for sure, one of those in the same place."""
    free, candidates = page.unread, page.candidates
    heat = candidates.heat[free].max(axis=1, initial=0.0)
    seen = (candidates.features["whole"][free] > 0) | (heat >= SURE_HEAT)
    apart = non_maximum_suppression(candidates.boxes[free[seen]], heat[seen], SAME_GLYPH)
    return sorted(free[seen][apart].tolist())


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


def same_glyph(line: Line, other: Line) -> bool:
    """Tell if two lines of one glyph are of the same one, read alike.

    Else what is known of one says nothing of the other: the ink of a picture as a whole may be a rule, a stain or an
    edge, with the glyph among it.
    """
    boxes = np.array([line.box.to_list(), other.box.to_list()], float)
    return (
        line.text == other.text
        and float(intersection_over_union(boxes[:1], boxes[1:])[0, 0]) >= SAME_GLYPH_PLACE
    )
