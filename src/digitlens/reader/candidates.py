"""Candidates for the glyphs of a page, with what the networks make of each."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from digitlens.types import Gray

__all__ = ["Candidates"]

Floats = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Candidates:
    """Candidates for glyphs of a page, N of them.

    Attributes:
        boxes: left, top, width and height in pixels of the page, (N, 4).
        heat: of the page network, (N, K).
        probabilities: of the labels of the alphabet, both opinions combined, (N, L); each row sums to 1.
        log_odds: that each is a glyph to be read, nats, (N,).
        signs: what each is where it is a sign; None where it is a digit or letter.
        frames: what the glyph network saw of each, uint8 (28, 28); all black where nothing was framed.
        features: what ``log_odds`` were made of, by name, (N,) each, for the command that fits them.
        glyph_probabilities: of the glyph network alone, (N, L).
        told: the logarithms of the probabilities that the line network gives to the labels, 0 where it was not asked,
            (N, L).
        named: the heat of the labels, (N, L): of those that the page network has no map for, that of other writing.
    """

    boxes: Floats
    heat: Floats
    probabilities: Floats
    log_odds: Floats
    signs: tuple[str | None, ...]
    frames: tuple[Gray, ...]
    features: dict[str, Floats]
    glyph_probabilities: Floats
    named: Floats
    told: Floats

    def __len__(self) -> int:
        """Return the number of candidates."""
        return len(self.boxes)

    @property
    def confidences(self) -> Floats:
        """The probability of each to be a glyph, and one of its best label, (N,) of 0 to 1."""
        best = self.probabilities.max(axis=1, initial=0.0)
        label = np.array([1.0 if sign else p for sign, p in zip(self.signs, best, strict=True)])
        return label / (1 + np.exp(-self.log_odds))

    def part(self, rows: slice, origin: tuple[float, float], scale: float) -> "Candidates":
        """Some of the candidates, in pixels of a part of the page.

        Args:
            rows: which.
            origin: left and top of that part, in pixels of the page.
            scale: pixels of the page for one of the part's.
        """
        chosen = {
            field.name: getattr(self, field.name)[rows] for field in fields(self) if field.name != "features"
        }
        chosen["boxes"] = (chosen["boxes"] - np.array([*origin, 0, 0])) / scale
        return Candidates(**chosen, features={name: values[rows] for name, values in self.features.items()})
