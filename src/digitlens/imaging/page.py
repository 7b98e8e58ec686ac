"""The ink of a page: strokes of any width on paper in any light, at a scale at which they can be followed.

`digitlens.imaging.ink` looks for the one glyph that a picture holds; here nothing is known of how many glyphs
there are, how large they are, or where.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.imaging.paper import principal_axis, shrink, without_strokes
from digitlens.imaging.strokes import (
    COARSE_SIDE,
    Inked,
    Levels,
    odd,
    off_rules,
    taken_light,
)
from digitlens.types import Box, Gray, Pixels

__all__ = ["PageInk", "as_page", "find_page_ink", "turn"]

WORK_SIDE = 1400  # pixels of the longer side at which strokes are followed
SMALL_SIDE = 120  # shorter sides below this are enlarged, fourfold at most, so that strokes are pixels wide
LUMA = np.array([[0.299, 0.587, 0.114, 0.0]], np.float32)
CHROMA_GAIN = (
    1.6  # by which a colour must beat lightness: cameras and JPEG blur colour, and give it more noise
)
WIDEST_STROKE = 0.3  # of the shorter side

Matrix = NDArray[np.float64]
"""An affine map, (2, 3), from columns and rows to columns and rows."""


@dataclass(frozen=True, slots=True)
class PageInk:
    """A page at the scale at which it is read, and its ink.

    Attributes:
        grey: the page in grey, ink dark, uint8 (h, w).
        soft: how much of the paper's light each pixel takes, 0 to 255, uint8 (h, w).
        noise: the level that paper's own noise hardly reaches, at least ``FAINTEST``, float32 (h, w).
        mask: 1 where there is ink, uint8 (h, w); all 0 on blank paper.
        stroke: the usual width of a stroke in these pixels.
        dark: whether ink is darker than paper in the picture.
        certainty: how clear that is, 0 (a guess) to 1.
        to_picture: from these pixels to the picture's.
        size: width and height of the picture.
    """

    grey: Gray
    soft: Gray
    noise: Levels
    mask: Gray
    stroke: float
    dark: bool
    certainty: float
    to_picture: Matrix
    size: tuple[int, int]

    def in_picture(self, x: int, y: int, w: int, h: int) -> Box:
        """The smallest upright box of the picture that holds a box of these pixels."""
        corners = np.array([[x, y, 1], [x + w, y, 1], [x, y + h, 1], [x + w, y + h, 1]]) @ self.to_picture.T
        left, top = np.rint(corners.min(axis=0)).clip(0).astype(int).tolist()
        right, bottom = np.minimum(np.rint(corners.max(axis=0)), self.size).astype(int).tolist()
        return Box(left, top, max(1, right - left), max(1, bottom - top))


def as_page(picture: Pixels) -> tuple[Gray, Matrix]:
    """A picture in grey at the scale at which it is read, and the map back to the picture's pixels.

    Args:
        picture: upright, uint8 (H, W) grey or (H, W, 3) RGB.
    """
    height, width = picture.shape[:2]
    page, scale = shrink(picture, WORK_SIDE)
    if (shorter := min(height, width)) < SMALL_SIDE and scale == 1:
        scale = max(0.25, shorter / SMALL_SIDE)
        size = round(width / scale), round(height / scale)
        page = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    if page.ndim == 3:
        page = np.asarray(cv2.transform(page, _contrast_axis(shrink(page, COARSE_SIDE)[0])), np.uint8)
    across, down = width / page.shape[1], height / page.shape[0]
    return page, np.array([[across, 0.0, 0.0], [0.0, down, 0.0]])


def turn(grey: Gray, to_picture: Matrix, degrees: float) -> tuple[Gray, Matrix]:
    """Turn a page clockwise; what comes in at the corners goes on as the edge was."""
    height, width = grey.shape
    angle = np.deg2rad(degrees)
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    wide, high = (round(abs(a * width) + abs(b * height)) for a, b in ((cos, sin), (sin, cos)))
    turning = np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
    middle, new_middle = np.eye(3), np.eye(3)
    middle[:2, 2] = -(width - 1) / 2, -(height - 1) / 2
    new_middle[:2, 2] = (wide - 1) / 2, (high - 1) / 2
    there = new_middle @ turning @ middle
    turned = cv2.warpAffine(
        grey, there[:2], (wide, high), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    half = np.array(
        [[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]]
    )  # OpenCV counts from the middle of pixels
    return np.asarray(turned, np.uint8), to_picture @ half @ np.linalg.inv(there) @ np.linalg.inv(half)


def find_page_ink(
    grey: Gray, to_picture: Matrix, size: tuple[int, int], ink_is_dark: bool | None = None
) -> PageInk:
    """Find the ink of a page.

    Paper is what a closing wider than the strokes leaves (a black-hat transform: Serra 1982); a pixel is ink where
    it takes enough light compared with the ink around it and with the noise of the paper there, so that a faint
    pencil and a marker can stand on one page, in light and in shadow.

    Args:
        grey: the page, from `as_page` or `turn`.
        to_picture: the map that came with it.
        size: width and height of the picture.
        ink_is_dark: whether ink is darker than paper, None to find out.
    """
    coarse, scale = shrink(grey, COARSE_SIDE)
    dark_pen, light_pen = _pen(coarse)
    share = _share_of_paper(coarse, max(dark_pen, light_pen))
    if ink_is_dark is None:
        ink_is_dark = share >= 0.5
    if not ink_is_dark:
        grey = 255 - grey
    stroke = max(1.5, (dark_pen if ink_is_dark else light_pen) * scale / 1.5)
    stroke = Inked.of(taken_light(grey, stroke), stroke).stroke(stroke)
    ink = Inked.of(taken_light(grey, stroke), stroke)
    stroke = ink.stroke(stroke)
    ink = off_rules(ink, stroke)
    certainty = 2 * abs(share - 0.5)
    return PageInk(grey, ink.soft, ink.noise, ink.mask, stroke, ink_is_dark, certainty, to_picture, size)


def _contrast_axis(page: Pixels) -> NDArray[np.float32]:
    """The weights of red, green and blue, (1, 4) with an offset, along which ink and paper differ most.

    Lightness, unless the first principal component of the differences from the surroundings beats it clearly.
    """
    pixels = page.astype(np.float32)
    side = odd(0.15 * max(page.shape[:2]))
    difference = (pixels - cv2.blur(pixels, (side, side))).reshape(-1, 3)
    axis = principal_axis(difference)
    beaten = (difference @ axis[0, :3]).std() < CHROMA_GAIN * (difference @ LUMA[0, :3]).std()
    return LUMA if beaten else axis


def _pen(coarse: Gray) -> tuple[int, int]:
    """The widest stroke of dark, and of light, ink: the window at which what closes has all but grown up.

    A shadow's edge is soft: it counts for no more than the steepest step near it.
    """
    smooth = np.asarray(cv2.GaussianBlur(coarse, (0, 0), 0.7), np.uint8)
    steps = cv2.morphologyEx(smooth, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    windows = [5]
    while windows[-1] * 1.4 < WIDEST_STROKE * min(coarse.shape):
        windows.append(odd(1.4 * windows[-1]))
    steepest = [cv2.dilate(steps, np.ones((side, side), np.uint8)).clip(0, 127) * 2 for side in windows]
    pens, most = [], max(1, coarse.size // 64)
    for operation in (cv2.MORPH_CLOSE, cv2.MORPH_OPEN):
        grown = []
        for side, step in zip(windows, steepest, strict=True):
            found = np.minimum(cv2.absdiff(without_strokes(smooth, operation, (side, side)), smooth), step)
            clearest = np.partition(found, -most, axis=None)[-most:]
            grown.append(float(np.square(clearest, dtype=np.float64).mean()))
        pens.append(windows[int(np.argmax(np.array(grown) >= 0.5 * max(grown)))])
    return pens[0], pens[1]


def _share_of_paper(coarse: Gray, pen: int) -> float:
    """From 0 to 1, how far paper seems to be the lighter side.

    Where there is ink, most pixels are paper; and so are most at the border.
    """
    shares = []
    for side in (odd(2 * pen), odd(min(coarse.shape) / 2)):
        light, dark = (
            without_strokes(coarse, how, (side, side)).astype(np.float64)
            for how in (cv2.MORPH_CLOSE, cv2.MORPH_OPEN)
        )
        apart = light - dark
        weight = np.square(apart) * (apart > 0.35 * apart.max()) + 1e-9
        shares.append(float(((coarse - dark) / np.maximum(apart, 1) * weight).sum() / weight.sum()))
    light_level, dark_level = (
        float((light * weight).sum() / weight.sum()),
        float((dark * weight).sum() / weight.sum()),
    )
    border = np.concatenate([coarse[0], coarse[-1], coarse[:, 0], coarse[:, -1]]).astype(np.float64)
    shares.append(float(((border - dark_level) / max(1.0, light_level - dark_level)).clip(0, 1).mean()))
    return float(np.dot(shares, (0.2, 0.25, 0.55)))
