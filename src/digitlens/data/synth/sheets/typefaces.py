"""Printed characters: OpenCV's typefaces and that of Pillow."""

from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pictures
from PIL import ImageDraw, ImageFont

from digitlens.data.synth.negatives import FONTS
from digitlens.data.synth.sheets.pens import ink_box

__all__ = ["TYPEFACES", "character", "typeset"]

TYPEFACES = (*FONTS, cv2.FONT_HERSHEY_PLAIN)
"""Of OpenCV; the number after the last of them stands for Pillow's."""

Image = NDArray[np.uint8]


@cache
def character(symbol: str, font: int) -> tuple[Image, float, float]:
    """Draw a character; its height and how far it hangs below the baseline, in heights of a digit."""
    canvas, zero = typeset(symbol, font), typeset("0", font)
    x, y, w, h = ink_box(canvas)
    _, top, _, unit = ink_box(zero)
    return canvas[y : y + h, x : x + w], h / unit, (y + h - top - unit) / unit


@cache
def typeset(text: str, font: int) -> Image:
    """Set text in a typeface on a canvas whose baseline is row 90."""
    if font >= len(TYPEFACES):
        face = ImageFont.load_default(84)
        picture = Pictures.new("L", (int(face.getlength(text)) + 40, 140))
        ImageDraw.Draw(picture).text((20, 90), text, 255, face, anchor="ls")
        return np.asarray(picture, np.uint8)
    size = 5.0 if TYPEFACES[font] == cv2.FONT_HERSHEY_PLAIN else 2.6
    (width, _), _ = cv2.getTextSize(text, TYPEFACES[font], size, 5)
    canvas: NDArray[Any] = np.zeros((140, width + 40), np.uint8)
    cv2.putText(canvas, text, (20, 90), TYPEFACES[font], size, 255, 5, cv2.LINE_AA)
    return np.asarray(canvas, np.uint8)
