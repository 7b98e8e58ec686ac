"""Tables of handwritten numbers drawn by our own code: ruled, dotted, broken, or without rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth.blanks import FONT, PRINT_LEVEL
from digitlens.data.synth.writers import write, write_text

__all__ = ["STYLES", "DrawnTable", "Style", "bend", "draw_table"]

Pixels = NDArray[np.uint8]
Style = Literal["ruled", "dotted", "broken", "none"]
STYLES: tuple[Style, ...] = get_args(Style)


@dataclass(frozen=True, eq=False)
class DrawnTable:
    """A table.

    Attributes:
        pixels: uint8 (H, W, 3), RGB, with a sheet's margin around it.
        texts: what is written in each cell: ``""`` in an empty one, ``"-"`` where it was crossed out.
        heads: printed words above the columns, one row, or none.
        struck: the cells in which another number was struck out, by row and column from 0.
    """

    pixels: Pixels
    texts: tuple[tuple[str, ...], ...]
    heads: bool
    struck: frozenset[tuple[int, int]] = frozenset()


def draw_table(  # noqa: PLR0913 - all but the first by their names
    rng: np.random.Generator,
    *,
    shape: tuple[int, int] = (8, 5),
    style: Style = "ruled",
    heads: bool = True,
    empty: float = 0.1,
    dashed: float = 0.05,
    struck: float = 0.0,
) -> DrawnTable:
    """Draw a table of numbers of one to three digits.

    Args:
        rng: where chance comes from.
        shape: rows, without the heads, and columns.
        style: of its rules.
        heads: whether printed words stand above the columns.
        empty: share of the cells that are left empty.
        dashed: share of the cells with a dash.
        struck: share of the written cells in which another number was struck out, the right one beside it.
    """
    (rows, columns), high, wide = shape, int(rng.integers(62, 84)), int(rng.integers(130, 170))
    above = int(heads)
    left, top = int(rng.integers(90, 200)), int(rng.integers(100, 260))
    size = top + (rows + above) * high + 250, left + columns * wide + 150
    sheet: NDArray = np.full(size, 255, np.uint8)
    if style != "none":
        _grid(sheet, (left, top, wide, high), (rows + above, columns), style)
    for j in range(columns * above):
        at = left + j * wide + 24, top + high - 24
        cv2.putText(sheet, f"Item {'ABCDEFGHIJKL'[j]}", at, FONT, 0.7, PRINT_LEVEL, 1)
    pen = int(rng.integers(3, 7))
    ink: NDArray = np.zeros(size, np.float32)
    texts, corrected = [[""] * columns for _ in range(rows)], set[tuple[int, int]]()
    for i, j in np.ndindex(rows, columns):
        texts[i][j] = text = _text(rng, empty, dashed)
        box = (left + j * wide + 4, top + (i + above) * high + 3, wide - 8, high - 6)
        if struck and text.isdecimal() and rng.random() < struck:
            box = _struck_out(ink, box, rng, pen)
            corrected.add((i, j))
        write_text(ink, text, box, rng, lambda digit, chance: write(digit, chance, pen))
    return DrawnTable(_inked(sheet, ink, rng), tuple(map(tuple, texts)), heads, frozenset(corrected))


def _text(rng: np.random.Generator, empty: float, dashed: float) -> str:
    """The text of a cell: nothing, a dash or a number, the first two of these shares."""
    drawn = rng.random()
    if drawn < empty:
        return ""
    return "-" if drawn < empty + dashed else str(rng.integers(0, 10 ** rng.integers(1, 4)))


def _inked(sheet: NDArray, ink: NDArray, rng: np.random.Generator) -> Pixels:
    """A printed sheet with ink of a pen, 0 to 1, in black or blue."""
    cover = ink[..., None] * np.float32(rng.uniform(0.75, 0.95))
    colour = np.array([(20, 20, 30), (25, 35, 110)][rng.integers(2)], np.float32)
    whole = sheet[..., None].astype(np.float32) * (1 - cover) + colour * cover
    return np.rint(whole).astype(np.uint8)


def _grid(sheet: NDArray, first: tuple[int, int, int, int], shape: tuple[int, int], style: Style) -> None:
    """Rule a grid of rows and columns, whose ``first`` cell has this left and top, width and height in pixels."""
    (left, top, wide, high), (rows, columns) = first, shape
    for i in range(rows + 1):
        _rule(sheet, (left, top + i * high), (left + columns * wide, top + i * high), style)
    for j in range(columns + 1):
        _rule(sheet, (left + j * wide, top), (left + j * wide, top + rows * high), style)


def _struck_out(
    ink: NDArray, box: tuple[int, int, int, int], rng: np.random.Generator, pen: int
) -> tuple[int, int, int, int]:
    """Write a number into the left of a box and strike it out, by lines or to and fro; the room that is left."""
    x, y, w, h = box
    room = round(0.45 * w)
    wrong: NDArray = np.zeros_like(ink)
    text = str(rng.integers(0, 10 ** rng.integers(1, 3)))
    write_text(wrong, text, (x, y, room, h), rng, lambda digit, chance: write(digit, chance, pen))
    left, top, wide, high = cv2.boundingRect((wrong > 0).astype(np.uint8))
    over = _strokes(ink.shape, (left, top, wide, high), rng, max(2, pen // 2))
    np.maximum(ink, np.maximum(wrong, over.astype(np.float32) / np.float32(255)), out=ink)
    return x + room, y, w - room, h


def _strokes(shape: tuple[int, ...], box: Sequence[int], rng: np.random.Generator, thick: int) -> NDArray:
    """The strokes through a box, lines or one to and fro, uint8 (H, W)."""
    over: NDArray = np.zeros(shape, np.uint8)
    left, top, wide, high = box
    if rng.random() < 0.5:
        for _ in range(int(rng.integers(2, 5))):
            start, end = (top + np.rint(high * rng.uniform(0.15, 0.85, 2))).astype(int).tolist()
            cv2.line(over, (left - 3, start), (left + wide + 3, end), 255, thick, cv2.LINE_AA)
    else:
        turns = int(rng.integers(8, 16))
        across, down = np.linspace(left, left + wide, turns), top + high * rng.uniform(0, 1, turns)
        path = np.rint(np.stack([across, down], axis=1)).astype(np.int32)
        cv2.polylines(over, [path], False, 255, thick, cv2.LINE_AA)
    return over


def bend(sheet: Pixels, depth: float) -> Pixels:
    """Bend a sheet upwards in its middle by so many pixels, as paper that does not lie flat."""
    height, width = sheet.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    from_rows = rows + np.float32(depth) * np.sin(np.pi * columns / np.float32(width))
    return np.asarray(
        cv2.remap(sheet, columns, from_rows, cv2.INTER_LINEAR, borderValue=(255, 255, 255)), np.uint8
    )


def _rule(sheet: NDArray, start: tuple[int, int], end: tuple[int, int], style: Style) -> None:
    """A rule: whole, of dots, or of dashes."""
    if style == "ruled":
        cv2.line(sheet, start, end, PRINT_LEVEL, 2)
        return
    step, length = (8, 0) if style == "dotted" else (22, 13)
    (x, y), (x_end, y_end) = start, end
    for at in range(0, max(x_end - x, y_end - y), step):
        here = (x + at, y) if x_end > x else (x, y + at)
        there = (min(x_end, here[0] + length), y) if x_end > x else (x, min(y_end, here[1] + length))
        cv2.line(sheet, here, there, PRINT_LEVEL, 2 if length else 3)
