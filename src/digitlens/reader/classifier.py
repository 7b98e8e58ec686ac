"""The classification of normalised glyphs, in the alphabet that is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import FRAME_SIDE, tta_views
from digitlens.model import Alphabet, Network, Predictions, Threshold, ensemble_logits
from digitlens.types import Box, Glyph, Gray, Reason

__all__ = ["Classifier"]

TTA_BELOW = 0.9  # glyphs that read less well are looked at in other ways too: one in ten of MNIST's


@dataclass(frozen=True)
class Classifier:
    """A network, the alphabet it reads, and how sure it has to be.

    Attributes:
        network: which is asked.
        alphabet: the labels it may answer with, calibrated.
        threshold: from where on a glyph is accepted.
    """

    network: Network
    alphabet: Alphabet
    threshold: Threshold

    def predict(
        self, frames: Sequence[Gray], odds: NDArray[np.floating] | float = 1.0, tta: bool = False
    ) -> Predictions:
        """Classify normalised glyphs, N of them.

        Args:
            frames: white on black, uint8 (28, 28) each.
            odds: by how much what surrounds a glyph makes it likelier to be one of the alphabet, (N,) or one for all.
            tta: those that do not read well get test-time augmentation: the mean opinion counts.
        """
        calibration, images = self.alphabet.calibration, np.stack(frames)
        logits = self._logits(images)
        if tta:
            doubtful = np.flatnonzero(
                calibration.predict(logits, self.threshold).glyph_probability < TTA_BELOW
            )
            if doubtful.size:
                other = np.stack([tta_views(images[i]) for i in doubtful], axis=1)
                looks = self._logits(other.reshape(-1, FRAME_SIDE, FRAME_SIDE))
                looks = looks.reshape(len(other), doubtful.size, -1)
                logits = logits.copy()
                logits[doubtful] = ensemble_logits(np.concatenate([logits[None, doubtful], looks]))
        return calibration.predict(logits, self.threshold, odds)

    def reweighed(self, predictions: Predictions, odds: NDArray[np.floating]) -> Predictions:
        """The same, given what else speaks for each label, (N, K), 1 at most."""
        return self.alphabet.calibration.reweighed(predictions, odds, self.threshold)

    def is_confident(self, chances: Mapping[str, float], digit_score: float) -> bool:
        """Tell if a glyph is accepted that is each label with that probability, and any with that digit score.

        A sign, which is none of the alphabet's labels, has no look-alikes.
        """
        probabilities = np.array([chances.get(label, 0.0) for label in self.alphabet.labels])
        if chances.keys().isdisjoint(self.alphabet.labels):
            probabilities[0] = max(chances.values())
        confident = self.alphabet.calibration.is_confident(
            probabilities, np.array(digit_score), self.threshold
        )
        return bool(confident)

    def glyphs(
        self, predictions: Predictions, frames: Sequence[Gray], rows: Sequence[int], boxes: Sequence[Box]
    ) -> list[Glyph]:
        """Make glyphs of some of those classified: the label of each, and if a person should look.

        Args:
            predictions: for all frames.
            frames: normalised glyphs, uint8 (28, 28) each.
            rows: the indices of those wanted.
            boxes: one for each of ``rows``, in pixels of the picture.
        """
        glyphs = []
        labels = self.alphabet.labels
        columns = (
            predictions.probabilities,
            predictions.best,
            predictions.digit_scores,
            predictions.known,
            predictions.confident,
        )
        for box, at, row, best, score, known, sure in zip(
            boxes, rows, *(column[list(rows)].tolist() for column in columns), strict=True
        ):
            probabilities = dict(zip(labels, row, strict=True))
            reason: Reason | None = "not_a_digit" if not known else None if sure else "unsure"
            said = labels[best] if known else ""
            glyphs.append(
                Glyph(said, row[best], score, box, reason is None, reason, probabilities, frames[at])
            )
        return glyphs

    def classified(self, frames: Sequence[Gray], boxes: Sequence[Box]) -> list[Glyph]:
        """Glyphs that stand alone, each looked at again where it is in doubt."""
        return self.glyphs(self.predict(frames, tta=True), frames, range(len(boxes)), boxes)

    def _logits(self, images: Gray) -> NDArray[np.floating]:
        return self.alphabet.restrict(self.network.logits(images))
