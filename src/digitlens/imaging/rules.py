"""Ruled and squared paper: lines that go on where no stroke does are taken away, strokes that cross them stay."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.types import Gray

__all__ = ["without_rules"]

LONGER = 1.8  # heights of a digit: no stroke is straight for longer
SPAN = 0.5  # of the page's side that a rule spans at least
WHOLE = 0.9  # ... where it is not known how high digits are: a few large ones may fill the page
THICKER = 1.3  # than the pen: a rule is no thicker


def without_rules(smooth: Gray, least: NDArray[np.float32], mask: Gray, stroke: float) -> Gray:
    """Take ruled lines, level and upright, out of the ink.

    A grey opening by a long line keeps nothing but what is straight for that long, and at each pixel as dark as it
    is; that much is taken off the ink (Gatos et al., 2006, find lines likewise). Where the pen is as dark as the
    rule, the crossing is lost with it, and mended from what stands on both sides.

    Args:
        smooth: the ink, 0 to 255, uint8 (H, W).
        least: from which level a pixel is ink, (H, W).
        mask: 1 where it is, uint8 (H, W).
        stroke: the usual width of a stroke, pixels.

    Returns:
        The mask without rules, uint8 (H, W).
    """
    height = _digit_height(mask, stroke)
    level = _rules(smooth, least, stroke, height)
    upright = _rules(*(np.ascontiguousarray(part.T) for part in (smooth, least)), stroke, height)
    for rules, window in ((level, (1, 0)), (None if upright is None else upright.T, (0, 1))):
        if rules is None:
            continue
        left = (cv2.subtract(smooth, np.ascontiguousarray(rules)) > least).astype(np.uint8) & mask
        gap = 2 * int(1.5 * stroke + 2) + 1
        across = np.ones((gap, 1) if window == (1, 0) else (1, gap), np.uint8)
        mask = np.asarray(cv2.morphologyEx(left, cv2.MORPH_CLOSE, across), np.uint8) & mask
    return mask


def _digit_height(mask: Gray, stroke: float) -> float | None:
    """The median height of pieces of ink that digits could be, None where there are none."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    width, height = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    digits = (height >= 4 * stroke) & (width <= 1.5 * height) & (height <= 0.9 * mask.shape[0])
    return float(np.median(height[digits])) if np.count_nonzero(digits) >= 1 else None


def _rules(smooth: Gray, least: NDArray[np.float32], stroke: float, height: float | None) -> Gray | None:
    """How dark the level rules are at each pixel, uint8 (H, W); None where there are none."""
    _, width = smooth.shape
    length = int(max(0.5 * width if height is None else LONGER * height, 15))
    if length >= width:
        return None
    thick = cv2.dilate(smooth, np.ones((3, 1), np.uint8))  # a rule that leans a little still holds the line
    straight = np.asarray(cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, length), np.uint8)), np.uint8)
    found = (straight > least).astype(np.uint8)
    joined = cv2.dilate(found, np.ones((1, length), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    area = np.bincount(labels[found > 0], minlength=count)
    span = stats[:, cv2.CC_STAT_WIDTH] - length
    least_span = (WHOLE if height is None else SPAN) * width - length * (height is None)
    rules = (span >= least_span) & (area <= (THICKER * stroke + 3) * span)
    rules[0] = False
    if not rules.any():
        return None
    return np.where(rules[labels], straight, np.uint8(0))
