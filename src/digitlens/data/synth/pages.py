"""Pages composed of real glyphs, with what stands where known to the pixel: for tests, training and curves.

A page is drawn in the order in which the world makes one: paper and its rules, digits line by line, things
beside them that are none, then perspective and turn, light, lens, sensor and compression. Every difficulty is one
number of `PageSettings`, 0 for none, so that accuracy can be drawn against each.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth import shapes
from digitlens.data.synth.negatives import not_digits
from digitlens.data.synth.pagesettings import PageSettings

__all__ = ["Page", "Written", "draw_page"]

Images = NDArray[np.uint8]
Matrix = NDArray[np.float64]
Layer = NDArray[np.float32]

PEN_SCALE = 4
"""Times finer than the glyph's is the grid on which another pen draws."""


@dataclass(frozen=True, slots=True)
class Written:
    """One glyph on a page.

    Attributes:
        label: its class index.
        box: left, top, width and height of its ink, in pixels of the page.
    """

    label: int
    box: tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class Page:
    """A page and what is written on it.

    Attributes:
        pixels: uint8 (H, W, 3), RGB.
        lines: the glyphs of each line, in reading order.
    """

    pixels: Images
    lines: tuple[tuple[Written, ...], ...]


def draw_page(
    glyphs: Images, labels: NDArray[np.integer], settings: PageSettings, rng: np.random.Generator
) -> Page:
    """Draw one page.

    Args:
        glyphs: white on black, uint8 (N, h, w); any of them may be written.
        labels: class indices (N,).
        settings: how.
        rng: where chance comes from; the same state gives the same page.
    """
    placed = [_line(glyphs, labels, settings, line, rng) for line in range(settings.lines)]
    width, height = _sheet(placed, settings)
    view, size = _view(width, height, settings, rng)
    ink = np.zeros(size[::-1], np.float32)
    lines = tuple(tuple(_write(ink, view, glyph) for glyph in line) for line in placed)
    for drawing, at in _margin(glyphs, settings, (width, height), rng):
        _stamp(ink, view @ at, drawing)
    ruled = _rules(view, size, (width, height), settings)
    return Page(_photograph(ink, ruled, settings, rng), lines)


@dataclass(frozen=True, eq=False)
class _Placed:
    """A glyph cut to its ink, and the map from its pixels to the sheet's."""

    image: Images
    label: int
    at: Matrix
    right: float


def _line(
    glyphs: Images, labels: NDArray[np.integer], settings: PageSettings, line: int, rng: np.random.Generator
) -> list[_Placed]:
    """Choose and place the glyphs of a line, from left to right."""
    height = settings.height
    slope, phase = np.tan(np.deg2rad(settings.slope)), rng.uniform(0, 2 * np.pi)
    x, placed, before = 1.5 * height, [], 0.0
    base = (1.5 + 1.7 * line) * height + max(0.0, -slope) * height * settings.digits
    for _ in range(settings.digits):
        chosen = int(rng.integers(len(glyphs)))
        image = _to_ink(_penned(glyphs[chosen], settings.pen, rng))
        size = height * (1 + settings.spread * rng.uniform(-1, 1)) / image.shape[0]
        wide = image.shape[1] * size
        x += settings.gap * (min(wide, before) if before else 0)
        y = base + slope * x + settings.wave * height * np.sin(x / (3 * height) + phase)
        at = np.array([[size, 0, x], [0, size, y + height - image.shape[0] * size], [0, 0, 1]])
        placed.append(_Placed(image, int(labels[chosen]), at, x + wide))
        x, before = x + wide, wide
    return placed


def _penned(glyph: Images, pen: float, rng: np.random.Generator) -> Images:
    """A glyph as another pen would have written it."""
    if not pen:
        return glyph
    fine = cv2.resize(glyph, None, fx=PEN_SCALE, fy=PEN_SCALE, interpolation=cv2.INTER_CUBIC)
    change = shapes.thin if pen < 0 else shapes.thick
    return (255 * change(fine.astype(np.float32) / np.float32(255), abs(pen), rng)).astype(np.uint8)


def _to_ink(glyph: Images) -> Images:
    """A glyph without the black around it."""
    x, y, w, h = cv2.boundingRect((glyph >= 64).astype(np.uint8))
    return glyph[y : y + h, x : x + w]


def _sheet(placed: list[list[_Placed]], settings: PageSettings) -> tuple[int, int]:
    """Width and height of the paper: all lines and a margin of one and a half digits."""
    ends = [(glyph.right, glyph.at[1, 2] + settings.height) for line in placed for glyph in line]
    right, bottom = np.max(ends, axis=0)
    return int(right + 1.5 * settings.height), int(bottom + 1.5 * settings.height)


