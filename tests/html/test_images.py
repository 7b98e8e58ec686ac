"""Pictures within pages: small enough, and whole where every pixel counts."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from digitlens.html.images import image_uri, tiny


def image_of(uri: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(uri.partition("base64,")[2])))


def test_a_tiny_picture_keeps_every_pixel():
    pixels = np.random.default_rng(0).integers(0, 256, (28, 64), np.uint8)
    uri = image_uri(pixels, 100)
    assert uri.startswith("data:image/png;base64,")
    np.testing.assert_array_equal(np.asarray(image_of(uri)), pixels)


@pytest.mark.parametrize(("shape", "size"), [((300, 600, 3), (100, 50)), ((600, 300), (50, 100))])
def test_a_large_one_is_shrunk_to_its_longer_side(shape, size):
    uri = image_uri(np.full(shape, 200, np.uint8), 100)
    assert uri.startswith("data:image/webp;base64,")
    assert image_of(uri).size == size


def test_tiny_is_by_the_longer_side():
    assert tiny(np.zeros((64, 1), np.uint8))
    assert not tiny(np.zeros((1, 65), np.uint8))
