from dataclasses import asdict, replace
from math import comb, inf, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitlens.model.calibrate import (
    UNCALIBRATED,
    Calibration,
    Threshold,
    energy,
    ensemble_logits,
    softmax,
)
from digitlens.model.fitting import fit_calibration, fit_digit_score, fit_temperature
from digitlens.model.risk import RiskStep, binomial_upper, fit_risk_steps


def drawn(temperature, count=20_000, labels=10, seed=0):
    """Logits, and targets as likely as the logits say at ``temperature``."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 3, (count, labels))
    chances = softmax(logits / temperature).cumsum(axis=1)
    return logits, (rng.random((count, 1)) > chances).sum(axis=1).clip(max=labels - 1)


def test_softmax_by_hand_and_with_huge_logits():
    assert softmax(np.array([[0.0, log(3)]])) == pytest.approx(np.array([[0.25, 0.75]]))
    assert softmax(np.array([[1e5, 0.0], [-1e5, -1e5]])).tolist() == [[1, 0], [0.5, 0.5]]


def test_energy_is_the_log_of_the_summed_exponentials():
    found = energy(np.array([[0.0] * 10, [log(2)] * 10, [1e5] * 10]))
    assert found == pytest.approx([log(10), log(20), 1e5 + log(10)])


@pytest.mark.parametrize("temperature", [0.4, 1.0, 2.5])
def test_temperature_is_found_again(temperature):
    assert fit_temperature(*drawn(temperature)) == pytest.approx(temperature, rel=0.03)


def test_temperature_stays_in_its_range():
    sure, targets = np.eye(4) * 5, np.arange(4)
    assert 0.05 <= fit_temperature(sure, targets) < 0.2  # where the loss is 0 to the last bit already
    assert fit_temperature(sure, (targets + 1) % 4) == pytest.approx(20, rel=1e-6)


def test_temperature_makes_the_confidence_true():
    fitted, (logits, targets) = fit_temperature(*drawn(2.0)), drawn(2.0, seed=1)
    probabilities = softmax(logits / fitted)
    right = probabilities.argmax(axis=1) == targets
    assert probabilities.max(axis=1).mean() == pytest.approx(right.mean(), abs=0.01)


@pytest.mark.parametrize(
    ("failed", "count", "bound"),
    [  # quantiles of the beta distribution
        (0, 300, 1 - 0.05 ** (1 / 300)),
        (1, 10, 0.3941633),
        (3, 20, 0.3436638),
        (5, 1_000, 0.0104841),
        (9, 10, 0.9948838),
        (10, 10, 1.0),
    ],
)
def test_binomial_upper_gives_the_known_bounds(failed, count, bound):
    assert binomial_upper(failed, count) == pytest.approx(bound, abs=1e-6)


@given(st.integers(1, 150).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))))
def test_binomial_upper_leaves_five_percent(counts):
    failed, count = counts
    rate = binomial_upper(failed, count)
    chance = sum(comb(count, k) * rate**k * (1 - rate) ** (count - k) for k in range(failed + 1))
    assert chance == pytest.approx(0.05, abs=1e-6)


def test_risk_steps_count_what_they_accept():
    confidence = np.linspace(1, 0.001, 1_000)
    wrong = np.zeros(1_000, bool)
    wrong[[849, 990]] = True
    steps = {step.accepted: step for step in fit_risk_steps(confidence, wrong)}
    assert steps[800].errors == 0
    assert (steps[850].errors, steps[850].threshold) == (1, confidence[849])
    assert (steps[1_000].errors, steps[1_000].threshold) == (2, 0)
    assert steps[850].bound == binomial_upper(1, 850)


def test_glyphs_as_sure_as_the_threshold_are_all_accepted():
    steps = fit_risk_steps(np.full(100, 0.7), np.arange(100) < 3)
    assert {(step.accepted, step.errors) for step in steps} == {(100, 3)}


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.floats(0, 1), st.floats(0, 1))
def test_a_laxer_error_rate_never_raises_the_threshold(bounds, one, other):
    thresholds = np.linspace(0.99, 0, len(bounds)).tolist()
    steps = tuple(RiskStep(t, 10_000, 0, bound) for t, bound in zip(thresholds, bounds, strict=True))
    calibration = Calibration(1, 1, 0, 0, steps)
    assert calibration.threshold(max(one, other)).score <= calibration.threshold(min(one, other)).score


def test_the_first_step_that_fails_ends_the_search():
    steps = (RiskStep(0.9, 800, 2, 0.01), RiskStep(0.8, 900, 40, 0.05), RiskStep(0.7, 950, 12, 0.02))
    calibration = Calibration(1, 1, 0, 0, steps)
    assert calibration.threshold(0.03).score == 0.9
    assert calibration.threshold(0.05).score == 0.7
    assert calibration.threshold(0.005).score == inf


def test_the_promised_error_rate_holds_on_other_glyphs():
    """The promise is made at 95 %: few of 100 fits may break it, where the plain rates would break a third."""
    rng, exact, plain = np.random.default_rng(0), 0, 0
    for _ in range(100):
        confidence = rng.random(4_000)
        steps = fit_risk_steps(confidence, rng.random(4_000) > confidence**0.027)
        rates = tuple(replace(step, bound=step.errors / step.accepted) for step in steps)
        exact += true_risk(Calibration(1, 1, 0, 0, steps).threshold(0.02).score) > 0.02
        plain += true_risk(Calibration(1, 1, 0, 0, rates).threshold(0.02).score) > 0.02
    assert exact <= 10
    assert plain > 25


def true_risk(threshold):
    """The error rate above ``threshold`` of glyphs whose chance to be right is ``confidence ** 0.027``."""
    return 1 - (1 - threshold**1.027) / 1.027 / (1 - threshold) if threshold < 1 else 0.0


def test_digit_score_parts_two_kinds_half_way_whatever_their_numbers():
    rng = np.random.default_rng(0)
    digits, others = rng.normal(10, 1, 20_000), rng.normal(6, 1, 1_000)
    slope, offset, threshold = fit_digit_score(digits, others)
    assert -offset / slope == pytest.approx(8, abs=0.15)
    scores = Calibration(1, slope, offset, threshold, ()).digit_score(np.array([[10.0, -99], [6.0, -99]]))
    assert scores[0] > 0.95
    assert scores[1] < 0.05


@pytest.mark.parametrize("lost", [0.002, 0.01])
def test_digit_threshold_loses_the_share_it_may_where_the_kinds_overlap(lost):
    rng = np.random.default_rng(0)
    digits, others = rng.normal(8, 2, 10_000), rng.normal(6, 2, 10_000)
    slope, offset, threshold = fit_digit_score(digits, others, lost)
    scores = Calibration(1, slope, offset, threshold, ()).digit_score(digits[:, None])
    assert np.mean(scores < threshold) == pytest.approx(lost, abs=2e-4)


def test_kinds_that_part_without_a_fault_still_give_finite_numbers():
    fitted = fit_digit_score(np.linspace(10, 11, 50), np.linspace(-3, 2, 50))
    assert np.isfinite(fitted).all()
    assert fitted[2] == 0.5


def test_fit_calibration_puts_its_parts_together():
    logits, targets = drawn(2.0, count=5_000)
    others = np.random.default_rng(1).normal(-4, 1, (500, 10))
    fitted = fit_calibration(logits, targets, others)
    assert fitted.temperature == fit_temperature(logits, targets)
    assert fitted.risk[-1].accepted == 5_000
    wrong = fitted.probabilities(logits).argmax(axis=1) != targets
    assert fitted.risk[-1].errors == wrong.sum()
    assert np.mean(fitted.digit_score(others) < fitted.digit_threshold) > 0.99


def test_steps_too_small_to_promise_anything_do_not_end_the_search():
    steps = (RiskStep(0.9, 100, 0, 0.03), RiskStep(0.8, 5_000, 1, 0.00095), RiskStep(0.7, 6_000, 9, 0.003))
    calibration = Calibration(1, 1, 0, 0, steps)
    assert calibration.threshold(0.001).score == 0.8  # 100 without an error could not promise it either
    assert calibration.threshold(0.0005).score == inf
    assert calibration.threshold(0.5).score == 0.7


def test_accepts_needs_both_a_digit_and_confidence():
    calibration = Calibration(1.0, 1.0, -5.0, 0.5, (RiskStep(0.9, 10_000, 0, 0.001),))
    logits = np.array([[9.0, 0.0], [9.0, 8.9], [3.0, -9.0]])  # sure; a digit in doubt; sure, but no digit
    assert calibration.predict(logits, calibration.threshold(0.005)).accepted.tolist() == [True, False, False]


def test_a_class_for_all_else_speaks_against_digits_and_is_no_label():
    calibration = Calibration(2.0, 1.0, 0.0, 0.5, (RiskStep(0.0, 10_000, 0, 0.001),), other=True)
    logits = np.array([[4.0, 0.0, -3.0], [4.0, 0.0, 9.0]])  # the last is for all else
    predictions = calibration.predict(logits, calibration.threshold(0.005))
    np.testing.assert_allclose(predictions.probabilities, softmax(logits[:, :2] / 2))
    expected = 1 / (1 + np.exp(logits[:, 2]) / np.exp(logits[:, :2]).sum(axis=1))
    np.testing.assert_allclose(predictions.digit_scores, expected)
    assert predictions.known.tolist() == [True, False]
    assert predictions.confident.tolist() == [True, True]
    assert predictions.accepted.tolist() == [True, False]


def test_fitting_with_a_class_for_all_else_leaves_it_out_of_the_labels():
    logits, targets = drawn(2.0, count=2_000)
    rng = np.random.default_rng(2)
    known = np.column_stack([logits, rng.normal(-6, 1, len(logits))])
    others = np.column_stack([logits[:500], rng.normal(12, 1, 500)])
    fitted = fit_calibration(known, targets, others, other=True)
    assert fitted.temperature == fit_temperature(logits, targets)
    assert fitted.probabilities(known).shape == logits.shape
    assert (fitted.digit_score(others) < fitted.digit_threshold).mean() > 0.95
    assert fit_calibration(known[:, :-1], targets, others[:, :-1]).digit_score(others[:, :-1]).mean() > 0.4


def test_accepting_what_is_no_digit_counts_as_an_error():
    _, targets = drawn(2.0, count=4_000)
    known = np.column_stack(
        [20 * np.eye(10)[targets], np.full(4_000, -9.0)]
    )  # every digit read right, and known
    doubtful = np.column_stack(
        [20 * np.eye(10)[targets], np.full(4_000, 19.0)]
    )  # sure of the label, if it is one
    fitted = fit_calibration(known, targets, doubtful, other=True)
    assert fitted.risk[-1].errors == 400  # one for ten digits
    assert fitted.predict(known, fitted.threshold(0.002)).accepted.all()
    assert not fitted.predict(doubtful, fitted.threshold(0.002)).confident.any()
    blind = fit_calibration(known[:, :-1], targets, doubtful[:, :-1])
    assert blind.risk[-1].errors == 0
    assert fitted.prior_odds == 10
    score = fitted.digit_score(doubtful)
    assert fitted.acceptance_score(doubtful) == pytest.approx(10 * score / (1 - score + 10 * score), abs=1e-6)
    fewer = fit_calibration(known, targets, doubtful[:100], other=True)
    assert (fewer.prior_odds, fewer.risk[-1].errors) == (40, 100)


def test_uncalibrated_accepts_nothing():
    logits = np.array([[50.0, 0.0]])
    assert UNCALIBRATED.probabilities(logits).tolist() == softmax(logits).tolist()
    assert not UNCALIBRATED.predict(logits, UNCALIBRATED.threshold(1.0)).accepted.any()


def test_calibration_survives_its_json():
    calibration = Calibration(1.5, 0.7, -2.0, 0.4, (RiskStep(0.9, 8, 0, 0.3),), other=True, prior_odds=9.5)
    values = asdict(calibration)
    assert Calibration.from_dict(values) == calibration
    del values["prior_odds"]  # which older cards have not
    assert Calibration.from_dict(values) == replace(calibration, prior_odds=1.0)
    with pytest.raises(ValueError, match="odds above 0"):
        Calibration.from_dict({**values, "prior_odds": 0})


def test_pooled_is_the_mean_opinion_at_the_mean_energy():
    looks = np.random.default_rng(0).normal(0, 3, (4, 6, 11))
    together = ensemble_logits(looks)
    np.testing.assert_allclose(softmax(together), softmax(looks).mean(axis=0), atol=1e-9)
    np.testing.assert_allclose(energy(together), energy(looks).mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(ensemble_logits(looks[:1]), looks[0], atol=1e-6)


def test_odds_move_the_digit_score_as_bayes_has_it():
    calibration = Calibration(1.0, 1.0, 0.0, 0.5, (), other=True)
    logits = np.array([[2.0, 0.0, 2.0]])
    even, better = (
        calibration.predict(logits, Threshold(0.9)),
        calibration.predict(logits, Threshold(0.9), np.array([9.0])),
    )
    score = float(even.digit_scores[0])
    assert float(better.digit_scores[0]) == pytest.approx(9 * score / (1 - score + 9 * score))
    np.testing.assert_allclose(better.probabilities, even.probabilities)


def test_look_alikes_are_accepted_only_where_the_label_is_settled_among_them():
    """An O that may be a 0 is surely one of the two; a K with the same probability of its label is nothing surely."""
    steps = (RiskStep(0.9, 10_000, 0, 0.001),)
    calibration = Calibration(1.0, 0.0, 0.0, 0.0, steps, alike=((1,), (0,), ()))
    threshold = calibration.threshold(0.005)
    assert threshold == Threshold(0.9, 0.995)
    chances = np.array([[0.6, 0.39, 0.01], [0.951, 0.001, 0.048], [0.6, 0.01, 0.39], [0.01, 0.02, 0.97]])
    np.testing.assert_allclose(calibration.with_alike(chances), [0.99, 0.952, 0.61, 0.97])
    assert calibration.is_confident(chances, np.ones(4), threshold).tolist() == [False, True, False, True]
    plain = replace(calibration, alike=())
    assert plain.threshold(0.005) == Threshold(0.9)
    assert plain.is_confident(chances, np.ones(4), threshold).tolist() == [False, True, False, True]
    assert plain.with_alike(chances).tolist() == [0.6, 0.951, 0.6, 0.97]


def test_the_promise_counts_look_alikes_as_one():
    rng = np.random.default_rng(0)
    targets = rng.integers(0, 3, 6_000)
    logits = rng.normal(0, 0.5, (6_000, 3))
    logits[np.arange(6_000), targets] += 9
    pair = targets < 2
    logits[pair, 1 - targets[pair]] += 9  # a toss-up
    alike = fit_calibration(logits, targets, logits - 20, alike=((1,), (0,), ()))
    assert alike.risk[-1].errors == 0
    assert fit_calibration(logits, targets, logits - 20).risk[-1].errors == pytest.approx(2_000, rel=0.1)
    assert Calibration.from_dict(asdict(alike), alike.alike) == alike
    assert Calibration.from_dict(asdict(alike)) == replace(alike, alike=())  # the card tells them
