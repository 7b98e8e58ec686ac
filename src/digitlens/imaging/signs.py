"""Signs that people write between digits, told by their shape and their place on the line."""

from typing import Literal

import cv2
import numpy as np

from digitlens.imaging.pieces import Boxes
from digitlens.types import Gray

__all__ = ["Sign", "is_slash", "lean", "mark"]

Sign = Literal[".", ",", "-", "/"]

THIN = 5.0  # a stroke is straight if it is so many times longer than thick, by its second moments
# A slash is taller than the digits beside it, and leans to the right by so many degrees: the taller, the fewer.
SLASHES = ((1.18, 9.0), (1.5, 3.0))
SMALL = 0.55  # of the digits' height: a mark is lower
FLAT = 1.6  # times wider than high: a dash, unless it stands as low as a dot
TAIL = 0.28  # of the digits' height: a dot is lower than that, a comma higher


def lean(ink: Gray) -> float | None:
    """By how many degrees a straight stroke leans to the right of upright; None where the ink is no straight stroke.

    Args:
        ink: 0 to 255, uint8 (h, w).
    """
    moments = cv2.moments(ink)
    if not moments["m00"]:
        return None
    spread = (
        np.array([[moments["mu20"], moments["mu11"]], [moments["mu11"], moments["mu02"]]]) / moments["m00"]
    )
    (thick, long), axes = np.linalg.eigh(spread + np.eye(2) / 12)  # a pixel has a width of its own
    if long < THIN**2 * thick:
        return None
    across, down = axes[:, 1] * np.copysign(1.0, -axes[1, 1])  # upwards
    return float(np.rad2deg(np.arctan2(across, -down)))


def is_slash(box: Boxes, leaning: float | None, digits: Boxes) -> bool:
    """Whether a straight stroke between digits is a slash rather than a 1: it leans, and reaches beyond them.

    Args:
        box: its left, top, width and height, (4,).
        leaning: its `lean`.
        digits: the boxes of the digits nearest to it, (N, 4).
    """
    if leaning is None or not len(digits):
        return False
    top, bottom = np.median(digits[:, 1]), np.median(digits[:, 1] + digits[:, 3])
    beyond = box[1] < top and box[1] + box[3] > bottom
    return beyond and any(box[3] >= taller * (bottom - top) and leaning >= least for taller, least in SLASHES)


def mark(box: Boxes, digits: Boxes) -> Sign | None:
    """What a small piece of ink beside digits is: a point, a comma, a dash; None where it is none of them.

    Args:
        box: its left, top, width and height, (4,).
        digits: the boxes of the digits nearest to it, (N, 4).
    """
    top, bottom = float(np.median(digits[:, 1])), float(np.median(digits[:, 1] + digits[:, 3]))
    height = max(1.0, bottom - top)
    wide, high = box[2] / height, box[3] / height
    middle = (box[1] + box[3] / 2 - top) / height
    if high > SMALL or wide > 1.2:
        return None
    if wide >= FLAT * high and 0.2 < middle < 0.75 and wide > 0.25:
        return "-"
    if middle < 0.55 or box[1] > bottom + 0.3 * height:
        return None
    return "," if high > TAIL and high > wide else "."
