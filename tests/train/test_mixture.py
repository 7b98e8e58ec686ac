"""What is learnt besides the dataset: other hands, everything degraded, and what is no digit."""

from dataclasses import replace

import numpy as np
import pytest

from digitlens.data import DIGITS, LOOK_ALIKES, Dataset
from digitlens.errors import DatasetError
from digitlens.imaging import is_framed
from digitlens.train import mixture
from digitlens.train.mixture import REJECT_LABEL, TrainingMixture, build_mixture

WORLD = TrainingMixture(drawn=("drawn",), letters=("letters",), degraded=1_000, others=150)


def bars(count: int, alphabet: tuple[str, ...], seed: int) -> Dataset:
    """Dark on light, 40x40: a frame with a bar at the height of its class, shaken by a pixel or two."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % len(alphabet)
    images = np.full((count, 40, 40), 230, np.uint8)
    for image, label in zip(images, labels, strict=True):
        left, top = rng.integers(4, 9, 2)
        image[top : top + 28, left : left + 3] = 20
        image[top + label : top + label + 3, left : left + 20] = 20
    return Dataset("bars", images, labels.astype(np.int64), alphabet)


FEW = replace(WORLD, degraded=100)
"""For what does not depend on how many are degraded."""


@pytest.fixture(scope="module")
def sets():
    """A training and a validation set, and two registered ones to add."""
    known = {
        "drawn": bars(200, DIGITS, 1),
        "letters": bars(300, ("3", "A", "O", "k"), 2),
        "odd": bars(100, ("0", "x"), 3),
        "more": replace(bars(60, ("2", "B"), 4), merged="B"),
    }
    whole = bars(300, DIGITS, 0)
    framed = replace(whole, images=mixture._framed(whole.images), framed=True)
    rows = np.arange(300) % 5 == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mixture, "load", lambda name, split: known[name])
        yield tuple(
            replace(framed, images=framed.images[chosen], labels=framed.labels[chosen])
            for chosen in (~rows, rows)
        )


@pytest.fixture(scope="module")
def built(sets):
    """What is learnt and what is held back, of the whole world."""
    return build_mixture(WORLD, *sets)


def test_everything_asked_for_is_there_once(built):
    training, validation = built
    assert training.alphabet == validation.alphabet == (*DIGITS, REJECT_LABEL)
    assert training.name == "bars, drawn, letters, and drawings"
    counts = np.bincount(training.labels, minlength=11)
    digits, letters = 240 + 180, 135  # one in ten of what is drawn and of A and k is held back
    assert 0.95 * 1_000 <= counts[:10].sum() - digits <= 1_000  # a few are degraded to nothing
    assert 0.9 * 300 <= counts[10] - letters <= 300
    assert np.count_nonzero(validation.labels < 10) == pytest.approx(80 + 40, abs=4)
    assert training.images.shape[1:] == (28, 28)
    assert training.images.any(axis=(1, 2)).all()


def test_other_forms_and_boxes_are_added_by_number(sets):
    plain, less = build_mixture(FEW, *sets)
    twice, _ = build_mixture(replace(FEW, repeat=2), *sets)
    assert len(twice) == len(plain) + 240
    wider, held = build_mixture(replace(FEW, hands=200, crossed=10, boxed=300), *sets)
    counts, more = (np.bincount(each.labels, minlength=11) for each in (plain, wider))
    assert more.sum() - counts.sum() == pytest.approx(510, abs=25)
    assert len(held) - len(less) == pytest.approx(2 * (80 // 8) + 80 // 80, abs=4)


def test_only_sevens_are_crossed_and_keep_their_label(sets):
    training, _ = sets
    crossed = mixture._other_forms(training, replace(WORLD, crossed=15), 0)
    assert len(crossed) == len(training) + 15
    assert (crossed.labels[len(training) :] == 7).all()
    known = {image.tobytes() for image in training.images}
    assert all(image.tobytes() not in known for image in crossed.images[len(training) :])


def test_what_is_held_back_never_asks_for_more_than_is_learnt():
    held = replace(WORLD, hands=3, boxed=10_000).held_back(800)
    assert (held.degraded, held.others) == (400, 200)
    assert (held.hands, held.crossed, held.boxed) == (3, 0, 100)


def test_nothing_is_both_learnt_from_and_held_back(sets, built):
    training, validation = built
    clean = {image.tobytes() for image in sets[0].images}
    degraded = {image.tobytes() for image in training.images}
    assert clean <= degraded
    fresh = validation.images[validation.labels < 10][80:]
    held = np.array([image.tobytes() in degraded for image in fresh])
    assert held.mean() < 0.05


def test_the_world_is_the_same_for_every_seed_and_whatever_the_number_of_processes(sets, monkeypatch):
    shared = replace(WORLD, degraded=1_200)  # more than a process takes at once
    first, _ = build_mixture(shared, *sets)
    assert 0.95 * 1_200 <= np.count_nonzero(first.labels < 10) - 420 <= 1_200
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    again, _ = build_mixture(shared, *sets)
    np.testing.assert_array_equal(first.images, again.images)
    np.testing.assert_array_equal(first.labels, again.labels)


def test_look_alikes_and_digits_of_the_letters_are_not_learnt(sets, monkeypatch):
    asked = []
    split = mixture.stratified_split
    monkeypatch.setattr(
        mixture, "stratified_split", lambda labels, *more: asked.append(set(labels)) or split(labels, *more)
    )
    build_mixture(FEW, *sets)
    assert asked == [set(range(10)), {1, 3}]  # all that is drawn; of 3, A, O, k: A and k
    assert {"O", "o", "l", "S", "Z", "g"} <= LOOK_ALIKES
    assert not LOOK_ALIKES & set("AEHKMNRWX")


def test_another_alphabet_is_told(sets):
    with pytest.raises(
        DatasetError, match="also learns bars, which has the labels x; bars has only 0123456789"
    ):
        build_mixture(replace(FEW, drawn=("odd",)), *sets)


def characters(part: Dataset) -> Dataset:
    """The same glyphs as if six of the ten were letters."""
    return replace(part, alphabet=tuple("012BbCcDdE"))


def test_where_cases_are_merged_either_will_do(sets):
    training, validation = (characters(part) for part in sets)
    world = replace(FEW, drawn=(), letters=(), more=("more",))
    learnt, held = build_mixture(world, training, validation)
    assert learnt.alphabet == (*"012BbCcDdE", "Bb", REJECT_LABEL)
    assert held.alphabet == (*"012BbCcDdE", REJECT_LABEL)
    assert learnt.labels[240:300].tolist() == [2, 10] * 30
    assert learnt.name == "bars, more, and drawings"


def test_glyphs_of_a_test_are_not_learnt(sets):
    training, validation = sets
    images = training.images.copy()
    images[:, 0, 0] = np.arange(240)  # so that no two are the same
    test = training.rows(np.arange(0, 240, 2))
    apart = mixture._without({image.tobytes() for image in images[::2]}, replace(training, images=images))
    np.testing.assert_array_equal(apart.images, images[1::2])
    assert apart.labels.tolist() == training.labels[1::2].tolist()
    assert len(mixture._without({image.tobytes() for image in test.images}, test)) == 0
    assert len(validation) == 60


def test_what_is_framed_stays_framed(sets):
    training, _ = build_mixture(replace(WORLD, degraded=1, others=10), *sets)
    assert np.mean([is_framed(image) for image in training.images[:420]]) > 0.9
