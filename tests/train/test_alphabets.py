"""What a card tells of reading some of a network's labels alone."""

import numpy as np
import pytest

from digitlens.data import Dataset
from digitlens.model.alphabet import ALPHABETS, Alphabet
from digitlens.model.calibrate import Calibration
from digitlens.model.card import Card
from digitlens.model.fitting import fit_calibration
from digitlens.train.alphabets import calibrate_alphabets, evaluate_in_alphabet

LABELS = tuple(ALPHABETS["alnum"])
ZERO, OH, KAY = (LABELS.index(label) for label in "0OK")
PLAIN = Calibration(1.0, 1.0, 0.0, 0.4, (), other=True)


def card(labels: tuple[str, ...] = LABELS) -> Card:
    return Card("0" * 64, labels, "average", 1, {}, 0, "", "", {}, PLAIN)


@pytest.fixture(scope="module")
def held() -> tuple[Dataset, np.ndarray]:
    """Glyphs of every label and of none, and logits that are right but for 0 and O, which are a toss-up."""
    rng = np.random.default_rng(0)
    labels = np.arange(63 * 20) % 63
    logits = rng.normal(0, 1, (len(labels), 63))
    logits[np.arange(len(labels)), labels] += 9
    for one, other in ((ZERO, OH), (OH, ZERO)):
        rows = labels == one
        logits[rows, other] = logits[rows, one] + rng.normal(0, 1, rows.sum())
    images = np.zeros((len(labels), 28, 28), np.uint8)
    return Dataset("held", images, labels, (*LABELS, ""), framed=True), logits


def test_look_alikes_are_those_that_are_taken_for_each_other(held):
    found = calibrate_alphabets(card(), *held)
    assert found.alike == {"0": "O", "O": "0"}
    assert sorted(found.alphabets) == ["digits", "letters", "lower", "upper"]


def test_digits_alone_are_told_from_letters_but_for_look_alikes(held):
    glyphs, logits = held
    found = calibrate_alphabets(card(), *held)
    digits = Alphabet.of(found, "digits")
    predictions = digits.calibration.predict(digits.restrict(logits), digits.calibration.threshold(0.05))
    assert predictions.known[glyphs.labels < 10].mean() > 0.98
    assert predictions.known[glyphs.labels == OH].mean() > 0.9
    assert predictions.known[glyphs.labels == KAY].mean() < 0.1
    assert (predictions.probabilities.argmax(axis=1) == glyphs.labels)[glyphs.labels < 10].all()


def test_look_alikes_count_as_one_for_the_promise_and_are_named_for_the_answer(held):
    """Half of 0 and O are wrong, which says nothing of a K; which of the two one is was never told."""
    glyphs, logits = held
    found = calibrate_alphabets(card(), *held)
    known = glyphs.labels < 62
    strict = fit_calibration(logits[known], glyphs.labels[known], logits[~known], other=True)
    assert strict.threshold(0.01).score > found.calibration.threshold(0.01).score
    own = Alphabet.of(found).calibration
    predictions = own.predict(logits, own.threshold(0.01))
    alike = np.isin(glyphs.labels, [ZERO, OH])
    assert predictions.accepted[known & ~alike].mean() > 0.95
    assert predictions.accepted[alike].mean() < 0.1
    alone = Alphabet.of(found, "0123456789K")  # where no O may be, a 0 has no look-alike
    assert alone.calibration.alike == ()
    assert Alphabet.of(found, "K0O").labels == ("0", "K", "O")
    assert Alphabet.of(found, "K0O").calibration.alike == ((2,), (), (0,))


def test_a_network_of_digits_alone_has_no_other_alphabets(held):
    digits = card(tuple("0123456789"))
    assert calibrate_alphabets(digits, *held) is digits


def test_figures_are_in_the_alphabet_of_the_data(held):
    glyphs, logits = held
    found = calibrate_alphabets(card(), *held)
    known = glyphs.labels < 62
    whole = Dataset("held", glyphs.images[known], glyphs.labels[known], LABELS)
    plain = evaluate_in_alphabet(found, whole, logits[known])
    merged = evaluate_in_alphabet(found, whole, logits[known], merged="CO")
    assert (plain["labels"], merged["labels"]) == (62, 60)
    assert plain["errors"] == pytest.approx(20, abs=12)  # half of 0 and O
    alone = glyphs.labels < 10
    digits = Dataset("digits", glyphs.images[alone], glyphs.labels[alone], LABELS[:10])
    assert evaluate_in_alphabet(found, digits, logits[alone])["errors"] == 0
    letters = Dataset("letters", glyphs.images[:1], np.array([1]), ("O", "K"), merged="OK")
    assert evaluate_in_alphabet(found, letters, logits[[LABELS.index("k")]])["accuracy"] == 1
