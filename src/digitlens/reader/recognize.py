"""Two opinions of every candidate on a page, the page network's and the glyph network's, combined into one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import dark_ink_votes, frame_box, intersections, shrink_to
from digitlens.model import OTHER_WRITING, SIGNS, PageConfig, softmax
from digitlens.reader.candidates import Candidates
from digitlens.reader.case import has_cases, height_odds
from digitlens.reader.classifier import Classifier
from digitlens.reader.detect import Found
from digitlens.reader.neighbours import kind_odds, kinds_of
from digitlens.reader.strokes import WITHIN, votes_together, with_strokes
from digitlens.types import Gray, Pixels

__all__ = ["Recognizer"]

Floats = NDArray[np.floating]

LABEL_FLOOR = (
    1e-4  # what a heat or a probability counts at least, so that one network alone never rules a label out
)
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
        whole = np.zeros(len(found.detections), bool)
        if self.reads_other:
            known = len(found.detections)
            detections, whole = with_strokes(found)
            detections.heat[known:, self._columns_of_signs] = 0.0  # a bar in it makes an E no minus
            found = replace(found, detections=detections)
        boxes, heat = found.detections.boxes, found.detections.heat
        own, signs, other = (heat[:, columns] for columns in self._columns())
        other_heat = other.max(axis=1, initial=0.0)
        frames = self._frames(picture, found, signs.max(axis=1, initial=0.0) < SURELY_A_SIGN)
        glyph, digit_score = self._opinions(frames)
        named = self._named(own, heat.max(axis=1, initial=0.0))
        combined = softmax(
            self.config.label_heat * np.log(np.maximum(named, LABEL_FLOOR))
            + (1.0 if self.reads_other else self.config.label_glyph) * np.log(np.maximum(glyph, LABEL_FLOOR))
        )
        digit_heat, sign_heat = named.max(axis=1, initial=0.0), signs.max(axis=1, initial=0.0)
        refused = np.zeros_like(other_heat) if self.reads_other else other_heat
        rows = np.arange(len(boxes))
        features = {
            "heat": _logit(digit_heat),
            "digit_score": digit_score,
            "agreement": np.log(np.maximum(glyph[rows, combined.argmax(axis=1)], LABEL_FLOOR)),
            "rival": _logit(np.maximum(refused, sign_heat)),
            "sign_heat": _logit(sign_heat),
            "sign_rival": _logit(np.maximum(other_heat, digit_heat)),
            "whole": whole.astype(float),
        }
        is_sign = sign_heat > np.maximum(digit_heat, refused)
        if self.reads_other:  # a letter may be taken for a sign: then the glyph network has the word
            is_sign = (sign_heat >= heat.max(axis=1, initial=0.0)) & (
                (digit_score < 0) | (sign_heat >= SURELY_A_SIGN)
            )
        sign_odds = self.config.sign.log_odds(
            {"heat": features["sign_heat"], "rival": features["sign_rival"]}
        )
        glyph_odds = digit_score if self.reads_other else self.config.glyph.log_odds(features)
        log_odds = np.where(is_sign, sign_odds, glyph_odds)
        if self.reads_other:
            log_odds[_parts_or_wholes(boxes, whole, log_odds, is_sign)] = NEVER
        left_out = heat[:, self._left_out].max(axis=1, initial=0.0)
        log_odds[left_out > np.maximum.reduce([digit_heat, sign_heat, refused])] = NEVER
        names = self._sign_labels(signs, is_sign)
        return Candidates(
            boxes, heat, combined, log_odds, names, frames, features, glyph, named, np.zeros_like(glyph)
        )

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
        own, _, _ = (heat[:, columns] for columns in self._columns())
        return self._named(own, heat.max(axis=1, initial=0.0)).max(axis=1, initial=0.0)

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
        return any(label not in self.labels for label in self.classifier.alphabet.labels)

    @property
    def _left_out(self) -> list[int]:
        """The heat maps of signs that are left out on purpose; none where letters are read: some look alike."""
        unread = frozenset(SIGNS) - self.signs
        return [] if self.reads_other else [i for i, label in enumerate(self.labels) if label in unread]

    def _columns(self) -> tuple[list[int], list[int], list[int]]:
        """The heat maps of the alphabet's labels that the page network names, of signs, and of other writing."""
        own = [i for i, label in enumerate(self.labels) if label in self.classifier.alphabet.labels]
        rest = [i for i, label in enumerate(self.labels) if label == OTHER_WRITING]
        return own, self._columns_of_signs, rest

    @property
    def _columns_of_signs(self) -> list[int]:
        return [i for i, label in enumerate(self.labels) if label in self.signs]

    def _named(self, own: Floats, any_writing: Floats) -> Floats:
        """The heat of each label of the alphabet, (N, L); of those without a map, that of writing of any kind."""
        labels = self.classifier.alphabet.labels
        known = [label for label in self.labels if label in labels]
        columns = [own[:, known.index(label)] if label in known else any_writing for label in labels]
        return np.stack(columns, axis=1)

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
            scores[rows] = _logit(predictions.digit_scores)
        return probabilities, scores

    def _sign_labels(self, heat: Floats, is_sign: NDArray[np.bool_]) -> tuple[str | None, ...]:
        names = [label for label in self.labels if label in self.signs]
        if not names:
            return (None,) * len(heat)
        best = heat.argmax(axis=1)
        return tuple(names[i] if sign else None for i, sign in zip(best, is_sign.tolist(), strict=True))


def _parts_or_wholes(
    boxes: Floats, whole: NDArray[np.bool_], log_odds: Floats, is_sign: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Mark the candidates that are left out: the parts of a component that is a glyph, or else the component.

    It is one if it is likelier a glyph than not, or than its parts that are no signs.
    """
    left_out = np.zeros(len(boxes), bool)
    inside = intersections(boxes, boxes) >= WITHIN * boxes[:, 2:].prod(axis=1)[:, None]
    for row in np.flatnonzero(whole):
        parts = inside[:, row] & ~whole
        if parts.any():
            glyphs = parts & ~is_sign
            least = min(0.0, log_odds[glyphs].mean()) if glyphs.any() else 0.0
            left_out |= parts if log_odds[row] >= least else np.arange(len(boxes)) == row
    return left_out


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


def _logit(p: Floats) -> Floats:
    clipped = np.clip(p, LABEL_FLOOR, 1 - LABEL_FLOOR)
    return np.log(clipped / (1 - clipped))
