"""The page network: finds glyphs on a grey picture, their bounding boxes and what each may be.

A fully convolutional detector in the manner of CenterNet (Zhou, Wang and Krähenbühl, Objects as Points, 2019): a heat
map for each label, at a quarter of the picture's size, is high in the middle of its glyphs; beside it stand the
offset of the middle and the size of the bounding box.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitlens.model.drawn import DrawnNetwork

__all__ = ["MULTIPLE", "OTHER_WRITING", "STRIDE", "Detections", "PageNetwork"]

STRIDE = 4
"""Pixels of the picture for a cell of the heat maps."""

MULTIPLE = 32
"""Sides of what goes in are multiples of so many pixels: the coarsest stage sees one cell for that many."""

SIZE_UNIT = 16.0
"""Pixels of a box's side whose logarithm the network gives as 0."""

OTHER_WRITING = ""
"""The label of writing that is neither a digit nor a sign."""


@dataclass(frozen=True, eq=False)
class Detections:
    """Glyphs found in a picture.

    Attributes:
        boxes: left, top, width and height in pixels of the picture, float32 (N, 4).
        heat: what speaks for each label, 0 to 1 each, float32 (N, K).
    """

    boxes: NDArray[np.float32]
    heat: NDArray[np.float32]

    def __len__(self) -> int:
        """Return the number of detections."""
        return len(self.boxes)

    @property
    def scores(self) -> NDArray[np.float32]:
        """The probability of each to be a glyph of its likeliest label, (N,)."""
        return self.heat.max(axis=1, initial=0.0)

    def rows(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> "Detections":
        """Some of the detections.

        Args:
            chosen: their indices, (M,), or a mask of all, (N,).
        """
        return Detections(self.boxes[chosen], self.heat[chosen])

    def moved(self, by: float) -> "Detections":
        """The same, every box moved so many pixels to the right and down."""
        return Detections(self.boxes + np.array([by, by, 0, 0], np.float32), self.heat)

    def scaled(self, factor: float) -> "Detections":
        """The same in pixels of which ``factor`` are one of these."""
        return Detections((self.boxes * factor).astype(np.float32), self.heat)

    @classmethod
    def joined(cls, parts: "list[Detections]") -> "Detections":
        """All of several, one at least."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("boxes", "heat")))


@dataclass(frozen=True)
class PageNetwork(DrawnNetwork):
    """A network that finds glyphs; safe to share between threads."""

    kind = "pages"

    def detect(self, contrast: NDArray[np.float32], least: float) -> Detections:
        """Find glyphs whose best label has a heat of ``least`` or more, each a maximum among the cells around it.

        Args:
            contrast: the picture as `digitlens.imaging.local_contrast` gives it, float32 (H, W).
            least: 0 to 1.

        Raises:
            InvalidModel: the graph cannot be run.
        """
        height, width = contrast.shape
        image = np.zeros(
            (1, 1, -(-height // MULTIPLE) * MULTIPLE, -(-width // MULTIPLE) * MULTIPLE), np.float32
        )
        image[0, 0, :height, :width] = contrast
        peaks, heat, geometry = (output[0] for output in self.run(image, "peaks", "heat", "geometry"))
        rows, columns = np.nonzero(peaks.max(axis=0) >= least)
        dx, dy, log_width, log_height = geometry[:, rows, columns]
        sides = SIZE_UNIT * np.exp(np.clip([log_width, log_height], -4.0, 5.0))
        centres = STRIDE * np.stack([columns + 0.5 + dx, rows + 0.5 + dy])
        boxes = np.concatenate([centres - sides / 2, sides]).T.astype(np.float32)
        inside = (centres[0] < width + STRIDE) & (centres[1] < height + STRIDE)
        return Detections(boxes[inside], heat[:, rows, columns].T[inside].astype(np.float32))
