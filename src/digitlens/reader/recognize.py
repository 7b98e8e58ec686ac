"""Two opinions of every candidate on a page, the page network's and the glyph network's, combined into one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import dark_ink_votes, frame_box, shrink_to
from digitlens.model import OTHER_WRITING, PageConfig, softmax
from digitlens.reader.candidates import Candidates
from digitlens.reader.case import has_cases, height_odds
from digitlens.reader.classifier import Classifier
from digitlens.reader.detect import Found
from digitlens.reader.heats import LABEL_FLOOR, HeatMaps, Heats, logit
from digitlens.reader.neighbours import kind_odds, kinds_of
from digitlens.reader.strokes import parts_or_wholes, votes_together, with_strokes
from digitlens.types import Gray, Pixels

__all__ = ["Recognizer"]

Floats = NDArray[np.floating]

FINE_ENOUGH = 44.0  # pixels of a glyph that are enough to frame it: it is made 20 pixels long
NEVER = -30.0  # log-odds of what is a sign that is left out
SURELY_A_SIGN = 0.5  # heat from which a sign is not shown to the glyph network


@dataclass(frozen=True)
class Recognizer:
    """Asks both networks and combines what they say.

    Attributes:
        classifier: the glyph network, in the alphabet that is read.
        labels: of the page network.
        signs: those that may be read.
        config: the numbers of page reading.
    """

    classifier: Classifier
    labels: tuple[str, ...]
    signs: frozenset[str]
    config: PageConfig

    def candidates(self, picture: Pixels, found: Found) -> Candidates:
        """Look at what was found on a page once more, and combine both opinions.

        Args:
            picture: the page, uint8 (H, W) or (H, W, 3).
            found: by the page network.
        """
        found, whole = self._with_strokes(found)
        boxes, heats = found.detections.boxes, self._maps.heats(found.detections.heat)
        frames = self._frames(picture, found, heats.sign < SURELY_A_SIGN)
        glyph, digit_score = self._opinions(frames)
        combined = self._combined(heats.named, glyph)
        features = heats.features(digit_score, combined, glyph) | {"whole": whole.astype(float)}
        is_sign = self._are_signs(heats, digit_score)
        log_odds = self._log_odds(features, is_sign)
        if self.reads_other:
            log_odds[parts_or_wholes(boxes, whole, log_odds, is_sign)] = NEVER
        log_odds[heats.left_out > np.maximum.reduce([heats.digit, heats.sign, heats.refused])] = NEVER
        names = self._sign_labels(heats.signs, is_sign)
        untold = np.zeros_like(glyph)
        return Candidates(
            boxes, heats.all, combined, log_odds, names, frames, features, glyph, heats.named, untold
        )

    def _with_strokes(self, found: Found) -> tuple[Found, NDArray[np.bool_]]:
        """Add the strokes that hang together, where letters are read; with which are whole components, (N,)."""
        known = len(found.detections)
        if not self.reads_other:
            return found, np.zeros(known, bool)
        detections, whole = with_strokes(found)
        detections.heat[known:, self._maps.of_signs] = 0.0  # a bar in it makes an E no minus
        return replace(found, detections=detections), whole

    def _combined(self, named: Floats, glyph: Floats) -> Floats:
        """The probabilities of the labels by both networks, (N, L), from those of each."""
        of_glyph = 1.0 if self.reads_other else self.config.label_glyph
        return softmax(
            self.config.label_heat * np.log(np.maximum(named, LABEL_FLOOR))
            + of_glyph * np.log(np.maximum(glyph, LABEL_FLOOR))
        )

    def _are_signs(self, heats: Heats, digit_score: Floats) -> NDArray[np.bool_]:
        """Tell which are signs, (N,); a letter may be taken for one: then the glyph network has the word."""
        if self.reads_other:
            return (heats.sign >= heats.highest) & ((digit_score < 0) | (heats.sign >= SURELY_A_SIGN))
        return heats.sign > np.maximum(heats.digit, heats.refused)

    def _log_odds(self, features: dict[str, Floats], is_sign: NDArray[np.bool_]) -> Floats:
        """The log-odds that each is a glyph to be read, nats, (N,)."""
        of_sign = {"heat": features["sign_heat"], "rival": features["sign_rival"]}
        glyph = features["digit_score"] if self.reads_other else self.config.glyph.log_odds(features)
        return np.where(is_sign, self.config.sign.log_odds(of_sign), glyph)

    def labels_of(self, candidates: Candidates, rows: Sequence[int]) -> list[str]:
        """The likeliest label, or the sign, of each of some candidates."""
        labels = self.classifier.alphabet.labels
        return [candidates.signs[row] or labels[int(candidates.probabilities[row].argmax())] for row in rows]

    def label_probabilities(self, candidates: Candidates, row: int) -> dict[str, float]:
        """The probability of each label of a candidate; of a sign that of the sign alone."""
        sign = candidates.signs[row]
        if sign is not None:
            return {sign: float(candidates.confidences[row])}
        return dict(zip(self.classifier.alphabet.labels, candidates.probabilities[row].tolist(), strict=True))

    def named(self, heat: Floats) -> Floats:
        """Return the probability of each of the detections, (N, K), to be a glyph of the alphabet, (N,) of 0 to 1."""
        return self._maps.heats(heat).digit

    def reweighed(self, candidates: Candidates, odds: Floats) -> Candidates:
        """The same where something else speaks for the labels too, by factors (N, L)."""
        weighed = candidates.probabilities * odds
        return replace(candidates, probabilities=weighed / weighed.sum(axis=1, keepdims=True))

    def in_context(self, candidates: Candidates, lines: Sequence[Sequence[int]]) -> Candidates:
        """Tell glyphs of like shapes apart by their heights, and by what stands beside them on their line."""
        labels = self.classifier.alphabet.labels
        if kinds_of(labels).any(axis=0).sum() < 2:  # as where only digits are read
            return candidates
        odds = np.ones_like(candidates.probabilities)
        for line in lines:
            rows = [row for row in line if candidates.signs[row] is None and candidates.log_odds[row] > 0]
            if rows:
                odds[rows] = self._context_odds(candidates.probabilities[rows], candidates.boxes[rows, 3])
        return self.reweighed(candidates, odds)

    def _context_odds(self, probabilities: Floats, heights: Floats) -> Floats:
        """The likelihood of the labels of glyphs on a line, (N, L), by their heights and their neighbours."""
        labels, odds = self.classifier.alphabet.labels, np.ones_like(probabilities)
        read = [labels[best] for best in probabilities.argmax(axis=1)]
        told = height_odds(heights.astype(float), read, labels) if has_cases(labels) else None
        if told is not None:
            odds[:] = told
        return odds * kind_odds(probabilities * odds, labels, self.classifier.network.card.alike)

    @property
    def other_writing(self) -> int:
        """The column of other writing among the heat maps."""
        return self.labels.index(OTHER_WRITING)

    @property
    def reads_other(self) -> bool:
        """True if the alphabet has labels that the page network knows only as other writing."""
        return self._maps.reads_other

    @property
    def _maps(self) -> HeatMaps:
        return HeatMaps(self.labels, self.classifier.alphabet.labels, self.signs)

    def _frames(self, picture: Pixels, found: Found, asked: NDArray[np.bool_]) -> tuple[Gray, ...]:
        boxes = found.detections.boxes
        alone = not self.reads_other
        votes = dark_ink_votes(found.contrast, boxes * found.scale) if alone else votes_together(found)
        dark = _smoothed(votes, boxes) >= 0
        blank = frame_box(picture[:1, :1], np.zeros(4), True)
        fine, scale = _fine_enough(picture, found.height)
        told = zip(boxes * scale, dark.tolist(), asked.tolist(), strict=True)
        return tuple(frame_box(fine, box, is_dark) if ask else blank for box, is_dark, ask in told)

    def _opinions(self, frames: Sequence[Gray]) -> tuple[Floats, Floats]:
        """The glyph network's probabilities, (N, L), and the log-odds that each is a glyph at all, (N,)."""
        count = len(self.classifier.alphabet.labels)
        probabilities, scores = np.full((len(frames), count), 1 / count), np.zeros(len(frames))
        if rows := [i for i, frame in enumerate(frames) if frame.any()]:
            predictions = self.classifier.predict([frames[i] for i in rows], tta=True)
            probabilities[rows] = predictions.probabilities
            scores[rows] = logit(predictions.digit_scores)
        return probabilities, scores

    def _sign_labels(self, heat: Floats, is_sign: NDArray[np.bool_]) -> tuple[str | None, ...]:
        names = [label for label in self.labels if label in self.signs]
        if not names:
            return (None,) * len(heat)
        best = heat.argmax(axis=1)
        return tuple(names[i] if sign else None for i, sign in zip(best, is_sign.tolist(), strict=True))


def _fine_enough(picture: Pixels, height: float) -> tuple[Pixels, float]:
    """The page with its usual glyph `FINE_ENOUGH` pixels high, if it is higher by far; and pixels of it for one."""
    scale = FINE_ENOUGH / max(height, 1.0)
    if scale > 0.75:
        return picture, 1.0
    size = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    return shrink_to(picture, size), scale


def _smoothed(votes: Floats, boxes: Floats) -> Floats:
    """Each box's vote with those of its neighbours: ink is on one side of paper over some glyphs' width."""
    middles = boxes[:, :2] + boxes[:, 2:] / 2
    reach = 3 * np.median(boxes[:, 3]) if len(boxes) else 1.0
    away = np.linalg.norm(middles[:, None] - middles[None], axis=2)
    return np.exp(-((away / max(reach, 1e-6)) ** 2)) @ votes
