"""Lines found among bounding boxes: sloped, wavy, side by side, with small signs; and the gaps on them."""

import numpy as np
import pytest

from digitlens.model import PageConfig
from digitlens.reader.layout import Layout, gap_features
from digitlens.reader.layout import find_text_lines as find

HEIGHT, WIDTH, PITCH, LEADING = 30, 18, 26, 52


def find_text_lines(boxes: np.ndarray) -> Layout:
    """Find lines with the reaches that page reading begins with."""
    config = PageConfig()
    return find(boxes, config.line_reach, config.mark_reach)


def grid(rows: int, columns: int, slope: float = 0.0, wave: float = 0.0) -> np.ndarray:
    """Boxes of glyphs row by row; lines fall by so many degrees to the right, or swing by so many pixels."""
    y, x = np.divmod(np.arange(rows * columns), columns)
    left = 40 + PITCH * x
    top = 100 + LEADING * y + np.tan(np.deg2rad(slope)) * left + wave * np.sin(left / 90)
    return np.stack([left, top, np.full(len(x), WIDTH), np.full(len(x), HEIGHT)], axis=1).astype(float)


def expected(rows: int, columns: int) -> list[list[int]]:
    return np.arange(rows * columns).reshape(rows, columns).tolist()


def lines_of(boxes: np.ndarray) -> list[list[int]]:
    """Boxes are given in another order than they stand in, and told by their own numbers again."""
    order = np.random.default_rng(5).permutation(len(boxes))
    return [[int(order[i]) for i in line] for line in find_text_lines(boxes[order]).lines]


@pytest.mark.parametrize("slope", [-20, -11, -4, 0, 4, 11, 20])
def test_sloped_lines_stay_apart_and_the_slope_is_told(slope):
    boxes = grid(4, 12, slope)
    assert lines_of(boxes) == expected(4, 12)
    layout = find_text_lines(boxes)
    assert layout.slope == pytest.approx(slope, abs=2.5)
    assert layout.height == HEIGHT


@pytest.mark.parametrize("wave", [6, 12])
def test_wavy_lines_stay_apart(wave):
    assert lines_of(grid(3, 16, wave=wave)) == expected(3, 16)


def test_columns_are_read_row_by_row():
    boxes = grid(5, 6)
    boxes[np.arange(30) % 6 >= 3, 0] += 300
    assert lines_of(boxes) == expected(5, 6)


def test_glyphs_of_uneven_heights_stay_on_their_line():
    boxes = grid(2, 8)
    boxes[3, 1], boxes[3, 3] = boxes[3, 1] - 8, HEIGHT + 14
    boxes[11, 1], boxes[11, 3] = boxes[11, 1] + 6, HEIGHT - 10
    assert lines_of(boxes) == expected(2, 8)


def test_small_signs_join_their_line():
    boxes = grid(2, 6)
    point = [40 + 2 * PITCH + 20, 100 + HEIGHT - 4, 4, 4]
    minus = [40 - 24, 100 + LEADING + HEIGHT / 2 - 2, 14, 4]
    layout = find_text_lines(np.vstack([boxes, [point, minus]]))
    assert layout.lines == ((0, 1, 2, 12, 3, 4, 5), (13, 6, 7, 8, 9, 10, 11))
    assert layout.height == HEIGHT


@pytest.mark.parametrize("leading", [1.7, 2.4])
def test_points_below_the_feet_and_glyphs_that_jump_stay_on_their_line(leading):
    """A date whose points hang under its digits; figures that stand two thirds of a height higher or lower."""
    boxes = grid(3, 8)
    boxes[:, 1] = 100 + np.repeat(np.arange(3), 8) * leading * HEIGHT
    boxes[1::4, 1] += 0.3 * HEIGHT
    boxes[3::4, 1] -= 0.3 * HEIGHT
    points = [
        [40 + 2 * PITCH + WIDTH + 2, 100 + 1.1 * HEIGHT, 5, 5],
        [40 + 5 * PITCH + WIDTH + 2, 100 + 1.1 * HEIGHT, 5, 5],
    ]
    lines = find_text_lines(np.vstack([boxes, points])).lines
    assert lines == ((0, 1, 2, 24, 3, 4, 5, 25, 6, 7), tuple(range(8, 16)), tuple(range(16, 24)))


def test_few_glyphs_stand_on_level_lines():
    boxes = np.array([[10.0, 10, 18, 30], [60, 16, 18, 30], [10, 90, 18, 30]])
    layout = find_text_lines(boxes)
    assert (layout.lines, layout.slope) == (((0, 1), (2,)), 0.0)
    assert find_text_lines(boxes[:1]).lines == ((0,),)
    assert find_text_lines(np.zeros((0, 4))).lines == ()


def test_gaps_are_measured_in_heights_of_a_glyph():
    boxes = np.array([[0.0, 0, 10, 20], [14, 0, 10, 20], [44, 0, 10, 20], [58, 0, 10, 20]])
    features = gap_features(boxes, 20.0)
    assert features["gap"].tolist() == pytest.approx([0.2, 1.0, 0.2])
    assert features["relative"].tolist() == pytest.approx([0.0, 0.8, 0.0])
    assert features["pitch"].tolist() == pytest.approx([0.7, 1.5, 0.7])


def test_a_gap_begins_where_the_rightmost_glyph_ends():
    """A point under the long arm of a 7 ends before the 7 does: the space behind is that behind the 7."""
    boxes = np.array([[0.0, 0, 30, 20], [12, 16, 4, 4], [34, 0, 10, 20]])
    assert gap_features(boxes, 20.0)["gap"].tolist() == pytest.approx([-0.9, 0.2])
