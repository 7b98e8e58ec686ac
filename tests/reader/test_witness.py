"""What the line network says of a line: which way to part it, which label, and that it reads otherwise."""

from typing import Any

import numpy as np
import pytest

from digitlens.imaging import STRIP_HEIGHT
from digitlens.model import Detections
from digitlens.reader.detect import Found
from digitlens.reader.witness import LONGEST_HEARD, Heard, Witness

LABELS = ("0", "1", "7", "")


class Says:
    """A line network that says the same of every strip, and keeps the strips."""

    labels = LABELS

    def __init__(self, *steps: dict[str, float]) -> None:
        self.strips: list[np.ndarray] = []
        self._steps = np.array(
            [[*(step.get(label, 0.0) for label in LABELS), 1 - sum(step.values())] for step in steps]
        )

    def probabilities(self, strip: np.ndarray) -> np.ndarray:
        self.strips.append(strip)
        return self._steps


def witness(*steps: dict[str, float]) -> tuple[Witness, Says]:
    network = Says(*steps)
    given: Any = network
    return Witness(given), network


def found(scale: float = 1.0) -> Found:
    nothing = Detections(np.zeros((0, 4), np.float32), np.zeros((0, 4), np.float32))
    return Found(nothing, np.zeros((100, 300), np.float32), scale)


BOXES = np.array([[20.0, 40, 12, 20], [40, 40, 12, 20]])


def test_a_line_is_heard_at_the_size_of_its_glyphs():
    asked, network = witness({"1": 0.9}, {}, {"7": 0.8})
    heard = asked.hear(found(), BOXES)
    (strip,) = network.strips
    assert strip.shape == (STRIP_HEIGHT, round((32 + 2 * 1.5 * 20) * 32 / 20))
    assert heard.text == "17"
    assert heard.likelihood(["1", "7"]) == pytest.approx(np.log(0.9 * 0.8))
    asked.hear(found(0.5), BOXES * 2)
    assert network.strips[1].shape == strip.shape


def test_other_writing_is_no_part_of_a_text_but_is_told():
    heard = witness({"1": 0.9}, {"": 0.7}, {"7": 0.8})[0].hear(found(), BOXES)
    assert heard.likelihood(["1", "7"]) == pytest.approx(np.log(0.9 * 0.8))
    assert heard.other.tolist() == [0.0, 0.7, 0.0]


def test_an_opinion_of_each_label_in_its_place():
    heard = witness({"1": 0.9}, {}, {"7": 0.6, "1": 0.3})[0].hear(found(), BOXES)
    opinions = np.exp(heard.opinions(["1", "7"], ["0", "1", "7"]))
    np.testing.assert_allclose(opinions.sum(axis=1), 1)
    assert opinions[0, 1] > 0.999
    assert opinions[1] == pytest.approx([0, 1 / 3, 2 / 3], abs=1e-6)


def test_of_very_long_lines_it_has_no_opinion():
    heard = Heard(LABELS, np.full((400, 5), 0.2), np.zeros(400))
    np.testing.assert_allclose(heard.opinions(["1"] * (LONGEST_HEARD + 1), ["0", "1"]), -np.log(2))


def test_it_is_asked_only_of_labels_that_it_knows():
    asked, _ = witness({})
    assert asked.knows(["0", "7"])
    assert not asked.knows(["0", "A"])
    assert not asked.knows([""])


def test_boxes_without_points_tell_how_high_glyphs_are():
    asked, network = witness({})
    asked.hear(found(), np.vstack([BOXES, [[55.0, 56, 4, 4], [62, 56, 4, 4], [70, 56, 4, 4]]]))
    assert network.strips[0].shape[1] == round((54 + 60) * 32 / 20)


def test_of_many_steps_with_nothing_one_is_enough():
    asked, _ = witness({"1": 0.9}, {}, {}, {}, {"1": 0.9}, {}, {})
    heard = asked.hear(found(), BOXES)
    assert len(heard.probabilities) == len(heard.other) == 4
    assert heard.text == "11"
    assert heard.likelihood(["1", "1"]) == pytest.approx(2 * np.log(0.9))
