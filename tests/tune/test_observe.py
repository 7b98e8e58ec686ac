"""What is read held against what stands on a drawn sheet: each mark is that of one box, and gaps part numbers."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from digitlens.data.synth.sheets import OTHER, Mark, Sheet
from digitlens.reader.page import Hypothesis
from digitlens.tune import observe

PAPER = np.full((200, 300), 255, np.uint8)


def mark(label: str, x: int, line: int = 0, number: int = 0, visible: float = 1.0, w: int = 10) -> Mark:
    return Mark(label, (x, 20 + 60 * line, w, 20), line, number, visible)


def sheet(*marks: Mark) -> Sheet:
    return Sheet(PAPER, marks)


def matched(boxes: list[list[float]], *marks: Mark) -> list[int]:
    return observe.match(np.array(boxes, float).reshape(-1, 4), sheet(*marks)).tolist()


def test_each_box_is_that_of_the_mark_it_lies_on():
    found = matched([[51, 21, 10, 20], [9, 20, 10, 21], [200, 20, 10, 20]], mark("4", 10), mark("7", 50))
    assert found == [1, 0, -1]


def test_each_mark_is_that_of_one_box_the_nearest():
    assert matched([[13, 20, 10, 20], [11, 20, 10, 20]], mark("4", 10)) == [-1, 0]


def test_a_box_is_that_of_one_mark_the_nearest():
    assert matched([[11, 20, 10, 20]], mark("4", 14), mark("7", 10)) == [1]


def test_halves_are_no_glyph_but_small_signs_match_loosely():
    assert matched([[10, 20, 3, 20]], mark("4", 10)) == [-1]
    assert matched([[10, 20, 3, 20]], mark(".", 10)) == [0]


def test_bars_a_pixel_apart_match():
    bar = mark("1", 10, w=2)
    assert matched([[11, 20, 3, 20]], bar) == [0]
    assert matched([[12, 20, 2, 20]], bar) == [0]
    assert matched([[20, 20, 2, 20]], bar) == [-1]


def test_nothing_matches_nothing():
    assert matched([], mark("4", 10)) == []
    assert matched([[10, 20, 10, 20]]) == [-1]


def test_gaps_are_where_numbers_change():
    features, gaps = observe.gaps_of(
        sheet(
            mark("1", 10),
            mark("2", 24),
            mark("3", 60, number=1),
            mark("5", 90, line=1, number=2),
            mark("4", 76, line=1, number=2),
            mark(OTHER, 40, number=-1),
            mark("9", 290, number=1, visible=0.3),
            mark("8", 10, line=2, number=3),
        )
    )
    assert gaps.tolist() == [False, True, False]
    assert features["gap"].tolist() == pytest.approx([0.2, 1.3, 0.2])
    assert features["pitch"].tolist() == pytest.approx([0.7, 1.8, 0.7])
    assert features["relative"].tolist() == pytest.approx([-0.55, 0.55, 0.0])


def test_an_empty_sheet_has_no_gaps():
    features, gaps = observe.gaps_of(sheet())
    assert gaps.shape == features["gap"].shape == (0,)


def test_a_page_that_was_turned_to_be_read_is_held_against_the_sheet_as_it_lies():
    """A quarter turn: what stands at x of the page stands at y of the sheet."""
    quarter = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 200.0]])
    candidates = SimpleNamespace(
        boxes=np.array([[160.0, 10, 20, 10], [160.0, 50, 20, 10]]),
        features={"heat": np.zeros(2)},
        named=np.zeros((2, 2)),
        glyph_probabilities=np.zeros((2, 2)),
        told=np.zeros((2, 2)),
        signs=(None, None),
    )
    page: Any = SimpleNamespace(candidates=candidates, to_picture=quarter)
    table = observe.CandidateTable()
    observe.observe_candidates(table, page, sheet(mark("4", 10), mark("7", 50)), ["4", "7"])
    assert table.labels[0].tolist() == [0, 1]


def test_the_segmentation_that_has_all_the_marks_is_the_right_one():
    """Of a 4, a 7 and a part of the 7, which is read as 1: both without the part, and with it for the 7."""
    candidates = SimpleNamespace(
        boxes=np.array([[10.0, 20, 10, 20], [50.0, 20, 10, 20], [54.0, 20, 4, 20]]),
        probabilities=np.eye(3)[[0, 1, 2]],
        signs=(None, None, None),
    )
    ways = ((0, 1), (0, 2), (0,))
    hypotheses = tuple(
        Hypothesis(taken, gain, -float(i))
        for i, (taken, gain) in enumerate(zip(ways, (3.0, 4.0, 2.0), strict=True))
    )
    page: Any = SimpleNamespace(
        candidates=candidates,
        lines=(SimpleNamespace(hypotheses=hypotheses),),
        to_picture=np.eye(2, 3),
    )
    ((scores, right),) = observe.choices_of(page, sheet(mark("4", 10), mark("7", 50)), ["4", "7", "1"])
    assert right == 0
    assert scores.tolist() == [[3.0, 0.0], [4.0, -1.0], [2.0, -2.0]]
    assert observe.choices_of(page, sheet(mark("4", 10), mark("9", 50)), ["4", "7", "1"])[0][1] == 2


def test_points_within_a_digit_are_not_asked_for():
    point = Mark(".", (12.0, 36.0, 3.0, 3.0), 0, 0, 1.0)
    beside = Mark(".", (24.0, 36.0, 3.0, 3.0), 0, 0, 1.0)
    assert observe.hidden_points(sheet(mark("4", 10), point, beside)) == {1}
    assert observe.hidden_points(sheet(mark("4", 10))) == observe.hidden_points(sheet(point)) == set()


def test_rows_of_cells_that_overlap_may_mix_but_each_is_read_from_left_to_right():
    rows = sheet(mark("4", 10), mark("7", 50), mark("1", 10, line=1), mark("2", 50, line=1))
    assert observe._in_order([0, 2, 1, 3], rows)
    assert not observe._in_order([1, 0, 2, 3], rows)
