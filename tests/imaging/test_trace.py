"""The steps of a page: which, in which order, and that each shows what it says."""

import numpy as np
import pytest
from inked import bars, blank, inked

from digitlens.imaging import page_steps
from digitlens.imaging.trace import ACROSS, MOST

BOXES = [(20, 20, 30, 50), (80, 20, 30, 50)]


def frames(count: int) -> list[np.ndarray]:
    return [np.full((28, 28), i % 255 + 1, np.uint8) for i in range(count)]


def test_the_way_from_the_picture_to_the_frames():
    picture = np.full((100, 140, 3), (200, 180, 160), np.uint8)
    steps = page_steps(picture, inked(bars((100, 140), *BOXES)), BOXES, frames(2))
    assert [step.name for step in steps] == ["picture", "grey", "ink", "glyphs", "framed"]
    assert all(step.sentence.endswith(".") for step in steps)
    images = {step.name: step.image for step in steps}
    np.testing.assert_array_equal(images["picture"], picture)
    np.testing.assert_array_equal(images["ink"], bars((100, 140), *BOXES))
    assert images["grey"].shape == images["ink"].shape == (100, 140)
    np.testing.assert_array_equal(images["framed"], np.hstack(frames(2)))


def test_each_box_stands_round_its_ink():
    soft = bars((100, 140), *BOXES)
    image = page_steps(soft, inked(soft), BOXES, frames(2))[3].image
    np.testing.assert_array_equal(image == 255, soft == 255)  # no ink is covered
    drawn = image == 128
    assert drawn[18:73, 18].all()
    assert drawn[18:73, 52].all()
    assert drawn[18, 18:53].all()
    assert drawn[72, 78:113].all()
    assert not drawn[:, 54:77].any()


def test_a_page_without_digits_ends_with_its_ink():
    steps = page_steps(blank(50, 60), inked(blank(50, 60)), [], [])
    assert [step.name for step in steps] == ["picture", "grey", "ink"]


def test_steps_are_small_and_boxes_shrink_with_them():
    soft = bars((1000, 1400), (200, 200, 300, 500))
    steps = page_steps(soft, inked(soft), [(200, 200, 300, 500)], frames(1))
    assert max(max(step.image.shape) for step in steps) <= 512
    image = steps[3].image
    scale = 1400 / image.shape[1]
    rows, columns = np.nonzero(image == 128)
    around = (columns.min(), columns.max(), rows.min(), rows.max())
    assert around == pytest.approx((200 / scale, 500 / scale, 200 / scale, 700 / scale), abs=4)


@pytest.mark.parametrize(
    ("count", "rows", "columns"), [(1, 1, 1), (16, 1, 16), (17, 2, 16), (40, 3, 16), (999, 16, 16)]
)
def test_frames_stand_in_rows(count, rows, columns):
    image = page_steps(blank(9, 9), inked(blank(9, 9)), [(0, 0, 3, 3)] * count, frames(count))[-1].image
    assert image.shape == (28 * rows, 28 * columns)
    shown = image.reshape(rows, 28, columns, 28).transpose(0, 2, 1, 3).reshape(-1, 28, 28)
    for tile, frame in zip(shown, frames(min(count, MOST)), strict=False):
        np.testing.assert_array_equal(tile, frame)
    assert not shown[count:].any()
    assert columns <= ACROSS
