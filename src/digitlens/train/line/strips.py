"""Strips of lines, cut out of drawn sheets as a reader cuts them out of pages, with what stands on them."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth.sheets import Mark, Sheet, draw_sheet
from digitlens.imaging import STRIP_BEYOND, STRIP_GLYPH, local_contrast, text_strip
from digitlens.train.drawn.pool import Part
from digitlens.train.page.scenes import sheet_sources
from digitlens.train.page.targets import PAGE_LABELS, Marks

__all__ = ["LineScenes", "Strip", "strips_of"]

SEEN_AS = 0.74, 1.35
"""Heights of glyphs, in those of a strip, at which a page may have been looked at."""

LOST = 0.08
"""Share of the marks that are passed over in finding where a line runs, as a reader may pass over them."""

JITTER = 0.06
"""Of boxes, in heights, standard deviation."""

INVERTED_STRIPS = 0.15


@dataclass(frozen=True, eq=False)
class Strip:
    """A strip, ``contrast`` float16 (56, W), and the rows of `PAGE_LABELS` of what stands on it, from left to right."""

    contrast: NDArray[np.float16]
    labels: NDArray[np.int16]
    at: NDArray[np.float32]
    """The middle of each, in its columns, (N,)."""


@dataclass(frozen=True)
class LineScenes:
    """Draws patches of sheets, ``width`` x ``height`` pixels, and cuts all of their lines out."""

    width: int
    height: int

    def __call__(self, part: Part, key: Sequence[int]) -> list[Strip]:
        """The strips of the sheet of a key."""
        bank, config = sheet_sources(part)
        rng = np.random.default_rng([*key, 7])
        sheet = draw_sheet(bank, config, rng, self.width, self.height, colour=False)
        return strips_of(sheet, rng)


def strips_of(sheet: Sheet, rng: np.random.Generator) -> list[Strip]:
    """Cut the lines of a grey sheet out, each as if its glyphs had been found, but not all and not quite."""
    lines: dict[int, list[Mark]] = {}
    for mark in sheet.marks:
        if mark.line >= 0:
            lines.setdefault(mark.line, []).append(mark)
    return [strip for marks in lines.values() if (strip := _strip(sheet, marks, rng)) is not None]


def _strip(sheet: Sheet, marks: Sequence[Mark], rng: np.random.Generator) -> Strip | None:
    marks = sorted(marks, key=lambda mark: mark.box[0] + mark.box[2] / 2)
    boxes = np.array([mark.box for mark in marks], np.float32)
    labels = np.array([PAGE_LABELS.index(mark.label) for mark in marks], np.int16)
    found = Marks(labels, boxes, np.array([mark.visible for mark in marks], np.float32))
    digits = np.array([mark.label.isdigit() for mark in marks]) & found.asked
    used = digits & (rng.random(len(marks)) >= LOST)
    if not used.any():
        return None
    height = float(np.median(boxes[used, 3]))
    scale = STRIP_GLYPH / height * rng.uniform(*SEEN_AS)
    pixels = sheet.pixels if rng.random() >= INVERTED_STRIPS else 255 - sheet.pixels
    size = max(8, round(pixels.shape[1] * scale)), max(8, round(pixels.shape[0] * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    contrast = local_contrast(np.asarray(cv2.resize(pixels, size, interpolation=way), np.uint8))
    seen = boxes[used] * scale
    seen = seen + (JITTER * height * scale * rng.standard_normal(seen.shape)).astype(np.float32)
    strip = text_strip(contrast, seen, height * scale, STRIP_BEYOND)
    middles = boxes[:, :2] + boxes[:, 2:] / 2
    columns = (middles[:, 0] * scale - strip.left) * strip.scale
    width = strip.contrast.shape[1]
    inside = found.asked & (columns > 0) & (columns < width)
    level = np.interp(columns, np.arange(width) + 0.5, strip.middle)
    inside &= np.abs(middles[:, 1] * scale - level) < height * scale
    return Strip(strip.contrast.astype(np.float16), labels[inside], columns[inside].astype(np.float32))
