import json
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitlens.metrics import wilson
from digitlens.model.calibrate import Calibration, softmax
from digitlens.model.metrics import (
    Figures,
    calibration_error,
    confused,
    figures,
    reliability,
    risk_coverage,
)
from digitlens.model.risk import RiskStep

ACCEPTS_SURE = Calibration(1.0, 0.0, 0.0, 0.0, (RiskStep(0.8, 10_000, 0, 0.001),))


def test_calibration_error_by_hand():
    confidence = np.array([0.95, 0.95, 0.95, 0.95, 0.55, 0.55])
    right = np.array([True, True, True, False, True, False])
    assert reliability(confidence, right) == (
        (pytest.approx(0.55), pytest.approx(0.5), 2),
        (pytest.approx(0.95), pytest.approx(0.75), 4),
    )
    assert calibration_error(confidence, right) == pytest.approx((4 * 0.20 + 2 * 0.05) / 6)


def test_full_confidence_falls_into_the_last_bin():
    assert reliability(np.array([0.94, 1.0]), np.array([True, True])) == ((pytest.approx(0.97), 1.0, 2),)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
def test_calibration_error_is_the_mean_gap_at_most_one(pairs):
    confidence, right = np.array([c for c, _ in pairs]), np.array([r for _, r in pairs])
    overall = abs(confidence.mean() - right.mean())
    assert overall - 1e-9 <= calibration_error(confidence, right) <= 1 + 1e-9
    assert sum(count for *_, count in reliability(confidence, right)) == len(pairs)


def test_risk_and_coverage_by_hand():
    coverage, risk = risk_coverage(np.array([0.9, 0.5, 0.8, 0.7]), np.array([True, True, True, False]))
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert risk.tolist() == [0, 0, pytest.approx(1 / 3), 0.25]


def figures_by_hand():
    """Five glyphs: a and b read right and surely, a b taken for a, once surely; of c there is none."""
    chances = np.array(
        [[0.9, 0.05, 0.05], [0.1, 0.85, 0.05], [0.6, 0.3, 0.1], [0.95, 0.04, 0.01], [0.5, 0.3, 0.2]]
    )
    return figures(ACCEPTS_SURE, np.log(chances), np.array([0, 1, 1, 1, 0]), ("a", "b", "c"))


def test_figures_count_what_is_taken_for_what():
    found = figures_by_hand()
    assert (found.count, found.errors) == (5, 2)
    assert found.accuracy == pytest.approx(0.6)
    assert found.interval == wilson(3, 5)
    assert found.confusion == [[2, 0, 0], [2, 1, 0], [0, 0, 0]]
    assert found.per_label == {"a": (2, 2), "b": (3, 1), "c": (0, 0)}


def test_figures_measure_the_probabilities():
    found = figures_by_hand()
    assert found.nll == pytest.approx(-(log(0.9) + log(0.85) + log(0.3) + log(0.04) + log(0.5)) / 5)
    assert found.aurc == pytest.approx((1 + 1 / 2 + 1 / 3 + 2 / 4 + 2 / 5) / 5)
    assert dict(found.curve) == pytest.approx(
        {0.8: 2 / 4, **dict.fromkeys((0.9, 0.95, 0.98, 0.99, 0.995, 1), 2 / 5)}
    )
    assert (found.accepted, found.accepted_errors) == (pytest.approx(0.6), 1)


def test_figures_accept_nothing_at_an_error_rate_that_cannot_be_promised():
    logits = np.eye(3) * 9
    found = figures(ACCEPTS_SURE, logits, np.arange(3), ("a", "b", "c"), max_error=0.0005)
    assert (found.accepted, found.accepted_errors) == (0, 0)


def test_figures_tell_calibrated_from_uncalibrated():
    logits = np.tile([[4.0, 0.0]], (10, 1))
    targets = np.array([0] * 8 + [1] * 2)
    cooled = Calibration(4 / log(4), 0.0, 0.0, 0.0, ())  # which makes the confidence 0.8, as it should be
    found = figures(cooled, logits, targets, ("a", "b"))
    assert found.ece == pytest.approx(0, abs=1e-9)
    assert found.ece_uncalibrated == pytest.approx(softmax(logits)[0, 0] - 0.8)


def test_figures_go_to_json_and_back():
    values = figures_by_hand().to_dict()
    assert json.loads(json.dumps(values))["per_label"]["b"] == [3, 1]
    assert values["nll"] == round(figures_by_hand().nll, 6)
    again = Figures.from_dict(json.loads(json.dumps(values)))
    assert json.dumps(again.to_dict()) == json.dumps(values)
    assert again.reliability[0][2] == figures_by_hand().reliability[0][2]
    with pytest.raises(KeyError):
        Figures.from_dict({})
    assert set(figures_by_hand().summary()) == {"count", "errors", "accuracy", "interval"}


@given(st.lists(st.tuples(st.integers(0, 3), st.lists(st.floats(-9, 9), min_size=4, max_size=4)), min_size=1))
def test_figures_agree_with_each_other(rows):
    targets, logits = np.array([t for t, _ in rows]), np.array([z for _, z in rows])
    found = figures(ACCEPTS_SURE, logits, targets, tuple("abcd"))
    confusion = np.array(found.confusion)
    assert confusion.sum() == found.count == len(rows)
    assert np.trace(confusion) == found.count - found.errors == sum(r for _, r in found.per_label.values())
    assert found.interval[0] <= found.accuracy <= found.interval[1]
    assert found.accepted_errors <= found.errors


def test_confused_pairs_come_with_their_share():
    confusion = [[8, 2, 0], [1, 9, 0], [0, 1, 9]]
    assert confused(("0", "O", "K"), confusion) == [["0", "O", 3, 0.15], ["O", "K", 1, 0.05]]
