"""The width of a glyph's strokes, and glyphs written too thinly made as thick as those that a network has learnt."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["at_least_as_thick", "stroke_widths"]

Frames = NDArray[np.uint8]


def stroke_widths(frames: Frames) -> NDArray[np.float64]:
    """The mean width of the strokes of framed glyphs, uint8 (N, H, W), white on black: (N,), pixels; 0 of black ones.

    A stroke's area over half the length of its outline; that length is the total variation of the grey levels.
    """
    grey = frames.astype(np.float64)
    right, down = np.diff(grey, axis=2, append=0), np.diff(grey, axis=1, append=0)
    outline = np.sqrt(right * right + down * down).sum(axis=(1, 2))
    return 2 * grey.sum(axis=(1, 2)) / np.maximum(outline, 1.0)


def at_least_as_thick(frames: Frames, least: float) -> Frames:
    """Thicken the strokes of framed glyphs, uint8 (N, H, W), that are thinner than ``least`` pixels.

    Dilation by a pixel all around, at the strength that widens them as far, at most by two pixels.
    """
    widths = stroke_widths(frames)
    thin = np.flatnonzero(widths < least)
    if not thin.size:
        return frames
    strength = np.minimum((least - widths[thin]) / 2, 1.0)[:, None, None]
    thick = np.floor(_dilated(frames[thin]) * strength + 0.5).astype(np.uint8)
    seen = frames.copy()
    seen[thin] = np.maximum(frames[thin], thick)
    return seen


def _dilated(frames: Frames) -> Frames:
    """The greatest of the nine levels around each pixel."""
    padded = np.pad(frames, ((0, 0), (1, 1), (1, 1)))
    rows = np.maximum(np.maximum(padded[:, :-2], padded[:, 1:-1]), padded[:, 2:])
    return np.maximum(np.maximum(rows[:, :, :-2], rows[:, :, 1:-1]), rows[:, :, 2:])
