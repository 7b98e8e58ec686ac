"""Whether a network that is to take another's place reads worse than chance explains."""

import numpy as np
import pytest

from digitlens.train.compare import Comparison, compare


def test_only_what_differs_counts():
    before = np.array([True, True, True, False, False, True])
    after = np.array([True, False, True, True, False, False])
    found = compare(before, after)
    assert found == Comparison(6, errors_before=2, errors_after=3, lost=2, gained=1)
    assert found.chance == 4 / 8  # two or three heads of three


@pytest.mark.parametrize(
    ("lost", "gained", "worse"),
    [
        (0, 0, False),
        (4, 0, False),  # 1 in 16
        (5, 0, True),  # 1 in 32
        (7, 1, True),  # 9 in 256
        (6, 2, False),  # 37 in 256
        (40, 40, False),
        (60, 40, True),  # 2.8 %
        (58, 42, False),  # 6.7 %
        (0, 500, False),
        (900, 600, True),
    ],
)
def test_worse_is_what_chance_does_not_explain(lost, gained, worse):
    assert Comparison(10_000, 100, 100 + lost - gained, lost, gained).worse == worse


def test_the_chance_is_that_of_a_fair_coin():
    assert Comparison(100, 0, 0, 60, 40).chance == pytest.approx(0.0284440, abs=1e-7)
    assert Comparison(100, 0, 0, 0, 40).chance == 1.0
