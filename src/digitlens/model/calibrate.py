"""From logits to what may be said: calibrated probabilities, a digit score, and what to accept.

Everything here is fitted on held-back training data, never on a test set. Temperature scaling is Guo et al., On
Calibration of Modern Neural Networks, 2017; the energy score is Liu et al., Energy-based Out-of-distribution Detection,
2020; selective risk is Geifman and El-Yaniv, Selective Classification for Deep Neural Networks, 2017, with the
fixed-sequence testing of Angelopoulos et al., Learn then Test, 2021, in place of a union bound.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlens.model.risk import RiskStep, accepting_threshold

__all__ = [
    "MAX_ERROR",
    "UNCALIBRATED",
    "Calibration",
    "Predictions",
    "Threshold",
    "energy",
    "ensemble_logits",
    "logistic",
    "softmax",
]

Floats = NDArray[np.floating]
Labels = NDArray[np.integer]

MAX_ERROR = 0.005
"""The error rate aimed for among accepted glyphs where no other is named."""


def softmax(logits: Floats) -> Floats:
    """Probabilities from logits, both (N, K); each row sums to 1."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def energy(logits: Floats) -> Floats:
    """The log of the summed exponentials of each row of logits (N, K): high where the glyph is known."""
    top = logits.max(axis=-1)
    return top + np.log(np.exp(logits - top[..., None]).sum(axis=-1))


def ensemble_logits(logits: Floats) -> Floats:
    """Logits of the mean opinion of V looks, (V, N, K) to (N, K): mean probabilities, at the mean energy."""
    opinion = np.log(softmax(logits).mean(axis=0) + 1e-12)
    return opinion + energy(logits).mean(axis=0)[:, None]


@dataclass(frozen=True, slots=True)
class Threshold:
    """From where on a glyph is accepted.

    Attributes:
        score: the lowest acceptance score; infinite where none is enough.
        share: the lowest probability of a label among those of it and its look-alikes, 0 to 1.
    """

    score: float
    share: float = 0.0


