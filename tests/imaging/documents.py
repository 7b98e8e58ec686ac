"""Documents made by our own code: a PDF written by hand, and what Pillow saves as several pages."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image

from digitlens.types import Pixels
from made_files import pdf_stream

SQUARE = b"0 g 36 72 18 9 re f"  # points from the lower left: x 36 to 54, y 72 to 81
SHEET = b"/MediaBox[0 0 144 216]"  # 400 x 600 pixels at 200 dots per inch
ENCRYPTED = b"<</Filter/Standard/V 1/R 2/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">/P -4>>"


def pdf(
    page: bytes = SHEET,
    content: bytes = SQUARE,
    kids: bytes = b"3 0 R",
    count: int = 1,
    encrypt: bytes = b"",
    packing: bytes = b"",
    more: Sequence[bytes] = (),
) -> bytes:
    """A PDF by hand: catalog 1, page tree 2, the page 3 that ``kids`` may name again, its content 4, then ``more``."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count),
        b"<</Type/Page/Parent 2 0 R%s/Contents 4 0 R>>" % page,
        pdf_stream(content, packing),
        *more,
    ]
    size = len(objects) + 1
    whole, table = b"%PDF-1.4\n", b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number, text in enumerate(objects, start=1):
        table += b"%010d 00000 n \n" % len(whole)
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    trailer = b"trailer<</Root 1 0 R/Size %d%s>>\n" % (size, encrypt and b"/ID[<00><00>]/Encrypt" + encrypt)
    return whole + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(whole)


def saved(kind: str, images: Iterable[Image.Image], **options: Any) -> bytes:
    first, *others = images
    buffer = io.BytesIO()
    first.save(buffer, kind, save_all=True, append_images=others, **options)
    return buffer.getvalue()


def heic(*images: Image.Image, **options: Any) -> bytes:
    file, buffer = pillow_heif.HeifFile(), io.BytesIO()
    for image in images:
        file.add_from_pillow(image)
    file.save(buffer, quality=95, **options)
    return buffer.getvalue()


def dark(pixels: Pixels) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is black; all the rest must be white."""
    assert set(np.unique(pixels)) == {0, 255}
    rows, columns = np.nonzero(pixels[..., 0] == 0)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
