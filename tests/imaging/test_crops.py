"""Glyphs framed in their bounding boxes: their own ink alone, whichever side of the paper it is on."""

import cv2
import numpy as np
import pytest

from digitlens.imaging import FRAME_SIDE, dark_ink_votes, frame_box, local_contrast


def page(light: bool = False) -> np.ndarray:
    """A ring at (60, 30), a bar close to its right, and a rule under both."""
    picture = np.full((80, 160), 230, np.uint8)
    cv2.circle(picture, (60, 30), 14, 40, 4, cv2.LINE_AA)
    cv2.line(picture, (82, 14), (82, 46), 40, 4, cv2.LINE_AA)
    return 255 - picture if light else picture


RING = np.array([44.0, 14.0, 33.0, 33.0])
BAR = np.array([79.0, 12.0, 7.0, 37.0])


def holes(frame: np.ndarray) -> int:
    """Closed loops of a frame's ink."""
    count, _ = cv2.connectedComponents((frame < 100).astype(np.uint8), connectivity=4)
    return count - 2


@pytest.mark.parametrize("light", [False, True])
def test_each_box_has_its_own_ink_and_none_of_its_neighbours(light):
    ring, bar = (frame_box(page(light), box, ink_is_dark=not light) for box in (RING, BAR))
    assert holes(ring) == 1
    assert holes(bar) == 0
    _, _, w, h = cv2.boundingRect((bar > 100).astype(np.uint8))
    assert h == 20
    assert w <= 6
    _, _, w, h = cv2.boundingRect((ring > 100).astype(np.uint8))
    assert min(w, h) >= 18


def test_a_glyph_that_touches_its_neighbour_is_cut_at_the_box():
    picture = page()
    cv2.line(picture, (70, 30), (84, 30), 40, 3, cv2.LINE_AA)
    ring = frame_box(picture, RING, ink_is_dark=True)
    assert holes(ring) == 1
    _, _, w, h = cv2.boundingRect((ring > 100).astype(np.uint8))
    assert w <= 1.2 * h


def test_colour_pages_and_boxes_at_the_edge_are_framed_too():
    picture = np.dstack([page()] * 3)
    assert np.array_equal(frame_box(picture, RING, True), frame_box(page(), RING, True))
    cut = frame_box(page()[:, 60:], RING - (60, 0, 0, 0), True)
    assert cut.any()


@pytest.mark.parametrize("box", [(0.0, 0.0, 0.0, 0.0), (500.0, 500.0, 9.0, 9.0), (110.0, 20.0, 20.0, 20.0)])
def test_where_there_is_no_ink_there_is_none_in_the_frame(box):
    frame = frame_box(page(), np.array(box), True)
    assert frame.shape == (FRAME_SIDE, FRAME_SIDE)
    assert not frame.any()


@pytest.mark.parametrize("light", [False, True])
def test_votes_tell_the_side_of_the_ink(light):
    votes = dark_ink_votes(local_contrast(page(light)), np.stack([RING, BAR]))
    assert (votes < 0).tolist() == [light, light]
