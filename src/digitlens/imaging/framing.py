"""The one framing function: a glyph as MNIST has it, for reading and for training alike."""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.imaging.background import shrink
from digitlens.imaging.ink import WORK_SIDE, Ink, find_ink
from digitlens.types import Box, Gray, Pixels, Step

__all__ = [
    "FRAME_SIDE",
    "GLYPH_SIDE",
    "Frame",
    "are_framed",
    "cut_out",
    "frame",
    "frame_all",
    "frame_each",
    "frame_ink",
    "frame_stack",
    "is_framed",
]

FRAME_SIDE = 28
"""Pixels of a framed glyph's side."""

GLYPH_SIDE = 20
"""Pixels of the longer side of the ink in it."""

CENTRE = 14  # row and column of the centre of mass; over MNIST's 70,000 digits it is 13.5 to 14.5
FRAMED_INK_FROM = 16  # levels from which a pixel of a framed picture is ink
FULL_INK = 192  # a level that framed ink reaches somewhere
MENDING_SCALE = 8  # times finer than a framed glyph is the grid on which strokes are mended
STEEPER = ((np.arange(256) - 32.0) * (255 / 191)).clip(0, 255).astype(np.uint8)  # undoes the blur of scaling
THINNEST = 1.7  # pixels of a framed glyph: thinner strokes are thickened to this


@dataclass(frozen=True, slots=True)
class Frame:
    """A framed glyph.

    Attributes:
        image: white ink on black, uint8 (28, 28); all black where the picture is blank.
        box: where the ink is in the picture, in its pixels; None where the picture is blank.
        steps: the way from the picture to ``image``.
    """

    image: Gray
    box: Box | None
    steps: tuple[Step, ...]


def frame(picture: Pixels) -> Frame:
    """Frame the glyph in a picture: white on black, 28x28, longer side of the ink 20, centre of mass centred.

    This is how MNIST was made (LeCun et al. 1998), so a picture that is framed so already passes unchanged.

    Args:
        picture: upright, uint8 (H, W) grey or (H, W, 3) RGB, any size, ink darker or lighter than paper.
    """
    if picture.shape[:2] == (FRAME_SIDE, FRAME_SIDE):
        image = _grey_only(picture)
        if image is not None and is_framed(image):
            return _as_it_is(image, Box(*cv2.boundingRect((image >= FRAMED_INK_FROM).view(np.uint8))))
    ink = find_ink(picture)
    steps = (
        Step("picture", "Your picture, turned upright.", shrink(picture, WORK_SIDE)[0]),
        Step("grey", "In grey, mixed so that ink and paper differ most.", ink.grey),
        Step("ink", "The ink alone: paper and uneven light taken away.", ink.soft),
    )
    x, y, w, h = cv2.boundingRect(ink.mask)
    if w == 0:
        return Frame(np.zeros((FRAME_SIDE, FRAME_SIDE), np.uint8), None, steps)
    glyph = cut_out(ink, x, y, w, h)
    image = frame_ink(glyph)
    steps += (
        Step("glyph", "One glyph cut out; specks and neighbours left behind.", glyph),
        Step("framed", "Made 20 pixels long and centred in 28x28: this is what the network sees.", image),
    )
    return Frame(image, ink.in_picture(x, y, w, h), steps)


def frame_each(pictures: Gray) -> list[Frame]:
    """`frame` of each of uint8 (N, 28, 28); whether they are framed already is told of all at once."""
    framed, boxes = _look_over(pictures)
    told = zip(pictures, framed.tolist(), boxes.tolist(), strict=True)
    return [_as_it_is(one, Box(*box)) if done else frame(one) for one, done, box in told]


def frame_stack(pictures: Gray) -> tuple[Gray, NDArray[np.intp]]:
    """`frame` of each of uint8 (N, 28, 28), without the steps.

    Returns:
        the images, uint8 (N, 28, 28), and the boxes, x, y, w, h each, (N, 4), all 0 where a picture is blank.
    """
    framed, boxes = _look_over(pictures)
    others = np.flatnonzero(~framed)
    images = pictures.copy() if others.size else pictures
    for i in others:
        found = frame(pictures[i])
        images[i], boxes[i] = found.image, found.box.to_list() if found.box else 0
    return images, boxes


def _as_it_is(image: Gray, box: Box) -> Frame:
    """The frame of a picture that is framed already."""
    return Frame(image, box, (Step("framed", "Framed as the network expects it: nothing to do.", image),))


def frame_ink(glyph: Gray) -> Gray:
    """Frame ink that is cut out already: white on black, uint8 (h, w), any of it; to uint8 (28, 28)."""
    return _centred(_scaled(glyph)) if glyph.any() else np.zeros((FRAME_SIDE, FRAME_SIDE), np.uint8)


def frame_all(pictures: Iterable[Pixels]) -> Gray:
    """Frame many pictures, each uint8 (H, W) or (H, W, 3): their 28x28 images, uint8 (N, 28, 28)."""
    if isinstance(pictures, np.ndarray) and pictures.shape[1:] == (FRAME_SIDE, FRAME_SIDE):
        framed = pictures.copy()
        for i in np.flatnonzero(~are_framed(pictures)):
            framed[i] = frame(pictures[i]).image
        return framed
    return np.stack([frame(picture).image for picture in pictures])


