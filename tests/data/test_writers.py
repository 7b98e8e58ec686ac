"""Digits written by our own code: that each is the digit it is said to be, in the forms it is said to have."""

import cv2
import numpy as np
import pytest

from digitlens.data.synth import crossed, draw_writers
from digitlens.data.synth.forms import FORMS, WIDTHS
from digitlens.data.synth.writers import write
from digitlens.imaging import frame_all
from digitlens.model import Network, find


def drawn(digit: int, count: int = 60) -> list[np.ndarray]:
    return [write(digit, np.random.default_rng([digit, seed])) for seed in range(count)]


def pieces(drawing: np.ndarray) -> int:
    """Parts that the ink falls into."""
    return cv2.connectedComponents((drawing > 64).astype(np.uint8))[0] - 1


def holes(drawing: np.ndarray) -> int:
    """Parts of the paper that ink encloses."""
    paper = np.pad(drawing <= 64, 1, constant_values=True).astype(np.uint8)
    return cv2.connectedComponents(paper, connectivity=4)[0] - 2


def share(digit: int, count: int) -> float:
    """Of sixty drawings of a digit, how many have so many holes."""
    return float(np.mean([holes(drawing) == count for drawing in drawn(digit)]))


def test_as_many_of_each_and_the_same_by_seed():
    images, labels = draw_writers(40, 5)
    again, _ = draw_writers(40, 5)
    others, _ = draw_writers(40, 6)
    assert images.shape == (40, 64, 64)
    assert images.dtype == np.uint8
    assert np.bincount(labels).tolist() == [4] * 10
    np.testing.assert_array_equal(images, again)
    assert not np.array_equal(images, others)


@pytest.mark.parametrize("digit", range(10))
def test_the_ink_is_whole_and_inside(digit):
    edges = np.ones((64, 64), bool)
    edges[1:-1, 1:-1] = False
    assert np.mean([drawing[edges].max() > 64 for drawing in drawn(digit)]) <= 0.05
    for drawing in drawn(digit):
        assert drawing.max() == 255
        _, _, width, height = cv2.boundingRect((drawing > 64).astype(np.uint8))
        assert max(width, height) > 30
    apart = {5: 0.2, 4: 0.1}  # caps that stand off; short stems
    assert np.mean([pieces(drawing) > 1 for drawing in drawn(digit)]) <= apart.get(digit, 0)


def test_rings_and_loops_are_where_they_belong():
    assert share(8, 2) > 0.8
    assert share(0, 1) > 0.6
    assert share(0, 2) > 0.03  # slashed
    assert share(9, 1) > 0.6
    for digit in (1, 3, 5):
        assert share(digit, 0) > 0.8
    assert 0.15 < share(4, 0) < 0.9  # open fours and closed ones
    assert 0.15 < share(2, 1) < 0.6  # looped and plain


def test_each_form_has_its_own_width():
    assert len(FORMS) == len(WIDTHS) == 10
    for form in FORMS:
        points = np.concatenate(form(np.random.default_rng(0)))
        assert np.ptp(points[:, 1]) == pytest.approx(1, abs=0.35)


def test_a_network_that_learnt_none_of_them_reads_them():
    images, labels = draw_writers(600, 11)
    read = Network.load(find("classic")).logits_of(frame_all(images)).argmax(axis=1)
    right = read == labels
    assert right.mean() > 0.93
    assert min(right[labels == digit].mean() for digit in range(10)) > 0.6


def seven() -> np.ndarray:
    """Cap from (6, 4) to (22, 4), straight stem down to (12, 24)."""
    picture = np.zeros((28, 28), np.uint8)
    return cv2.polylines(picture, [np.array([[6, 4], [22, 4], [12, 24]], np.int32)], False, 255, 2)


def test_a_bar_crosses_the_stem_of_a_seven():
    plain = seven()
    for seed in range(30):
        barred = crossed(plain, np.random.default_rng(seed))
        new = (barred > 127) & (plain <= 127)
        rows, columns = np.nonzero(new)
        middle = rows.mean()
        stem = 22 - 10 * (middle - 4) / 20  # column of the stem in that row
        assert 10 < middle < 19
        assert columns.min() < stem - 2
        assert columns.max() > stem + 2
        assert pieces(barred) == 1
        assert (barred >= plain).all()
    np.testing.assert_array_equal(plain, seven())


def test_what_has_no_ink_is_crossed_by_nothing():
    blank = np.zeros((28, 28), np.uint8)
    assert not crossed(blank, np.random.default_rng(0)).any()
