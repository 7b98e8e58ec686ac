"""The batches of an epoch: every scene some times, each time otherwise lit, inverted or magnified."""

from collections.abc import Sequence

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import local_contrast
from digitlens.train.page.scenes import Scene
from digitlens.train.page.targets import Marks, page_targets

__all__ = ["SceneEpoch", "batch_of", "varied_scene"]

Batch = tuple[NDArray[np.float32], NDArray[np.float32]]

INVERTED_VIEWS = 0.15
"""Share of the views that are inverted."""

UNCHANGED_VIEWS = 0.4
"""Share of the views, inverted or not, whose tones are left as they were drawn."""

MAGNIFIED_VIEWS = 0.4
"""Share of the views, of scenes shown more than once, that are a part of the scene, enlarged."""

MOST_MAGNIFIED = 1.35
LEAST_VIEW_GAIN, MOST_VIEW_GAIN = 0.35, 1.15
MOST_VIEW_NOISE = 7.0


class SceneEpoch(keras.utils.PyDataset):
    """One epoch of shuffled batches, fixed by the scenes, the seed and the number of the epoch."""

    def __init__(self, scenes: Sequence[Scene], views: int, batch_size: int, seed: int, epoch: int) -> None:
        """Show each of the scenes ``views`` times."""
        super().__init__(workers=2, max_queue_size=6)  # threads: what they call into lets others run
        self._scenes, self._views, self._batch_size = scenes, views, batch_size
        self._key = seed, epoch
        self._order = np.random.default_rng([seed, epoch]).permutation(len(scenes) * views)

    def __len__(self) -> int:
        """The number of whole batches, at least one."""
        return max(1, len(self._order) // self._batch_size)

    def __getitem__(self, index: int) -> Batch:
        """Batch ``index``: normalised pictures (B, H, W, 1), and their targets."""
        shown = self._order[index * self._batch_size : (index + 1) * self._batch_size]
        return batch_of([self._view(int(number)) for number in shown])

    def _view(self, number: int) -> Scene:
        """View ``number`` of all; the first of each scene is of the whole of it."""
        scene, view = divmod(number, self._views)
        rng = np.random.default_rng([*self._key, number, 1])
        return varied_scene(self._scenes[scene], rng, whole=view == 0)


def batch_of(scenes: Sequence[Scene]) -> Batch:
    """Pictures normalised by local contrast, float32 (N, H, W, 1), and targets (N, H/4, W/4, C)."""
    pictures = np.stack([local_contrast(scene.pixels) for scene in scenes])
    targets = np.stack([page_targets(scene.marks, *scene.pixels.shape) for scene in scenes])
    return pictures[..., None], targets


def varied_scene(scene: Scene, rng: np.random.Generator, *, whole: bool) -> Scene:
    """Show a scene otherwise: a part of it enlarged, inverted, with other contrast and noise.

    Args:
        scene: as it was drawn.
        rng: by which all is drawn by lot.
        whole: nothing is enlarged.
    """
    if not whole and rng.random() < MAGNIFIED_VIEWS:
        scene = _magnified(scene, rng)
    pixels = 255 - scene.pixels if rng.random() < INVERTED_VIEWS else scene.pixels
    if rng.random() >= UNCHANGED_VIEWS:
        pixels = _relit(pixels, rng)
    return Scene(pixels, scene.marks)


def _relit(pixels: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """The picture with less contrast or more, and with noise."""
    gain = rng.uniform(LEAST_VIEW_GAIN, MOST_VIEW_GAIN)
    bias = rng.uniform(0, 255 * max(0.0, 1 - gain))
    grain = rng.standard_normal(pixels.shape, dtype=np.float32)
    values = (
        pixels * np.float32(gain) + np.float32(bias) + grain * np.float32(rng.uniform(0, MOST_VIEW_NOISE))
    )
    return np.clip(values, 0, 255).astype(np.uint8)


def _magnified(scene: Scene, rng: np.random.Generator) -> Scene:
    """A window of the scene, enlarged to its size; of marks that it cuts less is visible."""
    height, width = scene.pixels.shape
    factor = rng.uniform(1, MOST_MAGNIFIED)
    left, top = rng.uniform(0, 1, 2) * (width - width / factor, height - height / factor)
    half = (factor - 1) / 2  # OpenCV counts from the centres of pixels, boxes from their edges
    moved = np.array([[factor, 0, half - factor * left], [0, factor, half - factor * top]])
    pixels = cv2.warpAffine(scene.pixels, moved, (width, height), borderMode=cv2.BORDER_REPLICATE)
    marks = scene.marks
    boxes = (marks.boxes * factor - np.array([left, top, 0, 0]) * factor).astype(np.float32)
    return Scene(np.asarray(pixels, np.uint8), _cut(marks, boxes, width, height))


def _cut(marks: Marks, boxes: NDArray[np.float32], width: int, height: int) -> Marks:
    """Marks with other boxes, cut to the picture; those wholly outside are left out."""
    ends = np.minimum(boxes[:, :2] + boxes[:, 2:], (width, height))
    starts = np.maximum(boxes[:, :2], 0)
    sides = np.maximum(ends - starts, 0)
    share = sides.prod(axis=1) / np.maximum(boxes[:, 2:].prod(axis=1), 1e-6)
    inside = share > 0
    cut = np.concatenate([starts, sides], axis=1).astype(np.float32)
    return Marks(marks.labels[inside], cut[inside], (marks.visible * share).astype(np.float32)[inside])
