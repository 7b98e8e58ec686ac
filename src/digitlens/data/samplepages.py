"""Pages to try without having one: several lines, a date, capitals, a table of marks, a sheet on a desk; drawn here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitlens.data.synth.blanks import FONT
from digitlens.data.synth.taken import photograph
from digitlens.data.synth.writers import write, write_text

__all__ = ["SAMPLE_PAGES", "SamplePage", "draw_sample_page"]

Pixels = NDArray[np.uint8]

NAVY, SAMPLE_PAPER, SAMPLE_PRINT = (38, 56, 120), (250, 248, 242), (70, 70, 74)

CAPITAL_STROKES: dict[str, Sequence[Sequence[tuple[float, float]]]] = {
    "A": [[(0, 1), (0.5, 0)], [(0.5, 0), (1, 1)], [(0.22, 0.64), (0.8, 0.62)]],
    "B": [
        [(0, 0), (0.02, 1)],
        [(0, 0), (0.5, 0.02), (0.72, 0.22), (0.5, 0.45), (0.02, 0.48)],
        [(0.02, 0.48), (0.6, 0.5), (0.85, 0.74), (0.6, 0.97), (0.02, 1)],
    ],
    "E": [[(0.02, 0), (0, 1)], [(0.02, 0), (0.8, 0.02)], [(0, 0.5), (0.65, 0.48)], [(0, 1), (0.85, 0.97)]],
    "L": [[(0.02, 0), (0, 1)], [(0, 1), (0.8, 0.98)]],
    "T": [[(0, 0.02), (1, 0)], [(0.5, 0), (0.48, 1)]],
}
"""The pen's paths through each capital, in shares of its width and height."""

SAMPLE_MARKS = (
    ("7", "12", "19"),
    ("15", "8", "23"),
    ("9", "16", "25"),
    ("11", "6", "17"),
    ("42", "42", "84"),
)
"""The text of the table of marks; its last column and its last row are sums."""


@dataclass(frozen=True)
class SamplePage:
    """A page to try.

    Attributes:
        title: what it is called.
        reads: what is written on it, line by line.
        make: draws it, uint8 (H, W, 3).
        alphabet: what has to be read to read it, as `Reader` takes it; None for digits and signs.
        table: whether it is a table.
    """

    title: str
    reads: str
    make: Callable[[np.random.Generator], Pixels]
    alphabet: str | None = None
    table: bool = False


def _lines(rng: np.random.Generator) -> Pixels:
    """Three lines of numbers on plain paper."""
    return _written(["4071 22", "385 1960", "7 548"], (760, 560), rng)


def _date(rng: np.random.Generator) -> Pixels:
    return _written(["12.05.2024"], (820, 240), rng)


def _letters(rng: np.random.Generator) -> Pixels:
    """A word in capitals, as they are printed by hand."""
    ink = np.zeros((240, 700), np.float32)
    for i, letter in enumerate("TABLE"):
        at, size = (
            np.array([70 + 120 * i, 60 + rng.normal(0, 3)]),
            np.array([78, 112]) * rng.uniform(0.95, 1.05, 2),
        )
        for path in CAPITAL_STROKES[letter]:
            points = _bent(np.array(path, float)) * size + at + rng.normal(0, 0.6, 2)
            cv2.polylines(ink, [np.rint(points * 16).astype(np.int32)], False, 1.0, 8, cv2.LINE_AA, 4)
    return _inked(ink, rng)


