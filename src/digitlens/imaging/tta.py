"""Test-time augmentation: a framed glyph narrower, wider, and turned a little to either side."""

from math import cos, radians, sin

import cv2
import numpy as np

from digitlens.imaging.framing import CENTRE, FRAMED_INK_FROM, GLYPH_SIDE
from digitlens.types import Gray

__all__ = ["tta_views"]

# Width against height, and degrees clockwise; chosen on worn glyphs held back from training.
WAYS = ((0.78, 0.0), (1.25, 0.0), (1.0, 9.0), (1.0, -9.0))
MOST_ENLARGED = 1.25  # times by which a view may enlarge, so that its longer side is 20 again


def tta_views(frame: Gray) -> Gray:
    """A framed glyph, uint8 (28, 28), seen in other ways, each framed again: uint8 (4, 28, 28)."""
    _, _, w, h = cv2.boundingRect((frame >= FRAMED_INK_FROM).astype(np.uint8))
    if w == 0:
        return np.stack([frame] * len(WAYS))
    moments = cv2.moments(frame)
    middle = moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]
    seen = np.empty((len(WAYS), *frame.shape), np.uint8)
    for number, (wide, degrees) in enumerate(WAYS):
        c, s = cos(radians(degrees)), sin(radians(degrees))
        turn = (wide * c, -s), (wide * s, c)
        longest = max(abs(along) * w + abs(across) * h for along, across in turn)
        scale = min(MOST_ENLARGED, GLYPH_SIDE / longest)
        way = [(scale * along, scale * across) for along, across in turn]
        there = [(a, b, CENTRE - a * middle[0] - b * middle[1]) for a, b in way]
        cv2.warpAffine(frame, np.array(there), frame.shape, dst=seen[number], flags=cv2.INTER_LINEAR)
    return seen
