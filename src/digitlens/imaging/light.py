"""Even light: a picture of paper as if the paper were white everywhere."""

import cv2
import numpy as np

from digitlens.types import Gray

__all__ = ["even_light"]


def even_light(grey: Gray) -> Gray:
    """The picture as if its paper were white everywhere, uint8 (H, W)."""
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // 8), max(1, height // 8)), interpolation=cv2.INTER_AREA)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    paper = cv2.resize(cv2.blur(closed, (5, 5)), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, np.maximum(paper, 16), scale=255), np.uint8)
