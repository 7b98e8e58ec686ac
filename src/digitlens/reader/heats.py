"""The heats that the page network sees in detections, taken together by what is read: labels, signs, other writing."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitlens.model import OTHER_WRITING, SIGNS

__all__ = ["LABEL_FLOOR", "HeatMaps", "Heats", "logit"]

Floats = NDArray[np.floating]

LABEL_FLOOR = 1e-4
"""The least that a heat or a probability counts, so that one network alone never rules a label out."""


@dataclass(frozen=True, eq=False)
class Heats:
    """The heats of N detections, each (N,) but for the first three.

    Attributes:
        all: of each label of the page network, (N, K).
        named: of each label of the alphabet, (N, L).
        signs: of each sign that may be read, (N, S).
        highest: of any writing.
        other: of other writing.
        refused: of what is not to be read.
        left_out: of signs that are left out.
    """

    all: Floats
    named: Floats
    signs: Floats
    highest: Floats
    other: Floats
    refused: Floats
    left_out: Floats

    @property
    def digit(self) -> Floats:
        """Of the likeliest label of the alphabet."""
        return self.named.max(axis=1, initial=0.0)

    @property
    def sign(self) -> Floats:
        """Of the likeliest sign."""
        return self.signs.max(axis=1, initial=0.0)

    def features(self, digit_score: Floats, combined: Floats, glyph: Floats) -> dict[str, Floats]:
        """Return what log-odds are made of, by name, (N,) each.

        Args:
            digit_score: the glyph network's log-odds that each is a glyph at all, (N,).
            combined: the probabilities of the labels by both networks, (N, L).
            glyph: those of the glyph network alone, (N, L).
        """
        rows = np.arange(len(self.all))
        return {
            "heat": logit(self.digit),
            "digit_score": digit_score,
            "agreement": np.log(np.maximum(glyph[rows, combined.argmax(axis=1)], LABEL_FLOOR)),
            "rival": logit(np.maximum(self.refused, self.sign)),
            "sign_heat": logit(self.sign),
            "sign_rival": logit(np.maximum(self.other, self.digit)),
        }


@dataclass(frozen=True)
class HeatMaps:
    """Which maps of the page network stand for what is read.

    Attributes:
        known: the labels of the page network, one for each map.
        labels: the alphabet that is read.
        signs: those that may be read.
    """

    known: tuple[str, ...]
    labels: tuple[str, ...]
    signs: frozenset[str]

    @property
    def reads_other(self) -> bool:
        """True if the alphabet has labels that the page network knows only as other writing."""
        return any(label not in self.known for label in self.labels)

    @property
    def of_signs(self) -> list[int]:
        """The maps of signs that may be read."""
        return self._of(self.signs)

    @property
    def _left_out(self) -> list[int]:
        """The maps of signs that are left out on purpose; none where letters are read: some look alike."""
        return [] if self.reads_other else self._of(frozenset(SIGNS) - self.signs)

    def heats(self, heat: Floats) -> Heats:
        """Take together what the page network sees in each of N detections, from its heats, (N, K)."""
        highest = heat.max(axis=1, initial=0.0)
        other = heat[:, self._of({OTHER_WRITING})].max(axis=1, initial=0.0)
        return Heats(
            all=heat,
            named=self._named(heat, highest),
            signs=heat[:, self.of_signs],
            highest=highest,
            other=other,
            refused=np.zeros_like(other) if self.reads_other else other,
            left_out=heat[:, self._left_out].max(axis=1, initial=0.0),
        )

    def _of(self, names: Collection[str]) -> list[int]:
        return [i for i, label in enumerate(self.known) if label in names]

    def _named(self, heat: Floats, highest: Floats) -> Floats:
        """The heat of each label of the alphabet, (N, L); of those without a map, that of writing of any kind."""
        columns = [
            heat[:, self.known.index(label)] if label in self.known else highest for label in self.labels
        ]
        return np.stack(columns, axis=1)


def logit(p: Floats) -> Floats:
    """Return the log-odds of probabilities, nats, none further from even than those of `LABEL_FLOOR`."""
    clipped = np.clip(p, LABEL_FLOOR, 1 - LABEL_FLOOR)
    return np.log(clipped / (1 - clipped))
