"""Binarise a picture: from its pixels to the ink of its glyph, whatever the pen, the paper and the light."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.imaging.background import COARSE_SIDE, Thumbnail, estimate_illumination, shrink, thumbnail
from digitlens.imaging.components import box_components, glyph_components
from digitlens.types import Box, Gray, Pixels

__all__ = ["WORK_SIDE", "Ink", "find_ink", "find_ink_in"]

WORK_SIDE = 256  # pixels of the longer side at which ink is looked for, once it is known where
SMOOTHED_FROM = 100  # longer sides from which noise is smoothed away: below, pixels are as large as strokes
# The three limits that tell blank paper: those with the fewest errors over 6,000 drawn pages, half of them blank,
# half with a training digit, in uneven light, noise, blur and JPEG, that still read a hairline of one pixel on a
# page of 600. No picture used for measuring had a say.
LEAST_CONTRAST = 16  # grey levels, of 255, by which ink must differ from paper
NOISIEST = 0.3  # of ink's contrast: pixels that differ more from their neighbours, on average, are noise
SHARPEST = 0.6  # of ink's contrast: its edges are steeper than this at a coarse thumbnail; shadows are softer


@dataclass(frozen=True, slots=True)
class Ink:
    """The ink found in a picture, or in the part of it that was looked at closely.

    Attributes:
        grey: that part in grey, along the colour in which ink and paper differ most, uint8 (H, W).
        soft: 0 paper to 255 full ink, light evened out, polarity told, uint8 (H, W).
        mask: 255 where there is ink of the glyph, 0 elsewhere, uint8 (H, W); all 0 on blank paper.
        left: where the part begins in the picture, in its pixels.
        top: the same, from above.
        scale: pixels of the picture for one of these.
    """

    grey: Gray
    soft: Gray
    mask: Gray
    left: int
    top: int
    scale: float

    def in_picture(self, x: int, y: int, w: int, h: int) -> Box:
        """A box of the ink as one in pixels of the picture.

        Args:
            x: its left edge, in pixels of the ink, as all four.
            y: its top.
            w: its width.
            h: its height.
        """
        left, top, right, bottom = (round(edge * self.scale) for edge in (x, y, x + w, y + h))
        return Box(self.left + left, self.top + top, right - left, bottom - top)


def find_ink(picture: Pixels) -> Ink:
    """Binarise a picture of one glyph, uint8 (H, W) grey or (H, W, 3) RGB."""
    left, top, region, view = _where_to_look(picture)
    small, scale = shrink(region, WORK_SIDE)
    grey = view.in_grey(small)
    soft = _against_paper(grey, view)
    smooth = np.asarray(cv2.blur(soft, (3, 3)), np.uint8) if max(soft.shape) >= SMOOTHED_FROM else soft
    faint, clear, typical = _ink_levels(smooth)
    if _is_blank(view.grey, soft, typical):
        return Ink(grey, np.zeros_like(grey), np.zeros_like(grey), left, top, scale)
    mask = glyph_components(smooth, faint, clear)
    full = max(1, _quantile(_histogram(soft, mask), 0.95))
    normalised = np.asarray(cv2.convertScaleAbs(soft, alpha=255.0 / full), np.uint8)
    return Ink(grey, normalised, mask, left, top, scale)


def find_ink_in(picture: Pixels, box: tuple[float, float, float, float], ink_is_dark: bool) -> Ink:
    """Find the ink within a bounding box of a picture, of a polarity that is known.

    Args:
        picture: the box and the paper around it, uint8 (H, W) grey or (H, W, 3) RGB.
        box: left, top, width and height in its pixels.
        ink_is_dark: whether ink is darker than paper.
    """
    small, scale = shrink(picture, WORK_SIDE)
    view = thumbnail(small)
    grey = view.in_grey(small)
    soft = _against_paper(grey, view, ink_is_dark)
    faint, clear, _ = _ink_levels(soft)
    x, y, w, h = (side / scale for side in box)
    mask = box_components(soft, faint, clear, (x, y, w, h))
    full = max(1, _quantile(_histogram(soft, mask), 0.95)) if mask.any() else 1
    normalised = np.asarray(cv2.convertScaleAbs(soft, alpha=255.0 / full), np.uint8)
    return Ink(grey, normalised, mask, 0, 0, scale)


def _where_to_look(picture: Pixels) -> tuple[int, int, Pixels, Thumbnail]:
    """The part of a picture that has all the ink and enough paper around it: its left, top, pixels and thumbnail.

    A small digit on a large page is looked at more closely, again and again, until it fills a good part of the
    view: so light, polarity and the widest stroke are judged at the digit's own scale.
    """
    left, top, region = 0, 0, picture
    while True:
        view = thumbnail(region)
        activity = view.activity
        x, y, w, h = cv2.boundingRect((activity > activity.max() // 4).astype(np.uint8))
        margin = 1 + max(w, h) // 2
        box = np.array([x - margin, y - margin, x + w + margin, y + h + margin]).clip(0)
        if w == 0 or view.scale == 1.0 or max(box[2:] - box[:2]) > 0.7 * COARSE_SIDE:
            return left, top, region, view
        x0, y0, x1, y1 = (box * view.scale).astype(int).tolist()
        left, top, region = left + x0, top + y0, region[y0 : y1 + 1, x0 : x1 + 1]


def _against_paper(grey: Gray, view: Thumbnail, ink_is_dark: bool | None = None) -> Gray:
    """Return the contrast of each pixel with paper on ink's side, in grey levels.

    Dark ink takes a share of the light that falls on it, so that it differs less from paper in a shadow.
    """
    light = estimate_illumination(view, ink_is_dark)
    paper = light.background(view.grey)
    if paper.shape != grey.shape:
        paper = cv2.resize(cv2.blur(paper, (3, 3)), grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    if not light.ink_is_dark:
        return np.asarray(cv2.subtract(grey, paper), np.uint8)
    ink = cv2.subtract(paper, grey)
    return np.asarray(cv2.divide(ink, paper, scale=float(paper.max())), np.uint8)


def _ink_levels(ink: Gray) -> tuple[int, int, int]:
    """From which level a pixel is ink if it hangs on clear ink, from which it is clear, and ink's usual level."""
    counts = _histogram(ink)
    levels = np.arange(256)
    typical = int(np.flatnonzero(counts)[-1])
    for _ in range(2):
        typical = _quantile(counts * (levels >= typical / 2), 0.5)
    clear = max(1, typical // 2)
    middle, upper = _quantile(counts[:clear], 0.5), _quantile(counts[:clear], 0.75)
    noise = middle + 4 * (upper - middle)  # 2.7 standard deviations
    return min(clear, max(typical // 12, noise, 1)), clear, typical


def _is_blank(coarse: Gray, ink: Gray, typical: int) -> bool:
    """Tell if what seems ink is too faint, no more than noise, or a change of light without an edge."""
    if typical < LEAST_CONTRAST or cv2.absdiff(ink, cv2.medianBlur(ink, 3)).mean() > NOISIEST * typical:
        return True
    edges = cv2.morphologyEx(coarse, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return bool(edges.max() < SHARPEST * typical)


def _histogram(image: Gray, mask: Gray | None = None) -> NDArray[np.float64]:
    """Count each of the 256 levels."""
    return cv2.calcHist([image], [0], mask, [256], [0, 256]).ravel().astype(np.float64)


def _quantile(counts: NDArray[np.float64], share: float) -> int:
    """The level up to which a share of a histogram lies."""
    total = np.cumsum(counts)
    return int(np.searchsorted(total, share * total[-1]))
