"""Pages: every page of a PDF or TIFF in order, one at a time; one of anything else; errors that name the page."""

import io
import random
import sys
import tracemalloc
from collections.abc import Iterable
from itertools import islice
from typing import Any

import numpy as np
import pytest
from documents import ENCRYPTED, heic, pdf, saved
from PIL import Image

from digitlens.errors import ImageError, UnreadableImage
from digitlens.imaging import MAX_PIXELS, Picture, open_pages, open_picture


def levels(count: int, size: tuple[int, int] = (40, 30)) -> list[Image.Image]:
    """Plain grey pages, each wider than the one before by a pixel and lighter by 20."""
    return [Image.new("L", (size[0] + page, size[1]), 20 * page) for page in range(count)]


def until_error(pages: Iterable[Picture]) -> tuple[list[tuple[int, int]], str]:
    """The sizes of the pages that came, and what was said of the next."""
    sizes = []
    with pytest.raises(UnreadableImage) as caught:
        sizes.extend(page.pixels.shape[1::-1] for page in pages)
    return sizes, str(caught.value)


def test_scanned_pages_come_in_order_and_the_first_is_the_picture() -> None:
    scan = saved("PDF", levels(4), resolution=100)
    pages = list(open_pages(scan))
    assert [page.pixels.shape for page in pages] == [(60, 80 + 2 * k, 3) for k in range(4)]
    assert [page.pixels[30, 40, 0] for page in pages] == pytest.approx([0, 20, 40, 60], abs=2)
    assert np.array_equal(open_picture(scan).pixels, pages[0].pixels)


def test_tiff_pages_come_in_order_each_turned_as_it_says() -> None:
    frames = [Image.fromarray(np.arange(12, dtype=np.uint8).reshape(3, 4) * k) for k in (1, 10, 20)]
    turned = Image.Exif()
    turned[0x0112] = 6
    frames[1].encoderinfo = {"exif": turned}  # what Pillow saves this page with
    pages = [page.pixels for page in open_pages(saved("TIFF", frames))]
    expected = [np.asarray(frames[0]), np.rot90(np.asarray(frames[1]), 3), np.asarray(frames[2])]
    assert all(np.array_equal(*pair) for pair in zip(pages, expected, strict=True))
    assert np.array_equal(open_picture(saved("TIFF", frames)).pixels, expected[0])


@pytest.mark.parametrize(("tag", "value"), [(254, 1), (254, 4), (254, 5), (255, 2)])
def test_thumbnails_and_masks_of_a_tiff_are_no_pages(tag: int, value: int) -> None:
    """Before the page, between two and behind: the pages are those between, numbered without them."""
    frames = levels(5)
    for index in (0, 2, 4):
        frames[index].encoderinfo = {"tiffinfo": {tag: value}}
    scan = saved("TIFF", frames)
    assert [page.pixels.shape for page in open_pages(scan)] == [(30, 41), (30, 43)]
    assert open_picture(scan).pixels.shape == (30, 41)


def test_pages_of_several_are_pages_and_a_thumbnail_alone_is_one() -> None:
    frames = levels(2)
    for frame in frames:
        frame.encoderinfo = {"tiffinfo": {254: 2}}
    assert [page.pixels.shape for page in open_pages(saved("TIFF", frames))] == [(30, 40), (30, 41)]
    frames = levels(2)
    for frame in frames:
        frame.encoderinfo = {"tiffinfo": {254: 1}}
    assert [page.pixels.shape for page in open_pages(saved("TIFF", frames))] == [(30, 40)]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_animation_is_one_page(kind: str) -> None:
    frames = [Image.new("RGB", (16, 16), (level, level, level)) for level in (30, 130, 230)]
    (picture,) = open_pages(saved(kind, frames))
    assert picture.pixels.mean() == pytest.approx(30, abs=3)


def test_arrays_and_pil_images_are_one_page() -> None:
    tiff = Image.open(io.BytesIO(saved("TIFF", levels(3))))
    tiff.seek(1)
    (array,), (image,) = open_pages(np.full((4, 5), 7, np.uint8)), open_pages(tiff)
    assert array.pixels.tolist() == [[7] * 5] * 4
    assert image.pixels.shape == (30, 41)


@pytest.mark.parametrize(
    ("kids", "count"),
    [(b"3 0 R 3 0 R 99 0 R 3 0 R", 4), (b"3 0 R 3 0 R", 5), (b"3 0 R 3 0 R (no page)", 3)],
    ids=["missing", "too few", "a string"],
)
def test_pages_before_a_damaged_one_of_a_pdf_are_read(kids: bytes, count: int) -> None:
    sizes, message = until_error(open_pages(pdf(kids=kids, count=count)))
    assert sizes == [(400, 600)] * 2
    assert message.startswith("page 3 of the data cannot be rendered")


