"""Renders the pages of one PDF in a process of its own: ``python -I -S pdfium.py FOLDER MAX_PIXELS MAX_BYTES``.

A few hundred bytes of PDF can ask for hours and for all memory there is, and PDFium cannot be stopped; a process
can. This one has an upper limit of memory, imports nothing of DigitLens, and `digitlens.imaging.pdf` is its other end.

Standard input brings the length of the file on a line, the file, then a line for each page wanted, its index.
Every answer is a JSON object on a line: ``{"pages": N}``; ``{"width": W, "height": H}``, after which the page comes,
W * H * 3 bytes of RGB; or ``{"error": ...}``, the end of a sentence that begins with the name of file or page.
"""

import ctypes
import json
import math
import sys
from contextlib import suppress
from typing import Any

__all__ = ["RENDER_DPI", "main"]

RENDER_DPI = 200
"""Dots per inch a page is rendered at: a digit written 4 mm high is 31 pixels high, more than a network sees."""

_RESOLUTION = (
    RENDER_DPI / 72 * (1 - 1e-6)
)  # pixels per point; a hair less, lest rounding up add a pixel to whole numbers
_MAX_SIDE = 14_400  # points of 1/72 inch: the longest that the standard allows, 5 metres
_KEPT: list[Any] = []  # what PDFium goes on looking at
_DAMAGED = "it is damaged or cut short. Save it again"
_REASONS = {
    4: "is encrypted: save a copy without a password",
    5: "is encrypted in a way that is not read: save a copy without encryption",
}  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY


def main(folder: str, max_pixels: int, max_bytes: int) -> None:
    """Answer until nothing more is asked.

    Args:
        folder: where the package ``pypdfium2_raw`` is.
        max_pixels: of a page.
        max_bytes: of memory for this process, where the system can limit it.
    """
    _limit_memory(max_bytes)
    sys.path.append(folder)
    import pypdfium2_raw as pdfium  # noqa: PLC0415  # there is no path to it before

    source = sys.stdin.buffer
    data = source.read(int(source.readline()))
    pdfium.FPDF_InitLibrary()
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        reason = _REASONS.get(pdfium.FPDF_GetLastError(), f"cannot be opened as PDF: {_DAMAGED}")
        _answer({"error": reason})
        return
    form = _form(pdfium, document)
    _answer({"pages": pdfium.FPDF_GetPageCount(document)})
    for line in source:
        _answer(*_rendered(pdfium, document, form, int(line), max_pixels))


def _limit_memory(most: int) -> None:
    """Let the system refuse what is asked for beyond ``most`` bytes; Windows has no such limit."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _form(pdfium: Any, document: Any) -> Any:
    """The form that a document is, whose fields PDFium draws apart from the page; None where it is none.

    Nothing that a form asks to be done is done: PDFium is given no way to, and no JavaScript.
    """
    if pdfium.FPDF_GetFormType(document) == pdfium.FORMTYPE_NONE:
        return None
    _KEPT.append(pdfium.FPDF_FORMFILLINFO(version=2))
    return pdfium.FPDFDOC_InitFormFillEnvironment(document, _KEPT[-1])


def _answer(said: dict[str, Any], pixels: Any = b"") -> None:
    sink = sys.stdout.buffer
    sink.write(json.dumps(said).encode() + b"\n")
    sink.write(pixels)
    sink.flush()


def _rendered(
    pdfium: Any, document: Any, form: Any, index: int, max_pixels: int
) -> tuple[dict[str, Any], Any]:
    """Render a page: the answer about it, and its pixels."""
    page = pdfium.FPDF_LoadPage(document, index)
    if not page:
        return {"error": f"cannot be rendered: {_DAMAGED}"}, b""
    try:
        size = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
        if not all(1 <= side <= _MAX_SIDE for side in size):
            absurd = f"measures {size[0]:g} x {size[1]:g} points; 1 to {_MAX_SIDE} (5 metres) can be read"
            return {"error": f"{absurd}: save it in a sensible size"}, b""
        resolution = _scale(*size, max_pixels)
        width, height = (math.ceil(side * resolution) for side in size)
        return {"width": width, "height": height}, _drawn(pdfium, page, form, width, height)
    finally:
        pdfium.FPDF_ClosePage(page)


def _drawn(pdfium: Any, page: Any, form: Any, width: int, height: int) -> Any:
    """The page on white, with what was put on it by a pen or typed into its fields."""
    pixels = (ctypes.c_ubyte * (width * height * 3))()
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGR, pixels, width * 3)
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
    flags = pdfium.FPDF_ANNOT | pdfium.FPDF_REVERSE_BYTE_ORDER | pdfium.FPDF_RENDER_LIMITEDIMAGECACHE
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
    if form:
        pdfium.FPDF_FFLDraw(form, bitmap, page, 0, 0, width, height, 0, flags)
    pdfium.FPDFBitmap_Destroy(bitmap)
    return pixels


def _scale(width: float, height: float, max_pixels: int) -> float:
    """Pixels per point such that both sides, rounded up, make at most ``max_pixels``.

    Which is (``scale`` width + 1)(``scale`` height + 1) <= ``max_pixels``, solved for ``scale``.
    """
    half = (width + height) / 2
    area = width * height
    return min(_RESOLUTION, (math.sqrt(half**2 + area * (max_pixels - 1)) - half) / area)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
