"""Pictures whose pixels are not square: stretched where their files say so plausibly, boxes told as uploaded."""

import io
import zlib
from typing import Any

import numpy as np
import pytest
from drawings import ink_of, on_paper
from PIL import Image

from digitlens import Reader
from digitlens.imaging import Picture, open_pages, open_picture
from digitlens.imaging.open import FULL_PIXELS
from digitlens.types import Box

FLAT = np.zeros((50, 120), np.uint8)
FLAT[10:20, 30:60] = 255


def saved(kind: str, pixels: np.ndarray = FLAT, **options: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


def png(across: int, down: int, unit: int) -> bytes:
    """A PNG that tells its resolution in a unit: 0 none, 1 the metre."""
    chunk = b"pHYs" + across.to_bytes(4) + down.to_bytes(4) + bytes([unit])
    plain = saved("PNG")
    return plain[:33] + b"\0\0\0\t" + chunk + zlib.crc32(chunk).to_bytes(4) + plain[33:]


@pytest.mark.parametrize(
    ("data", "size", "stretch"),
    [
        (saved("TIFF", dpi=(204, 98)), (104, 120), (1, 104 / 50)),
        (saved("TIFF", resolution_unit=1, x_resolution=2, y_resolution=1), (100, 120), (1, 2)),
        (saved("TIFF", resolution_unit=3, x_resolution=80, y_resolution=40), (100, 120), (1, 2)),
        (saved("TIFF", dpi=(98, 204)), (50, 250), (250 / 120, 1)),
        (saved("BMP", dpi=(204, 98)), (104, 120), (1, 104 / 50)),
        (saved("JPEG", dpi=(200, 100)), (100, 120), (1, 2)),
        (png(8000, 4000, 1), (100, 120), (1, 2)),
        (png(3, 1, 0), (150, 120), (1, 3)),
    ],
    ids=["TIFF", "TIFF no unit", "TIFF cm", "TIFF upright", "BMP", "JPEG", "PNG", "PNG no unit"],
)
def test_the_coarse_axis_is_stretched(data: bytes, size: tuple[int, int], stretch: tuple) -> None:
    picture = open_picture(data)
    assert picture.pixels.shape == size
    assert picture.stretch == picture.scale == pytest.approx(stretch)
    times = size[1] / 120, size[0] / 50
    rows, columns = np.nonzero(picture.pixels > 127)
    assert (columns.min(), columns.max() + 1) == pytest.approx((30 * times[0], 60 * times[0]), abs=1)
    assert (rows.min(), rows.max() + 1) == pytest.approx((10 * times[1], 20 * times[1]), abs=1)


@pytest.mark.parametrize(
    "data",
    [
        saved("TIFF", dpi=(300, 300)),
        saved("TIFF", dpi=(204, 196)),
        saved("TIFF", dpi=(300, 72)),
        saved("TIFF", x_resolution=3, resolution_unit=1),
        saved("TIFF", dpi=(0, 98)),
        png(41, 10, 1),
        png(0, 3, 0),
        saved("JPEG", dpi=(72, 1)),
        saved("JPEG").replace(b"JFIF\0\1\1\0\0\1\0\1", b"JFIF\0\1\1\0\0\2\0\1"),
    ],
    ids=["same", "nearly", "too far", "one axis", "none", "PNG too far", "PNG none", "JPEG", "JPEG no unit"],
)
def test_what_is_square_or_not_plausible_is_left(data: bytes) -> None:
    picture = open_picture(data)
    assert picture.pixels.shape == FLAT.shape
    assert picture.scale == (1, 1)


def test_each_page_of_a_tiff_has_a_resolution_of_its_own() -> None:
    pages = [Image.fromarray(FLAT) for _ in range(2)]
    file = io.BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    plain = [page.pixels.shape for page in open_pages(file.getvalue())]
    pages[0].encoderinfo = {"dpi": (204, 98)}
    file = io.BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    assert plain == [FLAT.shape] * 2
    assert [page.pixels.shape for page in open_pages(file.getvalue())] == [(104, 120), FLAT.shape]


@pytest.mark.parametrize("kind", ["TIFF", "JPEG"])
def test_a_picture_that_is_turned_is_stretched_before(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = open_picture(saved(kind, exif=exif, dpi=(200, 100)))
    assert picture.pixels.shape == (120, 100)
    assert picture.stretch == (2, 1)
    assert picture.uploaded(Box(60, 30, 20, 30)) == Box(30, 30, 10, 30)


def test_boxes_take_in_every_pixel_that_they_touch() -> None:
    picture = Picture(np.zeros((208, 240), np.uint8), 2, (1.0, 2.08))
    assert picture.uploaded(Box(3, 104, 2, 1)) == Box(6, 100, 4, 1)
    assert picture.uploaded(Box(0, 0, 240, 208)) == Box(0, 0, 480, 200)
    assert picture.uploaded(Box(0, 1, 1, 3)) == Box(0, 0, 2, 4)


def test_no_picture_grows_beyond_what_one_is_reduced_to() -> None:
    tall = np.zeros((2500, 4000), np.uint8)
    picture = open_picture(saved("TIFF", tall, dpi=(200, 100)))
    assert picture.pixels.shape == (2500, 2000)
    assert picture.stretch == (0.5, 1)
    assert tall.size <= FULL_PIXELS < tall.size * 2


def test_what_a_caller_resized_is_not_stretched_once_more() -> None:
    image = Image.open(io.BytesIO(saved("TIFF", dpi=(200, 100))))
    assert open_picture(image).pixels.shape == (100, 120)
    assert open_picture(image.resize((120, 100))).pixels.shape == (100, 120)


def test_a_fax_is_read_and_boxed_as_uploaded() -> None:
    line = np.hstack([ink_of(digit, 100, 9) for digit in "2754"])
    paper = np.pad(on_paper(line), 40, constant_values=255)
    fax = Image.fromarray(paper).resize((paper.shape[1], paper.shape[0] * 98 // 204)).convert("1")
    file = io.BytesIO()
    fax.save(file, "TIFF", dpi=(204, 98), compression="group3")
    reading = Reader().read(file.getvalue())
    assert reading.text == "2754"
    (line_box,) = (line.box for line in reading.lines)
    assert line_box.x == pytest.approx(40 + 21, abs=6)
    assert line_box.y == pytest.approx((40 + 6) * 98 / 204, abs=4)
    assert line_box.y + line_box.h == pytest.approx((40 + 94) * 98 / 204, abs=4)
