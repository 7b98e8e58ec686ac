"""Frame the glyph in a bounding box of a page: the same ink finder as for a picture of one glyph, kept to the box."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.imaging.framing import FRAME_SIDE, cut_out, frame_ink
from digitlens.imaging.ink import find_ink_in
from digitlens.types import Gray, Pixels

__all__ = ["dark_ink_votes", "frame_box"]

CROP_MARGIN = 0.35  # of the longer side of a box: the paper around a glyph by which its ink is judged

Boxes = NDArray[np.floating]


def frame_box(picture: Pixels, box: NDArray[np.floating], ink_is_dark: bool) -> Gray:
    """Frame what a bounding box of a page holds, uint8 (28, 28); all black where there is no ink in it.

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) RGB.
        box: left, top, width and height in its pixels, (4,).
        ink_is_dark: whether ink is darker than paper there.
    """
    x, y, w, h = box.tolist()
    margin = 2 + CROP_MARGIN * max(w, h)
    height, width = picture.shape[:2]
    left, top = max(0, int(x - margin)), max(0, int(y - margin))
    right, bottom = min(width, int(x + w + margin) + 1), min(height, int(y + h + margin) + 1)
    if right - left < 2 or bottom - top < 2:
        return np.zeros((FRAME_SIDE, FRAME_SIDE), np.uint8)
    ink = find_ink_in(picture[top:bottom, left:right], (x - left, y - top, w, h), ink_is_dark)
    x, y, w, h = cv2.boundingRect(ink.mask)
    return frame_ink(cut_out(ink, x, y, w, h)) if w else np.zeros((FRAME_SIDE, FRAME_SIDE), np.uint8)


def dark_ink_votes(contrast: NDArray[np.float32], boxes: Boxes) -> NDArray[np.float32]:
    """Sum the contrast in each box towards dark, less that towards light, (N,).

    Ink is what differs from the median of its box: strokes cover less of a box than paper does.

    Args:
        contrast: a picture as `local_contrast` gives it, float32 (H, W).
        boxes: left, top, width and height in its pixels, (N, 4).
    """
    height, width = contrast.shape
    votes = np.zeros(len(boxes), np.float32)
    for number, (x, y, w, h) in enumerate(boxes.tolist()):
        rows = slice(max(0, int(y) - 1), min(height, int(y + h) + 2))
        columns = slice(max(0, int(x) - 1), min(width, int(x + w) + 2))
        part = contrast[rows, columns]
        if part.size:
            low, middle, high = _quantiles(part, (0.04, 0.5, 0.96))
            votes[number] = (middle - low) - (high - middle)
    return votes


def _quantiles(values: NDArray[np.floating], shares: Sequence[float]) -> NDArray[np.floating]:
    """The values below which so large shares of some lie, as `np.quantile` has them, of few in less time."""
    ordered = np.sort(values, axis=None)
    return np.interp(np.multiply(shares, len(ordered) - 1), np.arange(len(ordered)), ordered)
