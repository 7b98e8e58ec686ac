"""Pictures that Pillow decodes: its pages, its colours and its turns made into ours.

Imported when the first of them comes: a PNG as plain as most is decoded without, and a process starts the sooner.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from itertools import count
from threading import Lock

import numpy as np
from PIL import Image, ImageFile

from digitlens.errors import UnreadableImage
from digitlens.imaging.animation import ANIMATIONS, first_shown
from digitlens.imaging.aspect import pixel_aspect, squared
from digitlens.imaging.formats import DECODERS, MAX_PIXELS, Format, check_page
from digitlens.imaging.modes import to_pixels
from digitlens.imaging.picture import FULL_PIXELS, Picture, check_size, reduction_of, tighter_limit
from digitlens.imaging.sources import no_source
from digitlens.imaging.tiff import is_auxiliary
from digitlens.types import Pixels

__all__ = ["from_image", "opened_pages", "shrunk"]

_FILTERS = Lock()  # catch_warnings changes the filters of the whole process
_TURNS = {1: 0, 2: 0, 3: 2, 4: 2, 5: 3, 6: 3, 7: 1, 8: 1}  # EXIF orientation -> quarter turns to the left


def opened_pages(data: bytes, kind: str, name: str, max_pixels: int | None) -> Iterator[Picture]:
    """The pages of a file of a kind in ``DECODERS``: those of a TIFF, or one.

    Args:
        data: the file.
        kind: what it is.
        name: what it is called in errors.
        max_pixels: a limit below that of its kind.

    Raises:
        UnreadableImage, ImageTooLarge: as of `digitlens.imaging.open_pages`.
    """
    image = _header(data, kind, name)
    if kind == "TIFF":
        yield from _tiff_pages(image, name, max_pixels)
    else:
        yield _decoded(image, name, max_pixels, DECODERS[kind])


def from_image(source: object, max_pixels: int | None) -> Picture:
    """An image of Pillow's, at the frame at which it stands.

    Raises:
        UnreadableImage, ImageTooLarge: as of `digitlens.imaging.open_pages`; also where it is none.
    """
    if not isinstance(source, Image.Image):
        raise no_source(source)
    return _decoded(source, "the image", max_pixels)


def shrunk(pixels: Pixels, factor: int) -> Pixels:
    """The same reduced so many times by box averaging."""
    return np.asarray(Image.fromarray(pixels).reduce(factor))


def _header(data: bytes, kind: str, name: str) -> ImageFile.ImageFile:
    """The image with its size known and no pixel decoded."""
    decoder = DECODERS[kind].decoder(name)
    try:
        with _silenced():
            return decoder(io.BytesIO(data))
    except Exception as error:  # the decoders raise a dozen unrelated classes
        raise _undecodable(name, kind, error) from error


def _tiff_pages(image: ImageFile.ImageFile, name: str, max_pixels: int | None) -> Iterator[Picture]:
    """Every image but thumbnails and masks; the first of all where there is nothing else."""
    several = getattr(image, "is_animated", False)  # Pillow's word for a file of many images
    pages = 0
    for index in count():
        page = f"page {pages + 1} of {name}" if several else name
        try:
            with _silenced():
                image.seek(index)
        except EOFError:
            break
        except Exception as error:  # the decoders raise a dozen unrelated classes
            raise _undecodable(page, "TIFF", error) from error
        check_page(index, name)
        if not is_auxiliary(image):
            pages += 1
            yield _decoded(image, page, max_pixels)
    if not pages:
        image.seek(0)
        yield _decoded(image, name, max_pixels)


def _decoded(image: Image.Image, name: str, max_pixels: int | None, ours: Format | None = None) -> Picture:
    """Check the size, decode (Pillow puts that off until now) and turn upright; ``ours`` for a file that we opened."""
    kind = image.format or "a picture"
    width, height = image.size
    check_size(width, height, tighter_limit(ours.max_pixels if ours else MAX_PIXELS, max_pixels), name)
    reduction = reduction_of(width * height)
    try:
        if ours:  # a PIL image of the caller's would be changed
            image.draft(None, (width // reduction, height // reduction))
        with _silenced() if kind == "TIFF" else nullcontext():  # it parses its tags only now
            aspect = pixel_aspect(image)
            pixels = to_pixels(image, reduction // round(width / image.width))
            if ours and kind in ANIMATIONS:
                pixels = first_shown(image, reduction, pixels)
    except Exception as error:  # the decoders raise a dozen unrelated classes
        raise _undecodable(name, kind, error) from error
    orientation = _orientation(image)
    pixels, (across, down) = squared(pixels, aspect, FULL_PIXELS)
    stretch = (down, across) if _TURNS[orientation] % 2 else (across, down)
    return Picture(_upright(pixels, orientation), reduction, stretch)


def _undecodable(name: str, kind: str, error: Exception) -> UnreadableImage:
    if isinstance(error, MemoryError):
        return UnreadableImage(f"{name} does not fit into memory: scale the picture down.")
    return UnreadableImage(
        f"{name} cannot be decoded as {kind}: it is damaged or cut short ({error}). Save it again."
    )


@contextmanager
def _silenced() -> Iterator[None]:
    """Keep Pillow's warnings about odd metadata, which no caller asked for, from getting out."""
    with _FILTERS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1, upright, where there is none or it makes no sense."""
    try:
        with _silenced():
            value = image.getexif().get(0x0112)
    except Exception:  # broken EXIF says nothing about the pixels: the picture is read as it stands
        return 1
    return value if value in _TURNS else 1


def _upright(pixels: Pixels, orientation: int) -> Pixels:
    """Undo an EXIF orientation by quarter turns to the left, and a mirror."""
    turned = np.rot90(pixels, _TURNS[orientation])
    if orientation in (2, 4, 5, 7):
        turned = turned[:, ::-1]
    return np.ascontiguousarray(turned)
