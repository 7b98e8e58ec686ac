"""Find the glyphs of a page with the page network, at the scale at which it finds them best."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import local_contrast, non_maximum_suppression, shrink_to
from digitlens.model import Detections, PageConfig, PageNetwork
from digitlens.types import Gray

__all__ = ["Detector", "Found"]

SAME_SIZE = (
    1.35  # times by which the size of glyphs may differ from the best before a second look is worth its time
)
SAME_PLACE = 0.5  # intersection over union from which two detections are one
SURE_HEAT = 0.3  # heat from which a detection tells how large glyphs are
BORDER = 32  # pixels, one cell of the coarsest stage: so much paper is put around a picture
COARSER = 3.0  # times by which the coarser of the two first looks is smaller
LARGEST_GLYPH = (
    110.0  # pixels: higher glyphs than the network was trained on, which only a coarser look finds
)


@dataclass(frozen=True, eq=False)
class Found:
    """The detections of one pass over a page.

    Attributes:
        detections: in pixels of the page.
        contrast: the page as the network saw it, float32 (h, w).
        scale: pixels of it for one of the page.
    """

    detections: Detections
    contrast: NDArray[np.float32]
    scale: float

    @property
    def height(self) -> float:
        """The usual height of a glyph in pixels of the page; 0 where none was found."""
        sure = self.detections.scores >= SURE_HEAT
        return _weighted_median(self.detections.boxes[sure, 3], self.detections.scores[sure])


@dataclass(frozen=True)
class Detector:
    """Finds glyphs.

    Attributes:
        network: the page network.
        config: the numbers beside it.
    """

    network: PageNetwork
    config: PageConfig

    def find(self, grey: Gray) -> Found:
        """Find the glyphs of a page, uint8 (H, W): two looks tell how high they are, a third shows them so large.

        Of the two first looks that one tells their height which finds them more clearly.
        """
        scale = self._first_scale(grey)
        first = max((self.look(grey, scale), self.look(grey, scale / COARSER)), key=_clearness)
        if not first.height:
            first = self.look(grey, self._limited(grey, 2 * scale))
        if not first.height:
            return first
        wanted = self._limited(grey, self.config.glyph_height / first.height)
        if max(wanted / first.scale, first.scale / wanted) <= SAME_SIZE:
            return first
        second = self.look(grey, wanted)
        large = first.detections.boxes[:, 3] * wanted > LARGEST_GLYPH
        return _joined(second, first.detections.rows(large)) if large.any() else second

    def look(self, grey: Gray, scale: float) -> Found:
        """Find the glyphs of a page at one scale: pixels that the network sees for one of the page."""
        height, width = grey.shape
        size = max(1, round(width * scale)), max(1, round(height * scale))
        if scale > 1:
            seen = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_CUBIC), np.uint8)
        else:
            seen = shrink_to(grey, size)
        contrast = local_contrast(seen)
        around = np.pad(contrast, BORDER, constant_values=np.median(contrast))
        found = self.network.detect(around, self.config.least_heat)
        kept = found.rows(non_maximum_suppression(found.boxes, found.scores, SAME_PLACE))
        return Found(kept.moved(-BORDER).scaled(1 / scale), contrast, scale)

    def glance_scale(self, grey: Gray) -> float:
        """The scale at which a picture of one glyph is looked at: a third of a page's first look."""
        return min(self._first_scale(grey), self.config.look_side / COARSER / max(grey.shape))

    def _first_scale(self, grey: Gray) -> float:
        longer, shorter = max(grey.shape), min(grey.shape)
        config = self.config
        enlarged = min(config.most_enlarged, max(1.0, config.shorter_side / shorter))
        return min(enlarged, config.look_side / longer)

    def _limited(self, grey: Gray, scale: float) -> float:
        """A scale, within what a page may be enlarged and have pixels."""
        return min(scale, self.config.most_enlarged, (self.config.most_pixels / grey.size) ** 0.5)


def _joined(found: Found, more: Detections) -> Found:
    """Add detections to those found, by non-maximum suppression."""
    joined = Detections.joined([found.detections, more])
    kept = non_maximum_suppression(joined.boxes, joined.scores, SAME_PLACE)
    return Found(joined.rows(kept), found.contrast, found.scale)


def _clearness(found: Found) -> float:
    """The mean heat of what was found for sure: parts of large strokes are found at too fine a scale, but faintly."""
    scores = found.detections.scores
    sure = scores >= SURE_HEAT
    return float(scores[sure].mean()) if sure.any() else 0.0


def _weighted_median(values: NDArray[np.floating], weights: NDArray[np.floating]) -> float:
    if not len(values):
        return 0.0
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])
