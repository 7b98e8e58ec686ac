"""Reading a page: detect, recognise, find text lines, segment each, and judge lines and page as a whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import boxes_under, smaller_overlap
from digitlens.reader.candidates import Candidates
from digitlens.reader.detect import Detector, Found
from digitlens.reader.layout import Layout, find_text_lines
from digitlens.reader.orientation import Orientation
from digitlens.reader.recognize import Recognizer
from digitlens.reader.segmentation import Path, best_paths
from digitlens.reader.witness import Heard, Witness
from digitlens.types import Box, Pixels

__all__ = ["Hypothesis", "LanguageModel", "Page", "PageReader", "TextLine"]

SEGMENTATIONS_HEARD = 8  # segmentations of a line that are held against what the line network says
FARTHEST_LABEL = -12.0  # nats by which the line network speaks against a label at most
PATHS = 64  # through a line that are held against what it may say
SEGMENTATION_RANGE = 7.0  # nats by which one of them may be worse than the best
MOST_WALKED = 1_000  # candidates on all of these paths together: of long lines fewer are tried
SAME_ROW = (
    0.3  # of the lower of two boxes' heights that they share, from which one may stand on the other's line
)

LanguageModel = Callable[[Candidates, Sequence[int]], float]
"""A penalty for candidates read on a line, by a grammar or a lexicon: nats, 0 where there is none, infinity where it
cannot be."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One segmentation of a line.

    Attributes:
        taken: the candidates read, from left to right.
        gain: the summed log-odds of these, nats.
        likelihood: the logarithm of the probability that the line network gives to their labels.
    """

    taken: tuple[int, ...]
    gain: float
    likelihood: float


@dataclass(frozen=True)
class TextLine:
    """A line as it was segmented.

    Attributes:
        taken: the candidates read, from left to right.
        plain: those read if nothing is known of the line.
        margin: by how much the best segmentation is likelier than the next, nats.
        hypotheses: the segmentations that were held against what the line network says.
        heard: what it says of the line; None where it was not asked.
    """

    taken: tuple[int, ...]
    plain: tuple[int, ...]
    margin: float
    hypotheses: tuple[Hypothesis, ...] = ()
    heard: Heard | None = None


@dataclass(frozen=True, eq=False)
class Page:
    """The lines of a page, and the candidates that they are made of.

    Attributes:
        found: what the page network saw, in pixels of the page as it was turned.
        pixels: the page as it was turned.
        to_picture: the map from its pixels to the picture's, (2, 3).
        candidates: all that may be glyphs, boxes in pixels of the page as it was turned.
        lines: in reading order.
        layout: the lines' slope and the usual height of a glyph.
    """

    found: Found
    pixels: Pixels
    to_picture: NDArray[np.float64]
    candidates: Candidates
    lines: tuple[TextLine, ...]
    layout: Layout

    def without_pixels(self) -> "Page":
        """The same without its pictures, which take most of the memory."""
        nothing = np.zeros((1, 1), np.float32)
        found = replace(self.found, contrast=nothing)
        candidates = replace(self.candidates, frames=())
        return replace(self, found=found, candidates=candidates, pixels=np.zeros((1, 1), np.uint8))

    def in_picture(self, rows: Sequence[int]) -> list[Box]:
        """Boxes of candidates in whole pixels of the picture."""
        height, width = self.pixels.shape[:2]
        boxes = self.candidates.boxes[list(rows)].astype(np.float64)
        ends = np.minimum(boxes[:, :2] + boxes[:, 2:], (width, height))
        starts = np.clip(boxes[:, :2], 0, (width - 1, height - 1))
        inside = np.concatenate([starts, np.maximum(ends - starts, 1)], axis=1)
        moved = boxes_under(inside, self.to_picture)
        low = np.maximum(np.rint(moved[:, :2]), 0).astype(int)
        high = np.maximum(np.rint(moved[:, :2] + moved[:, 2:]).astype(int), low + 1)
        return [Box(*a, *b) for a, b in zip(low.tolist(), (high - low).tolist(), strict=True)]

    @property
    def unread(self) -> NDArray[np.intp]:
        """The indices, (M,), of the candidates that are on no line and lie on none that is."""
        read = [row for line in self.lines for row in line.taken]
        boxes = self.candidates.boxes
        free = np.ones(len(boxes), bool)
        if read:
            free = smaller_overlap(boxes, boxes[read]).max(axis=1) < SAME_ROW
        return np.flatnonzero(free)


@dataclass(frozen=True)
class PageReader:
    """Reads pages.

    Attributes:
        detector: finds candidates.
        recognizer: says what they may be.
        language: what is known of every line; None for nothing.
        witness: reads every line a second time, where it knows the alphabet; None for nobody.
    """

    detector: Detector
    recognizer: Recognizer
    witness: Witness | None = None
    language: LanguageModel | None = None

    def read(self, picture: Pixels, rotate: float | None = None) -> Page:
        """Read a picture as it lies, or turned as it reads best.

        Args:
            picture: upright as its file says, uint8 (H, W) grey or (H, W, 3) RGB.
            rotate: degrees by which to turn it clockwise; None to find out.
        """
        return self.read_found(*Orientation(self.detector, self.recognizer).turned(picture, rotate))

    def read_found(self, pixels: Pixels, matrix: NDArray[np.float64], found: Found) -> Page:
        """Read a page whose candidates are found.

        Args:
            pixels: the page as it was turned, uint8 (H, W) or (H, W, 3).
            matrix: the map from its pixels to the picture's, (2, 3).
            found: by the page network, in its pixels.
        """
        return self.read_candidates(pixels, matrix, found, self.recognizer.candidates(pixels, found))

    def read_candidates(
        self, pixels: Pixels, matrix: NDArray[np.float64], found: Found, candidates: Candidates
    ) -> Page:
        """Read a page whose candidates are known: both networks have been asked about them.

        Args:
            pixels: the page as it was turned, uint8 (H, W) or (H, W, 3).
            matrix: the map from its pixels to the picture's, (2, 3).
            found: by the page network, in its pixels.
            candidates: with what the networks say of them.
        """
        sure = np.flatnonzero(candidates.log_odds > 0)
        config = self.detector.config
        layout = find_text_lines(candidates.boxes[sure], config.line_reach, config.mark_reach)
        rows = [self._with_rivals(candidates, sure[list(line)].tolist()) for line in layout.lines]
        candidates = self.recognizer.in_context(candidates, rows)
        lines = [self._segment(candidates, row, found) for row in rows]
        if any(line.heard for line in lines):
            candidates = self._told(candidates, lines)
        if self.language is not None:
            lines = [self._as_language(candidates, *pair) for pair in zip(rows, lines, strict=True)]
        return Page(found, pixels, matrix, candidates, tuple(line for line in lines if line.taken), layout)

    def _with_rivals(self, candidates: Candidates, line: list[int]) -> list[int]:
        """A line's candidates with the less likely ones that stand on it, from left to right."""
        boxes = candidates.boxes
        left, right = boxes[line, 0].min(), (boxes[line, 0] + boxes[line, 2]).max()
        middles = boxes[:, 0] + boxes[:, 2] / 2
        inside = np.flatnonzero((middles >= left) & (middles <= right) & (candidates.log_odds <= 0))
        nearest = np.array(line)[np.abs(middles[inside, None] - middles[None, line]).argmin(axis=1)]
        top = np.maximum(boxes[inside, 1], boxes[nearest, 1])
        bottom = np.minimum(boxes[inside, 1] + boxes[inside, 3], boxes[nearest, 1] + boxes[nearest, 3])
        least = np.minimum(boxes[inside, 3], boxes[nearest, 3])
        rivals = inside[bottom - top >= SAME_ROW * least]
        return sorted({*line, *rivals.tolist()}, key=lambda row: float(middles[row]))

    def _segment(self, candidates: Candidates, rows: list[int], found: Found) -> TextLine:
        """Choose the candidates that are read on a line, by both networks' opinions of them and by the witness."""
        paths = self._paths(candidates, rows, SEGMENTATIONS_HEARD)
        best = tuple(rows[i] for i in paths[0].taken)
        margin = min(paths[0].gain - paths[1].gain if len(paths) > 1 else inf, 99.0)
        if self.witness is None or not best:
            return TextLine(best, best, margin)
        heard = self.witness.hear(found, candidates.boxes[list(best)])
        near = [path for path in paths if paths[0].gain - path.gain < SEGMENTATION_RANGE and path.taken]
        hypotheses = tuple(self._hypothesis(candidates, rows, path, heard) for path in near)
        weight = self.detector.config.path_line
        chosen = max(hypotheses, key=lambda each: each.gain + weight * each.likelihood)
        return TextLine(chosen.taken, chosen.taken, margin, hypotheses, heard)

    def _paths(self, candidates: Candidates, rows: list[int], most: int) -> list[Path]:
        boxes = candidates.boxes[rows]
        excludes = smaller_overlap(boxes, boxes) >= self.detector.config.overlap
        return best_paths(candidates.log_odds[rows].tolist(), excludes, most)

    def _hypothesis(self, candidates: Candidates, rows: list[int], path: Path, heard: Heard) -> Hypothesis:
        taken = tuple(rows[i] for i in path.taken)
        return Hypothesis(taken, path.gain, heard.likelihood(self.recognizer.labels_of(candidates, taken)))

    def _told(self, candidates: Candidates, lines: Sequence[TextLine]) -> Candidates:
        """The same with what the witness says of the labels of those that are read."""
        labels = self.recognizer.classifier.alphabet.labels
        opinions = np.zeros_like(candidates.probabilities)
        for line in lines:
            if line.heard is not None:
                text = self.recognizer.labels_of(candidates, line.taken)
                opinions[list(line.taken)] = line.heard.opinions(text, labels)
        weighed = np.exp(self.detector.config.label_line * np.maximum(opinions, FARTHEST_LABEL))
        return replace(self.recognizer.reweighed(candidates, weighed), told=opinions)

    def _as_language(self, candidates: Candidates, rows: list[int], line: TextLine) -> TextLine:
        """The line as what is known of it has it."""
        paths = self._paths(candidates, rows, max(2, min(PATHS, MOST_WALKED // len(rows))))
        chosen = self._likeliest(candidates, rows, paths)
        return replace(line, taken=tuple(rows[i] for i in chosen.taken))

    def _likeliest(self, candidates: Candidates, rows: list[int], paths: Sequence[Path]) -> Path:
        """The path that is likeliest together with what is known of the line."""
        best, least = paths[0], inf
        near = [path for path in paths if paths[0].gain - path.gain < SEGMENTATION_RANGE and path.taken]
        if self.language is None or all(path is best for path in near):  # there is nothing to choose
            return best
        for path in near:
            cost = paths[0].gain - path.gain
            if cost >= least:  # and so do all behind it
                break
            cost += self.language(candidates, [rows[i] for i in path.taken])
            if cost < least:
                best, least = path, cost
        return best
