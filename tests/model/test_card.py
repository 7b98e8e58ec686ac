import json
from dataclasses import asdict, replace

import pytest
from tiny_network import card_of

from digitlens.errors import InvalidModel
from digitlens.model import Alphabet
from digitlens.model.card import Card, card_path


def test_a_card_survives_its_file(tmp_path):
    card = card_of(b"weights")
    card.save(tmp_path / "a.card.json")
    assert Card.load(tmp_path / "a.card.json") == card
    written = json.loads(json.dumps(asdict(card)))
    del written["calibration"]["alike"]
    assert json.loads((tmp_path / "a.card.json").read_text()) == written
    assert [path.name for path in tmp_path.iterdir()] == ["a.card.json"]


def test_look_alikes_are_written_once_and_known_to_every_calibration(tmp_path):
    path, labels = tmp_path / "a.card.json", tuple("0AOao")
    whole = replace(card_of().calibration, alike=((2, 4), (), (0, 4), (), (0, 2)))
    part = card_of().calibration
    alike = {"0": "Oo", "O": "0o", "o": "0O"}
    card = card_of(labels=labels, calibration=whole, alphabets={"digits": part}, alike=alike)
    card.save(path)
    assert path.read_text().count('"alike"') == 1
    found = Card.load(path)
    assert found == card
    assert found.calibration.alike == ((2, 4), (), (0, 4), (), (0, 2))
    assert Alphabet.of(found, "Ao").calibration.alike == ()
    assert Alphabet.of(found, "AOo").calibration.alike == ((), (2,), (1,))


def test_the_version_is_the_head_of_the_hash():
    assert card_of(b"").version == "e3b0c442"


def test_the_card_stands_beside_the_model(tmp_path):
    assert card_path(tmp_path / "x.y.onnx") == tmp_path / "x.y.card.json"


def test_what_a_newer_version_adds_to_a_card_is_passed_over(tmp_path):
    path = tmp_path / "a.card.json"
    card_of().save(path)
    path.write_text(json.dumps({**json.loads(path.read_text()), "colour": "blue"}))
    assert Card.load(path) == card_of()


def test_a_missing_card_says_what_writes_one(tmp_path):
    with pytest.raises(InvalidModel, match=r"none\.card\.json is missing.*digitlens export"):
        Card.load(tmp_path / "none.card.json")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"3", b"\xff\xfe\x00", b"{}"],
    ids=["empty", "cut off", "list", "null", "number", "no text", "no fields"],
)
def test_what_is_no_card_is_refused(tmp_path, content):
    path = tmp_path / "a.card.json"
    path.write_bytes(content)
    with pytest.raises(InvalidModel, match=r"a\.card\.json is not a model card"):
        Card.load(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"labels": 10},
        {"calibration": None},
        {"calibration": {"risk": []}},
        {"calibration": {"risk": [{"threshold": 1}]}},
    ],
)
def test_a_card_with_a_broken_field_is_refused(tmp_path, changes):
    path = tmp_path / "a.card.json"
    card_of().save(path)
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    with pytest.raises(InvalidModel, match="not a model card"):
        Card.load(path)


@pytest.mark.parametrize("field", ["sha256", "labels", "head", "metrics", "calibration"])
def test_a_card_that_lacks_a_field_names_it(tmp_path, field):
    path = tmp_path / "a.card.json"
    card_of().save(path)
    values = json.loads(path.read_text())
    del values[field]
    path.write_text(json.dumps(values))
    with pytest.raises(InvalidModel, match=f"KeyError: '{field}'"):
        Card.load(path)


def test_a_card_that_cannot_be_written_leaves_the_old_one(tmp_path):
    path = tmp_path / "a.card.json"
    card_of().save(path)
    with pytest.raises(TypeError, match="not JSON serializable"):
        card_of(metrics={"test": object()}).save(path)
    assert Card.load(path) == card_of()
    assert len(list(tmp_path.iterdir())) == 1
