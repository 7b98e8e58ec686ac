from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from digitlens.train.page.loss import PageLoss
from digitlens.train.page.targets import CLASS_MAPS, PAGE_LABELS, Marks, page_targets

SEVEN = PAGE_LABELS.index("7")


def _case(visible=1.0):
    """Targets with one "7" of 40 x 80 about (62, 48), and cells that say 1 of 100 everywhere."""
    marks = Marks(
        np.array([SEVEN], np.int16), np.array([(42, 8, 40, 80)], np.float32), np.array([visible], np.float32)
    )
    cells = np.zeros((1, 24, 32, CLASS_MAPS + 4), np.float32)
    cells[..., :CLASS_MAPS] = np.log(0.01 / 0.99)
    return page_targets(marks, 96, 128)[None], cells


def _loss(targets: Any, cells: Any) -> Any:
    return PageLoss()(targets, cells)


def _gradient(targets, cells):
    values = tf.Variable(cells)
    with tf.GradientTape() as tape:
        loss = _loss(targets, values)
    gradient = tape.gradient(loss, values)
    assert isinstance(gradient, tf.Tensor)
    return gradient.numpy()[0]


def test_its_value_is_that_of_the_formula():
    targets, cells = _case()
    heat, p = targets[0, ..., :CLASS_MAPS], 0.01
    focal = -((1 - p) ** 2) * np.log(p) + (-((1 - heat[heat < 1]) ** 4) * p**2 * np.log(1 - p)).sum()
    weight = targets[0, ..., CLASS_MAPS + 4 : CLASS_MAPS + 5]
    error = (weight * np.abs(targets[0, ..., CLASS_MAPS : CLASS_MAPS + 4])).sum() / weight.sum()
    assert float(_loss(targets, cells)) == pytest.approx(focal + error, rel=1e-4)


def test_it_asks_for_the_centre_and_against_all_else():
    gradient = _gradient(*_case())
    assert gradient[12, 15, SEVEN] < 0
    assert gradient[0, 0, SEVEN] > 0
    assert gradient[12, 15, SEVEN + 1] > 0
    assert gradient[12, 16, SEVEN] < gradient[0, 0, SEVEN]


def test_geometry_is_asked_for_where_it_has_a_weight():
    gradient = _gradient(*_case())[..., CLASS_MAPS:]
    assert gradient[12, 15, 1] > 0  # the offset down is -0.5, and 0 was said
    assert gradient[12, 15, 2:].max() < 0
    assert not gradient[0].any()


def test_in_a_box_that_is_not_asked_for_nothing_counts():
    gradient = _gradient(*_case(visible=0.3))
    assert not gradient[2:22, 11:20].any()
    assert gradient[0, 0, SEVEN] > 0


def test_a_sure_mistake_has_a_finite_loss():
    targets, cells = _case()
    cells[..., :CLASS_MAPS] = -200
    assert np.isfinite(float(_loss(targets, cells)))
    assert np.isfinite(_gradient(targets, cells)).all()
