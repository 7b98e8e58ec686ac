"""Eight-bit weights: found beside the floats they were made of, and chosen where they are as good and faster."""

import json
import shutil
from dataclasses import replace
from unittest.mock import Mock

import numpy as np
import pytest

from digitlens import Reader
from digitlens.data import load
from digitlens.data.samples import SAMPLES, draw
from digitlens.errors import InvalidModel
from digitlens.home import cache_home
from digitlens.imaging import frame_all
from digitlens.model import Network, eight_bit_path, find
from digitlens.model.card import Card, card_path
from digitlens.model.eightbit import LEAST_AGREEMENT, faster

FRAMES = np.random.default_rng(1).integers(0, 256, (20, 28, 28), np.uint8)


@pytest.fixture
def shipped(tmp_path):
    """A copy of the default network with its eight-bit weights."""
    for path in (find(), eight_bit_path(find())):
        there = eight_bit_path(tmp_path / path.name) if path.parent.name == "int8" else tmp_path / path.name
        there.parent.mkdir(exist_ok=True)
        shutil.copy(path, there)
        shutil.copy(card_path(path), card_path(there))
    return tmp_path / find().name


def in_floats(network: Network) -> bool:
    return np.array_equal(network.logits(FRAMES), Network.load(find()).logits(FRAMES))


@pytest.fixture(params=[False, True])
def quick(request, monkeypatch):
    monkeypatch.setattr("digitlens.model.session.faster", lambda *_: request.param)
    return request.param


def test_they_are_chosen_where_they_are_faster(shipped, quick):
    assert in_floats(Network.load(shipped, precision="auto")) is not quick
    assert in_floats(Network.load(shipped, precision="float"))
    assert not in_floats(Network.load(shipped, precision="int8"))


@pytest.mark.parametrize("metrics", [{"floats": "0" * 64}, {"agreement_with_floats": LEAST_AGREEMENT - 1e-6}])
def test_they_are_not_chosen_where_they_are_of_others_or_read_otherwise(shipped, metrics, monkeypatch):
    monkeypatch.setattr("digitlens.model.session.faster", lambda *_: True)
    file = card_path(eight_bit_path(shipped))
    card = Card.load(file)
    replace(card, metrics={**card.metrics, **metrics}).save(file)
    assert in_floats(Network.load(shipped, precision="auto"))


def test_where_there_are_none_floats_are_read_with_unless_integers_were_asked_for(tmp_path):
    classic = find("classic")
    assert Network.load(classic, precision="auto").logits(FRAMES).shape == (20, 10)
    with pytest.raises(
        InvalidModel, match=r"no eight-bit weights of classic\.onnx for the cpu: `digitlens export"
    ):
        Network.load(classic, precision="int8")


def test_all_but_the_logits_is_in_floats(shipped):
    wanted = "logits", *[name for name in Network.load(find())._given if name != "logits"]
    for one, other in zip(
        Network.load(shipped, precision="int8").outputs(FRAMES, *wanted),
        Network.load(find()).outputs(FRAMES, *wanted),
        strict=True,
    ):
        assert np.array_equal(one, other)


def test_what_is_faster_is_measured_once(shipped, monkeypatch):
    times = iter([0.3, 0.1, 9, 9])
    monkeypatch.setattr("digitlens.model.eightbit._seconds", lambda _: next(times))
    assert faster("a", Mock(), Mock())
    assert faster("a", Mock(), Mock())
    assert not faster("b", Mock(), Mock())
    assert len(json.loads((cache_home() / "faster-in-eight-bits.json").read_text())) == 2


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "\0"])
def test_what_was_kept_may_be_damaged(text, monkeypatch):
    cache_home().mkdir(parents=True, exist_ok=True)
    (cache_home() / "faster-in-eight-bits.json").write_text(text)
    times = iter([0.1, 0.1])
    monkeypatch.setattr("digitlens.model.eightbit._seconds", lambda _: next(times))
    assert not faster("a", Mock(), Mock())


@pytest.mark.parametrize("quick", [False, True])
def test_where_it_is_known_which_is_faster_the_other_is_not_loaded(shipped, quick, monkeypatch):
    network = Network.load(shipped, precision="auto")
    integers = network._integers
    assert integers
    monkeypatch.setattr("digitlens.model.eightbit._known", lambda _: quick)
    network.logits(FRAMES)
    assert ("_session" in vars(integers), "_session" in vars(network)) == (quick, not quick)


def test_samples_read_alike():
    floats, integers = Reader(precision="float"), Reader(precision="int8")
    for key in SAMPLES:
        assert integers.classify(draw(key)).text == floats.classify(draw(key)).text


@pytest.mark.data
def test_the_shipped_ones_read_what_the_floats_read():
    frames = frame_all(load("mnist", "test").images[::10])
    one, other = Network.load(find()), Network.load(find(), precision="int8")
    labels = [
        network.card.calibration.of_labels(network.logits_of(frames)).argmax(axis=1)
        for network in (one, other)
    ]
    assert np.mean(labels[0] == labels[1]) >= 0.999
