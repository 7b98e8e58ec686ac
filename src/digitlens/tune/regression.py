"""Logistic regressions with a little ridge, linear or additive, by Newton's method."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitlens.model import Logistic, logistic, softmax

__all__ = ["fit_choices", "fit_conditional", "fit_logistic"]

Floats = NDArray[np.floating]

NEWTON_ROUNDS = 60
RIDGE = 1e-3  # of the squared weights of features of unit variance: keeps them finite where classes separate

NONE = -1e3
"""Stands, in tables of several choices, for the ones that a line with fewer does not have."""

FEWEST_LINES = 20
"""Lines of which it is known which segmentation is right, from which the weight of the line network is fitted."""


def fit_logistic(
    features: Mapping[str, Floats],
    targets: NDArray[np.bool_],
    names: Sequence[str],
    rising: Sequence[str] = (),
    bends: Sequence[float] = (),
) -> Logistic:
    """Fit log-odds that are a sum of terms, one a feature, linear or linear in pieces.

    Args:
        features: (N,) each, by name.
        targets: whether each case is true, (N,).
        names: of the features to use.
        rising: of those that are known not to speak against: a piece whose weight comes out negative is made level,
            and the rest are fitted again. A minus before the name means that it is known not to speak for.
        bends: the quantiles of each feature at which its weight may change.
    """
    pieces = [piece for name in names for piece in _pieces(name, np.asarray(features[name], float), bends)]
    while True:
        table = np.array([piece.column(features) for piece in pieces]).reshape(len(pieces), len(targets)).T
        mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
        design = np.concatenate([(table - mean) / spread, np.ones((len(table), 1))], axis=1)
        weights = _newton(design, targets.astype(float))
        slopes = (weights[:-1] / spread).tolist()
        wrong = {
            piece
            for piece, slope in zip(pieces, slopes, strict=True)
            if (piece.name in rising and slope < 0) or (f"-{piece.name}" in rising and slope > 0)
        }
        if not wrong:
            bias = float(weights[-1] - (slopes * mean).sum())
            return _additive(bias, list(zip(pieces, slopes, strict=True)))
        pieces = [piece for piece in pieces if piece not in wrong]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A feature between two of its values, below which and above which it does not count."""

    name: str
    low: float
    high: float

    def column(self, features: Mapping[str, Floats]) -> Floats:
        """Return how much of the piece each case has, (N,)."""
        low = self.low if np.isfinite(self.low) else 0.0
        return np.clip(np.asarray(features[self.name], float), self.low, self.high) - low


def _pieces(name: str, values: Floats, bends: Sequence[float]) -> list[_Piece]:
    """Cut a feature at quantiles; what does not vary is no piece."""
    cuts = np.unique(np.quantile(values, bends)) if len(bends) else np.zeros(0)
    inside = cuts[(cuts > values.min()) & (cuts < values.max())].tolist()
    return [_Piece(name, low, high) for low, high in pairwise([-np.inf, *inside, np.inf])]


def _additive(bias: float, slopes: Sequence[tuple[_Piece, float]]) -> Logistic:
    """Put slopes of pieces as a weight below the first bend, and by how much it changes at each."""
    weights, bends = dict[str, float](), dict[str, list[tuple[float, float]]]()
    for piece, slope in slopes:
        if np.isfinite(piece.low):
            bends.setdefault(piece.name, []).append((piece.low, slope))
        else:
            weights[piece.name] = slope
        if np.isfinite(piece.high):
            bends.setdefault(piece.name, []).append((piece.high, -slope))
    joined = {name: _summed(each) for name, each in bends.items()}
    return Logistic(bias, weights, joined)


def _summed(bends: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Sum up the changes at the same value."""
    changes = dict[float, float]()
    for at, change in bends:
        changes[at] = changes.get(at, 0.0) + change
    return sorted(changes.items())


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


def fit_choices(choices: Sequence[tuple[Floats, int]], before: float) -> float:
    """Fit the weight of the line network's word about segmentations, beside the log-odds of their glyphs.

    Args:
        choices: of each line the log-odds and the word of the line network about each of its segmentations, (N, 2), and
            which is right.
        before: the weight where too few lines are known.
    """
    if len(choices) < FEWEST_LINES:
        return before
    most = max(len(scores) for scores, _ in choices)
    scores = np.full((len(choices), most, 2), NONE)
    for row, (each, _) in zip(scores, choices, strict=True):
        row[: len(each)] = each
    right = np.array([index for _, index in choices])
    of_gain, of_line = fit_conditional([scores[..., 0], scores[..., 1]], right)
    return of_line / of_gain if of_gain > 0 and of_line > 0 else 0.0
