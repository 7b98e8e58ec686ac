"""Which pieces of ink make up the glyph, and which are specks, edges and neighbours."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.types import Gray

__all__ = ["glyph_parts"]

SPECK = 0.01  # of the largest piece's area: smaller ones are dirt
REACH = 0.25  # of the largest piece's longer side: pieces of one glyph are no farther apart
REACH_TO_CUT = 0.08  # ... where the glyph is whole and the piece is cut by the border, as neighbours are
STRIP = 0.1  # of a side: a piece along a whole side and thinner than this is a page's edge or a ruled line

Stats = NDArray[np.int64]
"""Left, top, width, height and area of pieces, (N, 5)."""


def glyph_parts(ink: Gray, faint: int, clear: int) -> Gray:
    """Mark the pieces of ink that make up the glyph.

    A piece is a connected set of pixels of at least ``faint`` that holds one of at least ``clear``
    (hysteresis: Canny 1986). The largest begins the glyph; whatever is near enough joins.

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
    order = order[worth[order] > SPECK * worth.max(initial=0.0)]
    chosen = np.zeros(count, np.uint8)
    chosen[pieces[order[_within_reach(found[order], cut[order])]]] = 255
    mask[part] = chosen[labels]
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
    reach = np.where(cut & ~cut[0], REACH_TO_CUT, REACH) * max(w[0], h[0])
    newest = np.array([0])
    while newest.size:
        joined[newest] = True
        across = np.maximum(x[:, None] - (x + w)[newest], x[newest] - (x + w)[:, None]).clip(0)
        down = np.maximum(y[:, None] - (y + h)[newest], y[newest] - (y + h)[:, None]).clip(0)
        near = (np.hypot(across, down) <= reach[:, None]).any(axis=1)
        newest = np.flatnonzero(near & ~joined)
    return joined
