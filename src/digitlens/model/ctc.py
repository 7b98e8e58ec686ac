"""Connectionist temporal classification: how likely a text is, given the probabilities of every step.

Graves et al., Connectionist Temporal Classification, 2006, equations 5 to 10. Probabilities are kept in the range of
floats by scaling every step, as for hidden Markov models (Rabiner, 1989).
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

__all__ = ["LEAST_LIKELY", "best_labels", "label_likelihoods", "log_likelihood"]

Floats = NDArray[np.floating]

LEAST_LIKELY = -60.0
"""The logarithm that stands for what cannot be."""

LEAST_STEP_PROBABILITY = 1e-12
"""The least probability that counts, so that no step rules a text out by itself."""


def best_labels(probabilities: Floats) -> list[int]:
    """The labels of the likeliest alignment: those of the best of each step, without repetitions and blanks.

    Args:
        probabilities: of K labels and, last, of none, (T, K + 1).
    """
    best = probabilities.argmax(axis=1)
    changed = np.concatenate([[True], best[1:] != best[:-1]])
    return [int(label) for label in best[changed] if label < probabilities.shape[1] - 1]


def log_likelihood(probabilities: Floats, text: Sequence[int]) -> float:
    """The logarithm of the probability of a text over all alignments, `LEAST_LIKELY` at least.

    Args:
        probabilities: of K labels and, last, of none, (T, K + 1); each row sums to 1.
        text: rows of labels.
    """
    if _shortest(text) > len(probabilities):
        return LEAST_LIKELY
    _, scales, end = _forward(np.maximum(probabilities, LEAST_STEP_PROBABILITY), text)
    return max(LEAST_LIKELY, float(scales[-1] + np.log(max(end, 1e-300))))


def label_likelihoods(probabilities: Floats, text: Sequence[int]) -> NDArray[np.float64]:
    """The logarithms of the probabilities of a text with each of its labels replaced by each label, (N, K).

    Args:
        probabilities: of K labels and, last, of none, (T, K + 1); each row sums to 1.
        text: N rows of labels.
    """
    steps, count, length = len(probabilities), probabilities.shape[1] - 1, len(text)
    if _shortest(text) > steps:
        return np.full((length, count), LEAST_LIKELY)
    probabilities = np.maximum(probabilities, LEAST_STEP_PROBABILITY)
    forward, up, _ = _forward(probabilities, text)
    backward, down = _backward(probabilities, text)
    emitted = (
        probabilities[:, _states(text, count)] * backward
    )  # what comes from a step on, beginning in a state
    before, after = [-1, *text[:-1]], [*text[1:], -1]
    labels = np.arange(count)
    not_before = labels[None] != np.array(before)[:, None]
    not_after = labels[None] != np.array(after)[:, None]
    blank, label = 2 * np.arange(length), 2 * np.arange(length) - 1
    inside = np.zeros((length, count))
    total = np.zeros((length, count))
    weights = np.exp(np.minimum(up + np.append(down[1:], 0.0) - _most(up, down), 0.0))
    for step in range(steps):
        entering = np.zeros((length, count))
        if step:
            entering = (
                forward[step - 1, blank, None]
                + not_before * np.where(label >= 0, forward[step - 1, label], 0.0)[:, None]
            )
        else:
            entering[0] = 1.0
        inside = (inside + entering) * probabilities[step, :count]
        inside *= np.exp((up[step - 1] if step else 0.0) - up[step])
        total += weights[step] * inside * _leaving(emitted, step, length, not_after)
    return np.maximum(LEAST_LIKELY, np.log(np.maximum(total, 1e-300)) + _most(up, down))


def _shortest(text: Sequence[int]) -> int:
    """The fewest steps that a text takes: one each, and one of none between two alike."""
    return len(text) + sum(a == b for a, b in pairwise(text))


def _most(up: Floats, down: Floats) -> float:
    """The largest sum of the scales on both sides of a step."""
    return float((up + np.append(down[1:], 0.0)).max())


def _leaving(emitted: Floats, step: int, length: int, not_after: NDArray[np.bool_]) -> Floats:
    """Return the probability of the rest behind each label if it ends at a step, (N, K)."""
    if step + 1 == len(emitted):
        last = np.zeros(not_after.shape)
        last[-1] = 1.0
        return last
    behind = 2 * np.arange(length) + 2
    next_label = np.append(emitted[step + 1, behind[:-1] + 1], 0.0)
    return emitted[step + 1, behind, None] + not_after * next_label[:, None]


def _states(text: Sequence[int], blank: int) -> NDArray[np.intp]:
    """The labels of a text with blanks around and between them."""
    states = np.full(2 * len(text) + 1, blank, np.intp)
    states[1::2] = text
    return states


def _skips(states: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Into which states the blank before may be left out: into labels unlike the one before."""
    skips = np.zeros(len(states), bool)
    skips[3::2] = states[3::2] != states[1:-2:2]
    return skips


def _forward(
    probabilities: Floats, text: Sequence[int]
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Scaled forward variables (T, S), the logarithms of their scales (T,), and the scaled sum of both ends."""
    states = _states(text, probabilities.shape[1] - 1)
    emitted, skips = probabilities[:, states].astype(np.float64), _skips(states)
    found, scales, scale = np.zeros_like(emitted), np.zeros(len(emitted)), 0.0
    found[0, :2] = emitted[0, :2]
    for step in range(len(emitted)):
        if step:
            row = found[step - 1].copy()
            row[1:] += found[step - 1, :-1]
            row[2:] += skips[2:] * found[step - 1, :-2]
            found[step] = row * emitted[step]
        size = max(float(found[step].sum()), 1e-300)
        found[step] /= size
        scale += np.log(size)
        scales[step] = scale
    return found, scales, float(found[-1, -2:].sum())


def _backward(probabilities: Floats, text: Sequence[int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scaled backward variables (T, S), what comes behind a step in each state; the logarithms of their scales."""
    states = _states(text, probabilities.shape[1] - 1)
    emitted, skips = probabilities[:, states].astype(np.float64), _skips(states)
    found, scales, scale = np.zeros_like(emitted), np.zeros(len(emitted)), 0.0
    found[-1, -2:] = 1.0
    for step in range(len(emitted) - 2, -1, -1):
        coming = found[step + 1] * emitted[step + 1]
        row = coming.copy()
        row[:-1] += coming[1:]
        row[:-2] += skips[2:] * coming[2:]
        size = max(float(row.sum()), 1e-300)
        found[step] = row / size
        scale += np.log(size)
        scales[step] = scale
    return found, scales
