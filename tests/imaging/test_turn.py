"""Pages that are turned, and boxes that are mapped back."""

import numpy as np
import pytest

from digitlens.imaging import boxes_under, turn


def marked(x: int, y: int, w: int, h: int, size: tuple[int, int] = (60, 100)) -> np.ndarray:
    """A white picture with a black rectangle."""
    picture = np.full(size, 255, np.uint8)
    picture[y : y + h, x : x + w] = 0
    return picture


def ink_box(picture: np.ndarray) -> np.ndarray:
    rows, columns = np.nonzero(picture < 128)
    return np.array([[columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1]], float)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_quarter_turns_move_pixels_and_map_back_exactly(quarters):
    picture = marked(20, 10, 30, 5)
    turned, matrix = turn(picture, 90.0 * quarters)
    assert np.array_equal(turned, np.rot90(picture, -quarters))
    assert boxes_under(ink_box(turned), matrix) == pytest.approx(np.array([[20, 10, 30, 5]]))


@pytest.mark.parametrize("degrees", [-12.0, 7.0, 25.0, 97.0])
def test_a_box_found_on_a_turned_page_holds_what_is_there(degrees):
    picture = marked(40, 20, 8, 8)
    turned, matrix = turn(picture, degrees)
    x, y, w, h = boxes_under(ink_box(turned), matrix)[0]
    assert abs(x + w / 2 - 44) <= 1
    assert abs(y + h / 2 - 24) <= 1
    assert w >= 7
    assert h >= 7


def test_the_whole_page_is_there_and_its_edges_go_on():
    turned, _ = turn(marked(0, 0, 1, 1), 30.0)
    assert turned.shape == (
        round(100 * 0.5 + 60 * np.cos(np.pi / 6)),
        round(100 * np.cos(np.pi / 6) + 60 * 0.5),
    )
    assert (turned > 200).mean() > 0.98


def test_colour_stays():
    picture = np.zeros((10, 20, 3), np.uint8)
    picture[..., 2] = 200
    turned, _ = turn(picture, 15.0)
    assert turned[..., 2].min() == 200
    assert turned[..., :2].max() == 0
