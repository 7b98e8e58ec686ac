"""Bounding boxes as arrays, float (N, 4): left, top, width, height."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["intersection_over_union", "intersections", "non_maximum_suppression", "smaller_overlap"]

Boxes = NDArray[np.floating]


def intersections(boxes: Boxes, others: Boxes) -> NDArray[np.floating]:
    """Compute the areas that boxes (N, 4) share with others (M, 4): (N, M)."""
    ends, other_ends = boxes[:, :2] + boxes[:, 2:], others[:, :2] + others[:, 2:]
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(ends[:, None], other_ends[None])
    return np.maximum(high - low, 0).prod(axis=2)


def intersection_over_union(boxes: Boxes, others: Boxes) -> NDArray[np.floating]:
    """Compute the intersection of each pair over the area that the two cover together, 0 to 1: (N, M)."""
    shared = intersections(boxes, others)
    areas, other_areas = boxes[:, 2:].prod(axis=1), others[:, 2:].prod(axis=1)
    return shared / np.maximum(areas[:, None] + other_areas[None] - shared, 1e-6)


def smaller_overlap(boxes: Boxes, others: Boxes) -> NDArray[np.floating]:
    """Compute the intersection of each pair over the area of the smaller box, 0 to 1: (N, M)."""
    areas, other_areas = boxes[:, 2:].prod(axis=1), others[:, 2:].prod(axis=1)
    least = np.minimum(areas[:, None], other_areas[None])
    return intersections(boxes, others) / np.maximum(least, 1e-6)


def non_maximum_suppression(boxes: Boxes, scores: NDArray[np.floating], most: float) -> NDArray[np.intp]:
    """Keep the best of boxes that lie on each other.

    Args:
        boxes: (N, 4).
        scores: (N,).
        most: intersection over union, 0 to 1, from which the box with the lower score goes.

    Returns:
        The rows that stay, best first.
    """
    order, kept = np.argsort(-scores, kind="stable"), list[int]()
    while order.size:
        best, order = int(order[0]), order[1:]
        kept.append(best)
        order = order[intersection_over_union(boxes[best : best + 1], boxes[order])[0] < most]
    return np.array(kept, np.intp)
