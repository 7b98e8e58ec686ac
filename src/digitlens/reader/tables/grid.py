"""Finding the rules of a table in a picture, however it was taken, and the grid of cells that they make.

The largest piece of ink that encloses cells is taken for the table's frame, and the picture is straightened by its four
corners. What is left of bends is followed: each rule is a curve, joined from the straight pieces that lie on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import even_light
from digitlens.reader.tables.frames import FEWEST_CELLS, frame_corners
from digitlens.reader.tables.rulings import (
    COVERED,
    COVERED_DOTTED,
    DOTS,
    SMALLEST_CELL,
    WALL,
    crossing,
    rule_pieces,
    ruled_share,
    rules_go_on,
    rules_of,
)
from digitlens.types import Box, Gray

__all__ = ["Grid", "Span", "find_grid"]

Matrix = NDArray[np.float64]
Points = NDArray[np.float64]

TABLE_SIDE = 2000  # pixels of the longer side at which tables are read
RULE_BELOW = 190  # level below which something is a rule, or written, in even light
DESK = 0.33  # of the paper's light: what is darker is not of the sheet
TABLE_MARGIN = 16  # pixels around the table's frame
RULE_LENGTH = 0.16  # of the table's width: a straight piece as long is of a rule, no digit is so wide
GAPS = DOTS, round(1.3 * DOTS), round(1.7 * DOTS)
"""Pixels between the dots of a rule: the wider are closed only where a table goes on, or where none is found."""

LARGER = 1.03  # times the area of a frame, from which another is larger
UPRIGHT = 1.02  # of a row's height: no digit is higher than its row


@dataclass(frozen=True, slots=True)
class Span:
    """A cell of a grid: which rows and columns it goes over, from 0, and where it lies.

    Attributes:
        row, column: its first row and column.
        rows, columns: how many it goes over, 1 unless it is joined.
        box: in the straightened picture.
    """

    row: int
    column: int
    rows: int
    columns: int
    box: Box


@dataclass(frozen=True, eq=False)
class Grid:
    """A table's grid.

    Attributes:
        clean: the table straightened, in even light, its rules taken away, uint8 (h, w).
        to_picture: the map from its pixels to those of the picture, (3, 3).
        shape: rows and columns.
        spans: its cells, row by row.
    """

    clean: Gray
    to_picture: Matrix
    shape: tuple[int, int]
    spans: tuple[Span, ...]


def find_grid(picture: Gray) -> Grid | None:
    """Find the table of a picture that is ruled, uint8 (H, W); None where there is none."""
    scale = min(2.0, TABLE_SIDE / max(picture.shape))
    size = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    if min(size) < SMALLEST_CELL:
        return None
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    even = _sheet(np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8))
    best: _Ruled | None = None
    for dots in GAPS:
        found = _ruled(even, dots)
        if found is not None and (best is None or found.nodes.size > best.nodes.size):
            best = found
        if best is not None and not best.goes_on and not (dots == DOTS and _grows(even, best.corners)):
            break
    return best and best.grid(np.diag([1 / scale, 1 / scale, 1]))


def _grows(even: Gray, corners: Points) -> bool:
    """Tell if the frame with these corners is larger where wider gaps are closed: one of them hangs on such a gap."""
    wider = frame_corners(_dark(even), GAPS[1])
    return wider is not None and _area(wider) >= LARGER * _area(corners)


def _area(corners: Points) -> float:
    """The area within corners, (4, 2), square pixels."""
    return cv2.contourArea(corners.astype(np.float32))


@dataclass(frozen=True, eq=False)
class _Ruled:
    """The rules of a table that was straightened.

    Attributes:
        corners: of the frame on the sheet, pixels, (4, 2).
        straight: the table in even light, uint8 (h, w).
        view: the map from its pixels to those of the sheet, (3, 3).
        walls: other than 0 where a piece of a rule is, of level ones, and of upright ones, uint8 (h, w) each.
        nodes: where rules meet, x and y, by row and column, (R + 1, C + 1, 2).
        goes_on: whether there are more rows or columns beyond the frame.
    """

    corners: Points
    straight: Gray
    view: Matrix
    walls: tuple[Gray, Gray]
    nodes: Points
    goes_on: bool

    def grid(self, to_picture: Matrix) -> Grid:
        """The grid, given the map from the sheet to the picture."""
        level, upright = self.walls
        inked = cv2.dilate(_dark(self.straight), np.ones((3, 3), np.uint8))
        ruled = cv2.bitwise_and(cv2.max(level, upright), inked)
        near = cv2.dilate(ruled, np.ones((5, 5), np.uint8))
        clean = np.asarray(cv2.inpaint(self.straight, near, 3, cv2.INPAINT_TELEA), np.uint8)
        high, wide = self.nodes.shape[0] - 1, self.nodes.shape[1] - 1
        return Grid(clean, to_picture @ self.view, (high, wide), _spans(self.nodes, self.walls))


def _dark(even: Gray) -> Gray:
    return (even < RULE_BELOW).astype(np.uint8)


def _ruled(even: Gray, dots: int) -> _Ruled | None:
    """The rules of a sheet's table, with so many pixels between their dots at most; None where there is none."""
    dark = _dark(even)
    corners = frame_corners(dark, dots)
    if corners is None:
        return None
    straight, view = _straightened(even, corners)
    inked = _dark(straight)
    covered = COVERED if dots == DOTS else COVERED_DOTTED
    level = rule_pieces(inked, max(30, round(RULE_LENGTH * inked.shape[1])), dots)
    rows = rules_of(level, covered)
    if len(rows) < 2:
        return None
    pitch = float(np.median(np.diff([np.polyval(rule, inked.shape[1] / 2) for rule in rows])))
    upright = rule_pieces(np.ascontiguousarray(inked.T), max(20, round(UPRIGHT * pitch)), dots)
    columns = rules_of(upright, covered)
    if len(columns) < 2 or (len(rows) - 1) * (len(columns) - 1) < FEWEST_CELLS:
        return None
    nodes = np.array([[crossing(row, column) for column in columns] for row in rows])
    goes_on = rules_go_on(dark, np.asarray(cv2.perspectiveTransform(nodes, view), float))
    return _Ruled(corners, straight, view, (level, np.ascontiguousarray(upright.T)), nodes, goes_on)


