"""Grayscale: the lightness of a picture, one channel of it."""

import cv2
import numpy as np

from digitlens.types import Gray, Pixels

__all__ = ["to_grayscale"]


def to_grayscale(picture: Pixels) -> Gray:
    """Return the lightness of a picture, uint8 (H, W) grey or (H, W, 3) RGB, as uint8 (H, W)."""
    return picture if picture.ndim == 2 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
