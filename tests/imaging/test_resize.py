"""Scaling down: it averages areas, whatever is halved on the way."""

import cv2
import numpy as np
import pytest

from digitlens.imaging import shrink_to


def smooth(height: int, width: int) -> np.ndarray:
    """A picture that changes slowly, so that any fair way of scaling gives about the same."""
    rows, columns = np.mgrid[0:height, 0:width]
    return np.rint(127 + 60 * np.sin(rows / 90) + 60 * np.cos(columns / 70)).astype(np.uint8)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("height", "width", "size"),
    [(1280, 960, (100, 133)), (1281, 963, (60, 80)), (640, 480, (240, 320)), (100, 80, (80, 100))],
)
def test_areas_are_averaged(height, width, size, channels):
    picture = smooth(height, width)
    if channels == 3:
        picture = np.stack([picture, 255 - picture, picture // 2], axis=2)
    small = shrink_to(picture, size)
    plain = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    assert small.shape == plain.shape
    assert small.dtype == np.uint8
    assert np.abs(small.astype(int) - plain).max() <= 4  # two odd columns are left out


def test_fine_strokes_keep_their_weight():
    picture = np.full((1024, 1024), 255, np.uint8)
    picture[::8] = 0  # an eighth of the ink, wherever it lies
    assert np.unique(shrink_to(picture, (64, 64))).tolist() == [224]  # 223.1, each half rounded up on the way


def test_less_than_four_times_as_large_is_scaled_at_once():
    picture = np.random.default_rng(0).integers(0, 256, (300, 399), np.uint8)
    np.testing.assert_array_equal(
        shrink_to(picture, (100, 100)), cv2.resize(picture, (100, 100), interpolation=cv2.INTER_AREA)
    )
