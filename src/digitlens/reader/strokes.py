"""Strokes that hang together as candidates: what the page network, which was taught digits, may find in parts alone.

Of a T it finds the bar, of an L the foot. Where letters are read, each connected component of ink near what it found is
a candidate too, with whatever stands over or on it: the dot of an i, a bar that does not touch its stem.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import dark_ink_votes, intersection_over_union, intersections, smaller_overlap
from digitlens.model import Detections
from digitlens.reader.detect import Found
from digitlens.types import Gray

__all__ = ["parts_or_wholes", "votes_together", "with_strokes"]

Boxes = NDArray[np.floating]

WITHIN = 0.7  # of a box's area within a component's box, from which it is of a part of it
SAME_STROKES = 0.5  # intersection over union from which a component and a detection are of one glyph
LEAST_COMPONENT, MOST_COMPONENT = (
    0.5,
    2.0,
)  # heights of a usual component between which one may be a glyph by itself
NEAR_WRITING = (
    1.5  # usual heights from a component that was found within which another may be of the same writing
)
OVER = 0.6  # of the larger's height: the gap to a dot that stands over it
ON = 0.3  # of the smaller box within the other, from which two are one glyph


def with_strokes(found: Found) -> tuple[Detections, NDArray[np.bool_]]:
    """Add the components of ink that may be glyphs to what was found on a page.

    A detection that is of the same glyph as a component gets the component's box, any other that of the ink within its
    own: what of a glyph is a part of it can be told by that.

    Returns:
        The detections, N of them, and which are whole components, (N,).
    """
    detections = found.detections
    if not len(detections):
        return detections, np.zeros(0, bool)
    mask = _ink(found)
    parts = _glyph_like(_components(mask) / found.scale, detections.boxes)
    if not len(parts):
        return detections, np.zeros(len(detections), bool)
    shared, theirs = intersections(parts, detections.boxes), detections.boxes[:, 2:].prod(axis=1)
    alike = intersection_over_union(parts, detections.boxes)
    boxes, heat = _tight(detections.boxes * found.scale, mask) / found.scale, [detections.heat]
    whole = np.zeros(len(boxes), bool)
    added = []
    for part, row in enumerate(alike.argmax(axis=1)):
        if alike[part, row] >= SAME_STROKES:
            boxes[row], whole[row] = parts[part], True
        else:
            added.append(part)
            inside = shared[part] >= WITHIN * theirs
            heat.append(detections.heat[inside].max(axis=0, initial=0.0)[None])
    boxes = np.concatenate([boxes, parts[added]]).astype(np.float32)
    whole = np.concatenate([whole, np.ones(len(added), bool)])
    return Detections(boxes, np.concatenate(heat)), whole


def votes_together(found: Found) -> NDArray[np.floating]:
    """Votes for dark ink at each detection as `dark_ink_votes` has them, of all that hangs together with it, (N,).

    A bar alone fills its box, as paper does that of a whole letter.
    """
    boxes = found.detections.boxes
    cluster = _clusters(intersections(boxes, boxes) > 0)
    low, high = boxes[:, :2].copy(), boxes[:, :2] + boxes[:, 2:]
    np.minimum.at(low, cluster, boxes[:, :2])
    np.maximum.at(high, cluster, boxes[:, :2] + boxes[:, 2:])
    return dark_ink_votes(found.contrast, np.hstack([low, high - low]) * found.scale)[cluster]


def parts_or_wholes(
    boxes: Boxes, whole: NDArray[np.bool_], log_odds: NDArray[np.floating], is_sign: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Mark the candidates that are left out: the parts of a component that is a glyph, or else the component.

    It is one if it is likelier a glyph than not, or than its parts that are no signs.

    Args:
        boxes: of the candidates, (N, 4).
        whole: which are components, (N,).
        log_odds: that each is a glyph, nats, (N,).
        is_sign: which are signs, (N,).

    Returns:
        Which are left out, (N,).
    """
    left_out = np.zeros(len(boxes), bool)
    inside = intersections(boxes, boxes) >= WITHIN * boxes[:, 2:].prod(axis=1)[:, None]
    for row in np.flatnonzero(whole):
        parts = inside[:, row] & ~whole
        if parts.any():
            glyphs = parts & ~is_sign
            least = min(0.0, log_odds[glyphs].mean()) if glyphs.any() else 0.0
            left_out |= parts if log_odds[row] >= least else np.arange(len(boxes)) == row
    return left_out


