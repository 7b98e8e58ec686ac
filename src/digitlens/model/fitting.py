"""Fit a calibration: temperature scaling, the digit score, and the thresholds of selective risk.

All is fitted on held-back training data, never on a test set; `digitlens.model.calibrate` names the papers.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil, exp, log

import numpy as np
from numpy.typing import NDArray

from digitlens.model.calibrate import Calibration, energy, logistic
from digitlens.model.risk import fit_risk_steps

__all__ = ["fit_calibration", "fit_digit_score", "fit_risk", "fit_temperature"]

Floats = NDArray[np.floating]
Targets = NDArray[np.integer]

REJECTS_PER_DIGIT = 0.1
"""The share of rejects, per digit, in the mixture for which thresholds of such networks are promised."""

EVIDENCE_RIDGE = 1e-6
"""The weight of a coefficient's square against the mean loss of the digit score: it keeps it finite, and no more."""


def fit_calibration(
    logits: Floats,
    targets: Targets,
    not_digits: Floats,
    other: bool = False,
    alike: Sequence[Sequence[int]] = (),
) -> Calibration:
    """Fit all of it on held-back logits with targets (N,), and on the logits of what is no digit.

    Args:
        logits: (N, K), or (N, K + 1) where the network has a class for everything else.
        targets: class indices below K.
        not_digits: (M, K) or (M, K + 1).
        other: whether the last logit stands for whatever is not in the alphabet.
        alike: of each of the K labels, the indices of its look-alikes, to be counted as one with it; () for none.
    """
    plain = Calibration(1.0, 0.0, 0.0, 0.0, (), other, tuple(map(tuple, alike)))
    temperature = fit_temperature(plain.of_labels(logits), targets)
    slope, offset, threshold = fit_digit_score(plain.evidence(logits), plain.evidence(not_digits))
    fitted = replace(
        plain, temperature=temperature, digit_slope=slope, digit_offset=offset, digit_threshold=threshold
    )
    return fit_risk(fitted, logits, targets, not_digits)


def fit_risk(calibration: Calibration, logits: Floats, targets: Targets, not_digits: Floats) -> Calibration:
    """The same with its thresholds bound anew, look-alikes counted as one.

    Where the network has a class for everything else, of that there is one to ten glyphs, or fewer where fewer are at
    hand: accepting it is an error too, and the acceptance score is told how rare it is.

    Args:
        calibration: all of it but the risk.
        logits: (N, K), or (N, K + 1) where the network has a class for everything else.
        targets: class indices below K, (N,).
        not_digits: logits of what is no digit, (M, K) or (M, K + 1).
    """
    wrong = ~calibration.same_or_alike(calibration.probabilities(logits).argmax(axis=1), targets)
    if calibration.other:
        few = not_digits[:: max(1, ceil(len(not_digits) / (REJECTS_PER_DIGIT * len(logits))))]
        calibration = replace(calibration, prior_odds=len(logits) / max(1, len(few)))
        logits = np.concatenate([logits, few])
        wrong = np.concatenate([wrong, np.ones(len(few), bool)])
    return replace(calibration, risk=fit_risk_steps(calibration.acceptance_score(logits), wrong))


def fit_temperature(logits: Floats, targets: Targets) -> float:
    """The temperature, 0.05 to 20, that makes the targets (N,) most likely under the logits (N, K)."""
    rows = np.arange(len(targets))

    def loss(log_temperature: float) -> float:
        scaled = logits.astype(np.float64) / exp(log_temperature)
        return float((energy(scaled) - scaled[rows, targets]).mean())

    low, high = log(0.05), log(20)
    for _ in range(60):  # the loss has one valley in 1/T: ternary search finds it
        third = (high - low) / 3
        if loss(low + third) < loss(high - third):
            high -= third
        else:
            low += third
    return exp((low + high) / 2)


def fit_digit_score(digits: Floats, others: Floats, lost: float = 0.01) -> tuple[float, float, float]:
    """Fit a logistic that separates the energies of digits from others', either kind weighing the same.

    Args:
        digits: energies of digits, (N,).
        others: energies of what is none, (M,).
        lost: the share of the digits that may be refused, 0 to 1.

    Returns:
        slope, offset, and the score below which to refuse: half, or what loses the share ``lost`` of
        the digits where half would lose more.
    """
    x = np.concatenate([digits, others]).astype(np.float64)
    y = np.concatenate([np.ones(len(digits)), np.zeros(len(others))])
    weight = np.where(y == 1, 0.5 / len(digits), 0.5 / len(others))
    centre, scale = x.mean(), x.std() + 1e-9
    design = np.stack([(x - centre) / scale, np.ones_like(x)], axis=1)
    beta = _logistic_regression(design, y, weight)
    slope, offset = beta[0] / scale, beta[1] - beta[0] * centre / scale
    threshold = min(0.5, float(np.quantile(logistic(slope * digits + offset), lost)))
    return float(slope), float(offset), threshold


def _logistic_regression(design: Floats, y: Floats, weight: Floats) -> Floats:
    """Fit (2,) coefficients to weighted outcomes 0 or 1, (N,), of rows (N, 2), by Newton's method.

    A little ridge keeps them finite where the outcomes are separable.
    """
    beta = np.zeros(2)
    for _ in range(50):
        p = logistic(design @ beta)
        gradient = design.T @ (weight * (p - y)) + EVIDENCE_RIDGE * beta
        hessian = (design * (weight * p * (1 - p))[:, None]).T @ design + EVIDENCE_RIDGE * np.eye(2)
        beta -= np.linalg.solve(hessian, gradient)
    return beta
