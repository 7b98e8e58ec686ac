"""Strips of text lines: a line cut out of a page along its middle, straightened, its glyphs of one height."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["STRIP_BEYOND", "STRIP_GLYPH", "STRIP_HEIGHT", "TextStrip", "text_strip"]

STRIP_HEIGHT = 56
"""Pixels of a strip, from top to bottom."""

STRIP_GLYPH = 32.0
"""Pixels of a usual glyph in it."""

STRIP_BEYOND = 1.5
"""Heights of a glyph that strips go on beyond what was found of their line, in training as in reading."""

TALL_ENOUGH = 0.6
"""Heights of a usual glyph from which one tells where the middle of its line is; points and dashes do not."""

STIFF = 1.5
"""Heights of a glyph over which the middle of a line is averaged."""


@dataclass(frozen=True, eq=False)
class TextStrip:
    """A line, straightened.

    Attributes:
        contrast: float32 (`STRIP_HEIGHT`, W).
        left: where it begins, in pixels of the page.
        scale: pixels of it for one of the page.
        middle: the height of the line's middle on the page above each of its columns, (W,).
    """

    contrast: NDArray[np.float32]
    left: float
    scale: float
    middle: NDArray[np.float64]


def text_strip(
    contrast: NDArray[np.float32], boxes: NDArray[np.floating], height: float, beyond: float
) -> TextStrip:
    """Cut a line out of a page.

    Args:
        contrast: the page as `local_contrast` gives it, float32 (H, W).
        boxes: of glyphs on the line, from left to right, in its pixels, (N, 4), one at least.
        height: of a usual glyph on the line, pixels.
        beyond: heights of a glyph that the strip goes on beyond the outer boxes.
    """
    left = float(boxes[:, 0].min()) - beyond * height
    right = float((boxes[:, 0] + boxes[:, 2]).max()) + beyond * height
    scale = STRIP_GLYPH / height
    columns = left + (np.arange(max(8, round((right - left) * scale))) + 0.5) / scale
    middle = _middle(boxes, height, columns)
    rows = (np.arange(STRIP_HEIGHT) + 0.5 - STRIP_HEIGHT / 2) / scale
    x = np.broadcast_to(columns - 0.5, (STRIP_HEIGHT, len(columns))).astype(np.float32)
    y = (middle[None] + rows[:, None] - 0.5).astype(np.float32)
    seen = contrast if scale > 0.5 else cv2.GaussianBlur(contrast, (0, 0), 0.5 / scale)
    cut = cv2.remap(seen, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(0.0,))
    return TextStrip(np.asarray(cut, np.float32), left, scale, middle)


def _middle(boxes: NDArray[np.floating], height: float, columns: NDArray[np.floating]) -> NDArray[np.float64]:
    """The height of a line's middle at each of the columns: a straight line, and how glyphs stray from it."""
    tall = boxes[boxes[:, 3] >= TALL_ENOUGH * height]
    if not len(tall):
        tall = boxes
    x, y = (tall[:, :2] + tall[:, 2:] / 2).astype(float).T
    slope = np.polyfit(x, y, 1)[0] if np.ptp(x) > 2 * height else 0.0
    away = y - slope * (x - x.mean()) - y.mean()
    knots = np.arange(columns[0], columns[-1] + height, height / 2)
    weights = np.exp(-(((knots[:, None] - x[None]) / (STIFF * height)) ** 2)) + 1e-9
    stray = (weights @ away) / weights.sum(axis=1)
    return y.mean() + slope * (columns - x.mean()) + np.interp(columns, knots, stray)
