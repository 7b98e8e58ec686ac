"""A reading drawn onto its picture: a box round each glyph, its label beside it, both coloured by acceptance.

What speaks against a line or a page as a whole is drawn too: a dashed box in a colour of its own where to look.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import ceil, floor
from statistics import median
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

__all__ = ["ACCEPTED", "DOUBTED", "DOUBTFUL_RGB", "annotated"]

Pixels: TypeAlias = NDArray[np.uint8]


class _Box(Protocol):
    """A rectangle."""

    def to_list(self) -> list[int]:
        """Its left, top, width and height."""
        ...


class _Boxed(Protocol):
    """An annotation: a glyph, or a place in doubt."""

    @property
    def box(self) -> _Box:
        """Where."""
        ...


class _Glyph(_Boxed, Protocol):
    """A glyph as it is drawn; a `digitlens.types.Glyph` is one."""

    @property
    def label(self) -> str:
        """The text of its tag."""
        ...

    @property
    def accepted(self) -> bool:
        """True if it is drawn in the colour of accepted glyphs."""
        ...


class _Reading(Protocol):
    """A reading as it is drawn; a `digitlens.types.Reading` is one."""

    @property
    def glyphs(self) -> Sequence[_Glyph]:
        """All glyphs."""
        ...

    @property
    def all_doubts(self) -> Sequence[_Boxed]:
        """Where to look besides."""
        ...


ACCEPTED = (0, 130, 125)
"""Blue-green, RGB: what was accepted. Like the other colour it stands out from white and from black."""

DOUBTFUL_RGB = (240, 130, 0)
"""Orange, RGB: what a person should look at."""

DOUBTED = (170, 70, 220)
"""Purple, RGB, and dashed: where to look for what keeps a line or the page from being accepted as a whole."""

LETTER_COLOURS = {ACCEPTED: (255, 255, 255), DOUBTFUL_RGB: (0, 0, 0)}
"""The colour that a label is written in on each."""

DASH = 4
"""A dash is so many times longer than the pen is wide, and so is the gap behind it."""

LEAST_FONT = 8
"""Labels are not written smaller than this font size, in pixels: they could not be read."""

Rect: TypeAlias = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels, the last two not in it."""


def annotated(pixels: Pixels, reading: _Reading, scale: float | tuple[float, float] = 1.0) -> Pixels:
    """Draw what was read, and where, onto a copy of a picture.

    Boxes are drawn round the glyphs and labels beside them, so that no label covers any glyph, and none leaves
    the picture: one that finds no room is left out. A glyph without a label is labelled ``?``. Where doubts say to
    look, dashed boxes are drawn beneath these. All else of the picture stays as it is.

    Args:
        pixels: the upright picture, uint8 (H, W), (H, W, 3) RGB or (H, W, 4) RGBA.
        reading: what was read in it.
        scale: pixels of ``pixels`` for each of the picture as uploaded, whose pixels the boxes are told in; where
            they differ, across and down.

    Returns:
        uint8 (H, W, 3), RGB.
    """
    image = Image.fromarray(pixels).convert("RGB")
    across, down = scale if isinstance(scale, tuple) else (scale, scale)
    for doubt in reading.all_doubts:
        _draw_dashed(ImageDraw.Draw(image), _rect(doubt, across, down), max(1, round(max(image.size) / 400)))
    if glyphs := reading.glyphs:
        rects = [_rect(glyph, across, down) for glyph in glyphs]
        height = median(bottom - top for _, top, _, bottom in rects)
        pen = max(1, round(min(max(image.size) / 400, height / 12)))
        size = max(LEAST_FONT, round(min(max(height / 2, max(image.size) / 100), max(image.size) / 10)))
        drawing = ImageDraw.Draw(image)
        for glyph, rect in zip(glyphs, rects, strict=True):
            left, top, right, bottom = _widened(rect, pen)
            drawing.rectangle((left, top, right - 1, bottom - 1), outline=_colour(glyph), width=pen)
        _write_labels(drawing, glyphs, [_widened(rect, pen) for rect in rects], size)
    return np.array(image)


def _rect(glyph: _Boxed, across: float, down: float) -> Rect:
    """All pixels that the box touches."""
    x, y, w, h = glyph.box.to_list()
    return floor(x * across), floor(y * down), ceil((x + w) * across), ceil((y + h) * down)