def test_pages_before_a_damaged_one_of_a_tiff_are_read() -> None:
    tiff = saved("TIFF", levels(4), compression="tiff_lzw")
    with Image.open(io.BytesIO(tiff)) as image:
        image.seek(2)
        start: Any = image.tag_v2[273][0]  # type: ignore[attr-defined]
    broken = tiff[:start] + b"\xff" * 8 + tiff[start + 8 :]
    sizes, message = until_error(open_pages(broken))
    assert sizes == [(40, 30), (41, 30)]
    assert message.startswith("page 3 of the data cannot be decoded as TIFF")


@pytest.mark.parametrize("kind", ["PDF", "TIFF"])
def test_memory_does_not_grow_with_pages(kind: str) -> None:
    whole = saved(kind, [Image.new("L", (1000, 800), 200)] * 12)
    one = open_picture(whole).pixels.nbytes
    tracemalloc.start()
    try:
        assert sum(1 for _ in open_pages(whole)) == 12
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * one + len(whole)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (pdf(encrypt=ENCRYPTED), "is encrypted: save a copy without a password"),
        (pdf(encrypt=ENCRYPTED.replace(b"Standard", b"Nonesuch")), "encrypted in a way that is not read"),
        (pdf(kids=b"", count=0), "PDF without pages"),
        (b"%PDF-1.7 and nothing else", "cannot be opened as PDF"),
        (pdf()[:300], "cannot be opened as PDF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "cannot be decoded as HEIC"),
        (b"\0\0\0\x18ftypmsf1\0\0\0\0msf1hevc", "cannot be decoded as HEIC"),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", "cannot be decoded as AVIF"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "HEIC, PDF"),
    ],
)
def test_what_cannot_be_opened_is_told(data: bytes, said: str) -> None:
    for order in (data, pdf(encrypt=ENCRYPTED), data):  # PDFium remembers its last error
        with pytest.raises(UnreadableImage, match=said if order is data else "encrypted"):
            next(open_pages(order))


@pytest.mark.parametrize(
    ("package", "data", "extra"),
    [("pypdfium2_raw", pdf(), "pdf"), ("pillow_heif", heic(Image.new("L", (64, 64))), "heic")],
    ids=["pdf", "heic"],
)
def test_a_missing_extra_is_told(
    package: str, data: bytes, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(
        UnreadableImage,
        match=rf"which {package.removesuffix('_raw')} reads.*pip install 'digitlens\[{extra}\]'",
    ):
        open_picture(data)


@pytest.mark.parametrize("orientation", [1, 6, 8])
def test_heic_is_read_and_turned(orientation: int) -> None:
    blocks = np.kron(np.array([[250, 20], [120, 60]], np.uint8), np.ones((32, 48), np.uint8))
    exif = Image.Exif()
    exif[0x0112] = orientation
    (picture,) = open_pages(heic(Image.fromarray(np.dstack([blocks] * 3)), exif=exif.tobytes()))
    upright = np.rot90(blocks, {1: 0, 6: 3, 8: 1}[orientation])
    assert picture.pixels.shape == (*upright.shape, 3)
    assert np.abs(picture.pixels[..., 0].astype(int) - upright).mean() < 6


def test_of_a_heic_file_the_primary_image_is_the_page() -> None:
    images = [Image.new("RGB", (64, 64), (level, level, level)) for level in (30, 130, 230)]
    (picture,) = open_pages(heic(*images, primary_index=1))
    assert picture.pixels.mean() == pytest.approx(130, abs=4)


@pytest.mark.parametrize("kind", ["PDF", "scan", "TIFF", "HEIC", "AVIF"])
def test_only_our_errors_come_out_of_damaged_documents(kind: str) -> None:
    """Bytes changed and cut at random, anywhere: pages or an error of ours, never a warning."""
    rng = random.Random(11)
    noise = [
        Image.fromarray(np.random.default_rng(k).integers(0, 256, (24, 32, 3), np.uint8)) for k in range(3)
    ]
    whole = {
        "PDF": lambda: pdf(kids=b"3 0 R " * 3, count=3),
        "scan": lambda: saved("PDF", noise),
        "TIFF": lambda: saved("TIFF", noise, compression="tiff_lzw"),
        "HEIC": lambda: heic(*noise),
        "AVIF": lambda: saved("AVIF", noise[:1]),
    }[kind]()
    refusals: list[str] = []
    tries = 40 if kind in ("PDF", "scan") else 200  # each a process
    for _ in range(tries):
        damaged = bytearray(whole)
        for _ in range(rng.randrange(1, 9)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        cut = len(damaged) if rng.random() < 0.7 else rng.randrange(1, len(damaged))
        try:
            for page in islice(open_pages(bytes(damaged[:cut])), 5):
                assert page.pixels.dtype == np.uint8
                assert 0 < page.pixels.size <= 3 * MAX_PIXELS
        except ImageError as error:
            refusals.append(str(error))
    assert 0 < len(refusals) < tries
    assert min(map(len, refusals)) > 20
