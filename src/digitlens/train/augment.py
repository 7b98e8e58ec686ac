"""Augmentation: each epoch shows every glyph turned, shifted and zoomed a little, drawn anew."""

from dataclasses import dataclass

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

__all__ = ["Affine", "AugmentedEpoch"]


@dataclass(frozen=True)
class Affine:
    """How far a glyph may be moved, each drawn evenly from minus to plus the limit.

    Attributes:
        rotation: degrees about the centre of the image.
        shift: pixels, across and down apart.
        zoom: share of the size, across and down apart: 0.1 gives 0.9 to 1.1.
        shear: horizontal shear, pixels a pixel.
    """

    rotation: float = 0.0
    shift: float = 0.0
    zoom: float = 0.0
    shear: float = 0.0

    def matrices(self, count: int, size: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """Draw ``count`` affine maps about the centre of a ``size`` x ``size`` image, (count, 2, 3)."""
        draw = rng.uniform(-1, 1, (count, 6))
        angle = np.deg2rad(self.rotation * draw[:, 0])
        zoom_x, zoom_y = 1 + self.zoom * draw[:, 1], 1 + self.zoom * draw[:, 2]
        shear = self.shear * draw[:, 3]
        cos, sin = np.cos(angle), np.sin(angle)
        linear = np.empty((count, 2, 2))
        linear[:, 0, 0], linear[:, 0, 1] = cos * zoom_x, (cos * shear - sin) * zoom_y
        linear[:, 1, 0], linear[:, 1, 1] = sin * zoom_x, (sin * shear + cos) * zoom_y
        centre = np.full(2, (size - 1) / 2)
        offset = centre - linear @ centre + self.shift * draw[:, 4:]
        return np.concatenate([linear, offset[:, :, None]], axis=2).astype(np.float32)


def _warp(images: NDArray[np.uint8], maps: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Move each of the images, uint8 (N, H, W), by its affine map, (N, 2, 3); black comes in at the edges."""
    size = images.shape[2], images.shape[1]
    moved = [cv2.warpAffine(image, each, size) for image, each in zip(images, maps, strict=True)]
    return np.stack(moved).astype(np.uint8, copy=False)


class AugmentedEpoch(keras.utils.PyDataset):
    """One epoch of shuffled, augmented batches, fixed by its seed and number alone.

    All randomness is drawn when it is built, so that a run that was killed and goes on at this epoch
    sees the very batches it would have seen.
    """

    def __init__(
        self,
        images: NDArray[np.uint8],
        targets: NDArray[np.int64],
        affine: Affine,
        *,
        batch_size: int,
        seed: int,
        epoch: int,
    ) -> None:
        """Draw the order and the maps for ``images``, uint8 (N, H, W), and ``targets``, class indices (N,)."""
        super().__init__()
        rng = np.random.default_rng([seed, epoch])
        self._images, self._targets, self._batch_size = images, targets, batch_size
        self._order = rng.permutation(len(images))
        self._maps = affine.matrices(len(images), images.shape[1], rng)

    def __len__(self) -> int:
        """The number of batches; what does not fill a last one waits for the next epoch's order."""
        return max(1, len(self._order) // self._batch_size)

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Batch ``index``: images (B, H, W, 1) of floats 0 to 1, and targets (B,)."""
        rows = slice(index * self._batch_size, (index + 1) * self._batch_size)
        chosen = self._order[rows]
        warped = _warp(self._images[chosen], self._maps[rows])
        return warped[..., None].astype(np.float32) / np.float32(255), self._targets[chosen]
