"""Figures of a network: accuracy with its interval, calibration, and what refusing the doubtful buys."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from math import ceil
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitlens.metrics import wilson
from digitlens.model.calibrate import MAX_ERROR, Calibration, softmax

__all__ = ["Figures", "calibration_error", "confused", "figures", "reliability", "risk_coverage"]

Floats = NDArray[np.floating]
Targets = NDArray[np.integer]

SHARES = (0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1.0)
"""Shares accepted at which the risk-coverage curve is told."""

BINS = 15
"""Equal-width confidence bins, as in Guo et al., 2017."""

MOST_PAIRS = 30
"""Pairs of labels that are told as the most often confused."""

Bin: TypeAlias = tuple[float, float, int]
"""Of the glyphs in a confidence bin: their mean confidence, the share read right, how many they are."""


@dataclass(frozen=True)
class Figures:
    """The figures of one labelled set.

    Attributes:
        count: glyphs.
        errors: how many the best label was wrong on.
        accuracy: share right, 0 to 1.
        interval: Wilson 95 % interval of the accuracy.
        per_label: label -> [glyphs, right].
        confusion: rows are true, columns are read, in the order of the labels.
        nll: mean negative log likelihood, nats.
        ece: expected calibration error, 0 to 1.
        ece_uncalibrated: the same at temperature 1.
        reliability: mean confidence, share right and count of each confidence bin that holds any.
        reliability_uncalibrated: the same at temperature 1.
        aurc: area under the risk-coverage curve, 0 to 1.
        curve: points of that curve: a share accepted, the surest first, and the error rate among them.
        accepted: share that would not be handed to a person, 0 to 1.
        accepted_errors: how many of the accepted were wrong.
    """

    count: int
    errors: int
    accuracy: float
    interval: tuple[float, float]
    per_label: dict[str, tuple[int, int]]
    confusion: list[list[int]]
    nll: float
    ece: float
    ece_uncalibrated: float
    reliability: tuple[Bin, ...]
    reliability_uncalibrated: tuple[Bin, ...]
    aurc: float
    curve: tuple[tuple[float, float], ...]
    accepted: float
    accepted_errors: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values; shares to six places."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Figures":
        """Rebuild the figures from the output of ``to_dict``.

        Raises:
            KeyError: a figure is missing.
        """
        return cls(**{field.name: values[field.name] for field in fields(cls)})

    def summary(self) -> dict[str, Any]:
        """The accuracy alone."""
        plain = self.to_dict()
        return {k: plain[k] for k in ("count", "errors", "accuracy", "interval")}


def figures(
    calibration: Calibration,
    logits: Floats,
    targets: Targets,
    labels: tuple[str, ...],
    max_error: float = MAX_ERROR,
) -> Figures:
    """Measure a network's logits against what is right.

    Args:
        calibration: the network's.
        logits: (N, K), or (N, K + 1) where the last is for whatever is not in the alphabet.
        targets: the indices of the right labels, (N,).
        labels: the K labels.
        max_error: the error rate wanted among accepted glyphs, 0 to 1.
    """
    predictions = calibration.predict(logits, calibration.threshold(max_error))
    uncalibrated = softmax(calibration.of_labels(logits))
    probabilities, accepted = predictions.probabilities, predictions.accepted
    read = probabilities.argmax(axis=1)
    right = read == targets
    confusion = np.zeros((len(labels), len(labels)), dtype=int)
    np.add.at(confusion, (targets, read), 1)
    count, failed = len(targets), int(np.count_nonzero(~right))
    likelihood = probabilities[np.arange(count), targets]
    _, risk = risk_coverage(probabilities.max(axis=1), right)
    return Figures(
        count=count,
        errors=failed,
        accuracy=1 - failed / count,
        interval=wilson(count - failed, count),
        per_label={label: (int(confusion[k].sum()), int(confusion[k, k])) for k, label in enumerate(labels)},
        confusion=confusion.tolist(),
        nll=float(-np.log(np.clip(likelihood, 1e-12, 1)).mean()),
        ece=calibration_error(probabilities.max(axis=1), right),
        ece_uncalibrated=calibration_error(uncalibrated.max(axis=1), right),
        reliability=reliability(probabilities.max(axis=1), right),
        reliability_uncalibrated=reliability(uncalibrated.max(axis=1), right),
        aurc=float(risk.mean()),
        curve=tuple((share, float(risk[ceil(share * count) - 1])) for share in SHARES),
        accepted=float(accepted.mean()),
        accepted_errors=int(np.count_nonzero(accepted & ~right)),
    )


def confused(labels: Sequence[str], confusion: Sequence[Sequence[int]]) -> list[list[Any]]:
    """The pairs of labels most often taken for one another: ``[one, other, errors, share of their glyphs]``."""
    counts = np.array(confusion)
    both = np.triu(counts + counts.T, k=1)
    glyphs = counts.sum(axis=1)
    order = np.argsort(-both, axis=None, kind="stable")[:MOST_PAIRS]
    pairs = [divmod(int(i), len(counts)) for i in order]
    return [
        [labels[i], labels[j], int(both[i, j]), round(float(both[i, j] / (glyphs[i] + glyphs[j])), 4)]
        for i, j in pairs
        if both[i, j]
    ]


def _plain(value: Any) -> Any:
    """Floats to six places, in tuples too."""
    if isinstance(value, tuple):
        return [_plain(held) for held in value]
    return round(value, 6) if isinstance(value, float) else value


def reliability(confidence: Floats, right: NDArray[np.bool_]) -> tuple[Bin, ...]:
    """Mean confidence, share right and count of each confidence bin that holds any, from low to high.

    Args:
        confidence: 0 to 1, (N,).
        right: which glyphs were read right, (N,).
    """
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    held = [bins == b for b in range(BINS) if np.any(bins == b)]
    return tuple((float(confidence[i].mean()), float(right[i].mean()), int(i.sum())) for i in held)


def calibration_error(confidence: Floats, right: NDArray[np.bool_]) -> float:
    """Expected calibration error, 0 to 1: the gap between confidence and share right, weighed by each bin's count.

    Args:
        confidence: 0 to 1, (N,).
        right: which glyphs were read right, (N,).
    """
    return sum(n * abs(mean - share) for mean, share, n in reliability(confidence, right)) / len(confidence)


def risk_coverage(confidence: Floats, right: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Share accepted and error rate among accepted, (N,) each, as ever less sure glyphs are accepted."""
    order = np.argsort(-confidence, kind="stable")
    accepted = np.arange(1, len(order) + 1)
    return accepted / len(order), np.cumsum(~right[order]) / accepted
