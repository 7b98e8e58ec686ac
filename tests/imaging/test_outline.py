"""The outline of a sheet in a photograph."""

import cv2
import numpy as np
import pytest

from digitlens.data.samplepages import draw_sample_page
from digitlens.imaging import open_picture, sheet_outline

CORNERS = np.array([[100, 60], [520, 90], [560, 420], [70, 400]])


def on_a_desk(corners: np.ndarray, paper: int = 230, desk: int = 90) -> np.ndarray:
    """A sheet with a line of writing on a darker desk, grey, 480 by 640."""
    picture = np.full((480, 640), desk, np.uint8)
    cv2.fillConvexPoly(picture, corners.astype(np.int32), paper)
    cv2.putText(picture, "4071", (200, 250), cv2.FONT_HERSHEY_SIMPLEX, 3, 40, 6)
    noise = np.random.default_rng(0).normal(0, 4, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def test_the_corners_of_a_sheet_are_found_to_a_hundredth_of_the_picture() -> None:
    found = sheet_outline(on_a_desk(CORNERS))
    assert found is not None
    wanted = CORNERS / (640, 480)
    away = np.abs(found[:, None] - wanted[None]).max(axis=2)
    assert sorted(away.argmin(axis=1).tolist()) == [0, 1, 2, 3]
    assert away.min(axis=1).max() < 0.01


@pytest.mark.parametrize(
    "corners",
    [
        np.array([[0, 0], [639, 0], [639, 479], [0, 479]]),  # paper alone
        np.array([[300, 200], [340, 200], [340, 240], [300, 240]]),  # a label on a desk
        np.array([[100, 60], [520, 90], [300, 420]]),  # what has three corners is no sheet
    ],
)
def test_what_is_no_sheet_on_a_ground_has_no_outline(corners: np.ndarray) -> None:
    assert sheet_outline(on_a_desk(corners)) is None


def test_colours_and_the_sample_on_a_desk() -> None:
    found = sheet_outline(open_picture(draw_sample_page("desk")).pixels)
    assert found is not None
    assert found.shape == (4, 2)
    assert sheet_outline(open_picture(draw_sample_page("lines")).pixels) is None