def _widened(rect: Rect, pen: int) -> Rect:
    left, top, right, bottom = rect
    return left - pen, top - pen, right + pen, bottom + pen


def _draw_dashed(drawing: ImageDraw.ImageDraw, rect: Rect, pen: int) -> None:
    """Draw a box around a rectangle, in dashes."""
    left, top, right, bottom = _widened(rect, pen)
    for start in range(left, right, 2 * DASH * pen):
        end = min(start + DASH * pen, right) - 1
        for y in (top, bottom - pen):
            drawing.rectangle((start, y, end, y + pen - 1), fill=DOUBTED)
    for start in range(top, bottom, 2 * DASH * pen):
        end = min(start + DASH * pen, bottom) - 1
        for x in (left, right - pen):
            drawing.rectangle((x, start, x + pen - 1, end), fill=DOUBTED)


def _colour(glyph: _Glyph) -> tuple[int, int, int]:
    return ACCEPTED if glyph.accepted else DOUBTFUL_RGB


def _write_labels(
    drawing: ImageDraw.ImageDraw, glyphs: Sequence[_Glyph], frames: list[Rect], size: int
) -> None:
    """Write each label on a tag where it covers no glyph, no other label and stays in the picture."""
    taken = np.zeros((2 * len(frames), 4), int)
    taken[: len(frames)] = frames
    for i, (glyph, frame) in enumerate(zip(glyphs, frames, strict=True)):
        for tag, font in _tags(frame, glyph.label or "?", size, drawing.im.size):
            if _free(tag, taken, drawing.im.size):
                taken[len(frames) + i] = tag
                _write(drawing, tag, glyph, font)
                break


def _tags(
    frame: Rect, label: str, size: int, picture: tuple[int, int]
) -> Iterator[tuple[Rect, ImageFont.FreeTypeFont]]:
    """Where a label may stand beside a frame, the best first: large rather than small, above rather than below."""
    (left, top), (right, bottom) = np.maximum(frame[:2], 0), np.minimum(frame[2:], picture)
    while size >= LEAST_FONT:
        font = _font(size)
        wide, high = _extent(label, font)
        for x, y in (
            *((left, top - high), (right - wide, top - high), (left, bottom), (right - wide, bottom)),
            *((right, top), (left - wide, top), (right, bottom - high), (left - wide, bottom - high)),
        ):
            yield (x, y, x + wide, y + high), font
        size = int(size * 0.8)


def _extent(label: str, font: ImageFont.FreeTypeFont) -> tuple[int, int]:
    """Width and height of a tag: those of the label, and a little around it."""
    left, top, right, bottom = font.getbbox(label)
    pad = _pad(font)
    return ceil(right - left) + 2 * pad, ceil(bottom - top) + 2 * pad


def _free(tag: Rect, taken: np.ndarray, size: tuple[int, int]) -> bool:
    """Tell if a tag lies within a picture of this width and height and overlaps nothing that is taken."""
    left, top, right, bottom = tag
    if min(left, top) < 0 or right > size[0] or bottom > size[1]:
        return False
    beside = (taken[:, 2] <= left) | (taken[:, 0] >= right) | (taken[:, 3] <= top) | (taken[:, 1] >= bottom)
    return bool(beside.all())


def _write(drawing: ImageDraw.ImageDraw, tag: Rect, glyph: _Glyph, font: ImageFont.FreeTypeFont) -> None:
    """Fill a tag and write the label into it."""
    label, colour, pad = glyph.label or "?", _colour(glyph), _pad(font)
    left, top, _, _ = font.getbbox(label)
    drawing.rectangle((tag[0], tag[1], tag[2] - 1, tag[3] - 1), fill=colour)
    drawing.text((tag[0] + pad - left, tag[1] + pad - top), label, LETTER_COLOURS[colour], font)


def _pad(font: ImageFont.FreeTypeFont) -> int:
    return max(1, round(font.size / 6))


@lru_cache(maxsize=32)
def _font(size: int) -> ImageFont.FreeTypeFont:
    """Pillow's own font, so that every system draws the same."""
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # else Pillow was built without FreeType
    return font
