"""Pieces of ink: which there are, what each looks like alone and with others, and splitting them."""

import cv2
import numpy as np
import pytest
from drawings import away
from hypothesis import given
from hypothesis import strategies as st
from inked import bars, blank, inked

from digitlens.imaging import Pieces
from digitlens.imaging.framing import frame_ink
from digitlens.imaging.pieces import MOST, union


def boxes(pieces: Pieces) -> list[list[int]]:
    return pieces.boxes.tolist()


def test_pieces_are_those_that_hang_together_the_largest_first():
    soft = bars((60, 90), (5, 40, 6, 12), (20, 5, 8, 40), (50, 20, 20, 20), (70, 40, 10, 10))
    assert boxes(Pieces(inked(soft))) == [[20, 5, 8, 40], [50, 20, 30, 30], [5, 40, 6, 12]]


def test_specks_and_texture_are_no_pieces():
    soft = bars((60, 90), (5, 5, 6, 12), (40, 5, 2, 2)) | bars((60, 90), (60, 5, 10, 20), level=150)
    assert len(Pieces(inked(soft, noise=7))) == 2
    assert len(Pieces(inked(soft, stroke=2))) == 3  # a pen as thin as that may have left the speck
    assert boxes(Pieces(inked(soft, noise=90))) == [[5, 5, 6, 12]]


def test_a_blank_page_has_no_pieces():
    pieces = Pieces(inked(blank(40, 50)))
    assert len(pieces) == 0
    assert pieces.boxes.shape == (0, 4)
    assert pieces.contrast.shape == pieces.sharpness.shape == (0,)


def test_no_more_pieces_than_a_page_of_digits_has_are_looked_at():
    soft = blank(300, 400)
    soft[::8, ::8] = soft[1::8, ::8] = soft[2::8, ::8] = soft[3::8, ::8] = 255
    soft[:6, 0] = 255
    pieces = Pieces(inked(soft, stroke=2))
    assert len(pieces) == MOST
    assert boxes(pieces)[0] == [0, 0, 1, 6]


def test_contrast_and_sharpness_are_told_of_each():
    soft = bars((60, 120), (10, 10, 10, 40)) | bars((60, 120), (40, 10, 10, 30), level=160)
    blurred = cv2.GaussianBlur(bars((60, 120), (85, 10, 10, 26)), (0, 0), 4)
    pieces = Pieces(inked(soft | np.asarray(blurred, np.uint8)))
    assert pieces.contrast[:2].tolist() == [255, 160]
    full, faint, soft_edged = pieces.sharpness.tolist()
    assert full == pytest.approx(170, abs=5)  # two of three pixels lie beyond the edge
    assert faint == pytest.approx(full * 160 / 255, rel=0.05)
    assert soft_edged < 0.5 * full


def test_a_piece_is_framed_as_if_it_stood_alone():
    seven = blank(80, 120)
    cv2.polylines(seven, [np.array([[20, 15], [50, 15], [30, 65]])], False, 255, 5, cv2.LINE_AA)
    other = blank(80, 120)
    cv2.line(other, (60, 10), (44, 70), 255, 5, cv2.LINE_AA)  # its box overlaps the seven's
    both = Pieces(inked(np.maximum(seven, other)))
    assert len(both) == 2
    for alone in (seven, other):
        lonely = Pieces(inked(alone))
        number = boxes(both).index(boxes(lonely)[0])
        x, y, w, h = boxes(lonely)[0]
        assert away(both.frame([number]), frame_ink(alone[y : y + h, x : x + w])) < 0.1
        with_the_other = frame_ink(np.maximum(seven, other)[y : y + h, x : x + w])
        assert away(both.frame([number]), with_the_other) > 0.2


def test_two_pieces_are_framed_as_one_glyph():
    soft = bars((60, 80), (10, 5, 20, 5), (10, 20, 5, 30))
    pieces = Pieces(inked(soft))
    np.testing.assert_array_equal(pieces.frame([0, 1]), pieces.frame([1, 0]))
    expected = frame_ink(soft[5:50, 10:30])
    assert np.abs(pieces.frame([0, 1]).astype(int) - expected).mean() < 2
    assert np.abs(pieces.frame([0]).astype(int) - expected).mean() > 10


def test_faint_ink_is_framed_as_dark_as_any():
    dark, faint = (Pieces(inked(bars((60, 80), (10, 5, 6, 40), level=level))) for level in (255, 140))
    np.testing.assert_array_equal(dark.frame([0]), faint.frame([0]))


def test_the_ink_of_a_piece_is_its_own_and_as_large_as_its_box():
    soft = bars((60, 80), (10, 5, 20, 6), (10, 11, 6, 30), (20, 16, 6, 8))
    ink = Pieces(inked(soft)).ink(0)
    assert ink.shape == (36, 20)
    assert (ink[:6] > 200).all()
    assert not ink[11:19, 10:16].any()  # the other's


def test_a_piece_is_split_into_what_each_part_holds():
    soft = bars((60, 80), (10, 5, 30, 20))
    pieces = Pieces(inked(soft))
    part = np.zeros((20, 30), int)
    part[:, 12:] = 1
    part[:5, 25:] = 3  # nothing is part 2
    found = pieces.split(0, part)
    assert found == [1, 2, 3]
    assert boxes(pieces)[1:] == [[10, 5, 12, 20], [22, 5, 18, 20], [35, 5, 5, 5]]
    assert pieces.contrast[1:].tolist() == [255] * 3
    assert len(pieces.sharpness) == len(pieces) == 4
    assert not pieces.ink(0).any()
    np.testing.assert_array_equal(pieces.ink(1) > 0, np.ones((20, 12), bool))
    assert np.count_nonzero(pieces.ink(2)) == 20 * 18 - 25
    whole = Pieces(inked(soft)).frame([0])
    np.testing.assert_array_equal(pieces.frame(found), whole)


def test_splitting_one_piece_leaves_the_others_alone():
    soft = bars((60, 80), (10, 5, 30, 6), (10, 5, 6, 20), (24, 14, 10, 10))  # within the first one's box
    pieces = Pieces(inked(soft))
    before = pieces.ink(1)
    assert before.any()
    pieces.split(0, np.repeat([[0, 1]], 15, axis=1).reshape(1, 30) * np.ones((20, 1), int))
    np.testing.assert_array_equal(pieces.ink(1), before)


@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(1, 30), st.integers(1, 30)),
        min_size=1,
        max_size=6,
    )
)
def test_the_union_is_the_smallest_box_around(given_boxes):
    mask = bars((90, 90), *given_boxes)
    assert union(np.array(given_boxes)) == cv2.boundingRect(mask)
