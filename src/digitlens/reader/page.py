"""Reading a page: detect, recognise, find text lines, segment each, and judge lines and page as a whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import boxes_under, smaller_overlap, turn
from digitlens.model import Detections
from digitlens.reader.detect import Detector, Found
from digitlens.reader.layout import Layout, find_text_lines
from digitlens.reader.recognize import Candidates, Recognizer
from digitlens.reader.segmentation import Path, best_paths
from digitlens.reader.witness import Heard, Witness
from digitlens.types import Gray, Pixels

__all__ = ["Hypothesis", "LanguageModel", "Page", "PageReader", "TextLine", "to_grayscale"]

FEWEST = 3  # glyphs from which a quarter turn can be told: 6 and 9 change places, 0, 1 and 8 stay
WELL = 0.8  # mean heat of a page that lies as it should
MARGIN = 0.1  # by which a quarter turn must be found better
FAINT = 0.2  # heat from which a detection counts for how well a page is found
PIECE = 256.0  # pixels, as the page network sees them, of the piece that tells which way up a page is
SKEWED = 10.0  # degrees of slope from which a page is deskewed
HEARD = 8  # segmentations of a line that are held against what the line network says
FARTHEST_LABEL = -12.0  # nats by which the line network speaks against a label at most
PATHS = 64  # through a line that are held against what it may say
FARTHEST = 7.0  # nats by which one of them may be worse than the best
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

    @property
    def unread(self) -> NDArray[np.intp]:
        """The candidates that are on no line and lie on none that is."""
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
        adjusted: tells glyphs of like shapes apart by the line they stand on, if the alphabet needs it.
    """

    detector: Detector
    recognizer: Recognizer
    witness: Witness | None = None
    language: LanguageModel | None = None
    adjusted: Callable[[Candidates, Sequence[Sequence[int]]], Candidates] | None = None

    def read(self, picture: Pixels, rotate: float | None = None) -> Page:
        """Read a picture as it lies, or turned as it reads best.

        Args:
            picture: upright as its file says, uint8 (H, W) grey or (H, W, 3) RGB.
            rotate: degrees by which to turn it clockwise; None to find out.
        """
        degrees = rotate or 0.0
        pixels, matrix = _turned(picture, degrees)
        found = self.detector.find(to_grayscale(pixels))
        if rotate is None:
            quarter = self._quarter(pixels, found)
            if quarter:
                degrees, (pixels, matrix) = quarter, turn(picture, quarter)
                found = self.detector.find(to_grayscale(pixels))
            slope = find_text_lines(found.detections.boxes[found.detections.scores >= WELL]).slope
            if abs(slope) >= SKEWED:  # deskew
                pixels, matrix = turn(picture, degrees - slope)
                found = self.detector.find(to_grayscale(pixels))
        return self.read_found(pixels, matrix, found)

    def read_found(self, pixels: Pixels, matrix: NDArray[np.float64], found: Found) -> Page:
        """Read a page whose candidates are found."""
        return self.read_candidates(pixels, matrix, found, self.recognizer.candidates(pixels, found))

    def read_candidates(
        self, pixels: Pixels, matrix: NDArray[np.float64], found: Found, candidates: Candidates
    ) -> Page:
        """Read a page whose candidates are known: both networks have been asked about them."""
        sure = np.flatnonzero(candidates.log_odds > 0)
        layout = find_text_lines(candidates.boxes[sure])
        rows = [self._with_rivals(candidates, sure[list(line)].tolist()) for line in layout.lines]
        if self.adjusted is not None:
            candidates = self.adjusted(candidates, rows)
        lines = [self._segment(candidates, row, found) for row in rows]
        if any(line.heard for line in lines):
            candidates = self._told(candidates, lines)
        if self.language is not None:
            lines = [self._as_language(candidates, *pair) for pair in zip(rows, lines, strict=True)]
        return Page(found, pixels, matrix, candidates, tuple(line for line in lines if line.taken), layout)

    def _quarter(self, pixels: Pixels, found: Found) -> float:
        """The quarter turn, degrees, at which glyphs are found clearly better; 0 for none.

        Where the page as it lies leaves a doubt, a piece of it is looked at in all four ways.
        """
        best, sure = _quality(found.detections)
        if sure < FEWEST or best >= WELL:
            return 0.0
        piece, scale = self._piece(pixels, found)
        looks = {
            quarter: self._looked(turn(piece, quarter)[0], scale) for quarter in (0.0, 90.0, 180.0, 270.0)
        }
        least = looks[0.0][0] + MARGIN
        able = {quarter: quality for quarter, (quality, count) in looks.items() if count >= FEWEST}
        chosen = max(able, key=lambda quarter: able[quarter], default=0.0)
        return chosen if chosen and able[chosen] >= least else 0.0

    def _looked(self, piece: Gray, scale: float) -> tuple[float, int]:
        """Return how well a piece of a page reads as it lies, and the number of glyphs that tell.

        By the page network; where the alphabet has labels that it does not know, by the glyph network, for a letter
        that stands on its head may look more like a digit than one that stands on its feet.
        """
        found = self.detector.look(piece, scale)
        if not self.recognizer.reads_other:
            return _quality(found.detections)
        candidates = self.recognizer.candidates(piece, found)
        read = candidates.confidences[candidates.log_odds > 0]
        return (float(read.mean()), len(read)) if len(read) else (0.0, 0)

    def _piece(self, pixels: Pixels, found: Found) -> tuple[Gray, float]:
        """A piece of the page where most glyphs are, grey, as large as tells how it lies; and at which scale.

        Glyphs are as high as they are seen best with the longer side of their boxes, whichever way they lie.
        """
        boxes = found.detections.boxes[found.detections.scores >= FAINT]
        longer = float(np.median(boxes[:, 2:].max(axis=1)))
        scale = min(found.scale, self.detector.config.glyph_height / longer)
        middle = np.median(boxes[:, :2] + boxes[:, 2:] / 2, axis=0)
        size = np.array(pixels.shape[1::-1])
        half = np.minimum(PIECE / scale, size) / 2
        left, top = np.clip(middle - half, 0, size - 2 * half).astype(int)
        wide, high = np.ceil(2 * half).astype(int)
        return to_grayscale(pixels[top : top + high, left : left + wide]), scale

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
        paths = self._paths(candidates, rows, HEARD)
        best = tuple(rows[i] for i in paths[0].taken)
        margin = min(paths[0].gain - paths[1].gain if len(paths) > 1 else inf, 99.0)
        if self.witness is None or not best:
            return TextLine(best, best, margin)
        heard = self.witness.hear(found, candidates.boxes[list(best)])
        near = [path for path in paths if paths[0].gain - path.gain < FARTHEST and path.taken]
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
        if self.language is None:
            return best
        for path in paths:
            cost = paths[0].gain - path.gain
            if cost >= min(least, FARTHEST):  # and so do all behind it
                break
            if path.taken:
                cost += self.language(candidates, [rows[i] for i in path.taken])
                if cost < least:
                    best, least = path, cost
        return best

    def in_picture(self, page: Page, rows: Sequence[int]) -> list[tuple[int, int, int, int]]:
        """Boxes of candidates in whole pixels of the picture: left, top, width, height."""
        height, width = page.pixels.shape[:2]
        boxes = page.candidates.boxes[list(rows)].astype(np.float64)
        ends = np.minimum(boxes[:, :2] + boxes[:, 2:], (width, height))
        starts = np.clip(boxes[:, :2], 0, (width - 1, height - 1))
        inside = np.concatenate([starts, np.maximum(ends - starts, 1)], axis=1)
        moved = boxes_under(inside, page.to_picture)
        low = np.maximum(np.rint(moved[:, :2]), 0).astype(int)
        high = np.maximum(np.rint(moved[:, :2] + moved[:, 2:]).astype(int), low + 1)
        return [(*a, *b) for a, b in zip(low.tolist(), (high - low).tolist(), strict=True)]


def to_grayscale(picture: Pixels) -> Gray:
    """The lightness of a picture, uint8 (H, W)."""
    return picture if picture.ndim == 2 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)


def _turned(picture: Pixels, degrees: float) -> tuple[Pixels, NDArray[np.float64]]:
    return turn(picture, degrees) if degrees % 360 else (picture, np.eye(2, 3))


def _quality(detections: Detections) -> tuple[float, int]:
    """The mean heat of what may be digits, and how many there are."""
    scores = detections.scores[detections.scores >= FAINT]
    return (float(scores.mean()), len(scores)) if len(scores) else (0.0, 0)
