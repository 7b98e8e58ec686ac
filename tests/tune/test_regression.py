"""The regressions find the weights by which their cases were drawn."""

import numpy as np
import pytest

from digitlens.tune.regression import fit_conditional, fit_logistic

COUNT = 20_000


def drawn(seed: int = 1) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Cases whose log-odds are 0.5 + 2 a - 0.1 b; c says nothing."""
    rng = np.random.default_rng(seed)
    features = {"a": rng.normal(1, 1, COUNT), "b": rng.normal(-3, 10, COUNT), "c": rng.normal(0, 1, COUNT)}
    odds = 0.5 + 2 * features["a"] - 0.1 * features["b"]
    return features, rng.random(COUNT) < 1 / (1 + np.exp(-odds))


def test_known_weights_are_recovered():
    found = fit_logistic(*drawn(), ["a", "b", "c"])
    assert list(found.weights) == ["a", "b", "c"]
    assert found.bias == pytest.approx(0.5, abs=0.12)
    assert found.weights["a"] == pytest.approx(2, abs=0.12)
    assert found.weights["b"] == pytest.approx(-0.1, abs=0.01)
    assert found.weights["c"] == pytest.approx(0, abs=0.06)


def test_a_weight_that_comes_out_against_what_is_known_is_left_out():
    features, targets = drawn()
    assert list(fit_logistic(features, targets, ["a", "b"], ["a", "b"]).weights) == ["a"]
    assert list(fit_logistic(features, targets, ["a", "b"], ["a", "-b"]).weights) == ["a", "b"]
    assert list(fit_logistic(features, targets, ["a", "b"], ["-a", "-b"]).weights) == ["b"]


def test_what_is_left_when_one_is_dropped_is_fitted_again():
    features, targets = drawn()
    left = fit_logistic(features, targets, ["a", "b"], ["b"])
    assert left == fit_logistic(features, targets, ["a"])


def test_cases_that_part_cleanly_keep_finite_weights():
    values = np.concatenate([np.linspace(-2, -1, 50), np.linspace(1, 2, 50)])
    found = fit_logistic({"a": values, "same": np.ones(100)}, values > 0, ["a", "same"])
    assert np.isfinite([found.bias, *found.weights.values()]).all()
    odds = found.log_odds({"a": values, "same": np.ones(100)})
    assert ((odds > 0) == (values > 0)).all()


def bent(seed: int = 3) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Cases whose log-odds rise by 3 for each unit of a up to 1, and not at all beyond; b says nothing."""
    rng = np.random.default_rng(seed)
    features = {"a": rng.uniform(0, 2, COUNT), "b": rng.normal(0, 1, COUNT)}
    odds = -2 + 3 * np.minimum(features["a"], 1.0)
    return features, rng.random(COUNT) < 1 / (1 + np.exp(-odds))


def test_a_term_that_bends_is_recovered():
    features, targets = bent()
    found = fit_logistic(features, targets, ["a", "b"], ["a"], [0.25, 0.5, 0.75])
    at = np.array([0.0, 0.5, 1.0, 1.5, 2.0])
    odds = found.log_odds({"a": at, "b": np.zeros(5)})
    assert odds == pytest.approx([-2, -0.5, 1, 1, 1], abs=0.25)
    assert (np.diff(odds) >= -1e-9).all()  # known to rise
    straight = fit_logistic(features, targets, ["a", "b"], ["a"]).log_odds({"a": at, "b": np.zeros(5)})
    assert np.abs(straight - [-2, -0.5, 1, 1, 1]).max() > 0.4


def test_a_term_that_is_known_to_fall_and_rises_is_level():
    features, targets = bent()
    found = fit_logistic(features, targets, ["a", "b"], ["-a"], [0.25, 0.5, 0.75])
    odds = found.log_odds({"a": np.linspace(0, 2, 9), "b": np.zeros(9)})
    assert (np.diff(odds) <= 1e-9).all()


def test_the_weight_of_each_opinion_is_recovered():
    rng = np.random.default_rng(2)
    one, other = (np.log(rng.dirichlet(np.ones(5), 8000)) for _ in range(2))
    scores = 1.2 * one + 0.4 * other + rng.gumbel(size=one.shape)
    weights = fit_conditional([one, other], scores.argmax(axis=1))
    assert weights == pytest.approx([1.2, 0.4], abs=0.06)