def _sheet(grey: Gray) -> Gray:
    """The picture in even light, white where it is so dark that no sheet can be there, only the desk."""
    small = cv2.resize(grey, None, fx=1 / 16, fy=1 / 16, interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    desk = (paper < DESK * np.percentile(paper, 95)).astype(np.uint8)
    wide = cv2.resize(
        cv2.dilate(desk, np.ones((3, 3), np.uint8)), grey.shape[::-1], interpolation=cv2.INTER_NEAREST
    )
    return np.where(wide > 0, np.uint8(255), even_light(grey))


def _straightened(even: Gray, corners: Points) -> tuple[Gray, Matrix]:
    """The table as if it were seen from above, and the map from it to the picture."""
    sides = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    width, height = round(max(sides[0], sides[2])), round(max(sides[1], sides[3]))
    there = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32) + TABLE_MARGIN
    view = np.asarray(cv2.getPerspectiveTransform(there, corners.astype(np.float32)), float)
    size = width + 2 * TABLE_MARGIN, height + 2 * TABLE_MARGIN
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(even, view, size, flags=how, borderValue=255), np.uint8), view


def _spans(nodes: Points, walls: tuple[Gray, Gray]) -> tuple[Span, ...]:
    """The cells: those of the grid, joined where nothing is ruled between them."""
    high, wide = nodes.shape[0] - 1, nodes.shape[1] - 1
    groups: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for cell, first in _first_cells(nodes, high, wide, walls).items():
        groups.setdefault(first, []).append(cell)
    return tuple(_span(cells, nodes) for _, cells in sorted(groups.items()))


def _first_cells(
    nodes: NDArray, high: int, wide: int, walls: tuple[Gray, Gray]
) -> dict[tuple[int, int], tuple[int, int]]:
    """Each cell of a grid, by row and column, with the first of those that it is joined with: itself if with none."""
    level, upright = (cv2.dilate(wall, np.ones((7, 7), np.uint8)) for wall in walls)
    owner = {(i, j): (i, j) for i in range(high) for j in range(wide)}

    def root(cell: tuple[int, int]) -> tuple[int, int]:
        while owner[cell] != cell:
            cell = owner[cell]
        return cell

    for i, j in owner:
        if j + 1 < wide and ruled_share(upright, nodes[i, j + 1], nodes[i + 1, j + 1]) < WALL:
            owner[max(root((i, j)), root((i, j + 1)))] = min(root((i, j)), root((i, j + 1)))
        if i + 1 < high and ruled_share(level, nodes[i + 1, j], nodes[i + 1, j + 1]) < WALL:
            owner[max(root((i, j)), root((i + 1, j)))] = min(root((i, j)), root((i + 1, j)))
    return {cell: root(cell) for cell in owner}


def _span(cells: Sequence[tuple[int, int]], nodes: NDArray[np.float64]) -> Span:
    """Cells that are joined, as one; they fill the rectangle around them."""
    rows, columns = [i for i, _ in cells], [j for _, j in cells]
    top, bottom, left, right = min(rows), max(rows) + 1, min(columns), max(columns) + 1
    corners = nodes[[top, top, bottom, bottom], [left, right, left, right]]
    x, x_end = corners[[0, 2], 0].mean(), corners[[1, 3], 0].mean()
    y, y_end = corners[[0, 1], 1].mean(), corners[[2, 3], 1].mean()
    box = Box(round(x), round(y), max(2, round(x_end - x)), max(2, round(y_end - y)))
    return Span(top, left, bottom - top, right - left, box)
