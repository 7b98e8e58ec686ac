"""Laying a sheet over its blank form: the map between the two, or the reason why it is not that form.

Marks in the corners find where the sheet lies, or else it lies as the picture does, as most flat scans do, or features
of the print find it, however it is turned. Pieces of the print are then sought where they should lie, in finer pictures
each time, and the map is fitted to where they are. How many of them are there tells whether it is the form at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import cv2
import numpy as np

from digitlens.forms.matching import (
    Features,
    Matrix,
    Points,
    find_features,
    find_marks,
    map_between_marks,
    match_features,
)
from digitlens.forms.pieces import find_piece, telling_pieces
from digitlens.imaging import even_light
from digitlens.types import Gray

__all__ = ["PIECES_IN_PLACE", "SURE_AGREEMENT", "Laid", "Sheet", "Template"]

MATCHING_SIDE = 440  # pixels of the longer side at which features are sought: at 320 some sheets go astray
FINE_SIDE = 1754  # and at which the map is fitted: A4 at 150 dots per inch

COARSE_GRID = 10, 7  # cells of the coarse picture, down and across: a piece of print is taken from each
FINE_GRID = 14, 10  # and those of the finer ones
SEARCH = (
    12,
    8,
    4,
)  # pixels around its place in which it is sought: in the coarse picture, and in the finer ones
HOPEFUL = 0.25  # agreement in a coarse picture from which a fine one is looked at
AT_REST = 4.0  # pixels by which a fit may have moved the map for it to be the last: one more moves it by 0.1
EXACT = 1.5  # pixels within which pieces found must agree

PIECES_IN_PLACE = 0.4
"""Share of the pieces of print that must be where the form has them: of 36 drawn sheets all of the form had 0.98 or
more, those of other forms 0.18 or less (`benchmarks/forms.py laid --sheets 6`); paper bends, and forms are alike."""

SURE_AGREEMENT = 0.8
"""Agreement from which no other way to lay the sheet, and no other form, is tried."""


class Laid(NamedTuple):
    """The registration of a picture with a blank form.

    Attributes:
        view: the map from pixels of the blank to those of the picture, (3, 3).
        agreement: share of the pieces of print that are where the form has them, 0 to 1.
    """

    view: Matrix
    agreement: float


@dataclass(frozen=True, eq=False)
class _Level:
    """The blank at one size: its picture in even light, and the middles of its pieces."""

    scale: float  # pixels of this level for one of the blank
    picture: Gray
    pieces: Points

    @classmethod
    def of(cls, blank: Gray, longer: int, grid: tuple[int, int]) -> "_Level":
        picture, scale = _resized(blank, longer)
        even = even_light(picture)
        return cls(scale, even, telling_pieces(even, grid))

    @property
    def size(self) -> tuple[int, int]:
        """Its width and height."""
        return self.picture.shape[1], self.picture.shape[0]


class Sheet:
    """A picture of a filled sheet, prepared to be laid over blanks.

    Args:
        picture: uint8 (H, W), turned and taken anyhow.
    """

    def __init__(self, picture: Gray) -> None:
        self.picture = picture
        coarse, self.scale = _resized(picture, MATCHING_SIDE)
        self._even = even_light(coarse)

    @property
    def size(self) -> tuple[int, int]:
        """The width and height of the coarse picture."""
        return self._even.shape[1], self._even.shape[0]

    @cached_property
    def marks(self) -> Points | None:
        """Its registration marks, clockwise, in pixels of the coarse picture, (4, 2); None without four."""
        return find_marks(self._even)

    @cached_property
    def features(self) -> Features:
        """The features of the coarse picture; they are sought when they are first needed."""
        return find_features(self._even)


class Template:
    """A blank page of a form, prepared for sheets to be laid over it.

    Args:
        blank: the page, uint8 (H, W).
    """

    def __init__(self, blank: Gray) -> None:
        self.size = blank.shape[1], blank.shape[0]
        self._levels = (
            _Level.of(blank, MATCHING_SIDE, COARSE_GRID),
            _Level.of(blank, FINE_SIDE, FINE_GRID),
        )
        self._features = find_features(self._levels[0].picture)
        self._marks = find_marks(self._levels[0].picture)

    @property
    def pieces(self) -> int:
        """The number of pieces of print that can be recognised: of a page without any there are none."""
        return len(self._levels[1].pieces)

    def lay(self, sheet: "Sheet") -> Laid:
        """Lay a sheet over the blank, as well as it will: an agreement of 0 where it will not at all."""
        best = Laid(np.eye(3), 0.0)
        for guess in self._guesses(sheet):
            view = _scaled(1 / sheet.scale) @ guess @ _scaled(self._levels[0].scale)
            best = max(best, self._refined(sheet.picture, view), key=lambda one: one.agreement)
            if best.agreement >= SURE_AGREEMENT:
                break
        return best

    def _guesses(self, sheet: "Sheet") -> Iterator[Matrix]:
        """Maps from the coarse blank to the coarse picture: by registration marks, as it lies, and by features."""
        if self._marks is not None and sheet.marks is not None:
            for quarter in range(4):
                yield map_between_marks(self._marks, np.roll(sheet.marks, quarter, axis=0))
        yield np.diag([*np.divide(sheet.size, self._levels[0].size), 1.0])
        if (found := match_features(self._features, sheet.features)) is not None:
            yield found

    def _refined(self, picture: Gray, view: Matrix) -> Laid:
        """A map fitted to where the pieces of print are, in a coarse picture, then in fine ones until it rests."""
        coarse, fine = self._levels
        laid = _fitted(coarse, picture, view, SEARCH[0])
        for reach in SEARCH[1:]:
            if laid.agreement < HOPEFUL:
                break
            before, laid = laid, _fitted(fine, picture, laid.view, reach)
            if self._moved(before.view, laid.view) <= AT_REST:
                break
        return laid

    def _moved(self, before: Matrix, after: Matrix) -> float:
        """By how many pixels of the fine blank a map moves its corners at most, against another one."""
        width, height = self.size
        corners = np.array([(0, 0, 1), (width, 0, 1), (width, height, 1), (0, height, 1)], float)
        back = corners @ (np.linalg.inv(before) @ after).T
        moved = np.hypot(*(back[:, :2] / back[:, 2:] - corners[:, :2]).T)
        return float(moved.max()) * self._levels[1].scale


def _resized(grey: Gray, longer: int) -> tuple[Gray, float]:
    """The picture with its longer side ``longer`` at most, and its pixels for one of the old."""
    scale = min(1.0, longer / max(grey.shape))
    size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    small = grey if scale == 1 else cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8), scale


def _scaled(scale: float) -> Matrix:
    return np.diag([scale, scale, 1.0])


def _fitted(level: _Level, picture: Gray, view: Matrix, reach: int) -> Laid:
    """A map from the blank fitted to the pieces found within ``reach``, and the share that agrees in it."""
    here = view @ _scaled(1 / level.scale)
    if not _sound(here, level.picture.shape, picture.shape):
        return Laid(view, 0.0)
    found = [find_piece(level.picture, picture, here, (x, y), reach) for x, y in level.pieces.astype(int)]
    good = np.array([one is not None for one in found])
    if good.sum() < 6:
        return Laid(view, 0.0)
    source = level.pieces[good]
    target = source + np.array([one for one in found if one is not None])
    moved, inside = cv2.findHomography(source, target, cv2.RANSAC, EXACT * max(1.0, reach / 6))
    if moved is None:
        return Laid(view, 0.0)
    return Laid(here @ moved @ _scaled(level.scale), float(inside.sum()) / len(level.pieces))


def _sound(view: Matrix, blank: Sequence[int], picture: Sequence[int]) -> bool:
    """Tell if a map could be that of a sheet: no mirror, nothing beyond the horizon, not too small."""
    height, width = blank
    corners = np.array([(0, 0, 1), (width, 0, 1), (width, height, 1), (0, height, 1)], float) @ view.T
    if (corners[:, 2] <= 1e-6).any():
        return False
    quad = (corners[:, :2] / corners[:, 2:]).astype(np.float32)
    area = cv2.contourArea(quad, oriented=True)
    return bool(cv2.isContourConvex(quad.reshape(-1, 1, 2))) and area > 0.02 * picture[0] * picture[1]
