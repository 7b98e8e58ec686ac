"""A sheet that is laid over its blank: what is written in each field, in even light, the print taken away."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.forms.laying import Template
from digitlens.imaging import even_light
from digitlens.reader.tables.cutting import Cut, cut_at, ink_of
from digitlens.types import Box, Gray

__all__ = ["BlankPage", "Spread"]

SHEET_SIDE = 2200  # pixels of the longer side at which a sheet is read: A4 at 188 dots per inch
SPOT_MARGIN = 0.25  # of a field's height, around it: people write over the frame
BLANK_PRINT_BELOW = 215  # levels below which the blank is printed
TOLERANCE = 5  # pixels: what is printed is taken away with as much around it
WRITTEN_BELOW = 215  # levels below which something may be written
INPAINTED = 3  # pixels around which the gaps are filled from
DRIFT = 4  # pixels by which the paper may lie off its place at a field
PLAIN = 5  # grey levels of deviation, from which there is print that can be found
SPOT_CORRELATION = 0.4  # normalised cross-correlation from which it is found ...
BETTER = 0.02  # ... elsewhere, if it is so much better there


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
        scale = SHEET_SIDE / max(blank.shape)
        size = round(blank.shape[1] * scale), round(blank.shape[0] * scale)
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        return cls(
            Template(blank),
            even_light(np.asarray(cv2.resize(blank, size, interpolation=how), np.uint8)),
            scale,
        )


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
        margin = max(4, round(SPOT_MARGIN * h))
        high, wide = self.even.shape
        top, bottom = max(0, y - margin), min(high, y + h + margin)
        left, right = max(0, x - margin), min(wide, x + w + margin)
        printed = self.page.even[top:bottom, left:right]
        seen = _drifted(self.even, printed, top, left)
        near = cv2.dilate(
            (printed < BLANK_PRINT_BELOW).astype(np.uint8), np.ones((TOLERANCE, TOLERANCE), np.uint8)
        )
        clean = _without(seen, np.asarray(near, np.uint8))
        return cut_at(clean, ink_of(clean), Box(x - left, y - top, w, h))

    def in_picture(self, box: Box) -> Box:
        """The box around a box of the blank in the picture's pixels."""
        x, y, w, h = box.to_list()
        corners = np.array([(x, y, 1), (x + w, y, 1), (x + w, y + h, 1), (x, y + h, 1)], float) @ self.view.T
        points = corners[:, :2] / corners[:, 2:]
        (left, top), (right, bottom) = np.floor(points.min(axis=0)), np.ceil(points.max(axis=0))
        return Box(max(0, int(left)), max(0, int(top)), int(right - left), int(bottom - top))


def _without(seen: Gray, print_mask: Gray) -> Gray:
    """A sheet without its print: white, but where something written meets it, what that would be without a gap."""
    around = cv2.dilate(print_mask, np.ones((INPAINTED, INPAINTED), np.uint8)) - print_mask
    if seen[around > 0].min(initial=255) >= WRITTEN_BELOW:
        return np.where(print_mask > 0, np.uint8(255), seen)
    return np.asarray(cv2.inpaint(seen, print_mask, INPAINTED, cv2.INPAINT_TELEA), np.uint8)


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
    row, column = _offset(np.asarray(around, np.uint8), printed) if printed.std() > PLAIN else (DRIFT, DRIFT)
    return np.asarray(around[row : row + height, column : column + width], np.uint8)


def _offset(around: Gray, printed: Gray) -> tuple[int, int]:
    """Return the offset of the print in a picture, down and to the right; `DRIFT` both ways unless it is elsewhere.

    It is sought in half the size, where most print is found in its place, and then at its full size.
    """
    seen, known = (
        np.asarray(cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
        for picture in (around, printed)
    )
    row, column = _moved(seen, known, (DRIFT // 2, DRIFT // 2))
    if (row, column) == (DRIFT // 2, DRIFT // 2):
        return DRIFT, DRIFT
    return _moved(around, printed, (DRIFT, DRIFT))


def _moved(around: Gray, printed: Gray, place: tuple[int, int]) -> tuple[int, int]:
    """Where in a picture print is found best; its place, down and to the right, unless it is found better elsewhere."""
    alike = cv2.matchTemplate(around, printed, cv2.TM_CCOEFF_NORMED)
    _, best, _, (column, row) = cv2.minMaxLoc(alike)
    return (row, column) if best >= SPOT_CORRELATION and best > alike[place] + BETTER else place
