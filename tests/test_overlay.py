"""Explanations as pictures: where colour stands, how strong, and that no eye mistakes for and against."""

from dataclasses import replace

import numpy as np
import pytest

from digitlens.overlay import AGAINST, DARK_PAPER, FOR, LIGHT_INK, STRIPE, occlusion_overlay, overlay, sheet
from digitlens.types import DIGITS, Explanation, Pixels

NONE = np.zeros((28, 28), np.float32)
SCALE = 10


def explanation(gradcam: np.ndarray = NONE, occlusion: np.ndarray = NONE) -> Explanation:
    """Of a bar of ink, ten wide, in the middle."""
    frame = np.zeros((28, 28), np.uint8)
    frame[:, 9:19] = 255
    return Explanation("1", "1", 0.9, frame, gradcam, occlusion, "m@1", DIGITS)


def at(row: int, column: int, picture: Pixels) -> np.ndarray:
    """The square of a pixel of the frame."""
    return picture[row * SCALE : (row + 1) * SCALE, column * SCALE : (column + 1) * SCALE].astype(int)


def half(upper: float, lower: float) -> np.ndarray:
    map_ = np.full((28, 28), lower, np.float32)
    map_[:14] = upper
    return map_


def brightness(picture: np.ndarray) -> np.ndarray:
    """Relative luminance of linear light, without gamma: enough to tell more from less."""
    return picture @ np.array([0.2126, 0.7152, 0.0722])


def test_a_map_that_says_nothing_leaves_the_glyph_as_it_is():
    for picture in (overlay(explanation()), occlusion_overlay(explanation())):
        assert picture.dtype == np.uint8
        assert picture.shape == (280, 280, 3)
        assert (at(3, 3, picture) == DARK_PAPER).all()
        assert (at(3, 14, picture) == LIGHT_INK).all()


@pytest.mark.parametrize("scale", [1, 4, 13])
def test_the_scale_is_that_of_the_frame(scale):
    assert overlay(explanation(), scale).shape == occlusion_overlay(explanation(), scale).shape
    assert overlay(explanation(), scale).shape == (28 * scale, 28 * scale, 3)


def test_heat_is_orange_where_it_is_and_the_glyph_shows_through():
    picture = overlay(explanation(half(1, 0)))
    for column, plain in ((3, DARK_PAPER), (14, LIGHT_INK)):
        assert (at(24, column, picture) == plain).all()
        red, green, blue = at(3, column, picture)[0, 0]
        assert red > green > blue
    assert brightness(at(3, 14, picture)).min() > 2 * brightness(at(3, 3, picture)).max()


def test_more_heat_is_nearer_the_colour():
    ink = [at(3, 14, overlay(explanation(half(heat, 0))))[0, 0] for heat in (0, 0.25, 0.5, 0.75, 1)]
    distances = [np.abs(colour - FOR).sum() for colour in ink]
    assert distances == sorted(distances, reverse=True)
    assert len(set(distances)) == 5


def test_for_and_against_are_told_apart_by_more_than_hue():
    picture = occlusion_overlay(explanation(occlusion=half(2, -2)))
    above, below = brightness(at(3, 14, picture)), brightness(at(24, 14, picture))
    assert np.ptp(above) == 0
    assert np.ptp(below) > 40  # stripes, also where there are no colours
    rows, columns = np.nonzero(below == below.min())
    assert len(rows) == SCALE**2 / 2
    assert set(((rows + columns) % STRIPE).tolist()) == set(range(STRIPE // 2))
    striped = at(24, 14, picture)[rows[0], columns[0]]
    assert striped[2] > striped[0]
    assert np.abs(striped - AGAINST).sum() < np.abs(striped - FOR).sum()


def test_small_falls_are_drawn_faint_and_large_ones_are_scaled():
    faint, strong, stronger = (
        at(3, 14, occlusion_overlay(explanation(occlusion=half(fall, 0))))[0, 0] for fall in (0.05, 3, 9)
    )
    assert np.abs(faint - LIGHT_INK).max() < 12
    assert (strong == stronger).all()
    assert np.abs(strong - FOR).sum() < 100


def test_the_colours_differ_for_those_who_confuse_red_and_green():
    """Machado, Oliveira and Fernandes, 2009: what is seen without the medium and without the long cones."""
    for seen in (
        [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
        [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    ):
        one, other = (np.array(seen) @ (np.array(colour) / 255) ** 2.2 for colour in (FOR, AGAINST))
        assert np.abs(one - other).max() > 0.5


def test_the_sheet_shows_the_three_side_by_side_with_captions():
    whole = explanation(half(1, 0), half(2, -2))
    picture = sheet(whole)
    panels = (overlay(replace(whole, gradcam=NONE)), overlay(whole), occlusion_overlay(whole))
    left = 16
    for panel in panels:
        np.testing.assert_array_equal(picture[44 : 44 + 280, left : left + 280], panel)
        caption = picture[44 + 280 :, left : left + 280]
        assert (brightness(caption) < 100).sum() > 100
        left += 280 + 16
    assert picture.shape[1] == left
    assert (brightness(picture[:44]) < 100).sum() > 100


def test_the_sheet_says_what_was_read_and_where_nothing_counts():
    one = explanation(half(1, 0))
    heading = [sheet(one)[:44], sheet(replace(one, read="7"))[:44], sheet(replace(one, confidence=0.2))[:44]]
    assert not np.array_equal(heading[0], heading[1])
    assert not np.array_equal(heading[0], heading[2])
    assert not np.array_equal(sheet(one)[330:, :600], sheet(explanation())[330:, :600])
    none = replace(one, label="", read="")
    assert sheet(none).shape == sheet(one).shape
    of_letters = sheet(replace(none, labels=(*DIGITS, "A")))
    assert not np.array_equal(of_letters[:44], sheet(none)[:44])  # read as no character
    assert not np.array_equal(of_letters[330:], sheet(none)[330:])
