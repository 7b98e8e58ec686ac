"""Opening: every kind of source and format gives the right pixels or an error that says what is wrong."""

import io
import os
import random
import struct
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from digitlens.errors import ImageError, ImageTooLarge, UnreadableImage
from digitlens.imaging import MAX_BYTES, MAX_PIXELS, Picture, open_picture
from digitlens.types import Box
from made_files import png_chunk

BLOCKS = np.kron(
    np.array([[[250, 20, 30], [20, 240, 25]], [[10, 30, 245], [200, 200, 40]]], np.uint8),
    np.ones((16, 24, 1), np.uint8),
)  # 32 high, 48 wide: no symmetry hides a wrong turn
GREY = BLOCKS[..., 0]


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


PNG = encoded(Image.fromarray(BLOCKS), "PNG")


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "PPM"])
def test_lossless_formats_give_the_very_pixels(kind: str) -> None:
    assert np.array_equal(open_picture(encoded(Image.fromarray(BLOCKS), kind)).pixels, BLOCKS)


@pytest.mark.parametrize("kind", ["JPEG", "WebP", "GIF", "AVIF"])
def test_lossy_formats_give_nearly_the_pixels(kind: str) -> None:
    pixels = open_picture(encoded(Image.fromarray(BLOCKS), kind)).pixels
    assert np.abs(pixels.astype(int) - BLOCKS)[4:12, 4:20].max() < 16


def test_every_kind_of_source_gives_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(PNG)
    with path.open("rb") as stream:
        sources = [path, str(path), PNG, bytearray(PNG), memoryview(PNG), stream, io.BytesIO(PNG)]
        sources += [Image.open(path), Image.fromarray(BLOCKS), BLOCKS]
        for source in sources:
            assert np.array_equal(open_picture(source).pixels, BLOCKS), type(source)


def test_a_page_that_is_open_is_given_back_as_it_is() -> None:
    page = Picture(np.zeros((4, 5), np.uint8), 2)
    assert open_picture(page) is page


def test_the_suffix_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(PNG)
    assert np.array_equal(open_picture(path).pixels, BLOCKS)


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 1), (5, 7, 3), (5, 7, 4)])
def test_arrays_of_every_shape(shape: tuple[int, ...]) -> None:
    array = np.full(shape, 200, np.uint8)
    if shape[-1] == 4:
        array[..., 3] = 255
    pixels = open_picture(array).pixels
    assert pixels.shape == ((5, 7, 3) if shape[-1] in (3, 4) else (5, 7))
    assert (pixels == 200).all()


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.full((4, 4), np.nan, np.float32), "float32"),
        (np.full((4, 4), -1.0), "float64"),
        (np.zeros(4, np.uint8), r"\(4,\)"),
        (np.zeros((4, 4, 2), np.uint8), r"\(4, 4, 2\)"),
        (np.zeros((1, 4, 4, 3), np.uint8), r"\(1, 4, 4, 3\)"),
        (np.zeros((0, 4), np.uint8), "nothing to read"),
        (np.zeros((4, 0, 3), np.uint8), "nothing to read"),
    ],
)
def test_bad_arrays_are_told(array: Any, said: str) -> None:
    with pytest.raises(UnreadableImage, match=said):
        open_picture(array)


def test_what_is_no_source_is_told() -> None:
    not_a_picture: Any = [1, 2, 3]
    with pytest.raises(UnreadableImage, match="list"):
        open_picture(not_a_picture)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WebP", "AVIF"])
def test_exif_orientation_is_undone(kind: str, orientation: int) -> None:
    upright = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: a.transpose(1, 0, 2)[:, ::-1],
        7: lambda a: a.transpose(1, 0, 2)[::-1, ::-1],
        8: lambda a: a.transpose(1, 0, 2)[::-1],
    }[orientation](BLOCKS)
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels = open_picture(encoded(Image.fromarray(BLOCKS), kind, exif=exif)).pixels
    assert pixels.shape == upright.shape
    assert np.abs(pixels.astype(int) - upright).mean() < 8


