"""A picture ready to be looked at, and how many pixels it may have."""

from dataclasses import dataclass
from math import ceil, floor

from digitlens.errors import ImageTooLarge, UnreadableImage
from digitlens.imaging.background import shrink
from digitlens.imaging.formats import MAX_PIXELS
from digitlens.types import Box, Pixels, View

__all__ = ["FULL_PIXELS", "Picture", "check_size", "reduction_of", "tighter_limit"]

FULL_PIXELS = 10_400_000
"""Above this many pixels a picture is reduced by 2, 4 or 8 while it is opened; no page of a PDF is given more. It is
four times what the page network looks at, at most, so that glyphs are framed from finer pixels than it sees."""

VIEW_SIDE = 768
"""Pixels of the longer side of a picture that is kept to be shown with its reading."""

_HAIR = 1e-6  # of a pixel: what dividing by a stretch is wrong by


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture ready to be looked at.

    Attributes:
        pixels: upright, uint8, (H, W) grey or (H, W, 3) RGB, nothing transparent, each as wide as it is high.
        reduction: how many pixels of the upload one of these stands for, across and down: 1, 2, 4 or 8; always
            1 for a page of a PDF, which has no pixels but those it was rendered with.
        stretch: by how much it was made wider and taller, besides, so that its pixels became square, as those of a
            fax are not: 1.0 and 1.0 for nearly every picture.
    """

    pixels: Pixels
    reduction: int = 1
    stretch: tuple[float, float] = (1.0, 1.0)

    @property
    def scale(self) -> tuple[float, float]:
        """Pixels of this picture for one of the (upright) picture as uploaded, across and down."""
        across, down = self.stretch
        return across / self.reduction, down / self.reduction

    @property
    def view(self) -> View:
        """The picture to be shown, not larger than a screen needs."""
        (height, width), (across, down) = self.pixels.shape[:2], self.scale
        return View(shrink(self.pixels, VIEW_SIDE)[0], (width / across, height / down))

    def uploaded(self, box: Box) -> Box:
        """A box of these pixels in the coordinates of the (upright) picture as uploaded: every pixel it touches."""
        across, down = self.scale
        left, right = floor(box.x / across + _HAIR), ceil((box.x + box.w) / across - _HAIR)
        top, bottom = floor(box.y / down + _HAIR), ceil((box.y + box.h) / down - _HAIR)
        return Box(left, top, right - left, bottom - top)


def tighter_limit(limit: int, other: int | None) -> int:
    """The lower of two limits, the second of which there may not be."""
    return limit if other is None else min(limit, other)


def check_size(width: int, height: int, limit: int, name: str) -> None:
    """Tell whether a picture has pixels, and no more than it may have.

    Args:
        width: in pixels.
        height: in pixels.
        limit: the most pixels, width times height.
        name: of the picture, for the sentence of the error.

    Raises:
        ImageTooLarge, UnreadableImage: it has more, or none.
    """
    if width * height > limit:
        others = " (JPEG files may have twice as many as others)" if limit == MAX_PIXELS else ""
        raise ImageTooLarge(
            f"{name} has {width} x {height} pixels, more than {limit:,}, the limit{others}: "
            "scale the picture down."
        )
    if not width or not height:
        raise UnreadableImage(f"{name} has {width} x {height} pixels: there is nothing to read in it.")


def reduction_of(pixels: int) -> int:
    """1, or the power of two, at most 8, that brings a picture down to ``FULL_PIXELS``."""
    return next((factor for factor in (1, 2, 4) if pixels <= FULL_PIXELS * factor**2), 8)
