"""Rates and Wilson's intervals, against published values and the equation that they solve."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitlens.metrics import Rate, wilson


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [  # Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(right, count, low, high):
    assert wilson(right, count) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 20_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_ends_solve_the_score_equation(counts):
    right, count = counts
    low, high = wilson(right, count)
    assert 0 <= low <= right / count <= high <= 1
    for end in (low, high):
        gap, spread = abs(end - right / count), 1.959964 * sqrt(end * (1 - end) / count)
        assert gap == pytest.approx(spread, abs=1e-7)


def test_wilson_at_the_ends_is_exact():
    assert wilson(1_135, 1_135)[1] == 1
    assert wilson(0, 1_135)[0] == 0
    assert wilson(0, 0) == (0, 1)


def test_wilson_of_a_network_with_50_errors_in_10000():
    low, high = wilson(9_950, 10_000)
    assert (round(low, 5), round(high, 5)) == (0.99341, 0.99621)


def test_a_rate_tells_its_interval_and_plain_values():
    rate = Rate(81, 263)
    assert rate.value == pytest.approx(0.307985, abs=1e-6)
    assert rate.interval == wilson(81, 263)
    assert rate.to_dict() == {
        "value": 0.307985,
        "count": 81,
        "of": 263,
        "interval": [pytest.approx(0.2553, abs=5e-5), pytest.approx(0.3662, abs=5e-5)],
    }


def test_a_rate_of_nothing_is_nought_and_could_be_anything():
    assert (Rate(0, 0).value, Rate(0, 0).interval) == (0, (0, 1))


def test_more_errors_than_were_to_be_read_have_a_rate_and_no_interval():
    rate = Rate(3, 2)
    assert rate.value == 1.5
    assert rate.interval is None
    assert rate.to_dict()["interval"] is None
