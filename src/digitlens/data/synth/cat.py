"""A picture of a cat: what is no sheet of any form, and must be refused."""

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["draw_cat"]


def draw_cat(rng: np.random.Generator, side: int = 1400) -> NDArray[np.uint8]:
    """Draw the head of a cat before a carpet: uint8 (side, side, 3), RGB."""
    carpet = rng.normal(0, 1, (side // 20, side // 20, 3)).astype(np.float32)
    carpet = 130 + 35 * cv2.resize(carpet, (side, side), interpolation=cv2.INTER_CUBIC)
    picture: NDArray = np.clip(carpet, 0, 255).astype(np.uint8)
    fur = rng.integers(60, 200, 3).tolist()
    dark = [shade // 3 for shade in fur]

    def at(across: float, down: float) -> tuple[int, int]:
        return round(side * (across + rng.normal(0, 0.01))), round(side * (down + rng.normal(0, 0.01)))

    for left in (-1, 1):
        ear = np.array([at(0.5 + left * 0.32, 0.42), at(0.5 + left * 0.28, 0.12), at(0.5 + left * 0.08, 0.3)])
        cv2.fillPoly(picture, [ear.astype(np.int32)], fur)
    cv2.ellipse(picture, at(0.5, 0.55), (side // 3, side * 3 // 10), 0, 0, 360, fur, -1)
    for left in (-1, 1):
        eye = at(0.5 + left * 0.13, 0.48)
        cv2.ellipse(picture, eye, (side // 18, side // 28), 0, 0, 360, (190, 220, 90), -1)
        cv2.ellipse(picture, eye, (side // 90, side // 30), 0, 0, 360, (10, 10, 10), -1)
        for hair in range(3):
            start, end = at(0.5 + left * 0.08, 0.63), at(0.5 + left * 0.42, 0.58 + 0.05 * hair)
            cv2.line(picture, start, end, dark, 3, cv2.LINE_AA)
        lip = at(0.5 + left * 0.05, 0.68)
        cv2.ellipse(picture, lip, (side // 20, side // 30), 0, 0, 180, dark, 4, cv2.LINE_AA)
    for stripe in range(5):
        start, end = at(0.4 + 0.05 * stripe, 0.28), at(0.42 + 0.04 * stripe, 0.37)
        cv2.line(picture, start, end, dark, side // 60, cv2.LINE_AA)
    nose = np.array([at(0.46, 0.6), at(0.54, 0.6), at(0.5, 0.65)], np.int32)
    cv2.fillPoly(picture, [nose], (200, 120, 130))
    return picture
