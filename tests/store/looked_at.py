"""Readings made by hand, of a picture that our own code draws: what is kept of them is known beforehand."""

import io

import numpy as np
from PIL import Image

from digitlens.store import Item
from digitlens.types import Box, Glyph, Gray, Line, Reading, Reason

MODEL = "mine@12345678"
RIGHT = Box(50, 20, 20, 30)
LEFT = Box(10, 20, 20, 30)


def picture(grey: int = 200, size: tuple[int, int] = (300, 100)) -> bytes:
    """A PNG of this width and height; its columns tell where they are, its left upper corner is ``grey``."""
    columns = np.arange(size[0], dtype=np.uint8)
    pixels = np.tile(columns, (size[1], 1))
    pixels[0, 0] = grey
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def frame(level: int = 255) -> Gray:
    """A framed stroke."""
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 12:16] = level
    return image


def doubtful(
    label: str = "4",
    box: Box = RIGHT,
    reason: Reason = "unsure",
    level: int = 255,
    confidence: float = 0.6,
) -> Glyph:
    """A glyph that was not accepted."""
    odds = dict.fromkeys("0123456789", 0.0) | {label: confidence}
    return Glyph(
        label, confidence, 0.9, box, accepted=False, reason=reason, probabilities=odds, frame=frame(level)
    )


def accepted(label: str = "7", box: Box = LEFT) -> Glyph:
    """A glyph that nobody need look at."""
    return Glyph(
        label, 0.999, 1.0, box, accepted=True, reason=None, probabilities={label: 0.999}, frame=frame()
    )


def reading(*glyphs: Glyph, model: str = MODEL, page: int = 1) -> Reading:
    """A page of one line; blank without glyphs."""
    lines = (Line(glyphs, Box(0, 0, 300, 100)),) if glyphs else ()
    return Reading(None, model, page, lines)


def decided(item: Item) -> str | None:
    """What was decided of an item, None while it waits."""
    return None if item.decision is None else item.decision.label
