"""Augmentation: each epoch shows every glyph turned, shifted, zoomed and bent a little, drawn anew."""

from dataclasses import dataclass

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

from digitlens.train.teach import Teachers

__all__ = ["AugmentedEpoch", "Warp"]

KNOTS = 7
"""Knots a side of the grid on which bends are drawn; between them they run smoothly."""


@dataclass(frozen=True)
class Warp:
    """Limits of the warp of a glyph; each but ``elastic`` is drawn evenly from minus to plus the limit.

    Attributes:
        rotation: degrees about the centre of the image.
        shift: pixels, across and down apart.
        zoom: share of the size, across and down apart: 0.1 gives 0.9 to 1.1.
        shear: horizontal shear, pixels a pixel.
        elastic: standard deviation of the bends in pixels (Simard, Steinkraus and Platt, Best Practices
            for Convolutional Neural Networks, 2003).
    """

    rotation: float = 0.0
    shift: float = 0.0
    zoom: float = 0.0
    shear: float = 0.0
    elastic: float = 0.0

    def matrices(self, count: int, size: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """Draw affine maps about the centre of an image, (count, 2, 3), in pixels.

        Args:
            count: how many.
            size: the sides of the image, in pixels.
            rng: from which they are drawn.
        """
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

    def bends(self, count: int, size: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """Draw smooth displacements of every pixel, in pixels, (count, 2, size, size), x before y.

        Args:
            count: how many.
            size: the sides of the image, in pixels.
            rng: from which they are drawn.
        """
        knots = rng.standard_normal((count, 2, KNOTS, KNOTS), dtype=np.float32) * np.float32(self.elastic)
        unit = np.eye(KNOTS, dtype=np.float32)
        spread = np.asarray(cv2.resize(unit, (KNOTS, size), interpolation=cv2.INTER_CUBIC), np.float32)
        return (spread @ knots @ spread.T).astype(np.float32, copy=False)


def _warp(images: NDArray[np.uint8], maps: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Move each of the images, uint8 (N, H, W), by its affine map, (N, 2, 3); black comes in at the edges."""
    size = images.shape[2], images.shape[1]
    moved = [cv2.warpAffine(image, each, size) for image, each in zip(images, maps, strict=True)]
    return np.stack(moved).astype(np.uint8, copy=False)


def _bend(
    images: NDArray[np.uint8], maps: NDArray[np.float32], bends: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """Take each pixel of each image from where its affine map and its bend, (N, 2, H, W), say."""
    rows, columns = np.indices(images.shape[1:], dtype=np.float32)
    linear = maps[..., None, None]
    source = linear[:, :, 0] * columns + linear[:, :, 1] * rows + linear[:, :, 2] + bends
    moved = [
        cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        for image, (x, y) in zip(images, source, strict=True)
    ]
    return np.stack(moved).astype(np.uint8, copy=False)


class AugmentedEpoch(keras.utils.PyDataset):
    """One epoch of shuffled, augmented batches, fixed by its seed and number alone.

    What is drawn depends on the seed, the epoch and the batch, not on who asks when: a run that was killed
    and goes on at this epoch sees the very batches it would have seen.
    """

    def __init__(
        self,
        images: NDArray[np.uint8],
        targets: NDArray[np.float32],
        warp: Warp,
        *,
        batch_size: int,
        seed: int,
        epoch: int,
        teachers: Teachers | None = None,
        shown: NDArray[np.int64] | None = None,
    ) -> None:
        """Draw the order and the maps for ``images``, uint8 (N, H, W), and ``targets``, one-hot (N, K).

        ``shown``: the rows that this epoch shows, if not all.
        """
        super().__init__()
        rng = np.random.default_rng([seed, epoch])
        self._images, self._targets, self._batch_size = images, targets, batch_size
        self._warp, self._key, self._teachers = warp, (seed, epoch), teachers
        self._order = rng.permutation(np.arange(len(images)) if shown is None else shown)
        self._maps = warp.matrices(len(self._order), images.shape[1], rng)

    def __len__(self) -> int:
        """The number of batches; what does not fill a last one waits for the next epoch's order."""
        return max(1, len(self._order) // self._batch_size)

    @property
    def rows(self) -> NDArray[np.int64]:
        """The rows of the glyphs that the batches hold, in their order, (N,)."""
        return self._order[: len(self) * self._batch_size]

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Batch ``index``: images (B, H, W, 1) of floats 0 to 1, and targets (B, K) that sum to 1."""
        rows = slice(index * self._batch_size, (index + 1) * self._batch_size)
        chosen = self._order[rows]
        images, maps = self._images[chosen], self._maps[rows]
        if self._warp.elastic:
            rng = np.random.default_rng([*self._key, index])
            warped = _bend(images, maps, self._warp.bends(len(images), images.shape[1], rng))
        else:
            warped = _warp(images, maps)
        targets = self._targets[chosen]
        if self._teachers is not None:
            targets = self._teachers.soft_targets(warped, targets)
        return warped[..., None].astype(np.float32) / np.float32(255), targets