def _marks(rng: np.random.Generator) -> Pixels:
    """A ruled table with printed heads."""
    high, (left, top), (wide, tall) = 6, (60, 60), (170, 84)
    size = 2 * top + high * tall, 2 * left + 4 * wide
    sheet = np.full((*size, 3), SAMPLE_PAPER, np.uint8)
    for i in range(high + 1):
        cv2.line(sheet, (left, top + i * tall), (left + 4 * wide, top + i * tall), SAMPLE_PRINT, 2)
    for j in range(5):
        cv2.line(sheet, (left + j * wide, top), (left + j * wide, top + high * tall), SAMPLE_PRINT, 2)
    for j, head in enumerate(["Name", "Test 1", "Test 2", "Sum"]):
        cv2.putText(sheet, head, (left + j * wide + 24, top + tall - 28), FONT, 0.9, SAMPLE_PRINT, 2)
    for i, name in enumerate(["Adams", "Brown", "Clark", "Davis", "All"]):
        cv2.putText(sheet, name, (left + 20, top + (i + 2) * tall - 28), FONT, 0.9, SAMPLE_PRINT, 2)
    ink = np.zeros(size, np.float32)
    for i, row in enumerate(SAMPLE_MARKS):
        for j, text in enumerate(row, 1):
            box = left + j * wide + 12, top + (i + 1) * tall + 6, wide - 24, tall - 12
            write_text(ink, text, box, rng, lambda digit, chance: write(digit, chance, 5))
    return _inked(ink, rng, sheet)


def _desk(rng: np.random.Generator) -> Pixels:
    """A sheet of numbers, photographed on a desk."""
    sheet = _written(["4071 22", "385 1960", "7 548", "26 903"], (820, 1060), rng)
    return photograph(sheet, rng, longer=1000, perspective=0.04, turn=5.0).pixels


SAMPLE_PAGES: dict[str, SamplePage] = {
    "lines": SamplePage("Lines of numbers", "4071 22\n385 1960\n7 548", _lines),
    "desk": SamplePage("A sheet on a desk", "4071 22\n385 1960\n7 548\n26 903", _desk),
    "marks": SamplePage("A table of marks", "\n".join(map(" ".join, SAMPLE_MARKS)), _marks, table=True),
    "date": SamplePage("A date", "12.05.2024", _date),
    "letters": SamplePage("Capitals", "TABLE", _letters, alphabet="upper"),
}
"""The pages by key, in the order in which they are offered."""


@cache
def draw_sample_page(key: str) -> bytes:
    """The picture file of a page, a JPEG, the same every time.

    Raises:
        KeyError: there is no such page.
    """
    page = SAMPLE_PAGES[key]
    file = BytesIO()
    Image.fromarray(page.make(np.random.default_rng([*key.encode()]))).save(file, "jpeg", quality=88)
    return file.getvalue()


def _written(lines: Sequence[str], size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """Lines of numbers written over a page of this width and height."""
    (wide, high), ink = size, np.zeros(size[::-1], np.float32)
    step = (high - 80) / len(lines)
    for i, line in enumerate(lines):
        left, each = 60.0, min(80.0, (wide - 120) / max(map(len, lines)))
        for word in line.split():
            box = left, 40 + i * step + (step - 110) / 2, each * len(word), 110.0
            write_text(ink, word, box, rng, lambda digit, chance: write(digit, chance, 5))
            left += each * (len(word) + 1)
    return _inked(ink, rng)


def _inked(ink: NDArray, rng: np.random.Generator, sheet: Pixels | None = None) -> Pixels:
    """Ink on paper, with the grain of both."""
    paper = np.full((*ink.shape, 3), SAMPLE_PAPER, np.float32) if sheet is None else sheet.astype(np.float32)
    cover = 0.92 * cv2.GaussianBlur(ink, (0, 0), 0.7)[..., None]
    whole = paper * (1 - cover) + np.array(NAVY, np.float32) * cover + rng.normal(0, 3, (*ink.shape, 1))
    return np.clip(np.rint(whole), 0, 255).astype(np.uint8)


def _bent(path: NDArray[np.float64]) -> NDArray[np.float64]:
    """A path with points in between, rounded off where it turns (Chaikin 1974)."""
    for _ in range(3):
        ahead = np.stack([0.75 * path[:-1] + 0.25 * path[1:], 0.25 * path[:-1] + 0.75 * path[1:]], axis=1)
        path = np.concatenate([path[:1], ahead.reshape(-1, 2), path[-1:]])
    return path
