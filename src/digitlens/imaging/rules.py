"""Ruled and squared paper: lines that go on where no stroke does are taken away, strokes that cross them stay."""

import cv2
import numpy as np

from digitlens.types import Gray

__all__ = ["rules"]

FINE = 40  # pixels of a digit's height at which rules are looked for
LONGER = 1.8  # heights of a digit: no stroke is straight for longer
SHORTEST = 40  # pixels, however low the digits seem
SPAN = 0.45  # of the page's side that a rule spans at least,
SPAN_DIGITS = 3.5  # and as many heights of a digit,
WHOLE = 0.97  # or the whole side: then there must be several, for a few large digits may fill the page
SEVERAL = 3
MOST = 0.65  # of the page: more is texture, not rules
THICKEST = 0.4  # heights of a digit: thicker is a bar, or a shadow's edge
BLUR = 6  # pixels by which a rule seems thicker than it is
STEEPEST = 0.15  # by which rules lean: about 9 degrees
CALM = 12  # parts of the length along which noise is smoothed away: it would hide how dark a rule is
GAP = 9  # pixels of a rule that may be missing
FAINTEST = 7  # levels of ink: noise is never straight, so that this is enough


def rules(smooth: Gray, mask: Gray, stroke: float) -> tuple[Gray | None, Gray | None]:
    """How dark level, and upright, rules are at each pixel.

    A grey opening by a long line keeps nothing but what is straight for that long, as dark as it is throughout.

    Args:
        smooth: the ink, 0 to 255, uint8 (H, W).
        mask: 1 where there is ink, rules and all, uint8 (H, W).
        stroke: the usual width of a stroke, pixels.

    Returns:
        0 to 255, uint8 (H, W) each; None where there are none.
    """
    height = _digit_height(mask, stroke)
    step = max(1, int((max(mask.shape) / 4 if height is None else height) / FINE))
    pooled = cv2.dilate(smooth, np.ones((step, step), np.uint8))  # so that the thinnest rule is still there
    coarse = pooled[::step, ::step]
    height = None if height is None else height / step
    found = []
    for upright in (False, True):
        seen = np.ascontiguousarray(coarse.T if upright else coarse)
        ruled = _level_rules(np.asarray(seen, np.uint8), stroke / step, height)
        if ruled is not None:
            ruled = np.ascontiguousarray(ruled.T) if upright else ruled
            ruled = np.asarray(
                cv2.resize(ruled, smooth.shape[::-1], interpolation=cv2.INTER_NEAREST), np.uint8
            )
        found.append(ruled)
    return found[0], found[1]


def _digit_height(mask: Gray, stroke: float) -> float | None:
    """The median height of pieces of ink that digits could be, None where there are none."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    width, height = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    digits = (height >= 4 * stroke) & (width <= 1.5 * height) & (height <= 0.9 * mask.shape[0])
    return float(np.median(height[digits])) if digits.any() else None


def _level_rules(smooth: Gray, stroke: float, height: float | None) -> Gray | None:
    """How dark the level rules are at each pixel, uint8 (H, W); None where there are none."""
    width = smooth.shape[1]
    length = int(max(0.5 * width if height is None else LONGER * height, SHORTEST))
    if length >= width:
        return None
    straight = _straight(smooth, length)
    thickest = int(max(2 * stroke, THICKEST * (height or 0.0)) + BLUR)
    thick = cv2.morphologyEx(straight, cv2.MORPH_OPEN, np.ones((thickest, 1), np.uint8))
    thin = np.asarray(cv2.subtract(straight, thick), np.uint8)
    found = (thin >= FAINTEST).astype(np.uint8)
    joined = cv2.dilate(found, np.ones((1, GAP), np.uint8))
    count, marked = cv2.connectedComponents(joined, connectivity=8)
    labels = np.asarray(marked, np.int32)
    columns, ids = np.nonzero(found)[1], labels[found > 0]
    first, last = np.full(count, width), np.zeros(count, np.int64)
    np.minimum.at(first, ids, columns)
    np.maximum.at(last, ids, columns)
    span = last + 1 - first
    ruled = span >= WHOLE * width
    if np.count_nonzero(ruled) < SEVERAL:
        ruled[:] = False
    if height is not None:
        ruled |= span >= max(SPAN * width, SPAN_DIGITS * height)
    ruled[0] = False
    taken = ruled[labels] & (found > 0)
    if not taken.any() or taken.mean() > MOST:
        return None
    return np.where(taken, thin, np.uint8(0))


def _straight(smooth: Gray, length: int) -> Gray:
    """What is straight for a length along a nearly level line, and how dark, uint8 (H, W).

    A line leans by no more than its thickness, three pixels as it is seen here, until it is lost: so the page is
    sheared by steps of as much.
    """
    height, width = smooth.shape
    calm = cv2.blur(smooth, (max(1, length // CALM), 1))
    thick = cv2.dilate(calm, np.ones((3, 1), np.uint8))
    most = int(STEEPEST * length / 3)
    found = np.zeros_like(smooth)
    for step in range(-most, most + 1):
        slope = 3 * step / length
        sheared = np.array([[1, 0, 0], [slope, 1, max(0.0, -slope * width)]])
        size = width, height + int(abs(slope) * width) + 1
        leant = cv2.warpAffine(thick, sheared, size, flags=cv2.INTER_NEAREST) if step else thick
        opened = cv2.morphologyEx(leant, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
        if step:
            opened = cv2.warpAffine(
                opened, sheared, (width, height), flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
            )
        found = np.maximum(found, opened)
    return found