def _view(
    width: int, height: int, settings: PageSettings, rng: np.random.Generator
) -> tuple[Matrix, tuple[int, int]]:
    """The map from the sheet to the picture, and the picture's width and height."""
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + settings.perspective * rng.uniform(-1, 1, (4, 2)) * [width, height]
    moved = moved - moved.min(axis=0)
    wide, high = np.ceil(moved.max(axis=0)).astype(int).tolist()
    view = np.asarray(cv2.getPerspectiveTransform(corners, moved.astype(np.float32)), np.float64)
    for _ in range(settings.quarter_turns % 4):
        view = np.array([[0, -1, high - 1], [1, 0, 0], [0, 0, 1]]) @ view
        wide, high = high, wide
    return view, (wide, high)


def _write(ink: Layer, view: Matrix, glyph: _Placed) -> Written:
    return Written(glyph.label, _stamp(ink, view @ glyph.at, glyph.image))


def _stamp(ink: Layer, at: Matrix, image: Images) -> tuple[int, int, int, int]:
    """Lay an image on the ink under a map of its pixels; the box of what is seen of it."""
    h, w = image.shape
    corners = np.array([[[-1, -1], [w, -1], [w, h], [-1, h]]], np.float64)
    around = cv2.perspectiveTransform(corners, at)[0]
    left, top = np.maximum(np.floor(around.min(axis=0)).astype(int), 0).tolist()
    right, bottom = np.minimum(np.ceil(around.max(axis=0)).astype(int) + 1, ink.shape[::-1]).tolist()
    if right <= left or bottom <= top:
        return left, top, 0, 0
    shifted = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]]) @ at
    laid = cv2.warpPerspective(image, shifted, (right - left, bottom - top), flags=cv2.INTER_LINEAR)
    part = ink[top:bottom, left:right]
    np.maximum(part, laid.astype(np.float32) / np.float32(255), out=part)
    x, y, wide, high = cv2.boundingRect((laid >= 128).astype(np.uint8))
    return left + x, top + y, wide, high


def _margin(
    glyphs: Images, settings: PageSettings, sheet: tuple[int, int], rng: np.random.Generator
) -> list[tuple[Images, Matrix]]:
    """Drawings that are no digits, in the margin above and below the lines."""
    if not settings.others:
        return []
    drawings = not_digits(settings.others, int(rng.integers(2**31)), glyphs)
    size = settings.height / 64
    placed = []
    for drawing in drawings:
        y = 0.2 * settings.height if rng.random() < 0.5 else sheet[1] - 1.2 * settings.height
        x = rng.uniform(0, max(1, sheet[0] - settings.height))
        placed.append((drawing, np.array([[size, 0, x], [0, size, y], [0, 0, 1]])))
    return placed


def _rules(view: Matrix, size: tuple[int, int], sheet: tuple[int, int], settings: PageSettings) -> Layer:
    """The rules of the paper as ink of their own."""
    ruled = np.zeros(size[::-1], np.float32)
    step = 1.7 * settings.height / (1 if settings.rules == 1 else 3)
    pen = max(1, round(settings.height / 40))
    for along in range(min(settings.rules, 2)):
        for at in np.arange(step, sheet[1 - along], step):
            ends = [[0, at], [sheet[0], at]] if along == 0 else [[at, 0], [at, sheet[1]]]
            first, last = cv2.perspectiveTransform(np.array([ends], np.float64), view)[0].astype(int).tolist()
            cv2.line(ruled, first, last, settings.rule_contrast, pen, cv2.LINE_AA)
    return ruled


def _photograph(ink: Layer, ruled: Layer, settings: PageSettings, rng: np.random.Generator) -> Images:
    """Paper, rules and ink in colour, in their light, through lens, sensor and compression."""
    paper = 0.92 - settings.colour * rng.uniform(0, 0.25, 3)
    pen = np.maximum(0, paper - settings.ink) * (1 - settings.colour * rng.uniform(0, 1, 3))
    if settings.light:
        paper, pen = 1 - paper, 1 - pen
    cover = np.maximum(ink, ruled)[..., None]
    picture = (paper * (1 - cover) + pen * cover) * _light(ink.shape, settings, rng)[..., None]
    if settings.blur:
        picture = cv2.GaussianBlur(picture, (0, 0), settings.blur)
    picture = 255 * picture + rng.normal(0, settings.noise, picture.shape)
    levels = np.rint(picture).clip(0, 255).astype(np.uint8)
    if settings.jpeg:
        _, packed = cv2.imencode(".jpg", levels, [cv2.IMWRITE_JPEG_QUALITY, settings.jpeg])
        levels = np.asarray(cv2.imdecode(packed, cv2.IMREAD_UNCHANGED), np.uint8)
    return levels


def _light(shape: tuple[int, ...], settings: PageSettings, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw the illumination of each pixel, 0 to 1."""
    rows, columns = np.indices(shape) / max(shape)
    angle = rng.uniform(0, 2 * np.pi)
    along = np.cos(angle) * (columns - columns.max() / 2) + np.sin(angle) * (rows - rows.max() / 2)
    light = 1 - settings.gradient * (along - along.min()) / (np.ptp(along) + 1e-9)
    edge = rng.uniform(-0.2, 0.2)
    return light * (1 - settings.shadow / (1 + np.exp((along - edge) * 60)))
