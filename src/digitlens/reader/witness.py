"""A second witness of every line: the line network, which reads it as a whole and knows of no boxes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import STRIP_BEYOND, text_strip
from digitlens.model import OTHER_WRITING, LineNetwork, best_labels, label_likelihoods, log_likelihood
from digitlens.reader.detect import Found
from digitlens.reader.median import median

__all__ = ["Heard", "Witness"]

Floats = NDArray[np.floating]

BLANK = 0.999
"""The probability of no label from which, of several such steps in a row, one is enough."""

LONGEST_HEARD = 120
"""Glyphs of a line, and not more, on which the witness is asked for every label of each."""


@dataclass(frozen=True, eq=False)
class Heard:
    """The line network's evidence about a line.

    Attributes:
        labels: of the columns of ``probabilities``.
        probabilities: of the labels and of none, other writing counted as none, (T, K + 1); of steps in a row where
            there is nothing for sure, the first alone.
        other: the probability of other writing at each step, (T,).
    """

    labels: tuple[str, ...]
    probabilities: NDArray[np.float64]
    other: NDArray[np.float64]
    _known: dict[tuple[str, ...], float] = field(default_factory=dict, repr=False)

    @property
    def text(self) -> str:
        """The labels that it reads itself."""
        return "".join(self.labels[i] for i in best_labels(self.probabilities))

    def likelihood(self, text: Sequence[str]) -> float:
        """The logarithm of the probability of labels, one behind the other; it is told once, and then known."""
        labels = tuple(text)
        if labels not in self._known:
            rows = [self.labels.index(label) for label in labels]
            self._known[labels] = log_likelihood(self.probabilities, rows)
        return self._known[labels]

    def opinions(self, text: Sequence[str], labels: Sequence[str]) -> NDArray[np.float64]:
        """The logarithms of the probability of each of ``labels`` in the place of each of ``text``, (N, L).

        Each row's probabilities sum to 1. Of lines longer than `LONGEST_HEARD` it has no opinion: all are the same.
        """
        if len(text) > LONGEST_HEARD or not len(text):
            return np.full((len(text), len(labels)), -np.log(len(labels)))
        rows = label_likelihoods(self.probabilities, [self.labels.index(label) for label in text])
        rows = rows[:, [self.labels.index(label) for label in labels]]
        return rows - np.logaddexp.reduce(rows, axis=1, keepdims=True)


@dataclass(frozen=True)
class Witness:
    """Reads lines where they were found.

    Attributes:
        network: the line network.
    """

    network: LineNetwork

    def hear(self, found: Found, boxes: Floats) -> Heard:
        """Read a line.

        Args:
            found: the look at the page that the line was found in.
            boxes: of the glyphs on the line, from left to right, in pixels of the page, (N, 4), one at least.
        """
        seen = boxes.astype(np.float64) * found.scale
        strip = text_strip(found.contrast, seen, median(_tall(seen)), STRIP_BEYOND)
        probabilities = self.network.probabilities(strip.contrast)
        other = probabilities[:, self.network.labels.index(OTHER_WRITING)].copy()
        merged = probabilities.copy()
        merged[:, -1] += other
        merged[:, self.network.labels.index(OTHER_WRITING)] = 0.0
        blank = merged[:, -1] >= BLANK
        kept = ~(blank & np.concatenate([[False], blank[:-1]]))
        return Heard(self.network.labels, merged[kept], other[kept])

    def knows(self, labels: Sequence[str]) -> bool:
        """Tell if it reads all of these."""
        return set(labels) <= set(self.network.labels) - {OTHER_WRITING}


def _tall(boxes: Floats) -> Floats:
    """The heights of glyphs, without those of points and dashes if there are higher ones."""
    heights = boxes[:, 3]
    return heights[heights >= heights.max() / 2]
