"""Pieces of the print of a blank: those that can be told from what lies beside them, and where a picture has them."""

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.forms.matching import Matrix, Points
from digitlens.types import Gray

__all__ = ["find_piece", "telling_pieces"]

PIECE_SIDE = 33  # pixels of its sides
PIECE_CORRELATION = 0.5  # normalised cross-correlation from which a piece is taken for found


def telling_pieces(even: Gray, grid: tuple[int, int]) -> Points:
    """Where the print can be told from what lies beside it in both directions: the middles of pieces, (N, 2).

    Args:
        even: the blank in even light, uint8 (H, W).
        grid: cells of the sheet, down and across: the best piece is taken from each.
    """
    corners = cv2.cornerMinEigenVal(cv2.GaussianBlur(even, (0, 0), 1.0), PIECE_SIDE // 2, ksize=3)
    edge = PIECE_SIDE // 2 + 2
    corners[:edge], corners[-edge:], corners[:, :edge], corners[:, -edge:] = 0, 0, 0, 0
    least, found = 0.05 * float(corners.max()), []
    rows, columns = (
        np.linspace(0, side, count + 1).astype(int) for side, count in zip(even.shape, grid, strict=True)
    )
    for top, bottom in pairwise(rows):
        for left, right in pairwise(columns):
            cell = corners[top:bottom, left:right]
            if cell.size and cell.max() > least:
                row, column = np.unravel_index(int(cell.argmax()), cell.shape)
                found.append((left + column, top + row))
    return np.array(found, float).reshape(-1, 2)


def find_piece(
    blank: Gray, picture: Gray, view: Matrix, at: tuple[int, int], reach: int
) -> tuple[float, float] | None:
    """By how much a piece of print lies off its place; None where it is not found.

    Only the window in which it is sought is warped; the correlation is normalised, so uneven light does not matter.

    Args:
        blank: the level's picture.
        picture: of the sheet.
        view: the map from the one to the other.
        at: the middle of the piece.
        reach: pixels of the level around its place.
    """
    (x, y), half = at, PIECE_SIDE // 2
    piece = blank[y - half : y + half + 1, x - half : x + half + 1]
    around = half + reach
    there = view @ np.array([[1, 0, x - around], [0, 1, y - around], [0, 0, 1]], float)
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    window = cv2.warpPerspective(picture, there, (2 * around + 1,) * 2, flags=how, borderValue=255)
    alike = cv2.matchTemplate(np.asarray(window, np.uint8), piece, cv2.TM_CCOEFF_NORMED)
    _, best, _, (column, row) = cv2.minMaxLoc(alike)
    if not best >= PIECE_CORRELATION:
        return None
    return column + _between(alike[row], column) - reach, row + _between(alike[:, column], row) - reach


def _between(values: NDArray, at: int) -> float:
    """Where a parabola through three values has its top, from the middle one, in steps."""
    if not 0 < at < len(values) - 1:
        return 0.0
    before, middle, after = (float(value) for value in values[at - 1 : at + 2])
    bend = before - 2 * middle + after
    return 0.0 if bend >= 0 else 0.5 * (before - after) / bend
