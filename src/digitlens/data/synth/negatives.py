"""Glyphs drawn by our own code: what is not a digit, to learn when to refuse."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["FONTS", "not_digits"]

NEGATIVE_SIDE = 64
"""Side of a drawing in pixels; framing scales it down, which smooths it as a scan would."""

FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
)
NEGATIVE_MARKS = "!#$%&*+<=>?@[]^{}~ACEFHKMNPRUVWXacdefhkmnpruvwx"
"""Print beside digits; nothing that could be one, as brackets, bars and O could."""

Drawing = NDArray[Any]  # uint8; OpenCV's hints say no more


def not_digits(
    count: int, seed: int | Sequence[int], glyphs: NDArray[np.uint8], alphabet: Sequence[str] = ()
) -> NDArray[np.uint8]:
    """Draw things that a page holds besides digits, as many of each kind.

    They are scribbles, polygons, hatching, blots, specks, printed marks, and, made from glyphs, parts of glyphs and two
    or three glyphs run together.

    Args:
        count: how many.
        seed: where chance comes from.
        glyphs: white on black, uint8 (N, H, W), N at least 1.
        alphabet: labels, none of which is printed as a mark.

    Returns:
        White on black, unframed, uint8 (count, 64, 64).
    """
    rng = np.random.default_rng(seed)
    marks = "".join(mark for mark in NEGATIVE_MARKS if mark not in alphabet)
    kinds: tuple[Callable[[np.random.Generator, NDArray[np.uint8]], Drawing], ...] = (
        _scribble,
        _polygon,
        _hatching,
        _blot,
        _specks,
        partial(_mark, marks=marks),
        _part,
        _run_together,
    )
    return np.stack([kinds[i % len(kinds)](rng, glyphs) for i in range(count)])


def _blank() -> Drawing:
    return np.zeros((NEGATIVE_SIDE, NEGATIVE_SIDE), np.uint8)


def _pen(rng: np.random.Generator) -> int:
    """A stroke's width: hairline to marker, in pixels of the drawing."""
    return int(rng.integers(2, 8))


def _scribble(rng: np.random.Generator, _: NDArray[np.uint8]) -> Drawing:
    """A pen that wanders with inertia and turns back at the edge: too long and tangled for a digit."""
    steps = int(rng.integers(60, 240))
    turns = np.cumsum(rng.normal(0, 0.35, steps)) + rng.uniform(0, 2 * np.pi)
    path = np.cumsum(np.stack([np.cos(turns), np.sin(turns)], axis=1) * 3, axis=0) + NEGATIVE_SIDE / 2
    folded = np.abs((path - 6) % (2 * (NEGATIVE_SIDE - 12)) - (NEGATIVE_SIDE - 12)) + 6
    return cv2.polylines(_blank(), [folded.astype(np.int32)], False, 255, _pen(rng), cv2.LINE_AA)


def _polygon(rng: np.random.Generator, _: NDArray[np.uint8]) -> Drawing:
    """Three to seven corners joined in any order: triangles, stars, arrows, half of them with a filled inside."""
    corners = rng.integers(6, NEGATIVE_SIDE - 6, (int(rng.integers(3, 8)), 2)).astype(np.int32)
    drawing = cv2.polylines(_blank(), [corners], True, 255, _pen(rng), cv2.LINE_AA)
    return cv2.fillPoly(drawing, [corners], 255) if rng.random() < 0.5 else drawing


def _hatching(rng: np.random.Generator, _: NDArray[np.uint8]) -> Drawing:
    """Two to five lines across two to five: crosses, grids, hashes."""
    drawing, pen = _blank(), _pen(rng)
    for across in (0, 1):
        for at in np.linspace(12, NEGATIVE_SIDE - 12, int(rng.integers(2, 6))) + rng.normal(0, 2):
            ends = np.array([[at, 8], [at + rng.normal(0, 4), NEGATIVE_SIDE - 8]])
            first, last = (ends[:, ::-1] if across else ends).astype(int).tolist()
            cv2.line(drawing, first, last, 255, pen, cv2.LINE_AA)
    return drawing


def _blot(rng: np.random.Generator, _: NDArray[np.uint8]) -> Drawing:
    """Blurred noise cut at a level: blots, specks, print-through."""
    blurred = cv2.GaussianBlur(
        rng.standard_normal((NEGATIVE_SIDE, NEGATIVE_SIDE)), (0, 0), rng.uniform(1.5, 8)
    )
    return (255 * (blurred > np.quantile(blurred, rng.uniform(0.6, 0.95)))).astype(np.uint8)


def _specks(rng: np.random.Generator, _: NDArray[np.uint8]) -> Drawing:
    """Two to eight dots of any size: dust, a colon, dots of an i or an umlaut."""
    drawing = _blank()
    for x, y in rng.integers(6, NEGATIVE_SIDE - 6, (int(rng.integers(2, 9)), 2)).tolist():
        cv2.circle(drawing, (x, y), int(rng.integers(1, 7)), 255, -1, cv2.LINE_AA)
    return drawing


def _mark(rng: np.random.Generator, _: NDArray[np.uint8], marks: str) -> Drawing:
    """A printed sign or letter, in one of four fonts, light or bold, upright or slanted."""
    font = FONTS[rng.integers(len(FONTS))] | (cv2.FONT_ITALIC if rng.random() < 0.3 else 0)
    sign, pen = marks[rng.integers(len(marks))], int(rng.integers(1, 6))
    (width, height), below = cv2.getTextSize(sign, font, 1.6, pen)
    corner = (NEGATIVE_SIDE - width) // 2, (NEGATIVE_SIDE + height - below // 2) // 2
    return cv2.putText(_blank(), sign, corner, font, 1.6, 255, pen, cv2.LINE_AA)


def _enlarged(rng: np.random.Generator, glyphs: NDArray[np.uint8]) -> Drawing:
    """Any of the glyphs, as large as the drawing."""
    glyph = glyphs[rng.integers(len(glyphs))]
    return np.asarray(
        cv2.resize(glyph, (NEGATIVE_SIDE, NEGATIVE_SIDE), interpolation=cv2.INTER_CUBIC), dtype=np.uint8
    )


def _part(rng: np.random.Generator, glyphs: NDArray[np.uint8]) -> Drawing:
    """A small window of a glyph, far enough in that the whole cannot be guessed."""
    glyph, side = _enlarged(rng, glyphs), int(rng.integers(16, 24))
    top, left = rng.integers(16, NEGATIVE_SIDE - 16 - side, 2)
    window = glyph[top : top + side, left : left + side]
    _, _, width, height = cv2.boundingRect((window > 127).astype(np.uint8))
    if min(width, height) < 0.5 * side:  # a bar: it could be a whole 1
        return _scribble(rng, glyphs)
    return np.asarray(cv2.resize(window, (NEGATIVE_SIDE, NEGATIVE_SIDE)), dtype=np.uint8)


def _run_together(rng: np.random.Generator, glyphs: NDArray[np.uint8]) -> Drawing:
    """Two or three glyphs written into each other, side by side."""
    count = int(rng.integers(2, 4))
    drawing = np.zeros((NEGATIVE_SIDE, NEGATIVE_SIDE + 30 * (count - 1)), np.uint8)
    for i in range(count):
        place = drawing[:, 30 * i : 30 * i + NEGATIVE_SIDE]
        np.maximum(place, _enlarged(rng, glyphs), out=place)
    return np.asarray(
        cv2.resize(drawing, (NEGATIVE_SIDE, NEGATIVE_SIDE), interpolation=cv2.INTER_AREA), dtype=np.uint8
    )
