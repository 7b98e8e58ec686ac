"""The pages of a PDF: rendered as they are seen, at a resolution that fits, by one thread at a time."""

import gc
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from hashlib import md5
from itertools import islice
from threading import Lock
from typing import Any

import numpy as np
import pypdfium2
import pytest
from documents import ENCRYPTED, SHEET, SQUARE, dark, pdf

from digitlens.errors import UnreadableImage
from digitlens.imaging import open_pages, open_picture
from digitlens.imaging.open import FULL_PIXELS
from digitlens.imaging.pdf import _scale


@pytest.mark.parametrize(
    ("page", "size", "square"),
    [
        (SHEET, (400, 600), (100, 375, 150, 400)),
        (SHEET + b"/Rotate 90", (600, 400), (200, 100, 225, 150)),
        (b"/MediaBox[-36 0 108 216]", (400, 600), (200, 375, 250, 400)),
        (SHEET + b"/CropBox[18 36 90 180]", (200, 400), (50, 275, 100, 300)),
    ],
    ids=["plain", "turned", "shifted", "cropped"],
)
def test_a_page_is_rendered_as_it_is_seen(page: bytes, size: tuple[int, int], square: tuple) -> None:
    (picture,) = open_pages(pdf(page))
    assert picture.pixels.shape == (size[1], size[0], 3)
    assert picture.pixels.dtype == np.uint8
    assert picture.reduction == 1
    assert dark(picture.pixels) == square


def test_ink_put_on_a_page_by_a_pen_is_seen() -> None:
    stroke = b"/Subtype/Ink/Rect[30 90 60 130]/InkList[[36 100 54 100]]/C[0 0 0]/BS<</W 9>>/F 4"
    pixels = open_picture(pdf(SHEET + b"/Annots[<</Type/Annot%s>>]" % stroke, content=b"")).pixels
    assert (pixels[310:334, 102:148] < 50).all()  # points 95.5 to 104.5 from below
    assert (pixels[:305] == 255).all()


def test_colours_keep_their_order() -> None:
    (picture,) = open_pages(pdf(content=b"1 0.5 0 rg 0 0 144 216 re f"))
    assert picture.pixels[300, 200].tolist() == pytest.approx([255, 128, 0], abs=1)


@pytest.mark.parametrize("sides", [(5000, 7000), (14_400, 14_400), (14_400, 900), (595, 14_400)])
def test_no_page_has_more_pixels_than_a_full_picture(sides: tuple[int, int]) -> None:
    height, width, _ = open_picture(pdf(b"/MediaBox[0 0 %d %d]" % sides)).pixels.shape
    assert 0.99 * FULL_PIXELS < width * height <= FULL_PIXELS
    assert width / height == pytest.approx(sides[0] / sides[1], rel=0.01)


@pytest.mark.parametrize("box", [b"0 0 20000 20", b"0 0 1000000000 1000000000", b"0 0 600 0.01"])
def test_absurd_page_sizes_are_told(box: bytes) -> None:
    with pytest.raises(UnreadableImage, match=r"^page 1 of the data measures .* points"):
        open_picture(pdf(b"/MediaBox[%s]" % box))


def test_a_document_of_very_many_pages_starts_at_once() -> None:
    pages = open_pages(pdf(kids=b"3 0 R " * 100_000, count=100_000))
    assert [dark(page.pixels) for page in islice(pages, 3)] == [(100, 375, 150, 400)] * 3
    pages.close()


def rc4(key: bytes, data: bytes) -> bytes:
    state, j, out = list(range(256)), 0, bytearray()
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    j = 0
    for i, byte in enumerate(data, start=1):
        j = (j + state[i % 256]) % 256
        state[i % 256], state[j] = state[j], state[i % 256]
        out.append(byte ^ state[(state[i % 256] + state[j]) % 256])
    return bytes(out)


def test_an_empty_password_is_no_hindrance() -> None:
    """Encrypted as in section 7.6 of the standard, revision 2, as programs do to forbid printing."""
    padding = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
    key = md5(padding + b"A" * 32 + (-4).to_bytes(4, "little", signed=True) + b"\0").digest()[:5]
    content = rc4(md5(key + b"\4\0\0\0\0").digest()[:10], SQUARE)  # object 4, generation 0
    encrypt = ENCRYPTED.replace(b"42" * 32, rc4(key, padding).hex().encode())
    assert dark(open_picture(pdf(content=content, encrypt=encrypt)).pixels) == (100, 375, 150, 400)


def test_a_pdf_behind_blank_lines_is_read() -> None:
    assert dark(open_picture(b"\xef\xbb\xbf\n\n" + pdf()).pixels) == (100, 375, 150, 400)


def test_many_threads_read_at_once_and_one_renders(monkeypatch: pytest.MonkeyPatch) -> None:
    """PDFium is not thread-safe."""
    busy, render = Lock(), pypdfium2.PdfPage.render

    def watched(*arguments: Any, **options: Any) -> Any:
        assert busy.acquire(blocking=False)
        time.sleep(0.001)
        bitmap = render(*arguments, **options)
        busy.release()
        return bitmap

    monkeypatch.setattr(pypdfium2.PdfPage, "render", watched)
    documents = [pdf(content=b"0 g %d 72 18 9 re f" % (9 * k), kids=b"3 0 R " * 3, count=3) for k in range(8)]

    def lefts(k: int) -> list[Any]:
        return [dark(page.pixels)[0] for page in open_pages(documents[k])]

    with ThreadPoolExecutor(8) as pool:
        expected = [pytest.approx([25 * k] * 3, abs=1) for k in range(8)] * 4
        assert list(pool.map(lefts, [*range(8)] * 4)) == expected


def test_a_forgotten_document_may_be_closed_while_another_is_rendered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The garbage collector may run anywhere: here, at a place in the middle of rendering."""
    forgotten: list[Any] = [open_pages(pdf())]
    forgotten.append(forgotten)
    next(forgotten[0])
    closed = weakref.ref(forgotten[0])
    del forgotten

    def collecting(*arguments: Any) -> float:
        gc.collect()
        assert closed() is None
        return _scale(*arguments)

    monkeypatch.setattr("digitlens.imaging.pdf._scale", collecting)
    assert dark(open_picture(pdf()).pixels) == (100, 375, 150, 400)
