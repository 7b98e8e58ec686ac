"""The ink of a page: its scale, its polarity, its pen, and the way back to the picture."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inked import found, inked, likeness

from digitlens.imaging import as_page, turn
from digitlens.types import Box
from written import ink_of, page_of

TEXT = ["4734", "7347"]
ROWS, COLUMNS = np.indices(page_of(TEXT).shape)


def truth() -> np.ndarray:
    return ink_of(TEXT) >= 128


@pytest.mark.parametrize("shape", [(3000, 2000), (1500, 4100), (60, 400), (25, 25), (400, 500)])
def test_the_whole_page_maps_onto_the_whole_picture(shape):
    page, to_picture = as_page(np.full(shape, 255, np.uint8))
    height, width = page.shape
    assert to_picture @ [0, 0, 1] == pytest.approx([0, 0])
    assert to_picture @ [width, height, 1] == pytest.approx([shape[1], shape[0]])
    assert to_picture[0, 0] == pytest.approx(to_picture[1, 1], rel=0.02)


def test_large_pictures_are_shrunk_and_small_ones_enlarged():
    assert max(as_page(np.zeros((3000, 2000), np.uint8))[0].shape) < 2000
    small, to_picture = as_page(np.zeros((30, 90), np.uint8))
    assert small.shape == (120, 360)
    assert to_picture[0, 0] == 0.25
    assert as_page(np.zeros((4, 4), np.uint8))[0].shape == (16, 16)  # fourfold at most
    assert as_page(np.zeros((300, 400), np.uint8))[0].shape == (300, 400)


def test_ink_of_the_lightness_of_its_paper_is_seen_by_its_colour():
    page = np.full((200, 200, 3), (120, 120, 120), np.uint8)
    cv2.line(page, (100, 40), (100, 160), (205, 80, 120), 9)  # in grey 122
    grey = as_page(page)[0]
    assert np.ptp(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)) <= 3
    assert abs(int(grey[100, 100]) - int(grey[20, 20])) > 20
    mask = found(page).mask
    assert mask[50:150, 97:103].all()
    assert not mask[:, :85].any()
    assert not mask[:, 115:].any()


@pytest.mark.parametrize("height", [40, 100])
@pytest.mark.parametrize("pen", [0.05, 0.1, 0.16])
def test_strokes_are_found_where_they_are_and_as_wide_as_they_are(height, pen):
    ink = found(page_of(TEXT, height, pen=pen))
    drawn, width = ink_of(TEXT, height, pen=pen) >= 128, round(pen * height)
    assert ink.mask[drawn].mean() > 0.98
    assert likeness(ink.mask, drawn) > 0.7
    assert width <= ink.stroke <= width + 6


def test_ink_is_told_from_paper_whichever_is_darker():
    page = page_of(TEXT)
    dark, light = found(page), found(np.asarray(255 - page, np.uint8))
    assert (dark.dark, light.dark) == (True, False)
    assert min(dark.certainty, light.certainty) > 0.3
    np.testing.assert_array_equal(dark.mask, light.mask)
    np.testing.assert_array_equal(dark.grey, light.grey)


def test_polarity_may_be_told():
    ink = found(page_of(TEXT), ink_is_dark=False)
    assert ink.dark is False
    assert likeness(ink.mask, truth()) < 0.3


LIGHTS = {
    "gradient": 1 - 0.6 * COLUMNS / COLUMNS.max(),
    "vignette": 1 - 0.5 * ((COLUMNS / COLUMNS.max() - 0.5) ** 2 + (ROWS / ROWS.max() - 0.5) ** 2),
    "soft shadow": 1 - 0.5 / (1 + np.exp((COLUMNS - COLUMNS.max() / 2) / 6)),
}


@pytest.mark.parametrize("light", LIGHTS)
def test_light_makes_little_difference(light):
    lit = np.rint(page_of(TEXT) * 0.85 * LIGHTS[light]).astype(np.uint8)
    assert likeness(found(lit).mask, found(page_of(TEXT)).mask) > 0.85


def test_a_faint_pencil_and_a_marker_stand_on_one_page():
    ink = ink_of(["4747"], 80).astype(np.float64) / 255
    strength = np.where(np.indices(ink.shape)[1] < ink.shape[1] / 2, 0.9, 0.25)
    mask = found((240 * (1 - strength * ink)).astype(np.uint8)).mask
    assert mask[ink > 0.5].mean() > 0.95
    assert likeness(mask, ink > 0.5) > 0.6


@pytest.mark.parametrize("level", [0, 90, 255])
def test_even_paper_has_no_ink(level):
    assert not found(np.full((200, 300), level, np.uint8)).mask.any()


@pytest.mark.parametrize("degrees", range(0, 360, 45))
def test_light_that_falls_in_from_a_side_is_hardly_ink(degrees):
    rows, columns = np.indices((240, 320))
    along = np.cos(np.deg2rad(degrees)) * columns + np.sin(np.deg2rad(degrees)) * rows
    lit = 80 + 160 * (along - along.min()) / np.ptp(along)
    assert found(lit.astype(np.uint8)).mask.mean() < 0.01


@pytest.mark.parametrize("degrees", [90, 180, 270, 7, -15, 45])
def test_a_turned_page_maps_back(degrees):
    """A dot, wherever it comes to lie, is found where it was: a wrong sign or centre is far off."""
    for x, y in ((30, 20), (150, 90)):
        page = np.full((120, 200), 255, np.uint8)
        cv2.circle(page, (x, y), 5, 0, -1)
        grey, to_picture = turn(page, np.eye(2, 3), degrees)
        rows, columns = np.nonzero(grey < 128)
        assert to_picture @ [columns.mean(), rows.mean(), 1] == pytest.approx([x, y], abs=1.2)


def test_pages_are_turned_clockwise_and_nothing_is_cut_off():
    page = np.full((100, 200), 255, np.uint8)
    page[5:15, 90:110] = 0  # above
    grey, _ = turn(page, np.eye(2, 3), 90)
    assert grey.shape == (200, 100)
    assert (grey[90:110, 85:95] == 0).all()  # to the right
    tilted, _ = turn(page, np.eye(2, 3), 7)
    assert tilted.shape == (round(200 * np.sin(np.deg2rad(7)) + 100 * np.cos(np.deg2rad(7))), 211)
    assert np.count_nonzero(tilted < 128) == pytest.approx(200, abs=25)
    assert tilted[0, 0] == 255  # what comes in goes on as the edge was


@given(
    st.floats(0.3, 8),
    st.integers(0, 80),
    st.integers(0, 60),
    st.integers(1, 20),
    st.integers(1, 20),
    st.sampled_from([0, 90, 180, 270, 7, -40]),
)
def test_a_box_of_the_page_lies_in_the_picture_and_holds_its_corners(scale, x, y, w, h, degrees):
    """The box holds every corner, but for half a pixel of rounding, and is no larger than it must be."""
    grey, to_picture = turn(
        np.zeros((80, 100), np.uint8), np.array([[scale, 0, 0], [0, scale, 0.0]]), degrees
    )
    size = round(100 * scale), round(80 * scale)
    page = inked(grey)
    ink = type(page)(grey, grey, page.noise, page.mask, 3.0, True, 1.0, to_picture, size)
    box = ink.in_picture(x, y, w, h)
    assert box.x >= 0
    assert box.y >= 0
    assert box.w >= 1
    assert box.h >= 1
    corners = np.array([[x, y, 1], [x + w, y, 1], [x, y + h, 1], [x + w, y + h, 1]]) @ to_picture.T
    if (corners >= 0).all() and (corners <= size).all():
        around = [*corners.min(axis=0), *corners.max(axis=0)]
        assert (box.x, box.y, box.x + box.w, box.y + box.h) == pytest.approx(around, abs=1.01)


def test_boxes_are_told_in_pixels_of_the_picture():
    ink = found(cv2.resize(page_of(TEXT), None, fx=6, fy=6).astype(np.uint8))
    scale = ink.to_picture[0, 0]
    assert scale > 1
    left, top, right, bottom = (round(scale * edge) for edge in (10, 20, 40, 60))
    assert ink.in_picture(10, 20, 30, 40) == Box(left, top, right - left, bottom - top)
