"""Alphabets to read by: which labels count, which speak against them, and which do neither."""

from dataclasses import replace

import numpy as np
import pytest
from tiny_network import card_of

from digitlens.errors import AlphabetMismatch
from digitlens.model import ALPHABETS, Alphabet, characters, labels_wanted
from digitlens.model.calibrate import Calibration, softmax

OWN = Calibration(1.0, 1.0, 0.0, 0.4, (), other=True)
CARD = card_of(labels=tuple("0Ok"), calibration=OWN, alike={"0": "O", "O": "0"})
LOGITS = np.array([[1.0, 2.0, -1.0, -3.0], [0.0, -4.0, 6.0, -2.0]])


def test_the_networks_own_alphabet_changes_nothing():
    for wanted in (None, "0Ok", "kO0"):
        alphabet = Alphabet.of(CARD, wanted)
        assert alphabet.labels == CARD.labels
        assert alphabet.restrict(LOGITS) is LOGITS
        assert alphabet.merged(LOGITS, CARD.labels) is LOGITS


def test_labels_left_out_speak_against_a_glyph_unless_they_look_alike():
    alphabet = Alphabet.of(CARD, "0")
    assert alphabet.labels == ("0",)
    expected = [[1.0, np.logaddexp(-1, -3)], [0.0, np.logaddexp(6, -2)]]
    np.testing.assert_allclose(alphabet.restrict(LOGITS), expected)
    score = alphabet.calibration.digit_score(alphabet.restrict(LOGITS))
    assert score[0] > 0.8  # an O, where only digits are: a 0
    assert score[1] < 0.01  # a k stays none


def test_what_is_left_is_renormalised():
    found = Alphabet.of(CARD, "0k").restrict(LOGITS)
    whole = softmax(LOGITS[:, :3])
    np.testing.assert_allclose(
        OWN.probabilities(found), whole[:, [0, 2]] / whole[:, [0, 2]].sum(axis=1)[:, None]
    )
    np.testing.assert_allclose(found[:, 2], LOGITS[:, 3])  # of O, which looks like 0, no more is said


def test_a_network_without_a_class_for_others_just_has_fewer_labels():
    card = replace(CARD, calibration=replace(OWN, other=False))
    np.testing.assert_array_equal(Alphabet.of(card, "Ok").restrict(LOGITS[:, :3]), LOGITS[:, 1:3])


def test_groups_of_labels_have_the_sum_of_their_probabilities():
    calibration = replace(OWN, temperature=1.7)
    alphabet = Alphabet.of(replace(CARD, calibration=calibration))
    found = calibration.probabilities(alphabet.merged(LOGITS, ["k", "0O"]))
    whole = calibration.probabilities(LOGITS)
    np.testing.assert_allclose(found, np.stack([whole[:, 2], whole[:, 0] + whole[:, 1]], axis=1))


def test_an_alphabet_with_a_calibration_of_its_own_has_that():
    labels = tuple(ALPHABETS["alnum"])
    fitted = replace(OWN, temperature=0.5)
    card = card_of(labels=labels, calibration=OWN, alphabets={"digits": fitted})
    assert Alphabet.of(card, "digits").calibration == fitted
    assert Alphabet.of(card, "9876543210").calibration == fitted
    assert Alphabet.of(card, "0123456789X").calibration == OWN
    assert Alphabet.of(card, "alnum").calibration == OWN


def test_a_network_that_lacks_labels_says_which():
    with pytest.raises(AlphabetMismatch, match=r"tiny@1 does not read 17: it reads 0Ok\. Choose another"):
        Alphabet.of(CARD, "017", "tiny@1")


@pytest.mark.parametrize("wanted", ["", "0 1", "\t"])
def test_what_is_no_alphabet_is_told(wanted):
    with pytest.raises(
        ValueError, match="it must be one of alnum, digits, letters, lower, upper, or characters"
    ):
        characters(wanted)


def test_signs_are_not_asked_of_a_network():
    assert labels_wanted("0X-0/") == ("0", "X")
    assert Alphabet.of(CARD, "0-").labels == ("0",)
    with pytest.raises(ValueError, match="signs alone"):
        labels_wanted("-./")
