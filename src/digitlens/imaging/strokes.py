"""Which pixels of a page take enough of the paper's light to be ink, and how wide its strokes are."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.imaging.paper import shrink, without_strokes
from digitlens.imaging.rules import rules
from digitlens.types import Gray

__all__ = ["COARSE_SIDE", "Inked", "Levels", "odd", "off_rules", "taken_light"]

COARSE_SIDE = 512  # pixels of the longer side at which polarity, the pen and the paper are judged
INK_SHARE = 0.42  # of the ink's level around it, from which a pixel is ink
FAINTEST = 7  # levels of 255 by which ink must differ from its paper
DARKEST_PAPER = 0.35  # of the page's usual brightness: what lies darker is not thought to be paper in shadow
RULE_GAIN = 1.5  # by which ink on a rule must beat the rule
RULE_REST = 0.3  # of a rule's darkness: what is left of one counts as noise
PAPER_WINDOW = 31  # pixels across which paper is much the same
TILE = 0.1  # of the longer side: the noise of paper is judged in tiles of this side
TILE_STROKES = 12  # ... but no fewer strokes wide, so that there is paper in each

Levels = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Inked:
    """How much of the light each pixel takes, as it is and smoothed, and which pixels take enough to be ink.

    Attributes:
        soft: 0 to 255, uint8 (h, w).
        smooth: the same without its finest noise, uint8 (h, w).
        noise: the level that the paper's noise hardly reaches, (h, w).
        mask: 1 where there is ink, uint8 (h, w).
    """

    soft: Gray
    smooth: Gray
    noise: Levels
    mask: Gray

    @classmethod
    def of(cls, soft: Gray, stroke: float) -> "Inked":
        """From the light that each pixel takes, uint8 (h, w), and the usual width of a stroke in pixels."""
        smooth, around = _surroundings(soft, stroke)
        noise = _noise(smooth, around, stroke)
        least = np.maximum(INK_SHARE * around.astype(np.float32), noise)
        return cls(soft, smooth, noise, (smooth > least).astype(np.uint8))

    def stroke(self, thought: float) -> float:
        """The usual width of a stroke in pixels, half to one and a half times what it was thought to be."""
        if not self.mask.any():
            return thought
        return max(1.5, float(np.clip(_stroke_width(self.mask), 0.5 * thought, 1.5 * thought)))


def off_rules(ink: Inked, stroke: float) -> Inked:
    """Take the rules off the ink; strokes that cross them are mended from what stands on both sides."""
    level, upright = rules(ink.smooth, ink.mask, stroke)
    if level is None and upright is None:
        return ink
    paper, soft = _paper_level(ink, level, upright), ink.soft
    for ruled in (level, upright):
        if ruled is not None:
            stronger = soft > RULE_GAIN * ruled.astype(np.float32) + FAINTEST
            soft = np.where(ruled == 0, soft, np.where(stronger, cv2.subtract(soft, ruled), paper))
    left = Inked.of(soft, stroke)
    gap, mended = 2 * int(1.5 * stroke + 2) + 1, left.mask
    for ruled, across in ((level, (gap, 1)), (upright, (1, gap))):
        if ruled is not None:
            closed = cv2.morphologyEx(mended, cv2.MORPH_CLOSE, np.ones(across, np.uint8))
            mended = np.asarray(closed, np.uint8)
    mended = mended & ink.mask | left.mask
    dark = max(float(np.median(ruled[ruled > 0])) for ruled in (level, upright) if ruled is not None)
    return replace(
        left,
        soft=np.where(mended > left.mask, ink.soft, soft),
        noise=np.maximum(left.noise, RULE_REST * dark),
        mask=mended,
    )


def _paper_level(ink: Inked, *rules: Gray | None) -> Gray:
    """What bare paper around each pixel has, noise and all: rules are not replaced by something cleaner."""
    bare = ink.mask == 0
    for ruled in rules:
        bare &= True if ruled is None else ruled == 0
    weight = bare.astype(np.float32)
    total, count = (cv2.blur(of, (PAPER_WINDOW, PAPER_WINDOW)) for of in (ink.soft * weight, weight))
    return (total / np.maximum(count, 1e-3)).clip(0, 255).astype(np.uint8)


def taken_light(grey: Gray, stroke: float) -> Gray:
    """The share of the paper's light that each pixel takes, 0 to 255."""
    window = max(9.0, 4 * stroke)
    small, scale = shrink(grey, COARSE_SIDE)
    small = cv2.blur(small, (3, 3)) if scale == 1 else small
    side = odd(window / scale)
    paper = cv2.blur(
        without_strokes(np.asarray(small, np.uint8), cv2.MORPH_CLOSE, (side, side)), (odd(side / 2),) * 2
    )
    paper = cv2.resize(paper, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    lit = max(1.0, DARKEST_PAPER * float(np.median(paper)))
    taken = cv2.divide(cv2.subtract(paper, grey), np.maximum(paper, lit).astype(np.uint8), scale=255.0)
    return np.asarray(taken, np.uint8)


def _surroundings(soft: Gray, stroke: float) -> tuple[Gray, Gray]:
    """The smoothed ink, and the level of the ink around each pixel."""
    smooth = np.asarray(cv2.GaussianBlur(soft, (0, 0), max(0.6, stroke / 6)), np.uint8)
    side = odd(3 * stroke)
    around = cv2.blur(cv2.dilate(smooth, np.ones((side, side), np.uint8)), (odd(2 * side),) * 2)
    return smooth, np.asarray(around, np.uint8)


def _noise(smooth: Gray, around: Gray, stroke: float) -> Levels:
    """The level that paper's own noise hardly reaches, tile by tile: 2.7 standard deviations above its middle.

    It is told from what is no darker than half of the darkest, which is paper where there is ink; and from the palest
    third, which is paper even where there is nothing but noise, or much ink.
    """
    height, width = smooth.shape
    tile = max(TILE * max(height, width), TILE_STROKES * stroke)
    rows, columns = (
        np.linspace(0, side, max(1, round(side / tile)) + 1).astype(int) for side in (height, width)
    )
    levels = np.zeros((len(rows) - 1, len(columns) - 1), np.float32)
    for i, j in np.ndindex(levels.shape):
        part = np.s_[rows[i] : rows[i + 1] : 2, columns[j] : columns[j + 1] : 2]
        pale = smooth[part][smooth[part] <= around[part].max() // 2]
        middle, upper = np.percentile(pale, (50, 75)) if pale.size else (0.0, 0.0)
        lower, third = np.percentile(smooth[part], (10, 35))
        levels[i, j] = max(middle + 4 * max(upper - middle, 0.5), third + 3 * (third - lower))
    if min(levels.shape) >= 3:
        levels = cv2.medianBlur(levels, 3)
    return np.maximum(cv2.resize(levels, (width, height), interpolation=cv2.INTER_LINEAR), FAINTEST)


def _stroke_width(mask: Gray) -> float:
    """Twice the median distance from the ridge of strokes to their edge."""
    away = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    ridge = (away > 0) & (away >= cv2.dilate(away, np.ones((3, 3), np.uint8)) - 1e-3)
    return 2.0 * float(np.median(away[ridge]))


def odd(side: float) -> int:
    """The next odd side of a window, 3 at least."""
    return max(3, int(side) | 1)
