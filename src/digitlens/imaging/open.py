"""From whatever a picture comes as to upright arrays of 8-bit pixels, a page each, or an error that says why not."""

import os
from collections.abc import Generator
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digitlens.errors import ImageTooLarge, UnreadableImage
from digitlens.imaging.arrays import from_array
from digitlens.imaging.formats import DECODERS, MAX_PIXELS, MAX_SCANS, is_pdf, sniff, too_many_scans
from digitlens.imaging.modes import flatten
from digitlens.imaging.picture import FULL_PIXELS, Picture, check_size, reduction_of, tighter_limit
from digitlens.imaging.png import plain_png
from digitlens.imaging.sources import is_file, read_bytes

if TYPE_CHECKING:
    from digitlens.types import Source

__all__ = ["Picture", "open_pages", "open_picture"]


def open_picture(source: "Source | Picture", max_pixels: int | None = None) -> Picture:
    """Open a path, encoded bytes, a binary file object, a PIL image or an array: its first page.

    A page that is open already is given back as it is.

    Reads PNG, JPEG, GIF (its first frame that shows anything), BMP, WebP, TIFF, PPM, AVIF and, with the extra
    ``heic``, HEIC, of any depth and colour space, turned as their EXIF orientation says, and stretched where pixels
    are not square: see ``digitlens.imaging.aspect``. Transparent parts become paper: see ``digitlens.imaging.modes``.
    With the extra ``pdf`` it reads PDF: see ``digitlens.imaging.pdf``. An array is (H, W), (H, W, 1), (H, W, 3) RGB
    or (H, W, 4) RGBA; its numbers are uint8, or others whose meaning is plain: see ``digitlens.imaging.arrays``.

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
        if (plain := plain_png(data, tighter_limit(FULL_PIXELS, max_pixels))) is not None:
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
    elif is_file(source):
        yield from _from_bytes(*read_bytes(source), max_pixels)
    else:
        from digitlens.imaging.pillow import from_image  # noqa: PLC0415  # a process starts the sooner

        yield from_image(source, max_pixels)


def _from_bytes(data: bytes, name: str, max_pixels: int | None) -> Generator[Picture, None, None]:
    if is_pdf(data):
        from digitlens.imaging.pdf import render_pages  # noqa: PLC0415  # it is another program that renders

        with closing(render_pages(data, name, tighter_limit(FULL_PIXELS, max_pixels))) as pages:
            yield from map(Picture, pages)
        return
    kind = sniff(data[:16])
    if kind is None:
        raise UnreadableImage(f"{name} is not an image of a kind that is read: {', '.join(DECODERS)}, PDF.")
    if kind == "PNG" and (plain := plain_png(data, tighter_limit(FULL_PIXELS, max_pixels))) is not None:
        yield Picture(plain)
        return
    if kind == "JPEG" and too_many_scans(data):
        raise ImageTooLarge(f"{name} is a JPEG of more than {MAX_SCANS} scans, the limit: save it again.")
    from digitlens.imaging.pillow import opened_pages  # noqa: PLC0415

    yield from opened_pages(data, kind, name, max_pixels)


def _from_array(array: NDArray[Any], max_pixels: int | None) -> Picture:
    if array.ndim >= 2:
        height, width = array.shape[:2]
        check_size(width, height, tighter_limit(MAX_PIXELS, max_pixels), "the array")
    pixels = from_array(array)
    if (reduction := reduction_of(pixels.shape[0] * pixels.shape[1])) > 1:
        from digitlens.imaging.pillow import shrunk  # noqa: PLC0415

        pixels = shrunk(pixels, reduction)
    return Picture(flatten(pixels) if pixels.ndim == 3 and pixels.shape[2] == 4 else pixels, reduction)
