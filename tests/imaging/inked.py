"""Ink given by hand, as `find_page_ink` would have found it."""

import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import PageInk, as_page, find_page_ink
from digitlens.types import Gray, Pixels


def inked(soft: Gray, stroke: float = 4.0, noise: float = 7.0) -> PageInk:
    """Ink as soft as it is drawn, 0 to 255, uint8 (H, W): half ink and more is in the mask."""
    return PageInk(
        grey=np.asarray(255 - soft, np.uint8),
        soft=soft,
        noise=np.full(soft.shape, noise, np.float32),
        mask=(soft >= 128).astype(np.uint8),
        stroke=stroke,
        dark=True,
        certainty=1.0,
        to_picture=np.eye(2, 3),
        size=(soft.shape[1], soft.shape[0]),
    )


def found(picture: Pixels, ink_is_dark: bool | None = None) -> PageInk:
    """The ink of a picture as it lies."""
    page, to_picture = as_page(picture)
    return find_page_ink(page, to_picture, (picture.shape[1], picture.shape[0]), ink_is_dark)


def blank(height: int, width: int) -> Gray:
    return np.zeros((height, width), np.uint8)


def bars(shape: tuple[int, int], *boxes: tuple[int, int, int, int], level: int = 255) -> Gray:
    """Full boxes: left, top, width, height."""
    soft = blank(*shape)
    for x, y, w, h in boxes:
        soft[y : y + h, x : x + w] = level
    return soft


def likeness(one: NDArray[np.generic], other: NDArray[np.generic]) -> float:
    """Intersection over union of two masks, 0 to 1."""
    first, second = one.astype(bool), other.astype(bool)
    return float(np.count_nonzero(first & second) / max(1, np.count_nonzero(first | second)))
