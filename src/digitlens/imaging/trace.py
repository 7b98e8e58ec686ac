"""The steps of reading a page, as small pictures."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.imaging.background import shrink
from digitlens.imaging.contrast import LIMIT
from digitlens.types import Gray, Pixels, Step

__all__ = ["page_steps"]

TRACE_SIDE = 512  # pixels of a step's longer side
CROPS_A_ROW = 16  # glyphs in a row of the last step
MOST_CROPS = 256  # glyphs shown in it


def page_steps(
    picture: Pixels, contrast: NDArray[np.float32], boxes: NDArray[np.floating], frames: Sequence[Gray]
) -> tuple[Step, ...]:
    """The way from a picture to the glyphs that were read.

    Args:
        picture: as it was turned, uint8 (H, W) or (H, W, 3).
        contrast: as the page network saw it, float32 (h, w).
        boxes: left, top, width and height of each glyph, in pixels of ``picture``, (N, 4).
        frames: what the glyph network saw of each that it was asked about, uint8 (28, 28).
    """
    small, scale = shrink(picture, TRACE_SIDE)
    steps = (
        Step("picture", "Your picture, turned upright.", small),
        Step("contrast", "Each pixel against its surroundings: light and paper even out.", _shown(contrast)),
    )
    if not len(boxes):
        return steps
    found = Step("glyphs", "What the page network found, each in its box.", _boxed(small, boxes / scale))
    if not frames:
        return (*steps, found)
    sentence = "Each made 20 pixels long and centred in 28x28: this is what the glyph network sees."
    return (*steps, found, Step("framed", sentence, _tiled(frames)))


def _shown(contrast: NDArray[np.float32]) -> Gray:
    levels = ((contrast + LIMIT) * (255 / (2 * LIMIT))).clip(0, 255).astype(np.uint8)
    return shrink(levels, TRACE_SIDE)[0]


def _boxed(small: Pixels, boxes: NDArray[np.floating]) -> Pixels:
    """The picture with a box around each glyph."""
    drawn = cv2.cvtColor(small, cv2.COLOR_GRAY2RGB) if small.ndim == 2 else small.copy()
    for x, y, w, h in boxes.tolist():
        cv2.rectangle(drawn, (int(x) - 2, int(y) - 2), (int(x + w) + 2, int(y + h) + 2), (0, 110, 220), 1)
    return np.asarray(drawn, np.uint8)


def _tiled(frames: Sequence[Gray]) -> Gray:
    """Frames side by side, in rows."""
    shown = list(frames[:MOST_CROPS])
    across = min(CROPS_A_ROW, len(shown))
    shown += [np.zeros_like(shown[0])] * (-len(shown) % across)
    return np.vstack([np.hstack(shown[i : i + across]) for i in range(0, len(shown), across)])