@dataclass(frozen=True)
class Calibration:
    """The calibration of one network.

    Attributes:
        temperature: logits are divided by it before the softmax.
        digit_slope, digit_offset: the digit score is the logistic of ``slope * evidence + offset``.
        digit_threshold: a lower digit score is refused as not a digit, 0 to 1.
        risk: steps from strict to lax.
        other: whether the last logit stands for whatever is not in the alphabet.
        alike: of each of the K labels, the indices of its look-alikes, which the risk counts as one with it; () where
            none are.
        prior_odds: glyphs of the alphabet on one that is none where the risk was bound; the digit score takes 1.
    """

    temperature: float
    digit_slope: float
    digit_offset: float
    digit_threshold: float
    risk: tuple[RiskStep, ...]
    other: bool = False
    alike: tuple[tuple[int, ...], ...] = ()
    prior_odds: float = 1.0

    def of_labels(self, logits: Floats) -> Floats:
        """The logits of the K labels alone, (N, K)."""
        return logits[..., :-1] if self.other else logits

    def evidence(self, logits: Floats) -> Floats:
        """Return the evidence for a glyph of the alphabet, (N,), nats: the energy of its labels, against the rest."""
        return energy(logits[..., :-1]) - logits[..., -1] if self.other else energy(logits)

    def probabilities(self, logits: Floats) -> Floats:
        """Calibrated probabilities of the labels (N, K)."""
        return softmax(self.of_labels(logits) / self.temperature)

    def digit_score(self, logits: Floats) -> Floats:
        """Return the probability of each row of logits to come from a glyph of the alphabet, (N,) of 0 to 1."""
        return logistic(self.digit_slope * self.evidence(logits) + self.digit_offset)

    def acceptance_score(self, logits: Floats) -> Floats:
        """Return the score that is compared with the thresholds, (N,) of 0 to 1.

        The confidence, that of look-alikes included; times the digit score, at the `prior_odds`, where the network has
        a class for everything else: how surely a glyph is one at all, and read right.
        """
        return self._score(self.with_alike(self.probabilities(logits)), self.digit_score(logits))

    def with_alike(self, probabilities: Floats) -> Floats:
        """The probability of the likeliest label and its look-alikes together, (N, K) to (N,)."""
        if not self.alike:
            return probabilities.max(axis=-1)
        return (probabilities * self._groups[probabilities.argmax(axis=-1)]).sum(axis=-1)

    def same_or_alike(self, read: Labels, targets: Labels) -> NDArray[np.bool_]:
        """Which labels read, (N,) indices, are the targets, (N,), or look-alikes of these."""
        return self._groups[read, targets] if self.alike else read == targets

    @cached_property
    def _groups(self) -> NDArray[np.bool_]:
        """Which labels are each label or one of its look-alikes, (K, K)."""
        groups = np.eye(len(self.alike), dtype=bool)
        for label, others in enumerate(self.alike):
            groups[label, list(others)] = True
        return groups

    def _score(self, confidence: Floats, digit_scores: Floats) -> Floats:
        return confidence * _at_odds(digit_scores, self.prior_odds) if self.other else confidence

    def threshold(self, max_error: float) -> Threshold:
        """The threshold that keeps errors among accepted glyphs to ``max_error``, 0 to 1.

        The score from which on, with 95 % certainty, so few are wrong, look-alikes counted as one. Of these the label
        has to be the right one as surely by its own calibrated probability.
        """
        return Threshold(accepting_threshold(self.risk, max_error), 1 - max_error if self.alike else 0.0)

    def predict(self, logits: Floats, threshold: Threshold, odds: Floats | float = 1.0) -> "Predictions":
        """All that may be said of each row of logits.

        Args:
            logits: (N, K) or (N, K + 1).
            threshold: the `threshold` for the error rate wanted.
            odds: by how much what surrounds a glyph makes it likelier to be one of the alphabet, (N,) or one for all.
        """
        score = _at_odds(self.digit_score(logits), odds)
        probabilities = self.probabilities(logits)
        confident = self.is_confident(probabilities, score, threshold)
        return Predictions(probabilities, score, score >= self.digit_threshold, confident)

    def reweighed(self, predictions: "Predictions", odds: Floats, threshold: Threshold) -> "Predictions":
        """The predictions where something else speaks for the labels too.

        Args:
            predictions: of N glyphs.
            odds: factors of the probabilities, (N, K); those are made to sum to 1 again.
            threshold: the `threshold` for the error rate wanted.
        """
        weighed = predictions.probabilities * odds
        probabilities = weighed / weighed.sum(axis=-1, keepdims=True)
        confident = self.is_confident(probabilities, predictions.digit_scores, threshold)
        return replace(predictions, probabilities=probabilities, confident=confident)

    def is_confident(
        self, probabilities: Floats, digit_scores: Floats, threshold: Threshold
    ) -> NDArray[np.bool_]:
        """Tell which glyphs reach the threshold, (N,).

        Args:
            probabilities: of the K labels, (N, K).
            digit_scores: how surely each is a glyph of the alphabet at all, 0 to 1, (N,).
            threshold: the `threshold` for the error rate wanted.
        """
        together = self.with_alike(probabilities)
        enough = self._score(together, digit_scores) >= threshold.score
        return enough & (probabilities.max(axis=-1) >= threshold.share * together)

    @classmethod
    def from_dict(cls, values: dict[str, Any], alike: tuple[tuple[int, ...], ...] = ()) -> "Calibration":
        """Build it from the JSON of a card, and from the look-alikes that the card has for all its calibrations.

        Raises:
            KeyError, TypeError, ValueError: it lacks something, or has what no calibration has.
        """
        risk = tuple(RiskStep(**step) for step in values["risk"])
        found = cls(**{**values, "risk": risk, "alike": alike})
        positive = (found.temperature, found.prior_odds)
        numbers = (*positive, found.digit_slope, found.digit_offset, found.digit_threshold)
        if not all(map(isfinite, numbers)) or min(positive) <= 0:
            raise ValueError("a calibration's numbers must be finite, its temperature and odds above 0")
        if not all(s.accepted >= 1 and 0 <= s.bound <= 1 and isfinite(s.threshold) for s in risk):
            raise ValueError("a step's threshold must be finite, its bound 0 to 1, and some glyphs accepted")
        return found


@dataclass(frozen=True, eq=False)
class Predictions:
    """The calibrated predictions for N glyphs.

    Attributes:
        probabilities: calibrated, of each label, (N, K).
        digit_scores: how surely each is a glyph of the alphabet, (N,) of 0 to 1.
        known: whether each may count as one, (N,).
        confident: whether each reaches the threshold of the error rate wanted, (N,).
    """

    probabilities: Floats
    digit_scores: Floats
    known: NDArray[np.bool_]
    confident: NDArray[np.bool_]

    @property
    def best(self) -> NDArray[np.intp]:
        """Which label each is likeliest to be, (N,)."""
        return self.probabilities.argmax(axis=1)

    @property
    def accepted(self) -> NDArray[np.bool_]:
        """True for glyphs that need not be handed to a person, (N,)."""
        return self.known & self.confident

    @property
    def glyph_probability(self) -> Floats:
        """The probability of each to be a glyph, and one of its best label, (N,) of 0 to 1."""
        return self.probabilities.max(axis=-1) * self.digit_scores


UNCALIBRATED = Calibration(1.0, 0.0, 0.0, 0.0, ())
"""For a network nothing was fitted for: plain softmax, digit score one half, and nothing is accepted."""


def _at_odds(chance: Floats, odds: Floats | float) -> Floats:
    """A probability, 0 to 1, where what it is of is ``odds`` times as likely beforehand, against all else."""
    return chance * odds / (1 - chance + chance * odds)


def logistic(x: Floats) -> Floats:
    """1 / (1 + exp(-x)) without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * x))
