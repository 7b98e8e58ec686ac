"""The steps of reading a page, as small pictures."""

from collections.abc import Sequence

import cv2
import numpy as np

from digitlens.imaging.page import PageInk
from digitlens.imaging.paper import shrink
from digitlens.types import Gray, Pixels, Step

__all__ = ["page_steps"]

SIDE = 512  # pixels of a step's longer side
ACROSS = 16  # glyphs in a row of the last step
MOST = 256  # glyphs shown in it


def page_steps(
    picture: Pixels, ink: PageInk, boxes: Sequence[tuple[int, int, int, int]], frames: Sequence[Gray]
) -> tuple[Step, ...]:
    """The way from a picture to the glyphs that were read.

    Args:
        picture: uint8 (H, W) or (H, W, 3).
        ink: what was found in it.
        boxes: left, top, width and height of each glyph, in pixels of ``ink``.
        frames: what the network saw of each, uint8 (28, 28).
    """
    steps = (
        Step("picture", "Your picture, turned upright.", shrink(picture, SIDE)[0]),
        Step("grey", "In grey, ink dark; turned where it lay askew.", shrink(ink.grey, SIDE)[0]),
        Step("ink", "The ink alone: paper, uneven light and ruled lines taken away.", _ink(ink)),
    )
    if not boxes:
        return steps
    return (
        *steps,
        Step("glyphs", "What was found, each in its box.", _boxed(ink, boxes)),
        Step(
            "framed",
            "Each made 20 pixels long and centred in 28x28: this is what the network sees.",
            _tiled(frames),
        ),
    )


def _ink(ink: PageInk) -> Gray:
    return shrink(np.asarray(ink.mask * np.uint8(255), np.uint8), SIDE)[0]


def _boxed(ink: PageInk, boxes: Sequence[tuple[int, int, int, int]]) -> Gray:
    """The ink in white, a grey box around each glyph."""
    small, scale = shrink(np.asarray(ink.mask * np.uint8(255), np.uint8), SIDE)
    for x, y, w, h in boxes:
        first = int(x / scale) - 2, int(y / scale) - 2
        cv2.rectangle(small, first, (int((x + w) / scale) + 2, int((y + h) / scale) + 2), 128, 1)
    return small


def _tiled(frames: Sequence[Gray]) -> Gray:
    """Frames side by side, in rows."""
    shown = list(frames[:MOST])
    across = min(ACROSS, len(shown))
    shown += [np.zeros_like(shown[0])] * (-len(shown) % across)
    return np.vstack([np.hstack(shown[i : i + across]) for i in range(0, len(shown), across)])