def is_framed(image: Gray) -> bool:
    """Tell if a grey 28x28 picture is normalised: white on black, ink 20 long, centre of mass within 1 of (14, 14)."""
    _, _, w, h = cv2.boundingRect((image >= FRAMED_INK_FROM).astype(np.uint8))
    if max(w, h) != GLYPH_SIDE or image.max() < FULL_INK:
        return False
    x, y = _centre_of_mass(image)
    return abs(x - CENTRE) <= 1 and abs(y - CENTRE) <= 1


def are_framed(images: Gray) -> NDArray[np.bool_]:
    """`is_framed` of each of uint8 (N, 28, 28), all at once: a dataset is judged in a tenth of the time."""
    return _look_over(images)[0]


def _look_over(images: Gray) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """Which of uint8 (N, 28, 28) are framed, (N,), and the boxes around the ink of each: x, y, w, h, (N, 4)."""
    inked = images >= FRAMED_INK_FROM
    (left, width), (top, height) = (_extent(np.asarray(inked.any(axis=axis))) for axis in (1, 2))
    full = images.max(axis=(1, 2)) >= FULL_INK
    columns, rows = (images.sum(axis=axis, dtype=np.uint16) for axis in (1, 2))  # at most 28 * 255
    mass, along = np.maximum(1, rows.sum(axis=1, dtype=np.int64)), np.arange(FRAME_SIDE)
    x, y = (abs(levels @ along / mass - CENTRE) <= 1 for levels in (columns, rows))
    framed = (np.maximum(height, width) == GLYPH_SIDE) & full & x & y
    return framed, np.stack([left, top, width, height], axis=1)


def _extent(inked: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The first inked of each row, (N, 28), and how many there are from it to the last; 0 where none is."""
    first, last = inked.argmax(axis=1), inked.shape[1] - inked[:, ::-1].argmax(axis=1)
    return first, np.where(inked.any(axis=1), last - first, 0)


def _grey_only(picture: Pixels) -> Gray | None:
    """The grey of a picture without colour, None of one with."""
    if picture.ndim == 2:
        return picture
    first = picture[..., 0]
    return first if np.array_equal(picture, np.repeat(first[..., None], 3, axis=2)) else None


def _centre_of_mass(image: Gray) -> tuple[float, float]:
    moments = cv2.moments(image)
    return moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]


def cut_out(ink: Ink, x: int, y: int, w: int, h: int) -> Gray:
    """The glyph's ink within its box, uint8 (h, w), with the soft edges that are as wide as a pixel of the frame.

    Args:
        ink: the ink found in the picture.
        x: the box's left edge, in pixels of the ink, as all four.
        y: its top.
        w: its width, 1 at least.
        h: its height, 1 at least.
    """
    edge = max(w, h) // GLYPH_SIDE
    part = np.s_[y : y + h, x : x + w]
    mask = ink.mask[part]
    if edge:
        mask = cv2.dilate(mask, np.ones((2 * edge + 1, 2 * edge + 1), np.uint8))
    return np.asarray(cv2.bitwise_and(ink.soft[part], mask), np.uint8)


def _scaled(glyph: Gray) -> Gray:
    """Scale a glyph so that its longer side is 20, strokes neither faint nor thinner than MNIST's."""
    height, width = glyph.shape
    longer = max(height, width)
    rows, columns = (max(1, round(side * GLYPH_SIDE / longer)) for side in (height, width))
    method = cv2.INTER_LINEAR if longer < GLYPH_SIDE * MENDING_SCALE else cv2.INTER_AREA
    fine = cv2.resize(glyph, (columns * MENDING_SCALE, rows * MENDING_SCALE), interpolation=method)
    fine = np.asarray(cv2.LUT(fine, STEEPER), np.uint8)
    lacking = THINNEST * MENDING_SCALE - _stroke_width(fine)
    if lacking >= 1:
        side = int(lacking) + 1
        round_pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
        fine = np.asarray(cv2.dilate(fine, round_pen), np.uint8)
    elif longer == GLYPH_SIDE:
        return glyph
    return np.asarray(cv2.resize(fine, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)


def _stroke_width(glyph: Gray) -> float:
    """The mean width of strokes: twice their area by the length of their outline."""
    ink = cv2.copyMakeBorder((glyph >= 128).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    area = cv2.countNonZero(ink)
    outline = area - cv2.countNonZero(cv2.erode(ink, np.ones((3, 3), np.uint8)))
    return 2.0 * area / max(1, outline)


def _centred(glyph: Gray) -> Gray:
    """Lay a glyph of at most 20x20 on 28x28 black with its centre of mass as near (14, 14) as whole pixels allow."""
    x, y = _centre_of_mass(glyph)
    height, width = glyph.shape
    left = min(max(0, round(CENTRE - x)), FRAME_SIDE - width)
    top = min(max(0, round(CENTRE - y)), FRAME_SIDE - height)
    image = np.zeros((FRAME_SIDE, FRAME_SIDE), np.uint8)
    image[top : top + height, left : left + width] = glyph
    return image
