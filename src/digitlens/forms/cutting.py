"""Cutting what is written out of a sheet that is laid over its blank: even light, the print taken away."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.forms.laying import Template, even_light
from digitlens.types import Box, Gray

__all__ = ["BlankPage", "Cut", "Spread", "cut_at", "ink_of"]

LONGER = 2200  # pixels of the longer side at which a sheet is read: A4 at 188 dots per inch
MARGIN = 0.25  # of a field's height, around it: people write over the frame
PRINTED = 215  # levels below which the blank is printed
TOLERANCE = 5  # pixels: what is printed is taken away with as much around it
INPAINTED = 3  # pixels around which the gaps are filled from
DRIFT = 4  # pixels by which the paper may lie off its place at a field
FAINTEST = 40  # levels of darkness from which anything is ink
INK_SHARE = 0.4  # of the darkest ink, from which a pixel is ink
SPECK = 0.12  # of a field's height: what is no larger all ways is dust, or a point


@dataclass(frozen=True, eq=False)
class BlankPage:
    """A blank page of a form, prepared.

    Attributes:
        template: what sheets are laid over.
        even: the page in even light at the size at which sheets are read, uint8.
        scale: pixels of that size for one of the blank.
    """

    template: Template
    even: Gray
    scale: float

    @classmethod
    def of(cls, blank: Gray) -> "BlankPage":
        """Prepare a blank page, uint8 (H, W)."""
        scale = LONGER / max(blank.shape)
        size = round(blank.shape[1] * scale), round(blank.shape[0] * scale)
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        return cls(
            Template(blank),
            even_light(np.asarray(cv2.resize(blank, size, interpolation=how), np.uint8)),
            scale,
        )


@dataclass(frozen=True, eq=False)
class Cut:
    """What is written in one field.

    Attributes:
        picture: dark on white, the print and whatever belongs to other fields taken away, uint8 (h, w).
        ink: 1 where there is ink, uint8 (h, w).
        inside: the field's box in it.
    """

    picture: Gray
    ink: Gray
    inside: Box

    @property
    def share(self) -> float:
        """Share of the field, a tenth of its sides left out, that is ink."""
        x, y, w, h = self.inside.to_list()
        middle = self.ink[y + h // 10 : y + h - h // 10, x + w // 10 : x + w - w // 10]
        return float(middle.mean()) if middle.size else 0.0

    @property
    def is_blank(self) -> bool:
        """Whether nothing is written, but for specks."""
        _, _, stats, _ = cv2.connectedComponentsWithStats(self.ink, connectivity=8)
        larger = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1, initial=0)
        return not bool((larger > 1.5 * SPECK * self.inside.h).any())

    def part(self, box: Box) -> "Cut":
        """What of it belongs into one box of a comb."""
        return cut_at(self.picture, self.ink, box)


class Spread:
    """A sheet spread over its blank page.

    Args:
        page: the blank.
        picture: of the sheet, uint8 (H, W).
        view: the map from the blank to the picture.
    """

    def __init__(self, page: BlankPage, picture: Gray, view: NDArray[np.float64]) -> None:
        self.page, self.view = page, view
        size = page.even.shape[1], page.even.shape[0]
        there = view @ np.diag([1 / page.scale, 1 / page.scale, 1])
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        self.even = even_light(
            np.asarray(cv2.warpPerspective(picture, there, size, flags=how, borderValue=255), np.uint8)
        )

    def cut(self, box: Box) -> Cut:
        """Cut out what is written in a box of the blank."""
        x, y, w, h = (round(side * self.page.scale) for side in box.to_list())
        margin = max(4, round(MARGIN * h))
        high, wide = self.even.shape
        top, bottom = max(0, y - margin), min(high, y + h + margin)
        left, right = max(0, x - margin), min(wide, x + w + margin)
        printed = self.page.even[top:bottom, left:right]
        seen = _drifted(self.even, printed, top, left)
        near = cv2.dilate((printed < PRINTED).astype(np.uint8), np.ones((TOLERANCE, TOLERANCE), np.uint8))
        clean = np.asarray(cv2.inpaint(seen, near, INPAINTED, cv2.INPAINT_TELEA), np.uint8)
        return cut_at(clean, ink_of(clean), Box(x - left, y - top, w, h))

    def in_picture(self, box: Box) -> Box:
        """The box around a box of the blank in the picture's pixels."""
        x, y, w, h = box.to_list()
        corners = np.array([(x, y, 1), (x + w, y, 1), (x + w, y + h, 1), (x, y + h, 1)], float) @ self.view.T
        points = corners[:, :2] / corners[:, 2:]
        (left, top), (right, bottom) = np.floor(points.min(axis=0)), np.ceil(points.max(axis=0))
        return Box(max(0, int(left)), max(0, int(top)), int(right - left), int(bottom - top))


