"""Ruled and squared paper: the rules go, the strokes that cross them stay."""

import cv2
import numpy as np
import pytest
from inked import found, likeness

from written import ink_of, page_of

TEXT = ["4734", "7347"]
HEIGHT = 60


def ruled(
    shape: tuple[int, ...], step: int, squared: bool = False, level: int = 150, pen: int = 1, lean: int = 0
) -> np.ndarray:
    """White paper with rules; ``lean`` is by how many pixels they fall from end to end."""
    height, width = shape
    page = np.full(shape, 255, np.uint8)
    for y in range(step, height, step):
        cv2.line(page, (0, y), (width, y + lean), level, pen, cv2.LINE_AA)
    for x in range(step, width, step) if squared else ():
        cv2.line(page, (x, 0), (x - lean, height), level, pen, cv2.LINE_AA)
    return page


def on_rules(text=TEXT, **rules) -> np.ndarray:
    page = page_of(text, HEIGHT)
    return np.minimum(page, ruled(page.shape, **rules))


@pytest.mark.parametrize("squared", [False, True])
@pytest.mark.parametrize("step", [30, 40, 57])
@pytest.mark.parametrize("level", [140, 170, 220])
def test_rules_paler_than_the_ink_go_and_strokes_stay(step, level, squared):
    plain, mask = (
        found(page_of(TEXT, HEIGHT)).mask,
        found(on_rules(step=step, squared=squared, level=level)).mask,
    )
    assert likeness(mask, plain) > 0.75
    assert mask[ink_of(TEXT, HEIGHT) >= 128].mean() > 0.93
    around = cv2.dilate(plain, np.ones((9, 9), np.uint8))
    assert np.count_nonzero(mask & ~around.astype(bool)) < 0.02 * np.count_nonzero(plain)


def test_strokes_hang_together_where_a_rule_crossed_them():
    for step in (23, 31, 40):
        mask = found(on_rules(step=step)).mask
        plain = found(page_of(TEXT, HEIGHT)).mask
        assert cv2.connectedComponents(mask)[0] == cv2.connectedComponents(plain)[0]


def test_rules_that_lean_a_little_go_too():
    mask = found(on_rules(step=40, lean=4)).mask
    assert likeness(mask, found(page_of(TEXT, HEIGHT)).mask) > 0.75


@pytest.mark.parametrize("squared", [False, True])
@pytest.mark.parametrize("step", [40, 55, 90])
def test_empty_ruled_paper_has_hardly_any_ink(step, squared):
    assert found(ruled((400, 600), step, squared)).mask.mean() < 0.01


@pytest.mark.parametrize("digit", ["1", "7", "4"])
def test_a_straight_stroke_is_no_rule(digit):
    """The only long line of a page, and one of many alike."""
    for text in ([digit], [digit * 6], [digit * 3] * 3):
        drawn = ink_of(text, HEIGHT) >= 128
        assert found(page_of(text, HEIGHT)).mask[drawn].mean() > 0.97


def test_a_row_of_level_strokes_is_no_rule():
    """Sevens, whose bars stand on one height, but not joined to a line."""
    drawn = ink_of(["77777777"], HEIGHT, gap=0.2) >= 128
    assert found(page_of(["77777777"], HEIGHT, gap=0.2)).mask[drawn].mean() > 0.97


def test_large_digits_are_no_rules():
    """Strokes that span most of the page: a fraction bar would, but a 1 and a 4 do too."""
    for text in (["4"], ["14"], ["7"]):
        drawn = ink_of(text, 300) >= 128
        assert found(page_of(text, 300)).mask[drawn].mean() > 0.97