def test_a_nonsense_orientation_leaves_the_picture_as_it_is() -> None:
    exif = Image.Exif()
    exif[0x0112] = 77
    assert np.array_equal(open_picture(encoded(Image.fromarray(BLOCKS), "PNG", exif=exif)).pixels, BLOCKS)


def test_an_animated_gif_gives_its_first_frame() -> None:
    frames = [Image.new("L", (9, 9), level) for level in (10, 120, 250)]
    gif = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert open_picture(gif).pixels.flat[0] == 10


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16", "CMYK", "F"])
def test_one_pixel_in_every_mode(mode: str) -> None:
    kind = "PNG" if mode in {"1", "L", "P", "RGB", "RGBA", "LA", "I;16"} else "TIFF"
    pixels = open_picture(encoded(Image.new(mode, (1, 1), 0), kind)).pixels
    assert pixels.shape[:2] == (1, 1)


def test_big_pictures_are_reduced_and_boxes_found_again() -> None:
    array = np.zeros((4000, 8000), np.uint8)
    array[400:800, 1600:2400] = 255
    for source in (array, encoded(Image.fromarray(array), "PNG"), encoded(Image.fromarray(array), "JPEG")):
        picture = open_picture(source)
        assert picture.pixels.shape == (2000, 4000)
        assert picture.reduction == 2
        box = Box(*cv2.boundingRect((picture.pixels > 128).astype(np.uint8)))
        assert picture.uploaded(box) == Box(1600, 400, 800, 400)


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that claims a size and has next to no pixels."""

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header)
    return start + png_chunk(b"IDAT", zlib.compress(b"\0" * 100)) + png_chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(10_000, 6_401), (65_000, 65_000), (2**31 - 1, 2**31 - 1)])
def test_too_many_pixels_are_told_before_decoding(size: tuple[int, int]) -> None:
    with pytest.raises(ImageTooLarge, match=f"{size[0]} x {size[1]}"):
        open_picture(png_of_size(*size))


def test_a_big_jpeg_may_have_more_pixels_than_others() -> None:
    """100 megapixels are read, at an eighth of the memory: the pixels come back small."""
    jpeg = encoded(Image.new("L", (11_600, 8_700), 77), "JPEG")
    picture = open_picture(jpeg)
    assert picture.reduction == 4
    assert picture.pixels.shape == (2175, 2900)
    assert picture.pixels[1000, 1000] == 77
    assert MAX_PIXELS < 11_600 * 8_700


def test_a_lower_limit_of_pixels_holds_for_whatever_a_picture_comes_as() -> None:
    image = Image.new("L", (40, 30), 200)
    jpeg, tiff = encoded(image, "JPEG"), encoded(image, "TIFF")
    sources: list[Any] = [np.asarray(image), image, encoded(image, "PNG"), jpeg, tiff]
    for source in sources:
        assert open_picture(source, max_pixels=1200).pixels.shape == (30, 40)
        with pytest.raises(ImageTooLarge, match=r"40 x 30 pixels, more than 1,199, the limit: scale"):
            open_picture(source, max_pixels=1199)


def test_too_many_bytes_are_told(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    with path.open("wb") as stream:
        stream.write(PNG)
        stream.truncate(MAX_BYTES + 1)
    with pytest.raises(ImageTooLarge, match=r"huge\.png has more than 64 MB"):
        open_picture(path)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"hello, this is no picture at all", "PNG, JPEG, GIF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not an image"),
        (PNG[: len(PNG) // 2], "cut short"),
        (PNG[:20], "cut short"),
        (b"\xff\xd8\xff", "decoded as JPEG"),
        (b"GIF89a", "decoded as GIF"),
        (b"BM", "decoded as BMP"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "decoded as WebP"),
        (b"II*\0\x08\0\0\0", "decoded as TIFF"),
        (b"P6\n10 x", "decoded as PPM"),
    ],
)
def test_damaged_and_foreign_data_are_told(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableImage, match=said):
        open_picture(data)


def test_paths_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableImage, match="does not exist"):
        open_picture(tmp_path / "none.png")
    with pytest.raises(UnreadableImage, match="is a folder"):
        open_picture(tmp_path)
    with pytest.raises(UnreadableImage, match=r"cannot be opened|does not exist"):
        open_picture("a\0b.png")
    with pytest.raises(UnreadableImage, match=r"cannot be opened|does not exist"):
        open_picture("x" * 5000)


def test_a_file_without_permission_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(UnreadableImage, match=r"secret\.png cannot be opened \(Permission denied\)"):
        open_picture("secret.png")


def test_file_objects_that_give_no_bytes_are_told() -> None:
    text: Any = io.StringIO("text")
    closed = io.BytesIO(PNG)
    closed.close()
    with pytest.raises(UnreadableImage, match="binary mode"):
        open_picture(text)
    with pytest.raises(UnreadableImage, match="closed file"):
        open_picture(closed)


def test_pil_images_are_left_as_they_were() -> None:
    image = Image.open(io.BytesIO(encoded(Image.fromarray(BLOCKS), "JPEG")))
    open_picture(image)
    assert image.size == (48, 32)
    assert image.mode == "RGB"


def test_only_our_errors_come_out_of_damaged_files() -> None:
    """Bytes flipped and cut at random, in every format: pixels or an error of ours, never a warning."""
    rng = random.Random(7)
    image = Image.fromarray(np.random.default_rng(1).integers(0, 256, (20, 24, 3), np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6
    sentences: list[str] = []
    for kind in ("PNG", "JPEG", "GIF", "BMP", "WebP", "TIFF", "PPM"):
        whole = encoded(image, kind, **({"exif": exif} if kind in {"PNG", "JPEG", "TIFF", "WebP"} else {}))
        for _ in range(60):
            damaged = bytearray(whole)
            for _ in range(rng.randrange(1, 6)):
                damaged[rng.randrange(min(len(damaged), 300))] = rng.randrange(256)
            try:
                open_picture(bytes(damaged[: rng.randrange(1, len(damaged) + 1)]))
            except ImageError as error:
                sentences.append(str(error))
    assert len(sentences) > 200
    assert min(map(len, sentences)) > 20


def test_a_webp_may_have_fewer_pixels_than_others() -> None:
    webp = bytearray(encoded(Image.fromarray(BLOCKS), "WEBP", lossless=True))
    size = webp.index(b"VP8L") + 9
    webp[size : size + 4] = struct.pack("<I", 7_999 | 6_000 << 14 | 0)
    with pytest.raises(ImageTooLarge, match="8000 x 6001 pixels, more than 48,000,000"):
        open_picture(bytes(webp))


def test_a_plain_ppm_is_read_where_it_is_small() -> None:
    assert open_picture(b"P1 3 2 010 101").pixels.tolist() == [[255, 0, 255], [0, 255, 0]]
    with pytest.raises(ImageTooLarge, match="more than 4,000,000"):
        open_picture(b"P1 3000 2000 010101")


def test_a_jpeg_of_very_many_scans_is_refused() -> None:
    whole = encoded(Image.fromarray(BLOCKS), "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    usual = whole.count(b"\xff\xda")
    for scans, read in ((32 - usual, True), (33 - usual, False)):
        data = whole[:last] + whole[last:-2] * (scans + 1) + b"\xff\xd9"
        if read:
            assert np.array_equal(open_picture(data).pixels, open_picture(whole).pixels)
        else:
            with pytest.raises(ImageTooLarge, match="more than 32 scans"):
                open_picture(data)
    behind = encoded(Image.fromarray(BLOCKS), "JPEG") + b"\xff\xda" * 99  # as phones put films behind photos
    assert open_picture(behind).pixels.shape == BLOCKS.shape
