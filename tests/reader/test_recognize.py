"""How the opinions of both networks are combined: known answers for networks that say what they are told to."""

from dataclasses import dataclass, field
from math import exp, log
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from digitlens.imaging import local_contrast
from digitlens.model import Detections, Logistic, PageConfig
from digitlens.reader.detect import Found
from digitlens.reader.recognize import Recognizer

LABELS = ("0", "1", "+", "-", "")
CONFIG = PageConfig(
    label_heat=1.0,
    label_glyph=2.0,
    glyph=Logistic(0.5, {"heat": 1.0, "digit_score": 0.5, "agreement": 0.25, "rival": -0.125}),
    sign=Logistic(-0.5, {"heat": 2.0, "rival": -1.0}),
)


@dataclass
class Opinion:
    """A glyph network that says the same of every frame, and remembers how many it was shown.

    Attributes:
        labels: of its alphabet.
        probabilities: of each.
        score: that a frame holds one at all.
    """

    labels: tuple[str, ...]
    probabilities: tuple[float, ...]
    score: float
    shown: list[int] = field(default_factory=list)

    @property
    def alphabet(self) -> SimpleNamespace:
        return SimpleNamespace(labels=self.labels)

    def predict(self, frames: list[np.ndarray], tta: bool) -> SimpleNamespace:
        assert tta
        assert all(frame.shape == (28, 28) and frame.any() for frame in frames)
        self.shown.append(len(frames))
        count = len(frames)
        return SimpleNamespace(
            probabilities=np.array([self.probabilities] * count), digit_scores=np.full(count, self.score)
        )


def candidates(opinion: Opinion, heat: list[list[float]], signs: str = "+-", config: PageConfig = CONFIG):
    """Rings in a row, with this heat each."""
    picture = np.full((60, 60 * max(1, len(heat))), 230, np.uint8)
    boxes = np.array([[60 * i + 14, 14, 33, 33] for i in range(len(heat))], np.float32).reshape(-1, 4)
    for i in range(len(heat)):
        cv2.circle(picture, (60 * i + 30, 30), 14, 40, 4, cv2.LINE_AA)
    classifier: Any = opinion
    found = Found(
        Detections(boxes, np.array(heat, np.float32).reshape(-1, len(LABELS))), local_contrast(picture), 1.0
    )
    return Recognizer(classifier, LABELS, frozenset(signs), config).candidates(picture, found)


def logit(p: float) -> float:
    return log(p / (1 - p))


def test_both_opinions_count_as_much_as_the_configuration_says():
    told = candidates(Opinion(("0", "1"), (0.3, 0.7), 0.8), [[0.6, 0.2, 0.05, 0.02, 0.1]])
    zero, one = 0.6 * 0.3**2, 0.2 * 0.7**2
    np.testing.assert_allclose(told.probabilities, [[zero / (zero + one), one / (zero + one)]], rtol=1e-5)
    odds = 0.5 + logit(0.6) + 0.5 * logit(0.8) + 0.25 * log(0.7) - 0.125 * logit(0.1)
    assert told.log_odds.tolist() == pytest.approx([odds], rel=1e-5)
    assert told.signs == (None,)
    assert told.confidences.tolist() == pytest.approx([one / (zero + one) / (1 + exp(-odds))], rel=1e-5)
    assert told.glyph_probabilities.tolist() == [[0.3, 0.7]]


def test_a_network_alone_rules_nothing_out():
    told = candidates(Opinion(("0", "1"), (0.0, 1.0), 1.0), [[1.0, 0.0, 0.0, 0.0, 0.0]])
    assert np.isfinite(told.log_odds).all()
    assert told.probabilities.min() > 0
    np.testing.assert_allclose(told.probabilities.sum(axis=1), 1)


def test_a_sign_that_is_likelier_than_digits_and_writing_is_one():
    opinion = Opinion(("0", "1"), (0.5, 0.5), 0.9)
    told = candidates(
        opinion,
        [
            [0.1, 0.2, 0.05, 0.7, 0.3],
            [0.1, 0.45, 0.4, 0.1, 0.3],
            [0.1, 0.1, 0.4, 0.1, 0.45],
            [0.1, 0.1, 0.3, 0.2, 0.2],
        ],
    )
    assert told.signs == ("-", None, None, "+")
    assert told.log_odds[0] == pytest.approx(-0.5 + 2 * logit(0.7) - logit(0.3), rel=1e-5)
    assert told.confidences[0] == pytest.approx(1 / (1 + exp(-told.log_odds[0])))
    assert opinion.shown == [3]
    assert not told.frames[0].any()


def test_signs_that_are_left_out_are_read_neither_as_signs_nor_as_digits():
    heat = [[0.1, 0.2, 0.05, 0.7, 0.1], [0.1, 0.8, 0.05, 0.7, 0.1]]
    for signs in ("+", ""):
        told = candidates(Opinion(("0", "1"), (0.1, 0.9), 0.9), heat, signs=signs)
        assert told.signs == (None, None)
        assert told.log_odds[0] < -20
        assert told.log_odds[1] > 0


def test_letters_that_look_like_signs_are_read_where_signs_are_left_out():
    told = candidates(Opinion(("a", "x"), (0.1, 0.9), 0.9), [[0.0, 0.0, 0.7, 0.0, 0.6]], signs="")
    assert told.log_odds[0] > 0


def test_letters_take_the_heat_of_other_writing():
    told = candidates(Opinion(("0", "1", "a", "b"), (0.1, 0.1, 0.2, 0.6), 0.9), [[0.1, 0.2, 0.3, 0.0, 0.8]])
    np.testing.assert_allclose(told.named, [[0.1, 0.2, 0.8, 0.8]], rtol=1e-5)
    assert told.probabilities.argmax() == 3
    assert told.signs == (None,)
    # how surely it is a letter the glyph network alone says: the page network was taught none
    assert told.log_odds.tolist() == pytest.approx([logit(0.9)], rel=1e-5)
    (digits,) = candidates(Opinion(("0", "1"), (0.5, 0.5), 0.9), [[0.1, 0.2, 0.3, 0.0, 0.8]]).log_odds
    assert digits < 0 < told.log_odds[0]


def test_nothing_found_is_no_candidate():
    told = candidates(Opinion(("0", "1"), (0.5, 0.5), 0.9), [])
    assert len(told) == 0
    assert told.probabilities.shape == (0, 2)
    assert told.confidences.shape == (0,)


def test_what_speaks_for_labels_beside_both_is_weighed_in():
    opinion: Any = Opinion(("0", "1"), (0.5, 0.5), 0.9)
    told = candidates(opinion, [[0.4, 0.4, 0.0, 0.0, 0.0]])
    again = Recognizer(opinion, LABELS, frozenset(), CONFIG).reweighed(told, np.array([[1.0, 0.25]]))
    np.testing.assert_allclose(again.probabilities, [[0.8, 0.2]])
    assert again.log_odds is told.log_odds
