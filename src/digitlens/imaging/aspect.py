"""Pictures whose pixels are not square, as a fax's, made so: what their files say of it, and the stretching."""

from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageFile

from digitlens.types import Pixels

__all__ = ["pixel_aspect", "squared"]

MOST_STRETCH = 4.0
"""A pixel this many times as high as it is wide, or as wide as it is high, is believed; beyond it a file is wrong."""

LEAST_STRETCH = 1.1
"""Below this a picture is left as it is: handwriting varies by more, and a stretched picture is a blurred one."""

_ORIENTATION, _X_RESOLUTION, _Y_RESOLUTION = 274, 282, 283  # TIFF tags; whatever the unit, it is that of both
_ON_ITS_SIDE = (5, 6, 7, 8)  # orientations; Pillow turns a TIFF upright while it decodes it


def pixel_aspect(image: Image.Image) -> float:
    """Tell how many times as high as it is wide a pixel is, above 2 in a coarse fax, of a file not decoded yet.

    Told by the resolutions across and down that a TIFF, PNG, JPEG or BMP may have. They count where both are given
    in the same unit and the aspect is plausible, from 1 / `MOST_STRETCH` to `MOST_STRETCH`; a PNG or TIFF may
    give them in no unit. A JPEG in no unit is not believed: some programs write the aspect there, some its inverse.
    Nor is an image that
    no file was just opened as, for those that work on images resize them and keep what the file said.

    Returns:
        1.0 where pixels are square, nearly so (`LEAST_STRETCH`), or nobody knows.
    """
    if not isinstance(image, ImageFile.ImageFile):
        return 1.0
    try:
        across, down = map(float, _resolution(image))
        aspect = across / down if across > 0 and down > 0 else 1.0
    except Exception:  # a damaged field says nothing about the pixels
        return 1.0
    return (
        aspect
        if 1 / MOST_STRETCH <= aspect <= MOST_STRETCH and not 1 / LEAST_STRETCH < aspect < LEAST_STRETCH
        else 1.0
    )


def _resolution(image: ImageFile.ImageFile) -> Any:
    """Across and down, in any unit."""
    if image.format == "TIFF":  # by its tags: what Pillow makes of them stays from page to page
        tags = getattr(image, "tag_v2", {})
        resolution = tags.get(_X_RESOLUTION, 0), tags.get(_Y_RESOLUTION, 0)
        return resolution[::-1] if tags.get(_ORIENTATION) in _ON_ITS_SIDE else resolution
    if image.format == "PNG" and "aspect" in image.info:
        return image.info["aspect"]
    return image.info.get("dpi", (1, 1)) if image.format in ("PNG", "JPEG", "BMP") else (1, 1)


def squared(pixels: Pixels, aspect: float, most: int) -> tuple[Pixels, tuple[float, float]]:
    """Stretch a picture until its pixels are square.

    The coarse axis is stretched, so that nothing is lost; where that would make too many pixels, the fine one shrinks.

    Args:
        pixels: uint8, (H, W) or (H, W, 3).
        aspect: how many times as high as it is wide a pixel is.
        most: pixels that the picture may have.

    Returns:
        The picture, and by how much it was stretched across and down.
    """
    if aspect == 1.0:
        return pixels, (1.0, 1.0)
    height, width = pixels.shape[:2]
    grown = height * width * max(aspect, 1 / aspect) <= most
    taller = (aspect > 1) == grown
    size = (width, max(1, round(height * aspect))) if taller else (max(1, round(width / aspect)), height)
    stretched = cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR if grown else cv2.INTER_AREA)
    return np.asarray(stretched, np.uint8), (size[0] / width, size[1] / height)
