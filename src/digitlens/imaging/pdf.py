"""The pages of a PDF as pixels, rendered by PDFium (the extra ``pdf``).

A page has no pixels of its own: it is rendered on white at ``DPI``, and boxes found in it are in pixels of the
page so rendered. A page that would have more pixels than the limit is rendered at fewer dots per inch.
"""

import math
import re
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from threading import RLock
from typing import TYPE_CHECKING

from digitlens.errors import UnreadableImage
from digitlens.imaging.formats import not_installed
from digitlens.types import Pixels

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

__all__ = ["DPI", "is_pdf", "render_pages"]

DPI = 200
"""Dots per inch a page is rendered at: a digit written 4 mm high is 31 pixels high, more than a network sees."""

_RESOLUTION = (
    DPI / 72 * (1 - 1e-6)
)  # pixels per point; a hair less, lest rounding up add a pixel to whole numbers
_MAX_SIDE = 14_400  # points of 1/72 inch: the longest that the standard allows, 5 metres
_SIGNATURE = re.compile(rb"(?:\xef\xbb\xbf)?\s*%PDF-")  # after what sloppy servers put before it
_REASONS = {
    4: "is encrypted: save a copy without a password",
    5: "is encrypted in a way that is not read: save a copy without encryption",
}  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

# PDFium is not thread-safe. Reentrant, for the garbage collector may close a forgotten document in a thread
# that is just rendering another.
_PDFIUM = RLock()


def is_pdf(data: bytes) -> bool:
    """Whether a file that begins with these bytes is a PDF."""
    return _SIGNATURE.match(data) is not None


def render_pages(data: bytes, name: str, max_pixels: int) -> Generator[Pixels, None, None]:
    """Render the pages of a PDF one after the other, each when it is asked for: uint8 (H, W, 3) RGB.

    Args:
        data: the file.
        name: what to call it in errors.
        max_pixels: H times W is at most this.

    Raises:
        UnreadableImage: pypdfium2 is not installed, the file is encrypted, damaged or has no pages, or a page is
            damaged or of an absurd size; the message names the page, and those before it have been yielded.
    """
    with _opened(data, name) as (document, pages):
        for number in range(1, pages + 1):
            yield _rendered(document, number, name, max_pixels)


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[tuple["PdfDocument", int]]:
    """The document and its number of pages, one or more; PDFium reads from ``data`` until it is closed."""
    try:
        from pypdfium2 import PdfDocument, raw  # noqa: PLC0415
    except ImportError as error:
        raise not_installed(name, "pypdfium2", "pdf") from error
    with _PDFIUM:
        handle = raw.FPDF_LoadMemDocument64(data, len(data), None)
        if not handle:  # asked at once, for PDFium keeps the last error until the next
            raise _unopened(name, raw.FPDF_GetLastError())
        document = PdfDocument(handle)
        pages = len(document)
    try:
        if not pages:
            raise UnreadableImage(f"{name} is a PDF without pages: there is nothing to read in it.")
        yield document, pages
    finally:
        with _PDFIUM:
            document.close()


def _unopened(name: str, code: int) -> UnreadableImage:
    reason = _REASONS.get(code, "cannot be opened as PDF: it is damaged or cut short. Save it again")
    return UnreadableImage(f"{name} {reason}.")


def _rendered(document: "PdfDocument", number: int, name: str, max_pixels: int) -> Pixels:
    page_name = f"page {number} of {name}"
    try:
        with _PDFIUM, closing(document[number - 1]) as page:
            scale = _scale(*page.get_size(), max_pixels, page_name)
            render = page.render(scale, rev_byteorder=True, limit_image_cache=True)  # pyright: ignore[reportArgumentType]
            with closing(render) as bitmap:
                return bitmap.to_numpy()  # the array holds on to its buffer, which is not PDFium's
    except RuntimeError as error:
        raise UnreadableImage(
            f"{page_name} cannot be rendered: it is damaged or cut short ({error}). Save it again."
        ) from error


def _scale(width: float, height: float, max_pixels: int, name: str) -> float:
    """Pixels per point such that both sides, rounded up, make at most ``max_pixels``.

    Which is (``scale`` width + 1)(``scale`` height + 1) <= ``max_pixels``, solved for ``scale``.
    """
    if not (1 <= width <= _MAX_SIDE and 1 <= height <= _MAX_SIDE):
        raise UnreadableImage(
            f"{name} measures {width:g} x {height:g} points; 1 to {_MAX_SIDE} (5 metres) can be read: "
            "save it in a sensible size."
        )
    half = (width + height) / 2
    area = width * height
    return min(_RESOLUTION, (math.sqrt(half**2 + area * (max_pixels - 1)) - half) / area)
