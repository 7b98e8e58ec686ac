"""From the network's cells to boxes, and how well these agree with the marks of scenes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.train.page.scenes import Scene
from digitlens.train.page.targets import CELL_STRIDE, CLASS_MAPS, PAGE_LABELS, UNIT, Marks

__all__ = ["Agreement", "FoundMarks", "agreement", "decode"]

BELIEVED = 0.3
"""A peak above this is a mark found."""

OVERLAP = 0.5
"""Intersection over union from which a box found is that of a mark."""

ALLOWED = 0.5
"""Share of a box found that has to lie in a mark that is not asked for, for it not to count as false."""


@dataclass(frozen=True)
class FoundMarks:
    """Marks in one picture: rows of `PAGE_LABELS` (N,), x, y, width, height in pixels (N, 4), confidences (N,)."""

    labels: NDArray[np.intp]
    boxes: NDArray[np.float32]
    confidences: NDArray[np.float32]


def decode(cells: NDArray[np.float32], believed: float = BELIEVED) -> FoundMarks:
    """The peaks of the class maps above ``believed`` and their boxes, the surest first.

    Args:
        cells: (H/4, W/4, K + 4) of one picture, as the network gives them.
        believed: the least probability of a peak, 0 to 1.
    """
    logits = cells[..., :CLASS_MAPS]
    best = logits.max(axis=-1)
    peaks = best >= cv2.dilate(best, np.ones((3, 3), np.uint8))
    rows, columns = np.nonzero(peaks & (best > np.log(believed / (1 - believed))))
    order = np.argsort(-best[rows, columns], kind="stable")
    rows, columns = rows[order], columns[order]
    geometry = cells[rows, columns, CLASS_MAPS:]
    centres = (np.stack([columns, rows], axis=1) + 0.5 + geometry[:, :2]) * CELL_STRIDE
    sizes = np.exp(np.minimum(geometry[:, 2:], 8)) * UNIT
    boxes = np.concatenate([centres - sizes / 2, sizes], axis=1).astype(np.float32)
    confidences = 1 / (1 + np.exp(-best[rows, columns]))
    return FoundMarks(logits[rows, columns].argmax(axis=-1), boxes, confidences)


@dataclass(frozen=True)
class Agreement:
    """The numbers of marks of each label that were asked for, found, and found falsely."""

    asked: Counter[str]
    right: Counter[str]
    false: Counter[str]

    def f1(self, label: str | None = None) -> float:
        """The harmonic mean of precision and recall, 0 to 1: of a label, or of all marks."""
        counts = (self.asked, self.right, self.false)
        asked, right, false = (sum(c.values()) if label is None else c[label] for c in counts)
        return 2 * right / (asked + right + false) if asked + false else 1.0

    def table(self) -> dict[str, dict[str, float]]:
        """Marks asked for and the F1, by label."""
        return {label: {"count": self.asked[label], "f1": self.f1(label)} for label in PAGE_LABELS}


def agreement(scenes: Sequence[Scene], found: Sequence[FoundMarks]) -> Agreement:
    """Hold what was found in each scene against its marks: the label right and the boxes overlapping by half."""
    counts = Agreement(Counter(), Counter(), Counter())
    for scene, each in zip(scenes, found, strict=True):
        _count(counts, scene.marks, each)
    return counts


def _count(counts: Agreement, marks: Marks, found: FoundMarks) -> None:
    """Give each mark the surest box of its label that fits; what is left over is false, unless it may be there."""
    asked = marks.asked
    same = marks.labels[:, None] == found.labels[None, :]
    fits = (_overlap(marks.boxes, found.boxes) > OVERLAP) & same
    taken = np.zeros(len(marks.labels), bool)
    counts.asked.update(PAGE_LABELS[label] for label in marks.labels[asked])
    for column, label in enumerate(found.labels):
        free = np.flatnonzero(fits[:, column] & ~taken)
        if len(free):
            mark = free[np.argmax(asked[free])]
            taken[mark] = True
            counts.right[PAGE_LABELS[label]] += int(asked[mark])
        elif not (_within(found.boxes[column], marks.boxes[~asked]) >= ALLOWED).any():
            counts.false[PAGE_LABELS[label]] += 1


def _shared(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """Areas that boxes have in common, (..., N, M)."""
    a, b = a[..., :, None, :], b[..., None, :, :]
    ends = np.minimum(a[..., :2] + a[..., 2:], b[..., :2] + b[..., 2:])
    return np.maximum(ends - np.maximum(a[..., :2], b[..., :2]), 0).prod(axis=-1)


def _overlap(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of boxes (N, 4) and (M, 4): (N, M)."""
    shared = _shared(a, b)
    areas = a[:, 2:].prod(axis=1)[:, None] + b[:, 2:].prod(axis=1)
    return shared / np.maximum(areas - shared, 1e-6)


def _within(box: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Which share of a box (4,) lies in each of others (M, 4): (M,)."""
    return _shared(box[None], others)[0] / max(float(box[2:].prod()), 1e-6)
