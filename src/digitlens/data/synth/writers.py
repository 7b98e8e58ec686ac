"""Digits written by our own code, in forms that MNIST hardly has: other schools' ones, fours, sevens and nines."""

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth.forms import FORMS, WIDTHS, Stroke

__all__ = ["Writer", "crossed", "draw_writers", "write", "write_text"]

DRAWING_SIDE = 64
"""Side of a drawing in pixels; framing scales it down, which smooths it as a scan would."""

DIGIT_HEIGHT = 44
"""Of a written digit in it, before chance."""

DRAWING_SCALE = 16  # OpenCV draws on a grid so many times finer than pixels
DRAWN_INK_FROM = 128  # levels from which a pixel is ink

Pixels = NDArray[np.uint8]
Writer = Callable[[int, np.random.Generator], Pixels]
"""Writes one digit, 0 to 9: uint8 (h, w), white on black, unframed."""

Drawing = NDArray[Any]  # uint8; OpenCV's hints say no more


def draw_writers(count: int, seed: int | Sequence[int]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Write ``count`` digits, as many of each: uint8 (count, 64, 64), white on black, unframed; labels 0 to 9."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % len(FORMS)
    return np.stack([write(int(label), rng) for label in labels]), labels


def write(digit: int, rng: np.random.Generator, pen: int | None = None) -> NDArray[np.uint8]:
    """Write one digit by any hand.

    Args:
        digit: 0 to 9.
        rng: where chance comes from.
        pen: width of the strokes in pixels; None: any from 2 to 9, thin ones more often.

    Returns:
        White on black, unframed, uint8 (64, 64).
    """
    strokes = [_rounded(stroke) for stroke in FORMS[digit](rng)]
    placed = _placed(strokes, WIDTHS[digit], rng)
    if pen is None:
        pen = round(np.exp(rng.uniform(np.log(2), np.log(9))))
    drawing: Drawing = np.zeros((DRAWING_SIDE, DRAWING_SIDE), np.uint8)
    for stroke in placed:
        points = np.rint(stroke * DRAWING_SCALE).astype(np.int32)
        cv2.polylines(drawing, [points], False, 255, pen, cv2.LINE_AA, DRAWING_SCALE.bit_length() - 1)
    return drawing


def crossed(glyph: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """A 7, white on black, uint8 (H, W), with a bar across its stem, as wide as its strokes; blank stays blank."""
    _, y, _, height = cv2.boundingRect((glyph >= DRAWN_INK_FROM).astype(np.uint8))
    row = y + round(height * rng.uniform(0.45, 0.62))
    ink = np.flatnonzero(glyph[min(row, len(glyph) - 1)] >= DRAWN_INK_FROM)
    if not len(ink):
        return glyph.copy()
    reach, rise = height * rng.uniform(0.15, 0.3), height * rng.normal(0, 0.05)
    ends = np.array([[ink.mean() - reach, row + rise], [ink.mean() + reach, row - rise]])
    pen = max(1, round(min(len(ink), 0.25 * height) * rng.uniform(0.6, 1)))
    first, last = np.rint(ends * DRAWING_SCALE).astype(int).tolist()
    whole: Drawing = glyph.copy()
    return np.asarray(
        cv2.line(whole, first, last, 255, pen, cv2.LINE_AA, DRAWING_SCALE.bit_length() - 1), np.uint8
    )


def write_text(
    ink: NDArray, text: str, box: tuple[float, float, float, float], rng: np.random.Generator, writer: Writer
) -> None:
    """Write characters side by side into a box, about its middle, as large as they fit.

    Args:
        ink: what is written on the sheet so far, float32 (H, W), 0 to 1; is written onto.
        text: digits and ``. , - /``.
        box: left, top, width and height.
        rng: where chance comes from.
        writer: writes the digits.
    """
    x, y, w, h = box
    height = h * rng.uniform(0.55, 0.72)
    images = [_character(character, height, rng, writer) for character in text]
    if not images:
        return
    gap = height * rng.uniform(0.1, 0.25)
    wide = sum(image.shape[1] for image in images) + gap * (len(images) - 1)
    shrink = min(1.0, 0.9 * w / wide)
    left = x + (w - shrink * wide) * (0.5 if len(text) == 1 else rng.uniform(0.25, 0.75))
    base = y + h / 2 + shrink * height / 2 + rng.normal(0, 0.03) * h
    for image, character in zip(images, text, strict=True):
        size = [
            max(1, round(side * shrink * f))
            for side, f in zip(image.shape, (rng.uniform(0.92, 1.08), 1), strict=True)
        ]
        small = np.asarray(cv2.resize(image, (size[1], size[0]), interpolation=cv2.INTER_AREA), np.uint8)
        lift = 0.35 * height * shrink if character == "-" else 0
        _stamp(ink, small, round(left), round(base - size[0] - lift + rng.normal(0, 0.02) * h))
        left += size[1] + gap * shrink


def _rounded(stroke: Stroke) -> Stroke:
    """The path with its corners cut three times (Chaikin, An algorithm for high speed curve generation, 1974)."""
    for _ in range(3):
        if len(stroke) > 2:
            before, after = stroke[:-1], stroke[1:]
            inner = np.stack([0.75 * before + 0.25 * after, 0.25 * before + 0.75 * after], axis=1)
            stroke = np.concatenate([stroke[:1], inner.reshape(-1, 2)[1:-1], stroke[-1:]])
    return stroke


def _placed(strokes: list[Stroke], width: float, rng: np.random.Generator) -> list[Stroke]:
    """The strokes in pixels: shaken smoothly, as wide, leaning and turned as a hand may have them, in the middle."""
    phases, swing = rng.uniform(0, 2 * np.pi, 2), rng.normal(0, 0.035, (2, 2))
    angle, lean = np.deg2rad(rng.normal(0, 4)), rng.normal(0.1, 0.2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shape = turn @ np.array([[width * np.exp(rng.normal(0, 0.18)), -lean], [0, 1]]) * DIGIT_HEIGHT
    # one smooth field moves them all, so that strokes that meet still do
    moved = [(stroke + np.sin(3.5 * stroke + phases) @ swing) @ shape.T for stroke in strokes]
    points = np.concatenate(moved)
    low, high = points.min(axis=0), points.max(axis=0)
    size = min(1.0, (DRAWING_SIDE - 12) / float((high - low).max()))
    return [(stroke - (low + high) / 2) * size + DRAWING_SIDE / 2 for stroke in moved]


def _character(character: str, height: float, rng: np.random.Generator, writer: Writer) -> Pixels:
    """One digit or sign, cut to its ink, a digit ``height`` pixels high."""
    side = round(height)
    if character.isdecimal():
        drawing = writer(int(character), rng)
        x, y, w, h = cv2.boundingRect((drawing >= 64).astype(np.uint8))
        cut = drawing[y : y + h, x : x + w]
        how = cv2.INTER_AREA if side < h else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(cut, (max(2, round(w * side / h)), side), interpolation=how), np.uint8)
    pen = max(2, side // 9)
    if character == "-":
        return np.full((pen, side // 2), 255, np.uint8)
    if character == "/":
        sign: NDArray = np.zeros((side, side // 2), np.uint8)
        return np.asarray(cv2.line(sign, (side // 2 - 1, 0), (0, side - 1), 255, pen, cv2.LINE_AA), np.uint8)
    return np.full((pen + 1 if character == "." else 2 * pen, pen + 1), 255, np.uint8)


def _stamp(ink: NDArray, image: Pixels, x: int, y: int) -> None:
    """Lay a drawing over the sheet; what lies beyond its edges is cut off."""
    high, wide = image.shape
    top, left = max(0, -y), max(0, -x)
    there = ink[max(0, y) : y + high, max(0, x) : x + wide]
    part = image[top : top + there.shape[0], left : left + there.shape[1]]
    np.maximum(there, part.astype(np.float32) / np.float32(255), out=there)
