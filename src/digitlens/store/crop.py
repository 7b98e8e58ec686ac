"""The crop of a glyph that a person is shown: its part of the picture, and a little of what is around it."""

import io
from itertools import islice
from math import ceil, floor

from PIL import Image

from digitlens.imaging import Picture, open_pages, shrink_to
from digitlens.store.item import WHOLE_PICTURE
from digitlens.types import Box

__all__ = ["Pages", "crop", "cut"]

CROP_SIDE = 160
"""No side of a crop is longer, in pixels."""

KEPT_MARGIN = 0.4
"""The margin shown on each side of a glyph, as a share of its longer side."""


class Pages:
    """The pages of a picture, opened in order and only as far as they are asked for."""

    def __init__(self, picture: bytes) -> None:
        self._pages = open_pages(picture)
        self._opened = 0
        self._page: Picture | None = None

    def page(self, number: int) -> Picture:
        """Page ``number``, from 1, none before the last one asked for.

        Raises:
            ImageError: it cannot be opened.
            ValueError: there is no such page, or it lies before the last one.
        """
        if number != self._opened:
            ahead = number - self._opened - 1
            self._page = next(islice(self._pages, ahead, None), None) if ahead >= 0 else None
            self._opened = number
        if self._page is None:
            raise ValueError(f"there is no page {number}, or it lies before one that was opened")
        return self._page

    def close(self) -> None:
        """Let go of the file."""
        self._pages.close()


def crop(picture: Picture, box: Box) -> bytes:
    """Cut a box out as `cut` does, into a PNG file."""
    file = io.BytesIO()
    cut(picture, box).save(file, "PNG")
    return file.getvalue()


def cut(picture: Picture, box: Box) -> Image.Image:
    """Cut a box, in pixels of the picture as uploaded, out with a margin; of `WHOLE_PICTURE`, the picture.

    Returns:
        A picture of which no side is longer than `CROP_SIDE` pixels.
    """
    pixels = picture.pixels
    if box != WHOLE_PICTURE:
        height, width = pixels.shape[:2]
        left, top, right, bottom = _around(box, picture.scale, (width, height))
        pixels = pixels[top:bottom, left:right]
    height, width = pixels.shape[:2]
    scale = CROP_SIDE / max(height, width)
    if scale < 1:
        pixels = shrink_to(pixels, (max(1, round(scale * width)), max(1, round(scale * height))))
    return Image.fromarray(pixels)


def _around(box: Box, scale: tuple[float, float], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a box with its margin, in pixels of the picture as opened and within it."""
    margin = KEPT_MARGIN * max(box.w * scale[0], box.h * scale[1])
    left, top = (
        max(0, floor(side * times - margin)) for side, times in zip((box.x, box.y), scale, strict=True)
    )
    right, bottom = (
        min(most, ceil(side * times + margin))
        for side, times, most in zip((box.x + box.w, box.y + box.h), scale, size, strict=True)
    )
    return left, top, right, bottom
