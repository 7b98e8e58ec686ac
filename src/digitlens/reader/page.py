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
from digitlens.types import Gray, Pixels

__all__ = ["LanguageModel", "Page", "PageReader", "TextLine", "to_grayscale"]

FEWEST = 3  # glyphs from which a quarter turn can be told: 6 and 9 change places, 0, 1 and 8 stay
WELL = 0.8  # mean heat of a page that lies as it should
MARGIN = 0.1  # by which a quarter turn must be found better
SKEWED = 10.0  # degrees of slope from which a page is deskewed
PATHS = 64  # through a line that are held against what it may say
FARTHEST = 7.0  # nats by which one of them may be worse than the best
MOST_WALKED = 1_000  # candidates on all of these paths together: of long lines fewer are tried
SAME_ROW = (
    0.3  # of the lower of two boxes' heights that they share, from which one may stand on the other's line
)

LanguageModel = Callable[[Candidates, Sequence[int]], float]
"""What is known of a line and speaks against candidates read on it: nats, 0 where nothing does, infinity where it
cannot be."""


@dataclass(frozen=True)
class TextLine:
    """A line as it was segmented.

    Attributes:
        taken: the candidates read, from left to right.
        plain: those read if nothing is known of the line.
        margin: by how much the best segmentation is likelier than the next, nats.
    """

    taken: tuple[int, ...]
    plain: tuple[int, ...]
    margin: float


@dataclass(frozen=True, eq=False)
class Page:
    """What was read on a page.

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
        adjusted: tells glyphs of like shapes apart by the line they stand on, if the alphabet needs it.
    """

    detector: Detector
    recognizer: Recognizer
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
            sure = found.detections.scores >= WELL
            slope = find_text_lines(found.detections.boxes[sure]).slope
            if abs(slope) >= SKEWED:
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
        lines = [self._segment(candidates, row) for row in rows]
        return Page(found, pixels, matrix, candidates, tuple(line for line in lines if line.taken), layout)

    def _quarter(self, pixels: Pixels, found: Found) -> float:
        """The quarter turn, degrees, at which the page is found clearly better; 0 for none."""
        best, sure = _quality(found.detections)
        if sure < FEWEST or best >= WELL:
            return 0.0
        scale, chosen, least = found.scale, 0.0, best + MARGIN
        grey = to_grayscale(pixels)
        for quarter in (90.0, 180.0, 270.0):
            quality, count = _quality(self.detector.look(turn(grey, quarter)[0], scale).detections)
            if count >= FEWEST and quality >= least:
                chosen, least = quarter, quality
        return chosen

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

    def _segment(self, candidates: Candidates, rows: list[int]) -> TextLine:
        """Choose the candidates that are read on a line."""
        boxes = candidates.boxes[rows]
        excludes = smaller_overlap(boxes, boxes) >= self.detector.config.overlap
        few = max(2, min(PATHS, MOST_WALKED // len(rows)))
        paths = best_paths(candidates.log_odds[rows].tolist(), excludes, 2 if self.language is None else few)
        plain = paths[0]
        margin = plain.gain - paths[1].gain if len(paths) > 1 else inf
        chosen = plain if self.language is None else self._likeliest(candidates, rows, paths)
        return TextLine(
            tuple(rows[i] for i in chosen.taken), tuple(rows[i] for i in plain.taken), min(margin, 99.0)
        )

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
    scores = detections.scores[detections.scores >= 0.2]
    return (float(scores.mean()), len(scores)) if len(scores) else (0.0, 0)
