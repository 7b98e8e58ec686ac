"""Deformations of a glyph by hands and pens: other strokes, other slants, other sizes, pieces missing or too many.

Every function that takes a severity takes a picture, float32 (H, W), 0 black paper to 1 white ink, which is not
changed, a severity, 0 hardly any to 1 as bad as it gets, and a generator, where chance comes from. It gives a picture
of that range, and of that size but for `tiny` and `jagged`. Lengths are in pixels of 1/28 of the longer side, so that
any size will do; a bound, such as up to 3.5 pixels, is reached at severity 1.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Picture",
    "boxed",
    "crop",
    "cut",
    "jagged",
    "outline",
    "rotate",
    "scale",
    "shear",
    "slant",
    "stretch",
    "thick",
    "thin",
    "tiny",
    "touch",
    "unit",
]

Picture = NDArray[np.float32]

STROKE_SCALE = 4
"""Times finer than the picture is the grid on which strokes change their width."""


def unit(picture: Picture) -> float:
    """Pixels of a picture (H, W) that stand for one of a 28x28 picture."""
    return max(picture.shape) / 28


def thin(picture: Picture, severity: float, _: np.random.Generator) -> Picture:
    """Take up to four fifths of each stroke's width away: a hairline."""
    fine = _enlarged(picture)
    depth = cv2.distanceTransform((fine > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    inside = depth[depth > 0]
    if not inside.size:
        return picture
    half_width = 2 * float(inside.mean())  # the depth of a stroke rises evenly from its edges to its middle
    kept = np.clip(depth - 0.8 * severity * half_width + 0.5, 0, 1).astype(np.float32)
    return _reduced(np.minimum(fine, kept), picture)


def thick(picture: Picture, severity: float, _: np.random.Generator) -> Picture:
    """Widen strokes by up to 3.5 pixels: a marker."""
    side = 1 + round(3.5 * severity * unit(picture) * STROKE_SCALE)
    pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return _reduced(np.asarray(cv2.dilate(_enlarged(picture), pen), np.float32), picture)


def slant(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """Lean to either side, by up to 0.7 pixels a pixel of height."""
    return _warped(picture, np.array([[1, 0.7 * severity * _sign(rng)], [0, 1]]))


def shear(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """Rise or fall along the line, by up to 0.6 pixels a pixel, with a lean of up to 0.3."""
    lean = 0.3 * severity * rng.uniform(-1, 1)
    return _warped(picture, np.array([[1, lean], [0.6 * severity * _sign(rng), 1]]))


def rotate(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """Turn by up to 40 degrees either way."""
    angle = np.deg2rad(40 * severity * _sign(rng))
    return _warped(picture, np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]))


def scale(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """Shrink to as little as 0.4 of the size, one way up to a third more than the other."""
    size = 1 - 0.6 * severity
    uneven = 1 + 0.35 * severity * rng.uniform(-1, 1)
    return _warped(picture, np.diag([1 / (size * uneven), uneven / size]))


def stretch(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """Of another shape: from 0.4 to 2.5 times as wide for its height, as large as it was."""
    wider = 2.5 ** (severity * rng.uniform(0.5, 1) * _sign(rng))
    return _warped(picture, np.diag([max(1.0, wider) / wider, max(1.0, wider)]))


def boxed(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """Stretched or squeezed, by 2.2 times at most, to fill a square or a narrow box."""
    x, y, width, height = cv2.boundingRect((picture > 0.25).astype(np.uint8))
    if not width:
        return picture
    box = 1.0 if rng.random() < 0.6 else rng.uniform(0.45, 0.8)
    wider = float(np.clip(box * height / width, 1 / 2.2, 2.2)) ** severity
    size = max(width, height) / max(width * wider, height)
    old = np.array([x + (width - 1) / 2, y + (height - 1) / 2])
    linear = np.diag([1 / (size * wider), 1 / size])
    centre = (np.array(picture.shape[::-1]) - 1) / 2
    return _warped(picture, linear, old - centre)


def crop(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """Move off centre, up to 7 pixels any way; what leaves the picture is lost."""
    angle = rng.uniform(0, 2 * np.pi)
    shift = 7 * severity * unit(picture) * np.array([np.cos(angle), np.sin(angle)])
    return _warped(picture, np.eye(2), shift)


def tiny(picture: Picture, severity: float, _: np.random.Generator) -> Picture:
    """The same in fewer pixels, whatever its shape: (20, 20) down to (8, 8)."""
    side = round(20 - 12 * severity)
    return np.asarray(cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA), np.float32)


def jagged(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """In two colours and few pixels, (20, 20) down to (8, 8): strokes with steps."""
    small = tiny(picture, severity, rng)
    return (small >= rng.uniform(0.3, 0.5) * max(small.max(), 0.1)).astype(np.float32)


def outline(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """The edges of the strokes, thin or soft, and the inside as far as the severity leaves it."""
    if rng.random() < 0.5:
        edges = cv2.Canny((255 * picture).astype(np.uint8), 100, 200).astype(np.float32) / 255
    else:
        edges = cv2.morphologyEx(picture, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return np.maximum(edges, (1 - severity) * picture)


def cut(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """One to three gaps across the ink, each up to 3.5 pixels wide."""
    gap = max(1, round(3.5 * severity * unit(picture)))
    whole = picture.copy()
    for _ in range(int(rng.integers(1, 4))):
        (x, y), angle = _on_ink(picture, rng), rng.uniform(0, np.pi)
        reach = 4 * unit(picture) * np.array([np.cos(angle), np.sin(angle)])
        first, last = (np.array([x, y]) - reach).astype(int), (np.array([x, y]) + reach).astype(int)
        cv2.line(whole, first.tolist(), last.tolist(), 0.0, gap)
    return whole


def touch(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """Strokes of neighbours that come in at the sides, as far as to the ink at worst."""
    side = max(picture.shape)
    pen = max(1, round(rng.uniform(1.5, 3.5) * unit(picture)))
    whole = picture.copy()
    for _ in range(int(rng.integers(1, 3))):
        edge = np.array([0 if rng.random() < 0.5 else side - 1, rng.uniform(0, side)])
        goal = edge + severity * rng.uniform(0.5, 1) * (np.array(_on_ink(picture, rng)) - edge)
        bend = (edge + goal) / 2 + rng.normal(0, 3 * unit(picture), 2)
        path = np.stack([edge, bend, goal]).astype(np.int32)
        cv2.polylines(whole, [path], False, 1.0, pen)
    return whole


def _enlarged(picture: Picture) -> Picture:
    size = picture.shape[1] * STROKE_SCALE, picture.shape[0] * STROKE_SCALE
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _reduced(fine: Picture, like: Picture) -> Picture:
    return np.asarray(cv2.resize(fine, like.shape[::-1], interpolation=cv2.INTER_AREA), np.float32)


def _warped(
    picture: Picture, linear: NDArray[np.floating], shift: NDArray[np.floating] | None = None
) -> Picture:
    """The picture under a linear map about its centre, from the new pixels to the old."""
    centre = (np.array(picture.shape[::-1]) - 1) / 2
    offset = centre - linear @ centre + (0 if shift is None else shift)
    matrix = np.column_stack([linear, offset]).astype(np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(picture, matrix, picture.shape[::-1], flags=flags), np.float32)


def _sign(rng: np.random.Generator) -> float:
    return 1.0 if rng.random() < 0.5 else -1.0


def _on_ink(picture: Picture, rng: np.random.Generator) -> tuple[float, float]:
    """Any pixel of the ink, (x, y); the middle where there is none."""
    rows, columns = np.nonzero(picture > 0.5)
    if not len(rows):
        return picture.shape[1] / 2, picture.shape[0] / 2
    i = rng.integers(len(rows))
    return float(columns[i]), float(rows[i])
