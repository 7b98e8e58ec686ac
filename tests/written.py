"""Pages of digits, capitals and some small letters, written by our own code, stroke by stroke: no dataset needed."""

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

STROKES = {
    "0": ["30,10 12,25 8,50 12,75 30,90 48,75 52,50 48,25 30,10"],
    "1": ["34,10 24,90"],
    "2": ["10,30 18,13 38,10 48,25 42,45 25,66 8,88 20,85 54,90"],
    "3": ["10,18 28,10 44,20 42,38 26,47 46,58 48,76 32,90 8,82"],
    "4": ["16,10 9,52 48,52", "44,10 42,90"],
    "5": ["14,12 10,44 32,42 48,58 42,80 26,90 8,84", "14,12 48,10"],
    "6": ["44,10 22,30 9,58 14,82 30,90 46,80 48,64 34,54 18,60 11,70"],
    "7": ["8,14 50,10 36,48 24,90"],
    "8": ["45,20 28,10 13,20 18,38 40,56 48,74 30,90 11,76 18,56 40,38 45,20"],
    "9": ["46,22 30,10 13,22 12,40 26,50 42,42 46,22 45,55 38,90"],
    "A": ["6,90 30,10 54,90", "15,62 45,62"],
    "B": ["12,10 12,90", "12,10 34,10 46,20 46,38 34,48 12,48", "12,48 34,48 50,58 50,80 36,90 12,90"],
    "C": ["50,22 40,11 26,11 12,26 8,50 12,74 26,89 40,89 50,78"],
    "D": ["12,10 12,90", "12,10 32,12 48,28 52,50 48,72 32,88 12,90"],
    "E": ["50,10 12,10", "12,10 12,90 50,90", "12,48 44,48"],
    "F": ["50,10 12,10 12,90", "12,48 44,48"],
    "G": ["50,22 40,11 26,11 12,26 8,50 12,74 26,89 42,87 50,76", "50,76 50,54 34,54"],
    "H": ["10,10 10,90", "50,10 50,90", "10,50 50,50"],
    "I": ["30,10 30,90", "18,10 42,10", "18,90 42,90"],
    "J": ["44,10 44,72 36,88 22,90 12,78", "26,10 58,10"],
    "K": ["12,10 12,90", "48,10 12,54 50,90"],
    "L": ["12,10 12,90 50,90"],
    "M": ["8,90 10,10", "10,10 32,62 54,10", "54,10 56,90"],
    "N": ["10,90 10,10", "10,10 50,90 50,10"],
    "O": ["30,10 16,18 8,36 8,64 16,82 30,90 44,82 52,64 52,36 44,18 30,10"],
    "P": ["12,90 12,10", "12,10 34,10 48,20 50,34 44,46 32,52 12,52"],
    "Q": ["30,10 16,18 8,36 8,64 16,82 30,90 44,82 52,64 52,36 44,18 30,10", "34,68 54,94"],
    "R": ["12,90 12,10", "12,10 34,10 48,20 50,32 44,44 32,50 12,50", "30,50 52,90"],
    "S": ["48,22 40,12 28,10 16,14 11,26 16,40 30,48 44,56 50,70 44,84 30,90 18,88 10,78"],
    "T": ["4,12 56,12", "30,12 30,90"],
    "U": ["10,10 10,64 16,82 30,90 44,82 50,64 50,10"],
    "V": ["6,10 30,90 54,10"],
    "W": ["4,10 18,90 32,36", "32,36 46,90 60,10"],
    "X": ["8,10 52,90", "52,10 8,90"],
    "Y": ["6,10 30,48 54,10", "30,48 30,90"],
    "Z": ["10,12 50,12", "50,12 8,90 52,90"],
    "a": ["44,52 30,42 14,50 10,70 18,88 32,86 44,66 44,44 46,82 54,90"],
    "h": ["12,6 12,90", "12,58 30,44 44,54 46,90"],
    "-": ["4,52 38,50"],
    ".": ["7,84 14,90"],
    ",": ["14,82 15,90 6,104"],
    "/": ["44,-10 4,110"],
}
"""The points that the pen passes through, ``x,y`` in hundredths of a digit's height; strokes part by part."""

