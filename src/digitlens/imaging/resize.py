"""Scaling pictures down by area averaging."""

import cv2
import numpy as np

from digitlens.types import Pixels

__all__ = ["shrink_to"]


def shrink_to(picture: Pixels, size: tuple[int, int]) -> Pixels:
    """Scale a picture down by area averaging.

    Halving is several times as fast as any other factor, so a picture four times as large or more is halved first,
    but for an odd last row or column.

    Args:
        picture: uint8 (H, W) or (H, W, 3).
        size: width and height of what comes back, not larger than the picture.
    """
    width, height = size
    while picture.shape[1] >= 4 * width and picture.shape[0] >= 4 * height:
        half = picture.shape[1] // 2, picture.shape[0] // 2
        even = picture[: 2 * half[1], : 2 * half[0]]
        picture = np.asarray(cv2.resize(even, half, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
