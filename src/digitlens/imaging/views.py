"""Other ways to look at a framed glyph: narrower, wider, turned a little to either side."""

import cv2
import numpy as np

from digitlens.imaging.framing import CENTRE, GLYPH_SIDE, INK_FROM
from digitlens.types import Gray

__all__ = ["views"]

# Width against height, and degrees clockwise; chosen on worn glyphs held back from training.
WAYS = ((0.78, 0.0), (1.25, 0.0), (1.0, 9.0), (1.0, -9.0))
LARGEST = 1.25  # times by which a view may enlarge, so that its longer side is 20 again


def views(frame: Gray) -> Gray:
    """A framed glyph, uint8 (28, 28), seen in other ways, each framed again: uint8 (4, 28, 28)."""
    x, y, w, h = cv2.boundingRect((frame >= INK_FROM).astype(np.uint8))
    if w == 0:
        return np.stack([frame] * len(WAYS))
    moments = cv2.moments(frame)
    middle = np.array([moments["m10"], moments["m01"]]) / moments["m00"]
    corners = np.array([[x, y], [x + w, y], [x, y + h], [x + w, y + h]]) - middle
    seen = []
    for wide, degrees in WAYS:
        cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
        way = np.array([[cos, -sin], [sin, cos]]) * (wide, 1.0)
        way *= min(LARGEST, GLYPH_SIDE / float(np.ptp(corners @ way.T, axis=0).max()))
        there = np.column_stack([way, CENTRE - way @ middle])
        seen.append(np.asarray(cv2.warpAffine(frame, there, frame.shape, flags=cv2.INTER_LINEAR), np.uint8))
    return np.stack(seen)
