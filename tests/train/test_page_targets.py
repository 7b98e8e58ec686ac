import numpy as np
import pytest

from digitlens.train.page.targets import CLASS_MAPS, PAGE_LABELS, Marks, page_targets

SEVEN, POINT, MINUS = (PAGE_LABELS.index(label) for label in "7.-")


def _marks(*boxes, labels=None, visible=None):
    return Marks(
        np.array(labels or [SEVEN] * len(boxes), np.int16),
        np.array(boxes, np.float32),
        np.array(visible or [1.0] * len(boxes), np.float32),
    )


def test_there_are_26_classes_digits_before_signs_before_other_writing():
    assert len(PAGE_LABELS) == CLASS_MAPS == 26
    assert PAGE_LABELS[:10] == tuple("0123456789")
    assert PAGE_LABELS[-1] == ""


def test_a_mark_has_its_bell_on_its_map_alone():
    """A box of 40 x 80 about (62, 48): cell 15 across, 12 down; deviations of 1.3 and 2.6 cells."""
    cells = page_targets(_marks((42, 8, 40, 80)), 96, 128)
    assert cells.shape == (24, 32, 32)
    heat = cells[..., SEVEN]
    assert heat[12, 15] == 1
    assert (heat == 1).sum() == 1
    assert heat[12, 16] == pytest.approx(np.exp(-1 / (2 * 1.3**2)))
    assert heat[14, 15] == pytest.approx(np.exp(-4 / (2 * 2.6**2)))
    assert cells[..., [c for c in range(CLASS_MAPS) if c != SEVEN]].max() == 0


def test_its_box_is_told_at_its_centre_and_right_beside_it():
    cells = page_targets(_marks((42, 8, 40, 80)), 96, 128)
    size = [np.log(40 / 16), np.log(80 / 16)]
    assert cells[12, 15, CLASS_MAPS : CLASS_MAPS + 4] == pytest.approx([0, -0.5, *size], abs=1e-6)
    assert cells[12, 16, CLASS_MAPS : CLASS_MAPS + 4] == pytest.approx([-1, -0.5, *size], abs=1e-6)
    weights = cells[..., CLASS_MAPS + 4]
    assert (weights > 0).sum() == 5
    assert weights[12, 15] == 1
    assert weights[11, 15] == pytest.approx(np.exp(-1 / (2 * 2.6**2)))


def test_the_least_deviation_is_six_tenths_of_a_cell():
    cells = page_targets(_marks((40, 40, 8, 8)), 96, 128)
    assert cells[11, 10, SEVEN] == pytest.approx(np.exp(-1 / (2 * 0.6**2)))
    assert (cells[..., CLASS_MAPS + 4] > 0).sum() == 1


def test_of_two_bells_the_higher_counts():
    cells = page_targets(_marks((10, 8, 40, 80), (34, 8, 40, 80)), 96, 128)
    heat = cells[12, :, SEVEN]
    assert heat[[7, 13]].tolist() == [1, 1]
    assert heat[10] == pytest.approx(np.exp(-9 / (2 * 1.3**2)))


@pytest.mark.parametrize(
    ("box", "label", "visible", "asked"),
    [
        ((40, 40, 20, 30), SEVEN, 0.5, True),
        ((40, 40, 20, 30), SEVEN, 0.49, False),
        ((40, 40, 20, 5.9), SEVEN, 1.0, False),
        ((40, 40, 20, 2), MINUS, 1.0, True),
        ((40, 40, 5, 2), MINUS, 1.0, False),
        ((40, 40, 3, 3), POINT, 1.0, True),
        ((40, 40, 1, 1.5), POINT, 1.0, False),
    ],
)
def test_what_cannot_be_told_is_neither_asked_for_nor_forbidden(box, label, visible, asked):
    marks = _marks(box, labels=[label], visible=[visible])
    cells = page_targets(marks, 96, 128)
    assert marks.asked.tolist() == [asked]
    assert cells[..., :CLASS_MAPS].max() == asked
    free = cells[..., -1] == 0
    assert free.any() != asked
    if not asked:
        assert free[10, 10]
        assert not free[9].any()
        assert not free[:, 9].any()


def test_no_marks_give_empty_maps_that_count():
    cells = page_targets(
        Marks(np.zeros(0, np.int16), np.zeros((0, 4), np.float32), np.zeros(0, np.float32)), 32, 32
    )
    assert cells[..., :-1].max() == 0
    assert cells[..., -1].min() == 1
