"""The outline of a sheet of paper in a photograph."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.imaging.grayscale import to_grayscale
from digitlens.types import Pixels

__all__ = ["sheet_outline"]

OUTLINE_SIDE = 320  # pixels of the longer side at which it is looked for
LEAST_COVERED, MOST_COVERED = 0.15, 0.97  # of the picture that a sheet covers, for its outline to be told
STRAIGHT = 0.02  # of its length by which the outline may stray from four straight sides
LIGHT_SHARE = 0.9  # of the four-sided figure that is as light as paper, at least
CLOSED = 9  # pixels of the gaps in it that writing makes


def sheet_outline(picture: Pixels) -> NDArray[np.float64] | None:
    """Find the four corners of a light sheet on darker ground.

    The lighter of two classes of brightness (Otsu, 1979), whose largest region has four straight sides (Douglas and
    Peucker, 1973).

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) RGB.

    Returns:
        The corners in order around it, x and y in shares of the picture's width and height, (4, 2); None where no sheet
        stands out, as where paper fills the picture.
    """
    grey = to_grayscale(picture)
    scale = min(1.0, OUTLINE_SIDE / max(grey.shape))
    size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    small = cv2.GaussianBlur(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), (5, 5), 0)
    _, light = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    light = cv2.morphologyEx(light, cv2.MORPH_CLOSE, np.ones((CLOSED, CLOSED), np.uint8))
    contours, _ = cv2.findContours(light, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))
    corners = cv2.approxPolyDP(hull, STRAIGHT * cv2.arcLength(hull, True), True)[:, 0]
    if len(corners) != 4 or not LEAST_COVERED <= cv2.contourArea(corners) / small.size <= MOST_COVERED:
        return None
    inside = np.zeros_like(light)
    cv2.fillConvexPoly(inside, corners, 1)
    if float((light[inside > 0] > 0).mean()) < LIGHT_SHARE:
        return None
    return corners / np.array(size, float)
