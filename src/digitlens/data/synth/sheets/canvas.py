"""A canvas on which a sheet lies turned: what is drawn in the sheet's pixels is seen in the picture's."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil, floor
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth.sheets.pens import SUBPIXEL, ink_box

__all__ = ["Box", "Canvas", "Cover", "Region", "Seen"]

Cover: TypeAlias = NDArray[np.uint8]
"""The coverage of each pixel by ink, uint8 (H, W)."""

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, width and height in pixels of the picture."""

Region: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels of the sheet."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Where something that was drawn is seen: its box, and the share of its whole box inside the picture."""

    box: Box
    visible: float


@dataclass(eq=False)
class Canvas:
    """Layers of one picture.

    Attributes:
        width, height: pixels of the picture.
        view: from the sheet's pixels to the picture's, (3, 3).
        ink: written.
        rules: of paper and forms.
        print: stamps and small print, under the ink.
        finishes: what comes over everything, last; each takes and gives the picture in levels of 0 to 1.
    """

    width: int
    height: int
    view: NDArray[np.float64]
    ink: Cover = field(init=False)
    rules: Cover = field(init=False)
    print: Cover = field(init=False)
    finishes: list[Callable[[NDArray[np.float32]], NDArray[np.float32]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start with empty layers."""
        self.ink, self.rules, self.print = np.zeros((3, self.height, self.width), np.uint8)

    def seen(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Tell where points of the sheet (N, 2) are in the picture."""
        moved = np.asarray(points, np.float64) @ self.view[:, :2].T + self.view[:, 2]
        return moved[:, :2] / moved[:, 2:]

    def stamp(self, layer: Cover, image: Cover, at: NDArray[np.float64]) -> Seen | None:
        """Lay an image on a layer; each pixel keeps the higher coverage.

        Args:
            layer: of this canvas; is changed.
            image: uint8 (h, w), coverage.
            at: affine map (2, 3) from the image's pixels to the sheet's.

        Returns:
            Where its ink is seen; None where none is.
        """
        high, wide = image.shape
        whole = self._composed(at, wide / 2, high / 2)
        (a, b, x0), (c, d, y0) = whole.tolist()
        xs = [x0 + a * x + b * y for x in (-1, wide) for y in (-1, high)]
        ys = [y0 + c * x + d * y for x in (-1, wide) for y in (-1, high)]
        left, top, right, bottom = floor(min(xs)), floor(min(ys)), ceil(max(xs)) + 1, ceil(max(ys)) + 1
        if right <= 0 or bottom <= 0 or left >= self.width or top >= self.height:
            return None
        whole[:, 2] -= (left, top)
        size = right - left, bottom - top
        laid = np.asarray(cv2.warpAffine(image, whole, size, flags=cv2.INTER_LINEAR), np.uint8)
        x, y, w, h = ink_box(laid)
        area = w * h
        cut = laid[max(0, -top) : self.height - top, max(0, -left) : self.width - left]
        if cut.shape != laid.shape:
            x, y, w, h = ink_box(cut)
        left, top = max(0, left), max(0, top)
        part = layer[top : top + cut.shape[0], left : left + cut.shape[1]]
        np.maximum(part, cut, out=part)
        if not w:
            return None
        return Seen((float(left + x), float(top + y), float(w), float(h)), min(1.0, w * h / area))

    def line(self, layer: Cover, points: NDArray[np.floating], pen: float, level: int = 255) -> None:
        """Draw a path, or several.

        Args:
            layer: of this canvas; is changed.
            points: (N, 2) of one path, (M, N, 2) of several, x before y, in pixels of the sheet.
            pen: width in pixels of the picture; below 1 the line is fainter instead of thinner.
            level: coverage under a pen of 1 pixel or more, 0 to 255.
        """
        paths = self.seen(points.reshape(-1, 2)).reshape(-1, *points.shape[-2:])
        fine = np.rint(np.clip(paths, -4e3, 4e3) * (1 << SUBPIXEL)).astype(np.int32)
        level = round(level * min(1.0, max(0.3, pen)))
        image: NDArray[Any] = layer
        cv2.polylines(image, list(fine), False, level, max(1, round(pen)), cv2.LINE_AA, SUBPIXEL)

    def dots(self, layer: Cover, points: NDArray[np.floating], size: int, level: int = 255) -> None:
        """Set square dots.

        Args:
            layer: of this canvas; is changed.
            points: (N, 2), x before y, in pixels of the sheet: their upper left corners.
            size: of their sides, in pixels of the picture.
            level: coverage, 0 to 255.
        """
        at = np.rint(self.seen(points)).astype(int)
        for x, y in np.ndindex(size, size):
            here = at + np.array([x, y])
            inside = (here >= 0).all(axis=1) & (here < (self.width, self.height)).all(axis=1)
            layer[here[inside, 1], here[inside, 0]] = level

    def _composed(self, at: NDArray[np.float64], x: float, y: float) -> NDArray[np.float64]:
        """The affine map (2, 3) of an image to the picture; seen from aside, it is exact at one point of the image."""
        if not self.view[2, :2].any():
            whole = self.view[:2, :2] @ at
            whole[:, 2] += self.view[:2, 2]
            return whole
        point = at[:, :2] @ (x, y) + at[:, 2]
        moved = self.view[:, :2] @ point + self.view[:, 2]
        seen = moved[:2] / moved[2]
        linear = (self.view[:2, :2] - np.outer(seen, self.view[2, :2])) / moved[2]
        whole = linear @ at
        whole[:, 2] += seen - linear @ point
        return whole
