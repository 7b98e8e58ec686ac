"""Plain PNG files are decoded as Pillow decodes them; all others, and damaged ones, are left to it."""

import io
import struct

import cv2
import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from digitlens.errors import ImageTooLarge, UnreadableImage
from digitlens.imaging import open_picture
from digitlens.imaging.png import plain_png
from made_files import png_chunk

GREY = np.random.default_rng(0).integers(0, 256, (28, 20), dtype=np.uint8)
COLOUR = np.random.default_rng(1).integers(0, 256, (9, 13, 3), dtype=np.uint8)


def saved(image: Image.Image, **options) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue()


@pytest.mark.parametrize("pixels", [GREY, COLOUR, GREY[:1, :1]])
def test_grey_and_rgb_are_decoded_exactly(pixels):
    for data in (
        saved(Image.fromarray(pixels)),
        saved(Image.fromarray(pixels), dpi=(300, 300), optimize=True),
    ):
        found = plain_png(data, 10**6)
        assert found is not None
        assert np.array_equal(found, pixels)
        assert np.array_equal(open_picture(data).pixels, pixels)


def test_what_opencv_writes_is_plain():
    data = cv2.imencode(".png", COLOUR)[1].tobytes()
    assert np.array_equal(open_picture(data).pixels, COLOUR[..., ::-1])
    assert plain_png(data, 10**6) is not None


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(Image.fromarray(GREY), exif=exif)


def turned_by_a_text() -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Raw profile type exif", "x")
    return saved(Image.fromarray(GREY), pnginfo=text)


OTHERS = {
    "transparent": saved(Image.fromarray(np.dstack([COLOUR, COLOUR[..., :1]]))),
    "one colour transparent": saved(Image.fromarray(GREY), transparency=7),
    "palette": saved(Image.fromarray(GREY).convert("P")),
    "one bit": saved(Image.fromarray(GREY > 99)),
    "16 bit": saved(Image.fromarray(GREY.astype(np.uint16) * 257)),
    "turned": turned(),
    "turned by a text": turned_by_a_text(),
    "animated": saved(Image.fromarray(GREY), save_all=True, append_images=[Image.fromarray(255 - GREY)]),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_other_kinds_are_left(kind):
    assert plain_png(OTHERS[kind], 10**6) is None


def test_an_upright_picture_stays_and_a_turned_one_is_turned():
    assert np.array_equal(open_picture(turned()).pixels, np.rot90(GREY, 3))


def test_damage_is_found_wherever_it_is(capfd):
    whole = saved(Image.fromarray(GREY[:3, :3]))
    for at in range(len(whole)):
        assert plain_png(whole[:at], 10**6) is None
        assert plain_png(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :], 10**6) is None
    assert plain_png(whole + b"\0", 10**6) is None
    assert capfd.readouterr().err == ""
    with pytest.raises(UnreadableImage, match="damaged or cut short"):
        open_picture(whole[:-30])


def test_size_is_told_before_decoding(monkeypatch):
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0))
    data = b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", b"") + png_chunk(b"IEND", b"")
    monkeypatch.setattr(cv2, "imdecode", None)
    with pytest.raises(ImageTooLarge, match="60000 x 60000"):
        open_picture(data)
    small = saved(Image.fromarray(GREY))
    assert plain_png(small, GREY.size - 1) is None
    with pytest.raises(ImageTooLarge):
        open_picture(small, max_pixels=GREY.size - 1)
