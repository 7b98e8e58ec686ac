"""From whatever a picture comes as to upright arrays of 8-bit pixels, a page each, or an error that says why not."""

import io
import os
import warnings
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import count
from math import ceil, floor
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from digitlens.errors import ImageTooLarge, UnreadableImage
from digitlens.imaging.animation import ANIMATIONS, first_shown
from digitlens.imaging.aspect import pixel_aspect, squared
from digitlens.imaging.formats import (
    FORMATS,
    MAX_PIXELS,
    MAX_SCANS,
    Format,
    check_page,
    sniff,
    too_many_scans,
)
from digitlens.imaging.modes import flatten, to_pixels
from digitlens.imaging.pdf import is_pdf, render_pages
from digitlens.imaging.png import plain_png
from digitlens.imaging.sources import read_bytes
from digitlens.imaging.tiff import is_auxiliary
from digitlens.types import Box, Pixels, Source

__all__ = ["Picture", "open_pages", "open_picture"]

FULL_PIXELS = 16_000_000
"""Above this many pixels a picture is reduced by 2, 4 or 8 while it is opened; no page of a PDF is given more."""

_HAIR = 1e-6  # of a pixel: what dividing by a stretch is wrong by
_FILTERS = Lock()  # catch_warnings changes the filters of the whole process
_TURNS = {1: 0, 2: 0, 3: 2, 4: 2, 5: 3, 6: 3, 7: 1, 8: 1}  # EXIF orientation -> quarter turns to the left


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
        """How many of these pixels there are for one of the (upright) picture as uploaded, across and down."""
        across, down = self.stretch
        return across / self.reduction, down / self.reduction

    def uploaded(self, box: Box) -> Box:
        """A box of these pixels in the coordinates of the (upright) picture as uploaded: every pixel it touches."""
        across, down = self.scale
        left, right = floor(box.x / across + _HAIR), ceil((box.x + box.w) / across - _HAIR)
        top, bottom = floor(box.y / down + _HAIR), ceil((box.y + box.h) / down - _HAIR)
        return Box(left, top, right - left, bottom - top)


def open_picture(source: "Source | Picture", max_pixels: int | None = None) -> Picture:
    """Open a path, encoded bytes, a binary file object, a PIL image or a uint8 array: its first page.

    A page that is open already is given back as it is.

    Reads PNG, JPEG, GIF (its first frame that shows anything), BMP, WebP, TIFF, PPM, AVIF and, with the extra
    ``heic``, HEIC, of any depth and colour space, turned as their EXIF orientation says, and stretched where pixels
    are not square: see ``digitlens.imaging.aspect``. Transparent parts become paper: see ``digitlens.imaging.modes``.
    With the extra ``pdf`` it reads PDF: see ``digitlens.imaging.pdf``. An array is (H, W), (H, W, 1), (H, W, 3) RGB
    or (H, W, 4) RGBA.

    Args:
        source: the picture.
        max_pixels: a limit below ``MAX_PIXELS`` and ``MAX_JPEG_PIXELS``; pages of a PDF are rendered within it.

    Raises:
        UnreadableImage: nothing there, not an image, truncated, encrypted, of a kind that is not read, or of one
            whose extra is not installed.
        ImageTooLarge: more than ``MAX_BYTES``, ``MAX_PIXELS``, ``MAX_JPEG_PIXELS`` or ``max_pixels``; told before
            decoding.
    """
    if isinstance(source, bytes | str | os.PathLike):
        data, name = read_bytes(source)
        if (plain := plain_png(data, _least(FULL_PIXELS, max_pixels))) is not None:
            return Picture(plain)
        with closing(_from_bytes(data, name, max_pixels)) as pages:
            return next(pages)
    with closing(open_pages(source, max_pixels)) as pages:
        return next(pages)


