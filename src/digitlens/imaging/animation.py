"""Animations are read by one frame: the first that shows anything, for many begin with an empty one."""

from contextlib import suppress

import numpy as np
from PIL import Image

from digitlens.imaging.formats import MAX_FRAMES, MAX_PIXELS
from digitlens.imaging.modes import to_pixels
from digitlens.types import Pixels

__all__ = ["ANIMATIONS", "first_shown"]

ANIMATIONS = frozenset({"GIF", "PNG", "WEBP", "AVIF"})
"""Pillow's names of the formats that may hold an animation. What HEIC and TIFF hold several of are pictures."""

_UNCHANGING = 8  # of 255: a frame that varies by no more, which is what a codec loses, shows nothing


def first_shown(image: Image.Image, shrink: int, first: Pixels) -> Pixels:
    """Pass over the frames of one colour that an animation begins with.

    Args:
        image: the animation, at its first frame.
        shrink: as `digitlens.imaging.modes.to_pixels` takes it.
        first: the first frame, decoded.

    Returns:
        The first frame that shows anything, decoded alike; ``first`` where none does of the `MAX_FRAMES`, or fewer
        that have `MAX_PIXELS` together, that are looked at. Raises whatever Pillow raises on damaged data.
    """
    if not getattr(image, "is_animated", False) or _shows(first):
        return first
    enough = max(2, min(MAX_FRAMES, MAX_PIXELS // (image.width * image.height)))
    with suppress(EOFError):  # there are no more
        for index in range(1, enough):
            image.seek(index)
            if _shows(pixels := to_pixels(image, shrink)):
                return pixels
    return first


def _shows(pixels: Pixels) -> bool:
    return bool((np.ptp(pixels, axis=(0, 1)) > _UNCHANGING).any())
