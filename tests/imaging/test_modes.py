"""Colour modes and transparency: what a person sees is what is read."""

import io
import struct
from typing import Any

import numpy as np
import pytest
from drawings import ink_of
from PIL import Image

from digitlens.imaging import open_picture
from digitlens.imaging.modes import flatten, to_pixels

INK = ink_of("2", 60, 6)


def reopened(image: Image.Image, kind: str, **options: Any) -> np.ndarray:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return open_picture(buffer.getvalue()).pixels


@pytest.mark.parametrize("colour", [0, 40, 128, 200, 255])
def test_a_digit_in_alpha_alone_stays_visible(colour: int) -> None:
    """Ink of any one colour on a fully transparent ground, its colour the same in and beside the ink."""
    rgba = np.full((60, 60, 4), colour, np.uint8)
    rgba[..., 3] = INK
    pixels = reopened(Image.fromarray(rgba), "PNG").astype(int)
    contrast = np.abs(pixels[INK == 255].mean() - pixels[INK == 0].mean())
    assert contrast >= 120
    assert reopened(Image.fromarray(rgba[..., 2:]), "PNG").std() == pytest.approx(pixels.std(), abs=1)


def test_a_transparent_palette_entry_becomes_paper() -> None:
    image = Image.fromarray((INK > 128).astype(np.uint8), "P")
    image.putpalette([0, 0, 0, 0, 0, 0])  # black ink on a black that is transparent
    pixels = reopened(image, "PNG", transparency=0)
    assert (pixels[INK > 128] == 0).all()
    assert (pixels[INK <= 128] == 255).all()


def test_a_transparent_colour_of_an_rgb_png_becomes_paper() -> None:
    rgb = np.where(INK[..., None] > 128, (20, 30, 90), (1, 2, 3)).astype(np.uint8)
    pixels = reopened(Image.fromarray(rgb), "PNG", transparency=(1, 2, 3))
    assert (pixels[INK <= 128] == 255).all()
    assert (pixels[INK > 128] == [20, 30, 90]).all()


def test_rounded_corners_get_the_colour_of_the_paper() -> None:
    rgba = np.full((60, 60, 4), 255, np.uint8)
    rgba[..., :3] = np.where(INK[..., None] > 128, 10, 230)
    rgba[:4, :, 3] = rgba[:, -4:, 3] = 0
    rgba[:4, :, :3] = rgba[:, -4:, :3] = 0
    flat = flatten(rgba)
    assert (flat[:4] == 230).all()
    assert (flat[:, -4:] == 230).all()


def test_nothing_visible_is_blank_white() -> None:
    assert (flatten(np.zeros((9, 9, 4), np.uint8)) == 255).all()


def test_half_transparent_ink_is_mixed_with_paper() -> None:
    rgba = np.zeros((10, 10, 4), np.uint8)
    rgba[4:6, :, 3] = 128
    flat = flatten(rgba)
    assert (flat[4] == 127).all()
    assert (flat[0] == 255).all()


@pytest.mark.parametrize("bits", [8, 10, 12, 16])
def test_deep_grey_is_scaled_by_its_own_depth(bits: int) -> None:
    full = 2**bits - 1
    deep = np.array([[0, full // 2, full]], np.uint16)
    assert open_picture(Image.fromarray(deep)).pixels.tolist() == [[0, 127, 255]]
    assert reopened(Image.fromarray(deep), "PNG").tolist() == [[0, 127, 255]]
    assert reopened(Image.fromarray(deep.astype(np.int32)), "TIFF").tolist() == [[0, 127, 255]]


@pytest.mark.parametrize(("mode", "dtype"), [("1", bool), ("L", np.uint8), ("I;16", np.uint16)])
def test_a_tiff_whose_0_is_white_has_white_paper_at_every_depth(mode: str, dtype: type) -> None:
    stored = np.zeros((8, 8), dtype)
    stored[2:6, 2:6] = np.iinfo(dtype).max if dtype is not bool else True
    image = Image.fromarray(stored)
    assert image.mode == mode
    buffer, tag = io.BytesIO(), struct.Struct("<HHII")  # PhotometricInterpretation, a SHORT, one of them
    image.save(buffer, "TIFF")
    file = buffer.getvalue().replace(tag.pack(262, 3, 1, 1), tag.pack(262, 3, 1, 0))
    pixels = open_picture(file).pixels
    assert pixels[0, 0] == 255
    assert pixels[3, 3] == 0


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ([0.0, 0.5, 1.0], [0, 128, 255]),
        ([0.0, 100.0, 255.0], [0, 100, 255]),
        ([-1.0, 0.0, 254.0], [0, 1, 255]),
        ([np.nan, np.inf, 255.0], [0, 0, 255]),
        ([0.0, 0.0, 0.0], [0, 0, 0]),
    ],
)
def test_floating_samples_are_scaled(samples: list[float], expected: list[int]) -> None:
    assert reopened(Image.fromarray(np.array([samples], np.float32)), "TIFF").tolist() == [expected]


def test_cmyk_keeps_dark_dark() -> None:
    cmyk = np.zeros((8, 8, 4), np.uint8)
    cmyk[2:6, 2:6, 3] = 255
    for kind in ("TIFF", "JPEG"):
        pixels = reopened(Image.fromarray(cmyk, "CMYK"), kind)
        assert pixels[0, 0].min() > 240
        assert pixels[4, 4].max() < 15


def test_one_bit_pictures_are_black_and_white() -> None:
    pixels = reopened(Image.fromarray(INK > 128), "PNG")
    assert np.array_equal(pixels, np.where(INK > 128, 255, 0))


def test_shrinking_averages() -> None:
    board = np.kron([[0, 255], [255, 0]], np.ones((1, 1))).astype(np.uint8)
    assert to_pixels(Image.fromarray(np.tile(board, (4, 4))), 2).tolist() == [[128] * 4] * 4
