"""The pages of a PDF: rendered as they are seen, at a resolution that fits, in a process that can be stopped."""

import gc
import math
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import md5
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from documents import ENCRYPTED, SHEET, SQUARE, dark, pdf
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from digitlens import Reader
from digitlens.errors import ImageTooLarge, UnreadableImage
from digitlens.imaging import formats, open_pages, open_picture
from digitlens.imaging.open import FULL_PIXELS
from digitlens.imaging.pdfium import _scale
from made_files import pdf_stream


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


@pytest.mark.parametrize("kind", ["PDF", "TIFF"])
def test_so_many_pages_are_read_and_no_more(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MAX_PAGES", 3)
    for count in (3, 4):
        file = BytesIO()
        page = Image.new("L", (90, 90), 255)
        page.save(file, kind, save_all=True, append_images=[page] * (count - 1))
        pages = open_pages(file.getvalue())
        assert len([*islice(pages, 3)]) == 3
        if count == 3:
            assert next(pages, None) is None
        else:
            with pytest.raises(
                ImageTooLarge, match=r"the data has more than 3 pages, the limit: .* split the"
            ):
                next(pages)


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


@pytest.mark.parametrize(
    "before",
    [b"\xef\xbb\xbf\n\n", b"\r\nHTTP junk\r\n", b"From: a@b.c\n" * 84],
    ids=["blank", "junk", "mail"],
)
def test_a_pdf_behind_other_bytes_is_read(before: bytes) -> None:
    assert dark(open_picture(before + pdf()).pixels) == (100, 375, 150, 400)


def test_a_header_after_the_first_kilobyte_is_none() -> None:
    with pytest.raises(UnreadableImage, match="not an image of a kind that is read"):
        open_picture(b"x" * 1020 + pdf())


def test_a_picture_that_mentions_a_pdf_is_a_picture() -> None:
    file = BytesIO()
    Image.new("L", (9, 9), 70).save(file, "GIF", comment=b"made from %PDF-1.4")
    assert (open_picture(file.getvalue()).pixels == 70).all()


def fillable(value: bytes, appearance: bytes = b"") -> bytes:
    """A page with one field, x 20 to 120 and y 100 to 130 points from the lower left; object 8 is a black square."""
    font = b"/DR<</Font<</Helv 7 0 R>>>>/DA(/Helv 0 Tf 0 g)/NeedAppearances true"
    field = b"/Subtype/Widget/FT/Tx/T(n)/V(%s)/Rect[20 100 120 130]/F 4/DA(/Helv 24 Tf 0 g)" % value
    more = [
        b"<</Type/Annot%s%s>>" % (field, appearance),
        b"<</Fields[5 0 R]%s>>" % font,
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        pdf_stream(SQUARE, b"/Subtype/Form/BBox[0 0 100 30]"),
    ]
    whole = pdf(SHEET + b"/Annots[5 0 R]", content=b"", more=more)
    return whole.replace(b"<</Type/Catalog", b"<</AcroForm 6 0 R/Type/Catalog")


def test_what_was_typed_into_a_form_is_seen() -> None:
    empty, filled = (open_picture(fillable(value)).pixels for value in (b"", b"31475"))
    assert (empty == 255).all()
    rows, columns = np.nonzero((filled < 128).all(axis=2))
    assert 600 - 130 / 0.36 <= rows.min() < rows.max() < 600 - 100 / 0.36
    assert 40 < rows.max() - rows.min() < 60  # points 24 high, of which figures take 0.7
    assert 20 / 0.36 <= columns.min() < 70
    assert 170 < columns.max() - columns.min() < 200  # five figures of 0.556 each
    assert Reader().read(filled).text == "31475"


def test_many_threads_read_at_once() -> None:
    documents = [pdf(content=b"0 g %d 72 18 9 re f" % (9 * k), kids=b"3 0 R " * 3, count=3) for k in range(8)]

    def lefts(k: int) -> list[Any]:
        return [dark(page.pixels)[0] for page in open_pages(documents[k])]

    with ThreadPoolExecutor(8) as pool:
        expected = [pytest.approx([25 * k] * 3, abs=1) for k in range(8)]
        assert list(pool.map(lefts, range(8))) == expected


def children() -> set[int]:
    """The processes that this one has started; a thread may end while they are listed."""
    found = set[int]()
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):
            found.update(map(int, (task / "children").read_text().split()))
    return found


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="This system does not tell processes so.")
def test_no_process_outlives_its_document() -> None:
    before = children()
    pages = open_pages(pdf(kids=b"3 0 R 3 0 R", count=2))
    next(pages)
    assert len(children() - before) == 1
    pages.close()
    assert children() == before
    forgotten = open_pages(pdf())
    next(forgotten)
    del forgotten
    gc.collect()
    assert children() == before


def forms(depth: int, each: int) -> bytes:
    """A page of a form that shows a form ``each`` times, and so on: a drawing of ``each ** depth`` squares."""
    names = [b"/Resources<</XObject<</F %d 0 R>>>>" % (5 + level) for level in range(depth)]
    shown = [pdf_stream(b"/F Do " * each, b"/Subtype/Form/BBox[0 0 99 99]" + name) for name in names[1:]]
    last = pdf_stream(SQUARE, b"/Subtype/Form/BBox[0 0 99 99]")
    return pdf(SHEET + names[0], b"/F Do " * each, more=[*shown, last])


def test_a_page_that_is_never_done_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert dark(open_picture(forms(3, 2)).pixels)[0] == 100
    monkeypatch.setattr("digitlens.imaging.pdf.MAX_SECONDS", 1.5)
    monkeypatch.setattr("digitlens.imaging.pdf.MAX_MEMORY", 2**40)
    with pytest.raises(ImageTooLarge, match=r"^page 1 of the data takes longer than 1\.5 s to render"):
        open_picture(forms(9, 10))


def test_a_page_that_takes_all_memory_is_given_up() -> None:
    with pytest.raises(
        ImageTooLarge, match=r"^page 1 of the data (cannot be rendered: it takes more than 768 MB|takes lo)"
    ):
        open_picture(forms(9, 10))
    assert dark(open_picture(pdf()).pixels) == (100, 375, 150, 400)


@given(st.floats(1, 14_400), st.floats(1, 14_400), st.integers(10_000, 10**8))
def test_a_scale_leaves_no_page_too_large(width: float, height: float, most: int) -> None:
    scale = _scale(width, height, most)
    assert math.ceil(scale * width) * math.ceil(scale * height) <= most
    assert scale <= 200 / 72
