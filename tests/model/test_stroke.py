import cv2
import numpy as np
import pytest

from digitlens.model.stroke import at_least_as_thick, stroke_widths


def bar(width: int, long: int = 20) -> np.ndarray:
    frame = np.zeros((28, 28), np.uint8)
    frame[4 : 4 + long, 10 : 10 + width] = 255
    return frame


def test_the_width_of_a_stroke_is_its_area_over_its_length():
    frames = np.stack([bar(width) for width in (1, 2, 4)])
    ends = np.array([1, 2, 4]) * 20 / (20 + np.array([1, 2, 4]))  # its ends belong to the outline too
    np.testing.assert_allclose(stroke_widths(frames), ends, rtol=0.05)
    assert stroke_widths(np.zeros((1, 28, 28), np.uint8)).tolist() == [0]


def test_only_what_is_thinner_is_thickened_and_as_far_as_is_asked():
    frames = np.stack([bar(1), bar(4), np.zeros((28, 28), np.uint8)])
    seen = at_least_as_thick(frames, 2.5)
    assert stroke_widths(seen)[0] == pytest.approx(2.5, abs=0.4)
    assert (seen[0] >= frames[0]).all()
    assert (seen[1:] == frames[1:]).all()
    assert frames[0].sum() == 255 * 20  # what is given stays as it is


def test_at_most_it_is_dilated_by_a_pixel():
    frame = bar(1)
    assert (at_least_as_thick(frame[None], 20.0)[0] == cv2.dilate(frame, np.ones((3, 3), np.uint8))).all()