def ink_of(clean: Gray) -> Gray:
    """Where there is ink on white paper, 1 or 0, uint8 (h, w)."""
    dark = 255 - np.asarray(cv2.GaussianBlur(clean, (0, 0), 0.8), np.uint8)
    darkest = float(np.percentile(dark, 99.7))
    return (dark >= max(FAINTEST, INK_SHARE * darkest)).astype(np.uint8)


def cut_at(clean: Gray, ink: Gray, box: Box) -> Cut:
    """What belongs into a box: the pieces of ink that lie in it for the most part; of those that are torn, the part."""
    x, y, w, h = box.to_list()
    count, found, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    marked = np.asarray(found, np.int32)
    inner = np.bincount(marked[max(0, y) : y + h, max(0, x) : x + w].ravel(), minlength=count)
    share = inner / np.maximum(1, stats[:, cv2.CC_STAT_AREA])
    share[0] = 0
    kept = share >= 0.6
    torn = (share >= 0.15) & ~kept & (stats[:, cv2.CC_STAT_AREA] > 8)
    mask = kept[marked]
    mask[max(0, y) : y + h, max(0, x) : x + w] |= torn[marked[max(0, y) : y + h, max(0, x) : x + w]]
    belongs = cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    others = (ink > 0) & ~mask
    shown = np.where(belongs & ~others, clean, np.uint8(255))
    pad = max(4, h // 8)
    top, bottom, left, right = _around(mask, (y, y + h, x, x + w), pad)
    inside = Box(x - left, y - top, w, h)
    return Cut(shown[top:bottom, left:right], mask[top:bottom, left:right].astype(np.uint8), inside)


def _around(mask: NDArray[np.bool_], edges: Sequence[int], pad: int) -> tuple[int, int, int, int]:
    """Top, bottom, left and right of a box grown to hold a mask, with room around it."""
    top, bottom, left, right = edges
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size:
        top, bottom = min(top, int(rows[0])), max(bottom, int(rows[-1]) + 1)
        left, right = min(left, int(columns[0])), max(right, int(columns[-1]) + 1)
    height, width = mask.shape
    return max(0, top - pad), min(height, bottom + pad), max(0, left - pad), min(width, right + pad)


def _drifted(even: Gray, printed: Gray, top: int, left: int) -> Gray:
    """The sheet at a field, moved by the few pixels by which its print lies off that of the blank."""
    height, width = printed.shape
    around = cv2.copyMakeBorder(
        even[max(0, top - DRIFT) : top + height + DRIFT, max(0, left - DRIFT) : left + width + DRIFT],
        max(0, DRIFT - top),
        max(0, top + height + DRIFT - even.shape[0]),
        max(0, DRIFT - left),
        max(0, left + width + DRIFT - even.shape[1]),
        cv2.BORDER_REPLICATE,
    )
    row = column = DRIFT
    if printed.std() > 5:
        alike = cv2.matchTemplate(around, printed, cv2.TM_CCOEFF_NORMED)
        _, best, _, (best_column, best_row) = cv2.minMaxLoc(alike)
        if best >= 0.4 and best > alike[DRIFT, DRIFT] + 0.02:
            row, column = best_row, best_column
    return np.asarray(around[row : row + height, column : column + width], np.uint8)
