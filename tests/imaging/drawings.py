"""Pictures of digits drawn by our own code: dark pens on light paper unless told otherwise."""

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

STROKES = {
    "0": [[(50, 10), (28, 25), (22, 50), (28, 75), (50, 90), (72, 75), (78, 50), (72, 25), (50, 10)]],
    "1": [[(50, 10), (50, 90)]],
    "2": [[(25, 30), (35, 12), (60, 10), (72, 28), (60, 52), (25, 88), (76, 88)]],
    "4": [[(60, 90), (60, 10), (20, 62), (80, 62)]],
    "5": [[(30, 15), (28, 45), (60, 45), (74, 65), (55, 90), (26, 82)], [(34, 12), (74, 12)]],
    "7": [[(22, 12), (76, 12), (42, 90)]],
}


def ink_of(digit: str, side: int = 200, pen: int = 12) -> Image:
    """A digit as ink, 0 paper to 255 ink, uint8 (side, side)."""
    ink = np.zeros((side, side), np.uint8)
    for stroke in STROKES[digit]:
        points = (np.array(stroke) * (side * 16 / 100)).astype(np.int32)
        cv2.polylines(ink, [points], False, 255, pen, cv2.LINE_AA, shift=4)
    return ink


def on_paper(ink: Image, paper: tuple[int, ...] = (255,), pen: tuple[int, ...] = (0,)) -> Image:
    """Ink of a colour on paper of another: uint8 (H, W) or (H, W, 3)."""
    share = ink.astype(np.float64)[..., None] / 255
    picture = np.array(paper) * (1 - share) + np.array(pen) * share
    return np.rint(picture).astype(np.uint8).squeeze()


def away(first: Image, second: Image) -> float:
    """How far two framed glyphs are apart: their mean absolute difference by their mean level, 0 alike.

    The centre of mass is put on a whole pixel, so one may rightly lie a pixel beside the other.
    """
    moved = [np.roll(first, (down, right), (0, 1)) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    difference = min(np.abs(image.astype(float) - second).mean() for image in moved)
    return float(difference / max(1.0, first.mean(), second.mean()))
