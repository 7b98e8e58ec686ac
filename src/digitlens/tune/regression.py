"""Logistic regressions with a little ridge, by Newton's method."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from digitlens.model import Logistic, logistic, softmax

__all__ = ["fit_conditional", "fit_logistic"]

Floats = NDArray[np.floating]

NEWTON_ROUNDS = 60
RIDGE = 1e-3  # of the squared weights of features of unit variance: keeps them finite where classes separate


def fit_logistic(
    features: Mapping[str, Floats],
    targets: NDArray[np.bool_],
    names: Sequence[str],
    rising: Sequence[str] = (),
) -> Logistic:
    """Fit log-odds that are linear in features.

    Args:
        features: (N,) each, by name.
        targets: whether each case is true, (N,).
        names: of the features to use.
        rising: of those whose weight is known not to be negative: one that comes out so is left out, and the rest are
            fitted again. A minus before the name means that it is known not to be positive.
    """
    names = list(names)
    while True:
        table = np.stack([np.asarray(features[name], float) for name in names], axis=1)
        mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
        design = np.concatenate([(table - mean) / spread, np.ones((len(table), 1))], axis=1)
        weights = _newton(design, targets.astype(float))
        slopes = weights[:-1] / spread
        wrong = [
            name
            for name, slope in zip(names, slopes.tolist(), strict=True)
            if (name in rising and slope < 0) or (f"-{name}" in rising and slope > 0)
        ]
        if not wrong:
            bias = float(weights[-1] - (slopes * mean).sum())
            return Logistic(bias, dict(zip(names, slopes.tolist(), strict=True)))
        names = [name for name in names if name not in wrong]


def fit_conditional(opinions: Sequence[Floats], targets: NDArray[np.integer]) -> list[float]:
    """Fit the weight of each of several opinions in a softmax over labels (McFadden's conditional logit, 1974).

    Args:
        opinions: logarithms of what each says of the L labels, (N, L) each.
        targets: the labels that are right, (N,).
    """
    table = np.stack([np.asarray(opinion, float) for opinion in opinions], axis=2)
    rows, weights = np.arange(len(targets)), np.ones(len(opinions))
    for _ in range(NEWTON_ROUNDS):
        chances = softmax(table @ weights)
        mean = np.einsum("nl,nlf->nf", chances, table)
        gradient = (table[rows, targets] - mean).sum(axis=0)
        square = np.einsum("nl,nlf,nlg->fg", chances, table, table) - mean.T @ mean
        step = np.linalg.solve(square + RIDGE * len(targets) * np.eye(len(weights)), gradient)
        weights = weights + step / max(1.0, float(np.abs(step).max()))
    return weights.tolist()


def _newton(design: Floats, targets: Floats) -> Floats:
    weights = np.zeros(design.shape[1])
    penalty = RIDGE * len(targets) * np.eye(len(weights))
    penalty[-1, -1] = 0.0
    for _ in range(NEWTON_ROUNDS):
        p = logistic(design @ weights)
        gradient = design.T @ (p - targets) + penalty @ weights
        curvature = (design * (p * (1 - p))[:, None]).T @ design + penalty + 1e-9 * np.eye(len(weights))
        step = np.linalg.solve(curvature, gradient)
        weights = weights - step / max(1.0, float(np.abs(step).max()))
    return weights
