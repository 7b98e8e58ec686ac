"""Cuts: where pieces that touch may be parted, and where none may."""

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inked import bars, blank

from digitlens.imaging.cuts import HEIGHT, MOST, MOST_INK, SMALLEST, cuts


def rings(*middles: int, radius: int = 28, pen: int = 7) -> np.ndarray:
    """Rings beside each other, 64 pixels high, cut to their ink."""
    ink = blank(70, middles[-1] + 40)
    for middle in middles:
        cv2.circle(ink, (middle, 34), radius, 255, pen, cv2.LINE_AA)
    x, y, w, h = cv2.boundingRect(ink)
    return ink[y : y + h, x : x + w]


def test_two_rings_that_touch_are_parted_where_they_touch():
    ink = rings(34, 96)
    middle = ink.shape[1] / 2
    best = min(cuts(ink), key=lambda cut: float(np.abs(cut.columns - middle).max()))
    assert np.abs(best.columns - middle).max() <= 4
    crossed = ink[np.arange(len(ink)), best.columns].sum() / 255 / len(ink)
    assert best.ink == pytest.approx(crossed, abs=0.06)


def test_what_does_not_touch_is_parted_through_paper():
    ink = bars((60, 70), (0, 0, 25, 60), (40, 0, 30, 60))
    found = cuts(ink)
    assert found
    for cut in found:
        assert cut.ink == pytest.approx(0, abs=1e-9)
        assert ((cut.columns >= 25) & (cut.columns < 40)).all()
        assert np.ptp(cut.columns) <= 2  # of ways through paper the straight one wins


def test_a_path_leans_where_strokes_do():
    ink = blank(96, 110)
    cv2.line(ink, (60, 4), (14, 92), 255, 7)
    cv2.line(ink, (96, 4), (50, 92), 255, 7)
    between = [cut for cut in cuts(ink) if not ink[np.arange(96), cut.columns].any()]
    assert between  # no straight one is
    for cut in between:
        assert cut.columns[8] - cut.columns[-8] > 15


def test_how_much_ink_is_crossed_is_told():
    """Two blocks with a bridge between them, a quarter as high as they are."""
    ink = bars((80, 90), (0, 0, 35, 80), (55, 0, 35, 80), (35, 30, 20, 20))
    found = cuts(ink)
    assert found
    for cut in found:
        assert cut.ink == pytest.approx(0.25, abs=0.03)
        assert 34 <= cut.columns.min() <= cut.columns.max() <= 55


def test_a_stroke_is_not_cut_along_its_length():
    assert cuts(bars((60, 60), (0, 0, 60, 60))) == []
    assert cuts(bars((60, 12), (0, 0, 12, 60))) == []


def test_little_ink_is_not_parted_off():
    ink = bars((60, 80), (0, 0, 40, 60), (70, 25, 8, 8))
    share = 64 / (40 * 60 + 64)
    assert share < SMALLEST
    assert cuts(ink) == []


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (3, 200), (200, 3)])
def test_ink_of_any_shape_is_looked_at(shape):
    for cut in cuts(np.full(shape, 255, np.uint8)):
        assert cut.columns.shape == (shape[0],)


@given(st.integers(20, 150), st.integers(20, 200), st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_paths_are_whole_ordered_and_within_the_ink(height, width, seed):
    rng = np.random.default_rng(seed)
    ink = blank(height, width)
    points = rng.integers(0, [width, height], (6, 2)).astype(np.int32)
    cv2.polylines(ink, [points], False, 255, 4)
    ink[height // 2, :2] = 255
    found = cuts(ink)
    assert len(found) <= MOST
    for cut in found:
        assert cut.columns.shape == (height,)
        assert 0 <= cut.columns.min() <= cut.columns.max() < width
        assert 0 <= cut.price <= MOST_INK
        step = width / max(4, round(width * HEIGHT / height))  # a column of the grid in pixels
        assert np.abs(np.diff(cut.columns)).max() <= np.ceil(step * max(1, HEIGHT / height)) + 1
    shares = [ink[np.arange(width) < cut.columns[:, None]].sum() / ink.sum() for cut in found]
    assert all(one <= other + 0.1 for one, other in pairwise(shares))
