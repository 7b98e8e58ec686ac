"""The batches of an epoch of strips: windows of them, stretched, moved and otherwise inked each time."""

from collections.abc import Sequence

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import STRIP_HEIGHT
from digitlens.train.line.loss import NO_LABEL
from digitlens.train.line.strips import Strip

__all__ = ["StripEpoch", "batch_of_strips", "varied_strip"]

Batch = tuple[NDArray[np.float32], NDArray[np.float32]]

WINDOW_WIDTH = 448
"""Pixels of a window."""

MOST_LABELS = 40
"""Labels in a window; of more, which a window is too narrow for, the first are asked for."""

STRETCHED = 0.12
MAGNIFIED_STRIPS = 0.12
MOVED = 3.0
"""Standard deviations of the logarithms of widths and of sizes, and pixels up and down."""

LEAST_STRIP_GAIN, MOST_STRIP_GAIN = 0.6, 1.2
MOST_STRIP_NOISE = 0.15
UNCHANGED_STRIPS = 0.3


class StripEpoch(keras.utils.PyDataset):
    """One epoch of shuffled batches, fixed by the strips, the seed and the number of the epoch."""

    def __init__(self, strips: Sequence[Strip], steps: int, batch_size: int, key: tuple[int, int]) -> None:
        """Show strips in ``steps`` batches, each as often as the next, or once more."""
        super().__init__(workers=2, max_queue_size=6)
        self._strips, self._batch_size, self._key = strips, batch_size, key
        count = steps * batch_size
        rounds = -(-count // len(strips))
        rng = np.random.default_rng([*key])
        self._order = np.concatenate([rng.permutation(len(strips)) for _ in range(rounds)])[:count]

    def __len__(self) -> int:
        """The number of batches."""
        return len(self._order) // self._batch_size

    def __getitem__(self, index: int) -> Batch:
        """Batch ``index``: windows (B, 56, `WINDOW_WIDTH`, 1), and their labels (B, `MOST_LABELS`)."""
        places = range(index * self._batch_size, (index + 1) * self._batch_size)
        return batch_of_strips(
            [
                varied_strip(self._strips[self._order[place]], np.random.default_rng([*self._key, place, 1]))
                for place in places
            ]
        )


def batch_of_strips(strips: Sequence[Strip], width: int = WINDOW_WIDTH) -> Batch:
    """Windows float32 (N, 56, ``width``, 1), filled up with paper, and labels float32 (N, `MOST_LABELS`)."""
    pictures = np.zeros((len(strips), STRIP_HEIGHT, width, 1), np.float32)
    labels = np.full((len(strips), MOST_LABELS), NO_LABEL, np.float32)
    for picture, row, strip in zip(pictures, labels, strips, strict=True):
        cut = strip.contrast[:, :width]
        picture[...] = np.median(cut.astype(np.float32)) if cut.size else 0.0
        picture[:, : cut.shape[1], 0] = cut
        asked = strip.labels[strip.at < width][:MOST_LABELS]
        row[: len(asked)] = asked
    return pictures, labels


def varied_strip(strip: Strip, rng: np.random.Generator) -> Strip:
    """Show a strip otherwise: a window of it, stretched, magnified, moved up or down, with other contrast and noise."""
    tall = float(np.exp(np.clip(MAGNIFIED_STRIPS * rng.standard_normal(), -0.3, 0.3)))
    wide = tall * float(np.exp(np.clip(STRETCHED * rng.standard_normal(), -0.3, 0.3)))
    spare = max(0.0, strip.contrast.shape[1] * wide - WINDOW_WIDTH)
    left = rng.uniform(0, spare)
    up = STRIP_HEIGHT / 2 * (1 - tall) + MOVED * float(np.clip(rng.standard_normal(), -2, 2))
    moved = np.array([[wide, 0, wide / 2 - 0.5 - left], [0, tall, tall / 2 - 0.5 + up]])
    width = int(min(WINDOW_WIDTH, np.ceil(strip.contrast.shape[1] * wide)))
    source = strip.contrast.astype(np.float32)
    picture = cv2.warpAffine(source, moved, (width, STRIP_HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    if rng.random() >= UNCHANGED_STRIPS:
        noise = rng.standard_normal(picture.shape, dtype=np.float32)
        picture = picture * rng.uniform(LEAST_STRIP_GAIN, MOST_STRIP_GAIN) + noise * rng.uniform(
            0, MOST_STRIP_NOISE
        )
    at = strip.at * wide - left
    inside = (at > 0) & (at < width)
    return Strip(np.asarray(picture, np.float16), strip.labels[inside], at[inside].astype(np.float32))
