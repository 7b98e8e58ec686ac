"""The connected components of the ink that make up the glyph, told from specks, edges and neighbours."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.types import Gray

__all__ = ["box_components", "glyph_components"]

SPECK_AREA = 0.01  # of the largest piece's area: smaller ones are dirt
COMPONENT_REACH = 0.25  # of the largest piece's longer side: pieces of one glyph are no farther apart
REACH_TO_CUT = 0.08  # ... where the glyph is whole and the piece is cut by the border, as neighbours are
STRIP = 0.1  # of a side: a piece along a whole side and thinner than this is a page's edge or a ruled line

OWN = 0.4  # of a component within a box, or of the box's ink in it: less belongs to a neighbour
SLACK = 0.04  # of a box's longer side, by which its edges may be off

Stats = NDArray[np.int64]
"""Left, top, width, height and area of connected components, (N, 5), pixels."""


def glyph_components(ink: Gray, faint: int, clear: int) -> Gray:
    """Mark the connected components that make up the glyph.

    A piece is a connected set of pixels of at least ``faint`` that holds one of at least ``clear``
    (hysteresis: Canny 1986). The largest begins the glyph; whatever is near enough joins.

    Args:
        ink: 0 paper to 255 full ink, uint8 (H, W).
        faint: the level from which a pixel may be of a piece.
        clear: the level that one pixel of a piece has to reach.

    Returns:
        255 where the glyph is, 0 elsewhere, uint8 (H, W).
    """
    mask = (ink >= faint).astype(np.uint8)
    x, y, w, h = cv2.boundingRect(mask)
    part = np.s_[y : y + h, x : x + w]
    count, labelled, stats, _ = cv2.connectedComponentsWithStats(mask[part], connectivity=8)
    labels = np.asarray(labelled, np.int32)
    pieces = np.flatnonzero(np.bincount(labels[ink[part] >= clear], minlength=count))
    found = np.asarray(stats, np.int64)[pieces] + (x, y, 0, 0, 0)
    cut, edge = _at_border(found, ink.shape)
    worth = found[:, cv2.CC_STAT_AREA] * np.where(edge, 0.0, np.where(cut, 0.5, 1.0))
    order = np.argsort(-worth)
    order = order[worth[order] > SPECK_AREA * worth.max(initial=0.0)]
    chosen = np.zeros(count, np.uint8)
    chosen[pieces[order[_within_reach(found[order], cut[order])]]] = 255
    mask[part] = chosen[labels]
    return mask


def box_components(ink: Gray, faint: int, clear: int, box: tuple[float, float, float, float]) -> Gray:
    """Mark the connected components of ink that a bounding box holds, clipped to it.

    A component of which little is within the box belongs to a neighbour, unless it makes up much of the box's ink:
    glyphs that touch are one component.

    Args:
        ink: 0 paper to 255 full ink, uint8 (H, W).
        faint: the level from which a pixel is ink if it hangs on clear ink.
        clear: the level from which it is clear.
        box: left, top, width and height.

    Returns:
        255 where there is ink of the box, 0 elsewhere, uint8 (H, W).
    """
    x, y, w, h = box
    slack = 1 + SLACK * max(w, h)
    rows = slice(max(0, round(y - slack)), max(0, round(y + h + slack)))
    columns = slice(max(0, round(x - slack)), max(0, round(x + w + slack)))
    count, labelled, stats, _ = cv2.connectedComponentsWithStats(
        (ink >= faint).astype(np.uint8), connectivity=8
    )
    labels = np.asarray(labelled, np.int32)
    inside = np.bincount(labels[rows, columns].ravel(), minlength=count)
    clearly = np.bincount(labels[ink >= clear], minlength=count) > 0
    area = np.maximum(1, np.asarray(stats)[:, cv2.CC_STAT_AREA])
    own = (inside >= OWN * area) | (inside >= OWN * max(1, inside[1:].sum()))
    chosen = np.where(clearly & own & (inside > 0), 255, 0).astype(np.uint8)
    chosen[0] = 0
    mask = np.zeros_like(ink)
    mask[rows, columns] = chosen[labels[rows, columns]]
    return mask


def _at_border(stats: Stats, shape: tuple[int, ...]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which pieces the border cuts, and which of them are edges of a page or ruled lines, never digits.

    A thin upright piece from border to border may be a 1, unless it lies along the border itself.
    """
    x, y, w, h = stats[:, :4].T
    height, width = shape
    right, bottom = x + w == width, y + h == height
    across = (x == 0) & right & (h <= STRIP * height)
    down = (y == 0) & bottom & (w <= STRIP * width) & ((x == 0) | right)
    return (x == 0) | (y == 0) | right | bottom, across | down


def _within_reach(stats: Stats, cut: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pieces joined to the first by short steps, each measured between bounding boxes."""
    joined = np.zeros(len(stats), bool)
    if not len(stats):
        return joined
    x, y, w, h = stats[:, :4].T
    reach = np.where(cut & ~cut[0], REACH_TO_CUT, COMPONENT_REACH) * max(w[0], h[0])
    newest = np.array([0])
    while newest.size:
        joined[newest] = True
        across = np.maximum(x[:, None] - (x + w)[newest], x[newest] - (x + w)[:, None]).clip(0)
        down = np.maximum(y[:, None] - (y + h)[newest], y[newest] - (y + h)[:, None]).clip(0)
        near = (np.hypot(across, down) <= reach[:, None]).any(axis=1)
        newest = np.flatnonzero(near & ~joined)
    return joined