FINE = 8  # bits of a point that are fractions of a pixel
MARGIN = 0.8  # of a digit's height


def ink_of(lines: Iterable[str], height: int = 60, gap: float = 0.45, pen: float = 0.08) -> Image:
    """Lines of digits as ink, 0 paper to 255 ink, uint8 (H, W).

    Args:
        lines: a string each; a space is as wide as a digit.
        height: of a digit, pixels.
        gap: between neighbours, heights of a digit.
        pen: width of the stroke, heights of a digit.
    """
    lines = list(lines)
    placed = [place for row, line in enumerate(lines) for place in _places(line, row, gap)]
    wide = max(x for _, x, _ in placed) + 0.6 + MARGIN
    ink = np.zeros((round((MARGIN * 2 + 1.7 * len(lines) - 0.7) * height), round(wide * height)), np.uint8)
    for sign, x, y in placed:
        for stroke in STROKES.get(sign, ()):
            points = (points_of(stroke) + np.array([x, y])) * height * 2**FINE
            thick = max(1, round(pen * height))
            cv2.polylines(ink, [points.astype(np.int32)], False, 255, thick, cv2.LINE_AA, FINE)
    return ink


def page_of(lines: Iterable[str], height: int = 60, gap: float = 0.45, pen: float = 0.08) -> Image:
    """The same as dark ink on white paper, a little soft as a lens makes it."""
    return cv2.GaussianBlur(255 - ink_of(lines, height, gap, pen), (0, 0), max(0.4, height / 80)).astype(
        np.uint8
    )


def boxes_of(
    lines: Iterable[str], height: int = 60, gap: float = 0.45, pen: float = 0.08
) -> list[list[float]]:
    """Left, top, right and bottom of each sign that `ink_of` writes, in pixels from edge to edge."""
    found = []
    for row, line in enumerate(lines):
        for sign, x, y in _places(line, row, gap):
            if sign in STROKES:
                points = np.vstack([points_of(stroke) for stroke in STROKES[sign]]) + np.array([x, y])
                points = points * height + 0.5  # the middle of the pixel that it lies in
                half = max(1, round(pen * height)) / 2
                found.append([*(points.min(axis=0) - half), *(points.max(axis=0) + half)])
    return found


def points_of(stroke: str) -> NDArray[np.float64]:
    """The points of a stroke, (N, 2), in heights of a digit; bends are rounded off."""
    points = np.array([point.split(",") for point in stroke.split()], float) / 100
    for _ in range(2 if len(points) > 3 else 0):  # Chaikin, 1974
        cut = np.stack(
            [0.75 * points[:-1] + 0.25 * points[1:], 0.25 * points[:-1] + 0.75 * points[1:]], axis=1
        )
        points = np.vstack([points[:1], cut.reshape(-1, 2)[1:-1], points[-1:]])
    return points


def _places(line: str, row: int, gap: float) -> Sequence[tuple[str, float, float]]:
    """Each sign and where its upper left corner stands, in heights of a digit."""
    x, found = MARGIN, []
    for sign in line:
        found.append((sign, x, MARGIN + 1.7 * row))
        narrow = {".": 0.2, ",": 0.2, "1": 0.45, "-": 0.42, "/": 0.48}.get(sign, 0.58)
        x += narrow + gap
    return found


def between_rules(digit: str, rules: float) -> Image:
    """A noisy strip of paper, uint8 (42, 103): one digit between two rules that are so much darker than paper."""
    glyph = page_of([digit], height=27).astype(float)
    above = (glyph.shape[0] - 42) // 2
    strip = np.full((42, 103), 235.0)
    strip[[3, 36]] -= rules
    strip[:, 55:] -= (255 - glyph[above : above + 42, :48]) / 2
    return np.clip(strip + np.random.default_rng(1).normal(0, 8, strip.shape), 0, 255).astype(np.uint8)
