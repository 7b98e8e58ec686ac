"""Signs between digits: told by their lean, their size and their place."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inked import bars, blank

from digitlens.imaging import is_slash, lean, mark

DIGITS = np.array([[0, 100, 30, 50], [40, 102, 28, 49], [120, 99, 30, 50], [160, 100, 30, 50]])
"""Two digits to the left and two to the right of what stands between 70 and 120; they reach from 100 to 150."""


def stroke(degrees: float, length: float = 80, pen: int = 5, height: int = 120) -> np.ndarray:
    """A straight stroke that leans to the right of upright by so many degrees."""
    ink = blank(height, height)
    away = np.array([np.sin(np.deg2rad(degrees)), -np.cos(np.deg2rad(degrees))]) * length / 2
    first, last = (np.array([height / 2, height / 2]) + sign * away for sign in (-1, 1))
    ends = [np.rint(end * 16).astype(int).tolist() for end in (first, last)]
    cv2.line(ink, ends[0], ends[1], 255, pen, cv2.LINE_AA, 4)
    return ink


@given(st.floats(-80, 80), st.integers(3, 8))
def test_the_lean_of_a_straight_stroke(degrees, pen):
    found = lean(stroke(degrees, pen=pen))
    assert found is not None
    assert found == pytest.approx(degrees, abs=1)


def test_a_level_stroke_leans_by_90_degrees():
    assert abs(lean(stroke(90)) or 0) == pytest.approx(90, abs=1)


def test_what_is_no_straight_stroke_has_no_lean():
    assert lean(blank(40, 40)) is None
    assert lean(bars((40, 40), (10, 10, 20, 20))) is None
    assert lean(bars((60, 40), (10, 10, 10, 40))) is None  # four times as long as thick
    assert lean(bars((60, 40), (10, 5, 8, 50))) == pytest.approx(0, abs=0.5)
    seven = blank(80, 60)
    cv2.polylines(seven, [np.array([[10, 10], [50, 10], [25, 70]])], False, 255, 5)
    assert lean(seven) is None


def test_the_strength_of_the_ink_does_not_matter():
    assert lean(stroke(20) // 4) == pytest.approx(lean(stroke(20)), abs=0.5)


@pytest.mark.parametrize(
    ("top", "bottom", "leaning", "expected"),
    [
        (90, 160, 25.0, True),
        (90, 160, 12.0, True),
        (90, 160, 5.0, False),  # hardly leans
        (80, 165, 5.0, True),  # ... but is much taller
        (80, 165, -20.0, False),  # leans to the left
        (100, 150, 25.0, False),  # a slanted 1 as high as the digits
        (90, 150, 25.0, False),  # stands on their line
        (85, 149, 25.0, False),
        (90, 160, None, False),  # bent
    ],
)
def test_a_slash_leans_and_reaches_beyond_the_digits(top, bottom, leaning, expected):
    box = np.array([80, top, 20, bottom - top])
    assert bool(is_slash(box, leaning, DIGITS)) is expected


def test_without_digits_there_is_no_slash():
    assert not is_slash(np.array([80, 90, 20, 70]), 25.0, np.zeros((0, 4), int))


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ((90, 142, 7, 7), "."),
        ((90, 146, 8, 6), "."),
        ((90, 138, 8, 22), ","),
        ((90, 145, 6, 17), ","),
        ((82, 122, 26, 6), "-"),
        ((82, 118, 20, 8), "-"),
        ((90, 122, 7, 7), None),  # a speck between the digits
        ((90, 95, 7, 7), None),  # above them
        ((90, 175, 7, 7), None),  # far below
        ((90, 100, 24, 50), None),  # as high as a digit
        ((70, 122, 70, 6), None),  # a rule
        ((82, 98, 26, 6), None),  # the bar of a five or a seven
        ((82, 172, 26, 6), None),  # a line under the digits
        ((92, 122, 9, 4), None),  # too short for a dash
    ],
)
def test_marks_are_told_by_their_place_and_size(box, expected):
    assert mark(np.array(box), DIGITS) == expected


@given(
    st.floats(0.2, 5), st.sampled_from([(90, 142, 7, 7), (90, 138, 8, 22), (82, 122, 26, 6), (90, 95, 7, 7)])
)
def test_marks_are_the_same_at_every_scale(scale, box):
    digits, scaled = DIGITS * 100 * scale, np.array(box) * 100 * scale
    assert mark(scaled, digits) == mark(np.array(box), DIGITS)
