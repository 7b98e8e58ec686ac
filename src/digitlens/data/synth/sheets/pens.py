"""The strokes of a pen along a path, or over another pen's strokes."""

from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth.sheets.signs import Stroke

__all__ = ["drawn_strokes", "ink_box", "inked", "rounded", "strokes_as", "to_ink"]

Image = NDArray[np.uint8]

SUBPIXEL = 4
"""Binary digits of OpenCV's fractions of a pixel."""

INK_LEVEL = 96
"""Levels from which a pixel of a glyph is ink."""

FAINT_INK, FULL = 40, 180
"""Levels from which a pixel of a training set's glyph is ink at all, and what ink has on average."""


def ink_box(image: Image) -> tuple[int, int, int, int]:
    """Measure left, top, width and height of the ink; all 0 where there is none."""
    x, y, w, h = cv2.boundingRect((image >= INK_LEVEL).view(np.uint8))
    return x, y, w, h


def to_ink(glyph: Image) -> Image:
    """Cut a glyph to its ink; the whole of it where it has no ink."""
    x, y, w, h = ink_box(glyph)
    return glyph[y : y + h, x : x + w] if w else glyph


def inked(glyph: Image) -> Image:
    """Cut a glyph to its ink, and make faint ink full."""
    mean = float(cv2.mean(glyph, (glyph >= FAINT_INK).view(np.uint8))[0])
    full = cv2.convertScaleAbs(glyph, alpha=FULL / mean) if 0 < mean < FULL else glyph
    return to_ink(np.asarray(full, np.uint8))


def rounded(stroke: Stroke) -> Stroke:
    """Cut the corners of a path twice (Chaikin, An algorithm for high speed curve generation, 1974)."""
    for _ in range(2):
        if 2 < len(stroke) < 40:
            before, after = stroke[:-1], stroke[1:]
            inner = np.stack([0.75 * before + 0.25 * after, 0.25 * before + 0.75 * after], axis=1)
            stroke = np.concatenate([stroke[:1], inner.reshape(-1, 2)[1:-1], stroke[-1:]])
    return stroke


def drawn_strokes(strokes: list[Stroke], unit: float, pen: float) -> tuple[Image, float, float]:
    """Draw paths.

    Args:
        strokes: in units of ``unit`` pixels.
        unit: pixels.
        pen: width of a stroke in pixels.

    Returns:
        uint8 (h, w), cut to the ink; where its left and its bottom edge are, in units.
    """
    paths = [rounded(stroke) * unit for stroke in strokes]
    points = np.concatenate(paths)
    room = pen / 2 + 2
    low = np.floor(points.min(axis=0) - room)
    width, height = np.ceil(points.max(axis=0) + room - low).astype(int).tolist()
    image: NDArray[Any] = np.zeros((height, width), np.uint8)
    thick = max(1, round(pen))
    for path in paths:
        fine = np.rint((path - low) * (1 << SUBPIXEL)).astype(np.int32)
        if len(fine) == 1:
            cv2.circle(
                image, fine[0].tolist(), round(pen * 0.6 * (1 << SUBPIXEL)), 255, -1, cv2.LINE_AA, SUBPIXEL
            )
        else:
            cv2.polylines(image, [fine], False, 255, thick, cv2.LINE_AA, SUBPIXEL)
    x, y, w, h = ink_box(image)
    if not w:
        return image, float(low[0]) / unit, float(low[1] + height) / unit
    return image[y : y + h, x : x + w], float(low[0] + x) / unit, float(low[1] + y + h) / unit


def strokes_as(glyph: Image, height: int, pen: float | None, soft: float) -> Image:
    """Enlarge a glyph to a height, and write its strokes with another pen.

    Thinner strokes keep what lies nearest to the ridge of the distance to paper, thicker ones add what lies
    near the old ink; so hairlines stay whole.

    Args:
        glyph: white on black, uint8 (h, w), cut to its ink.
        height: of the result, pixels.
        pen: width of its strokes in pixels; None: as they are, but sharp.
        soft: over how many pixels a stroke's edge falls off.
    """
    width = max(2, round(glyph.shape[1] * height / glyph.shape[0]))
    room = 3 + int((pen or 0) / 2)
    fine = cv2.resize(glyph, (width, height), interpolation=cv2.INTER_CUBIC)
    fine = cv2.copyMakeBorder(fine, room, room, room, room, cv2.BORDER_CONSTANT, value=(0,))
    if pen is None:
        gain = min(8.0, max(1.2, 0.035 * height / soft))
        middle = np.float32(118)  # of the levels of an edge
        return to_ink(np.clip(gain * (fine.astype(np.float32) - middle) + middle, 0, 255).astype(np.uint8))
    _, inside = cv2.threshold(fine, 115, 255, cv2.THRESH_BINARY)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, 3)
    own = 2 * float(cv2.mean(depth, inside)[0])
    if pen / 2 < own:
        ridge = cv2.dilate(depth, _disc(round(pen / 2 + 1.5)))
        away = ridge - depth
        away[inside == 0] = 1e3
        cover = (pen / 2 - away) / soft + 0.5
    else:
        outside = cv2.distanceTransform(255 - inside, cv2.DIST_L2, 3)
        cover = (pen / 2 - own - outside) / soft + 0.5
    return to_ink(np.asarray(255 * np.clip(cover, 0, 1), np.uint8))


@cache
def _disc(radius: int) -> Image:
    side = 2 * max(1, radius) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)
