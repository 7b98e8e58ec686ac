"""The error rate that a threshold can promise: selective risk, bounded exactly on held-back glyphs.

Geifman and El-Yaniv, Selective Classification for Deep Neural Networks, 2017.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, lgamma, log

import numpy as np
from numpy.typing import NDArray

__all__ = ["RiskStep", "accepting_threshold", "binomial_upper", "fit_risk_steps", "measured_threshold"]

COVERAGES = (*(step / 20 for step in range(2, 17)), *(0.82 + step / 200 for step in range(37)))
"""Shares accepted at which the risk is bounded, from strict to lax."""


@dataclass(frozen=True)
class RiskStep:
    """One confidence threshold and the error rate it can promise.

    Attributes:
        threshold: the lowest acceptance score accepted, 0 to 1.
        accepted: held-back glyphs at or above it.
        errors: how many of those were read wrong.
        bound: upper end of the exact one-sided 95 % interval of the error rate among accepted.
    """

    threshold: float
    accepted: int
    errors: int
    bound: float


def fit_risk_steps(acceptance_score: NDArray[np.floating], wrong: NDArray[np.bool_]) -> tuple[RiskStep, ...]:
    """Bound the error rate at each of `COVERAGES` from sureties (N,) and what was read wrong (N,)."""
    order = np.argsort(-acceptance_score, kind="stable")
    ranked, errors = acceptance_score[order], np.cumsum(wrong[order])
    steps = []
    for coverage in COVERAGES:
        threshold = float(ranked[max(1, round(coverage * len(ranked))) - 1]) if coverage < 1 else 0.0
        accepted = int(np.count_nonzero(ranked >= threshold))
        failed = int(errors[accepted - 1])
        steps.append(RiskStep(threshold, accepted, failed, binomial_upper(failed, accepted)))
    return tuple(steps)


def accepting_threshold(risk: Sequence[RiskStep], max_error: float) -> float:
    """Find the lowest acceptance score that keeps errors among the accepted to ``max_error``; infinite if none does.

    The steps are tried from strict to lax, and the first that fails ends the search, so that the promise holds at 95 %
    without a correction for having tried several. Steps of so few that even without an error they could not promise it
    are passed over: they say nothing either way.
    """
    best = inf
    for step in risk:
        if 1 - 0.05 ** (1 / step.accepted) > max_error:  # `binomial_upper` of no errors
            continue
        if step.bound > max_error:
            break
        best = step.threshold
    return best


def measured_threshold(risk: Sequence[RiskStep], max_error: float) -> float:
    """Find the lowest acceptance score of which all that reach it are expected to stay within ``max_error``.

    It promises less than `accepting_threshold`: what is held against the rate is not the bound on errors but their
    expectation, as Jeffreys' prior has it, half an error more than was counted. That a few surer ones went beyond it
    by chance does not matter to all together. Infinite where none does.
    """
    able = (step.threshold for step in risk if step.errors + 0.5 <= max_error * (step.accepted + 1))
    return min(able, default=inf)


def binomial_upper(failed: int, count: int, level: float = 0.95) -> float:
    """Upper end of the one-sided exact interval of a share (Clopper and Pearson, 1934), 0 to 1.

    Args:
        failed: how many failed.
        count: of so many, 1 at least.
        level: the probability with which the true share is not above it, 0 to 1.
    """
    if failed >= count:
        return 1.0
    k = np.arange(failed + 1)
    choose = np.array([lgamma(count + 1) - lgamma(i + 1) - lgamma(count - i + 1) for i in k])
    low, high = failed / count, 1.0
    while low < (middle := (low + high) / 2) < high:
        if _binomial_cdf(choose, count, middle) > 1 - level:
            low = middle
        else:
            high = middle
    return high


def _binomial_cdf(choose: NDArray[np.float64], count: int, rate: float) -> float:
    """The chance of fewer than ``len(choose)`` in ``count`` at ``rate``, by the logarithms of the coefficients."""
    k = np.arange(len(choose))
    return float(np.exp(choose + k * log(rate) + (count - k) * np.log1p(-rate)).sum())
