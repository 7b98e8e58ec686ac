"""A page that was read, ready to be shown: small pictures of it, of each digit and of each step."""

from dataclasses import dataclass

from digitlens.html.images import quick_uri, small_uri, tiny
from digitlens.imaging import Picture, sheet_outline
from digitlens.store.crop import cut
from digitlens.types import Reading, Step

__all__ = ["PageView", "Plate", "view_size"]

VIEW = 1600
"""Longest side of the picture with its boxes, in pixels."""

PLATE = 360
"""Longest side of a step's picture: sharp on a phone's screen, and still light."""


def view_size(width: int, height: int) -> tuple[int, int]:
    """The size, pixels, of the picture that a page of that size is shown as."""
    scale = min(1.0, VIEW / max(width, height, 1))
    return max(1, round(scale * width)), max(1, round(scale * height))


LEAST_PHOTO = 320
"""Pixels of a photograph's longer side, at least."""

THUMBNAIL = 96
"""Longest side of a picture in the history."""


@dataclass(frozen=True, slots=True)
class Plate:
    """One step of the reader's own trace.

    Attributes:
        name: of the step.
        sentence: what was done.
        image: a ``data:`` address.
        tiny: whether its pixels are to be seen one by one.
    """

    name: str
    sentence: str
    image: str
    tiny: bool

    @classmethod
    def of(cls, step: Step) -> "Plate":
        """Make a step ready to be shown."""
        return cls(step.name, step.sentence, quick_uri(step.image, PLATE), tiny(step.image))


@dataclass(frozen=True, slots=True)
class PageView:
    """A page as it is shown; all pictures are ``data:`` addresses.

    Attributes:
        image: the page.
        thumbnail: the page, small.
        width, height: of the page as uploaded, in pixels.
        tiny: whether its pixels are to be seen one by one.
        crops: each digit, cut out of the page.
        plates: the steps from the page to what the network saw.
        outline: corners of the sheet of paper in a photograph, in percent of its width and height; none where no sheet
            stands out.
    """

    image: str
    thumbnail: str
    width: int
    height: int
    tiny: bool
    crops: tuple[str, ...]
    plates: tuple[Plate, ...]
    outline: tuple[tuple[float, float], ...] = ()

    @classmethod
    def of(cls, picture: Picture, reading: Reading) -> "PageView":
        """Make a page ready to be shown with its reading."""
        (height, width), (across, down) = picture.pixels.shape[:2], picture.scale
        return cls(
            quick_uri(picture.pixels, VIEW),
            quick_uri(reading.steps[0].image, THUMBNAIL),
            round(width / across),
            round(height / down),
            tiny(picture.pixels),
            tuple(small_uri(cut(picture, glyph.box)) for glyph in reading.glyphs),
            tuple(map(Plate.of, reading.steps)),
            _outline(picture),
        )


def _outline(picture: Picture) -> tuple[tuple[float, float], ...]:
    """The corners of the sheet in a photograph, in percent; none in pictures too small to be one."""
    corners = None if max(picture.pixels.shape[:2]) < LEAST_PHOTO else sheet_outline(picture.pixels)
    return () if corners is None else tuple((100 * x, 100 * y) for x, y in corners.tolist())
