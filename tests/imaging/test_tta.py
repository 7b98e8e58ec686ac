"""Other ways to look at a framed glyph."""

import cv2
import numpy as np

from digitlens.imaging import tta_views
from digitlens.imaging.tta import WAYS


def nought(wide: int = 12, high: int = 20) -> np.ndarray:
    image = np.zeros((28, 28), np.uint8)
    cv2.ellipse(image, (14, 14), (wide // 2 - 1, high // 2 - 1), 0, 0, 360, 255, 2)
    return image


def box_of(image):
    return cv2.boundingRect((image >= 16).astype(np.uint8))


def test_views_are_narrower_wider_and_turned():
    seen = tta_views(nought())
    assert seen.shape == (len(WAYS), 28, 28)
    assert seen.dtype == np.uint8
    _, _, plain, _ = box_of(nought())
    narrow, wide = (box_of(view)[2] for view in seen[:2])
    assert narrow < plain < wide
    clockwise, back = (cv2.moments(view)["mu11"] for view in seen[2:])
    assert abs(clockwise + back) < 0.2 * abs(clockwise)
    assert clockwise * back < 0


def test_views_are_framed_again():
    for image in (nought(), nought(20, 14), nought(18, 20)):
        for view in tta_views(image):
            moments = cv2.moments(view)
            assert abs(moments["m10"] / moments["m00"] - 14) < 0.5
            assert abs(moments["m01"] / moments["m00"] - 14) < 0.5
            assert 18 <= max(box_of(view)[2:]) <= 22


def test_nothing_stays_nothing():
    assert not tta_views(np.zeros((28, 28), np.uint8)).any()