def open_pages(source: "Source | Picture", max_pixels: int | None = None) -> Generator[Picture, None, None]:
    """Open what ``open_picture`` opens, and yield every page of a PDF or TIFF, each decoded when it is asked for.

    Anything else has one page: of an animation the first frame that shows anything, of a HEIC file the primary
    image, of a PIL image the frame it stands at. However many pages there are, up to ``MAX_PAGES``, the file's
    bytes and one page are all that is held.

    Raises:
        UnreadableImage, ImageTooLarge: as ``open_picture`` does, while iterating. The message names the page of a
            document, and the pages before it have been yielded.
    """
    if isinstance(source, Picture):
        yield source
    elif isinstance(source, np.ndarray):
        yield _from_array(source, max_pixels)
    elif isinstance(source, Image.Image):
        yield _from_pil(source, "the image", max_pixels)
    else:
        yield from _from_bytes(*read_bytes(source), max_pixels)


def _from_bytes(data: bytes, name: str, max_pixels: int | None) -> Generator[Picture, None, None]:
    if is_pdf(data):
        with closing(render_pages(data, name, _least(FULL_PIXELS, max_pixels))) as pages:
            yield from map(Picture, pages)
        return
    kind = sniff(data[:16])
    if kind is None:
        raise UnreadableImage(f"{name} is not an image of a kind that is read: {', '.join(FORMATS)}, PDF.")
    if kind == "PNG" and (plain := plain_png(data, _least(FULL_PIXELS, max_pixels))) is not None:
        yield Picture(plain)
        return
    if kind == "JPEG" and too_many_scans(data):
        raise ImageTooLarge(f"{name} is a JPEG of more than {MAX_SCANS} scans, the limit: save it again.")
    image = _header(data, kind, name)
    if kind == "TIFF":
        yield from _tiff_pages(image, name, max_pixels)
    else:
        yield _from_pil(image, name, max_pixels, FORMATS[kind])


def _header(data: bytes, kind: str, name: str) -> ImageFile.ImageFile:
    """The image with its size known and no pixel decoded."""
    decoder = FORMATS[kind].decoder(name)
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
            yield _from_pil(image, page, max_pixels)
    if not pages:
        image.seek(0)
        yield _from_pil(image, name, max_pixels)


def _from_pil(image: Image.Image, name: str, max_pixels: int | None, ours: Format | None = None) -> Picture:
    """Check the size, decode (Pillow puts that off until now) and turn upright; ``ours`` for a file that we opened."""
    kind = image.format or "a picture"
    width, height = image.size
    _check_size(width, height, _least(ours.max_pixels if ours else MAX_PIXELS, max_pixels), name)
    reduction = _reduction(width * height)
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


def _from_array(array: NDArray[Any], max_pixels: int | None) -> Picture:
    if array.dtype != np.uint8:
        raise UnreadableImage(
            f"The array holds {array.dtype}, expected uint8: 0 black to 255 full brightness."
        )
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim != 2 and (array.ndim != 3 or array.shape[2] not in (3, 4)):
        raise UnreadableImage(
            f"The array has shape {array.shape}, expected (H, W), (H, W, 1), (H, W, 3) RGB or (H, W, 4) RGBA."
        )
    height, width = array.shape[:2]
    _check_size(width, height, _least(MAX_PIXELS, max_pixels), "the array")
    if (reduction := _reduction(width * height)) > 1:
        array = np.asarray(Image.fromarray(array).reduce(reduction))
    return Picture(flatten(array) if array.ndim == 3 and array.shape[2] == 4 else array, reduction)


def _least(limit: int, other: int | None) -> int:
    return limit if other is None else min(limit, other)


def _check_size(width: int, height: int, limit: int, name: str) -> None:
    if width * height > limit:
        others = " (JPEG files may have twice as many as others)" if limit == MAX_PIXELS else ""
        raise ImageTooLarge(
            f"{name} has {width} x {height} pixels, more than {limit:,}, the limit{others}: "
            "scale the picture down."
        )
    if not width or not height:
        raise UnreadableImage(f"{name} has {width} x {height} pixels: there is nothing to read in it.")


def _reduction(pixels: int) -> int:
    """1, or the power of two, at most 8, that brings a picture down to ``FULL_PIXELS``."""
    return next((factor for factor in (1, 2, 4) if pixels <= FULL_PIXELS * factor**2), 8)


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
