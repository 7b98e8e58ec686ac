"""Lines: boxes on rows of any slope and swing, in reading order, and how steep they are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitlens.imaging.lines import group_lines

HEIGHT = 40


def grid(
    rows: int, columns: int, slope: float, seed: int = 0, wave: float = 0.0, shake: float = 0.1
) -> tuple[np.ndarray, list[list[int]]]:
    """Boxes of digits on sloped rows, shuffled; and the numbers of each row's boxes from left to right."""
    rng = np.random.default_rng(seed)
    row, column = (part.ravel() for part in np.indices((rows, columns)))
    across = column * 1.0 * HEIGHT
    down = row * 1.9 * HEIGHT + np.tan(np.deg2rad(slope)) * across + wave * HEIGHT * np.sin(column / 2)
    height = HEIGHT * (1 + shake * rng.uniform(-1, 1, len(row)))
    width = rng.uniform(0.2, 0.7, len(row)) * HEIGHT
    boxes = np.stack([across - width / 2, down - height / 2 + 500, width, height], axis=1)
    order = rng.permutation(len(row))
    place = np.argsort(order)
    return np.rint(boxes[order]).astype(np.int64), place.reshape(rows, columns).tolist()


@given(st.floats(-15, 15), st.integers(2, 6), st.integers(5, 9), st.integers(0, 2**32 - 1))
def test_sloped_rows_are_found_in_reading_order(slope, rows, columns, seed):
    boxes, expected = grid(rows, columns, slope, seed)
    assert group_lines(boxes, HEIGHT)[0] == expected


@pytest.mark.parametrize("slope", [-20, -7, 0, 7, 20])
def test_the_slope_is_told_and_falls_to_the_right_above_0(slope):
    boxes, _ = grid(4, 9, slope, shake=0.05)
    assert group_lines(boxes, HEIGHT)[1] == pytest.approx(slope, abs=2)


@pytest.mark.parametrize("wave", [0.1, 0.3])
def test_lines_may_swing(wave):
    boxes, expected = grid(3, 10, 0, wave=wave)
    assert group_lines(boxes, HEIGHT)[0] == expected


@given(st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_a_line_of_few_digits_is_a_level_one(columns, seed):
    boxes, expected = grid(1, columns, 0, seed)
    lines, slope = group_lines(boxes, HEIGHT)
    assert lines == expected
    assert abs(slope) <= 3


def test_a_column_of_digits_is_a_line_each():
    boxes = np.array([[10, 70 * i, 20, HEIGHT] for i in (2, 0, 1)])
    assert group_lines(boxes, HEIGHT) == ([[1], [2], [0]], 0.0)


def test_a_smaller_digit_and_a_low_one_stand_on_their_line():
    boxes = np.array([[0, 0, 20, 40], [40, 14, 12, 24], [70, 8, 20, 40], [110, 0, 20, 36], [150, 90, 20, 40]])
    assert group_lines(boxes, HEIGHT)[0] == [[0, 1, 2, 3], [4]]


def test_no_boxes_are_no_lines():
    assert group_lines(np.zeros((0, 4), np.int64), HEIGHT) == ([], 0.0)
