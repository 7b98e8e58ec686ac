"""Lines of a reading, built of the candidates that are read on a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np

from digitlens.imaging import Picture, page_steps
from digitlens.reader.constrained import decode_line
from digitlens.reader.grammar import Grammar
from digitlens.reader.layout import gap_features
from digitlens.reader.median import median
from digitlens.reader.page import Page, TextLine
from digitlens.reader.recognize import Recognizer
from digitlens.types import Box, Glyph, Line, Reason, Step

__all__ = ["LineBuilder", "reading_steps"]


@dataclass(frozen=True)
class LineBuilder:
    """Builds lines of glyphs, each glyph judged by itself.

    Attributes:
        recognizer: named the candidates.
        grammar: what each line may say; None for anything.
        threshold: the confidence from which a glyph is accepted, 0 to 1, where the page network knows the alphabet.
    """

    recognizer: Recognizer
    grammar: Grammar | None
    threshold: float

    def build(self, picture: Picture, page: Page, line: TextLine) -> Line:
        """Build a line, boxes in pixels of the upload; where there is a grammar, decode it.

        Args:
            picture: that the page was read of.
            page: as it was read.
            line: one of its lines.
        """
        read = self._line(picture, page, line.taken)
        if self.grammar is None:
            return read
        plain = read if line.plain == line.taken else self._line(picture, page, line.plain)
        return decode_line(read, self.grammar, self._is_confident, plain)

    def _line(self, picture: Picture, page: Page, rows: Sequence[int]) -> Line:
        boxes = [picture.uploaded(box) for box in page.in_picture(rows)]
        glyphs = tuple(self._glyph(page, row, box) for row, box in zip(rows, boxes, strict=True))
        return Line(glyphs, Box.around(boxes), gaps=self._gaps(page, rows))

    def _glyph(self, page: Page, row: int, box: Box) -> Glyph:
        candidates = page.candidates
        sign, score = candidates.signs[row], 1 / (1 + exp(-float(candidates.log_odds[row])))
        chances = self.recognizer.label_probabilities(candidates, row)
        label, confidence = max(chances.items(), key=lambda pair: pair[1])
        sure = self._is_confident({label: 1.0} if sign else chances, score)
        reason: Reason | None = None if sure else "unsure"
        seen = None if sign else candidates.frames[row]
        return Glyph(label, confidence, score, box, sure, reason, chances, seen)

    def _is_confident(self, chances: Mapping[str, float], score: float) -> bool:
        """Tell if a glyph of that digit score, that is each label with that probability, is accepted.

        Of letters only the glyph network has been asked, and its own calibration counts.
        """
        if self.recognizer.reads_other:
            return self.recognizer.classifier.is_confident(chances, score)
        return max(chances.values()) * score >= self.threshold

    def _gaps(self, page: Page, rows: Sequence[int]) -> tuple[int, ...]:
        """The glyphs before which the writer left a gap between numbers."""
        if len(rows) < 2:
            return ()
        boxes = page.candidates.boxes[list(rows)]
        odds = self.recognizer.config.gap.log_odds(gap_features(boxes, median(boxes[:, 3])))
        return tuple((np.flatnonzero(odds > 0) + 1).tolist())


def reading_steps(page: Page, rows: Sequence[int]) -> tuple[Step, ...]:
    """The steps on the way to a reading of a page: what of it was read, and as what the networks saw it.

    Args:
        page: as it was read.
        rows: the candidates that were.
    """
    frames = [page.candidates.frames[row] for row in rows if page.candidates.signs[row] is None]
    return page_steps(page.pixels, page.found.contrast, page.candidates.boxes[list(rows)], frames)
