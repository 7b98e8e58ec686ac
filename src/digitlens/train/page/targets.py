"""The targets of the page network for a scene: heat maps, boxes, and where neither is asked for."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth.sheets import DRAWN_SIGNS, OTHER

__all__ = ["CELL_STRIDE", "CHANNELS", "CLASS_MAPS", "PAGE_LABELS", "UNIT", "Marks", "page_targets"]

PAGE_LABELS = (*"0123456789", *DRAWN_SIGNS, OTHER)
"""The labels of the class maps: ten digits, the signs, and other writing, which is ``""``."""

CLASS_MAPS = len(PAGE_LABELS)
CHANNELS = CLASS_MAPS + 6
"""Of the targets: class maps, four values of geometry, the weight of these, and where negatives count."""

CELL_STRIDE = 4
"""Pixels of the input a cell, across and down."""

UNIT = 16.0
"""Pixels of which a box's width and height are told as logarithms of multiples."""

HEAT_SPREAD = 0.13
"""Standard deviation of the Gaussian about a centre, as a share of the side of its box (the least is below)."""

LEAST_SPREAD = 0.6
"""In cells."""

VISIBLE = 0.5
"""A mark of which less is to be seen is neither asked for nor forbidden."""

SMALLEST_MARK = 6.0
"""Pixels that writing has to be high, and a sign long, to be asked for."""

SMALLEST_POINT = 2.0
"""The same for points, commas and colons."""

NEIGHBOURS = ((0, 0), (0, -1), (0, 1), (-1, 0), (1, 0))

_POINTS = frozenset(PAGE_LABELS.index(sign) for sign in ".,:")
_SIGNS = frozenset(PAGE_LABELS.index(sign) for sign in DRAWN_SIGNS) - _POINTS


@dataclass(frozen=True)
class Marks:
    """The marks of a scene.

    Attributes:
        labels: rows of `PAGE_LABELS`, int16 (N,).
        boxes: x, y, width and height in pixels, float32 (N, 4).
        visible: share of each that is to be seen, float32 (N,).
    """

    labels: NDArray[np.int16]
    boxes: NDArray[np.float32]
    visible: NDArray[np.float32]

    @property
    def asked(self) -> NDArray[np.bool_]:
        """Which of them have to be found, (N,): those large enough and visible enough; others may be."""
        widths, heights = self.boxes[:, 2], self.boxes[:, 3]
        points, signs = (np.isin(self.labels, [*group]) for group in (_POINTS, _SIGNS))
        sides = np.where(points | signs, np.maximum(widths, heights), heights)
        return (self.visible >= VISIBLE) & (sides >= np.where(points, SMALLEST_POINT, SMALLEST_MARK))


def page_targets(marks: Marks, height: int, width: int) -> NDArray[np.float32]:
    """Draw the targets for a scene: float32 (H/4, W/4, `CHANNELS`).

    The class map of a mark is a Gaussian about its centre, exactly 1 in the cell of the centre (Zhou et al., 2019).
    The geometry is that of the nearest mark, with a weight of the Gaussian where that is above 0.5 and in the cell of
    the centre or right beside it. In the boxes of marks that are not asked for negatives do not count.

    Args:
        marks: of the scene.
        height: of the scene, pixels.
        width: of the scene, pixels.
    """
    cells = np.zeros((height // CELL_STRIDE, width // CELL_STRIDE, CHANNELS), np.float32)
    cells[..., -1] = 1
    asked = marks.asked
    for box in marks.boxes[~asked]:
        left, top = (int(max(0, edge // CELL_STRIDE)) for edge in box[:2])
        right, bottom = (int(-(-edge // CELL_STRIDE)) for edge in box[:2] + box[2:])
        cells[top : max(0, bottom), left : max(0, right), -1] = 0
    for label, box in zip(marks.labels[asked], marks.boxes[asked], strict=True):
        _draw(cells, int(label), box)
    return cells


def _draw(cells: NDArray[np.float32], label: int, box: NDArray[np.float32]) -> None:
    """Add one mark, unless its centre is outside."""
    rows, columns, _ = cells.shape
    x, y = (box[:2] + box[2:] / 2) / CELL_STRIDE
    column, row = int(np.floor(x)), int(np.floor(y))
    if not (0 <= column < columns and 0 <= row < rows):
        return
    across, left = _bell(column, float(box[2]), columns)
    down, top = _bell(row, float(box[3]), rows)
    bell = down[:, None] * across
    part = cells[top : top + len(down), left : left + len(across), label]
    np.maximum(part, bell, out=part)
    size = np.log(np.maximum(box[2:], 1) / UNIT)
    for below, beside in NEIGHBOURS:
        r, c = row + below, column + beside
        inside = 0 <= r - top < len(down) and 0 <= c - left < len(across)
        weight = bell[r - top, c - left] if inside else 0.0
        if weight > 0.5 and weight >= cells[r, c, CLASS_MAPS + 4]:
            cells[r, c, CLASS_MAPS : CLASS_MAPS + 5] = x - c - 0.5, y - r - 0.5, *size, weight


def _bell(centre: int, side: float, cells: int) -> tuple[NDArray[np.float32], int]:
    """A Gaussian about a cell along one axis, and the cell that its first value is of."""
    spread = max(HEAT_SPREAD * side / CELL_STRIDE, LEAST_SPREAD)
    reach = int(np.ceil(3 * spread))
    first, last = max(0, centre - reach), min(cells, centre + reach + 1)
    away = np.arange(first, last, dtype=np.float32) - centre
    return np.exp(-(away**2) / np.float32(2 * spread**2)), first