def _clusters(touching: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The lowest index of all that each hangs together with, (N,), by what touches what, (N, N)."""
    cluster = np.arange(len(touching))
    while True:
        lowest = np.where(touching, cluster, len(touching)).min(axis=1, initial=len(touching))
        lowest = np.minimum(lowest, cluster)
        if (lowest == cluster).all():
            return cluster
        cluster = lowest


def _ink(found: Found) -> Gray:
    """The ink of a page as the network saw it, 1 on 0, uint8 (h, w)."""
    votes = votes_together(found)
    ink = -found.contrast if float(votes @ found.detections.scores) >= 0 else found.contrast
    grey = np.clip(ink * 63.75, 0, 255).astype(np.uint8)
    return np.asarray(cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1], np.uint8)


def _components(mask: Gray) -> Boxes:
    """Boxes of the connected components of ink, (N, 4)."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return np.asarray(stats, np.float64)[1:, :4]


def _tight(boxes: Boxes, mask: Gray) -> Boxes:
    """Boxes of the ink within each of some boxes, (N, 4); the same where there is none."""
    tight = boxes.copy()
    for row, (left, top, wide, high) in enumerate(boxes.tolist()):
        x, y = max(0, round(left)), max(0, round(top))
        inked = cv2.boundingRect(mask[y : round(top + high), x : round(left + wide)])
        if inked[2]:
            tight[row] = (x + inked[0], y + inked[1], inked[2], inked[3])
    return tight


def _glyph_like(parts: Boxes, detections: Boxes) -> Boxes:
    """Of components, those that may be glyphs, with what stands over or on each as one."""
    touched = (intersections(parts, detections) > 0).any(axis=1)
    if not touched.any():
        return parts[:0]
    tall = parts[touched, 3]
    usual = float(np.median(tall[tall >= LEAST_COMPONENT * np.median(tall)]))
    middles = parts[:, :2] + parts[:, 2:] / 2
    away = np.abs(middles[:, None] - middles[None, touched]).max(axis=2).min(axis=1)
    near = touched | (away <= NEAR_WRITING * usual)
    fitting = (parts[:, 2:].max(axis=1) <= MOST_COMPONENT * usual) & (parts[:, 2:].max(axis=1) >= 0.1 * usual)
    joined = _joined(parts[near & fitting])
    return joined[joined[:, 2:].max(axis=1) >= LEAST_COMPONENT * usual]


def _joined(parts: Boxes) -> Boxes:
    """Boxes of which those that lie on each other, or over each other as a dot does, are one."""
    boxes = parts[np.argsort(-parts[:, 2:].prod(axis=1))]
    while len(boxes) > 1:
        one = smaller_overlap(boxes, boxes) >= ON
        one |= _over(boxes)
        pairs = np.argwhere(np.triu(one | one.T, 1))
        if not len(pairs):
            break
        first, second = pairs[0]
        low = np.minimum(boxes[first, :2], boxes[second, :2])
        high = np.maximum(*(boxes[i, :2] + boxes[i, 2:] for i in (first, second)))
        boxes[first] = [*low, *(high - low)]
        boxes = np.delete(boxes, second, axis=0)
    return boxes


def _over(boxes: Boxes) -> NDArray[np.bool_]:
    """Tell if the second of each pair is a dot of the first: small, and close over it."""
    left, top, wide, high = boxes.T
    across = np.minimum(left[:, None] + wide[:, None], left + wide) - np.maximum(left[:, None], left)
    gap = top[:, None] - (top + high)
    small = high <= 0.5 * high[:, None]
    return small & (across >= 0.5 * wide) & (gap >= 0) & (gap <= OVER * high[:, None])
