"""Bounding boxes: what they share, and which of several on each other stays."""

import numpy as np
import pytest

from digitlens.imaging import (
    intersection_over_union,
    intersections,
    non_maximum_suppression,
    smaller_overlap,
)

SQUARE = [0.0, 0.0, 10.0, 10.0]
BOXES = np.array([SQUARE, [5, 0, 10, 10], [2, 2, 2, 2], [20, 20, 4, 4]])


def test_intersections_are_areas_of_each_pair():
    expected = [[100, 50, 4, 0], [50, 100, 0, 0], [4, 0, 4, 0], [0, 0, 0, 16]]
    assert intersections(BOXES, BOXES).tolist() == expected


def test_overlap_is_measured_by_the_smaller_box():
    assert smaller_overlap(BOXES[:1], BOXES)[0].tolist() == pytest.approx([1.0, 0.5, 1.0, 0.0])


def test_no_boxes_share_nothing():
    assert intersections(np.zeros((0, 4)), BOXES).shape == (0, 4)
    assert non_maximum_suppression(np.zeros((0, 4)), np.zeros(0), 0.5).tolist() == []


@pytest.mark.parametrize(("most", "kept"), [(0.3, [1, 3, 2]), (0.4, [1, 0, 3, 2]), (0.02, [1, 3, 2])])
def test_the_better_of_two_on_each_other_stays(most, kept):
    # the first two share 50 of 150: a third
    scores = np.array([0.8, 0.9, 0.1, 0.5])
    assert non_maximum_suppression(BOXES, scores, most).tolist() == kept


def test_intersection_over_union_counts_what_is_shared_once():
    found = intersection_over_union(BOXES[:1], BOXES)[0]
    assert found.tolist() == pytest.approx([1.0, 50 / 150, 4 / 100, 0.0])
