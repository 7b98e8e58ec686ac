import hashlib
import json
import os

import pytest
from tiny_network import card_of, save_network

from digitlens.errors import InvalidModel
from digitlens.model import registry
from digitlens.model.card import Card, PageCard, card_path, kind_of
from digitlens.model.registry import available, find, find_for
from digitlens.model.session import Network


def _page_card(content=b"pages"):
    return PageCard(
        sha256=hashlib.sha256(content).hexdigest(),
        labels=("0", "1", "+", ""),
        parameters=670_222,
        recipe={"name": "pages"},
        seed=0,
        command="digitlens train --recipe pages --seed 0",
        trained_on="88,000 drawn scenes",
        metrics={"validation": {"f1": 0.9}},
    )


@pytest.fixture
def pages(tmp_path, monkeypatch):
    """A page network, the only network there is besides one for glyphs, ``robust``."""
    monkeypatch.setattr(registry, "SHIPPED", tmp_path)
    monkeypatch.setenv("DIGITLENS_MODELS", "")
    save_network(tmp_path / "robust.onnx", b"weights")
    path = tmp_path / "pages.onnx"
    path.write_bytes(b"pages")
    _page_card().save(card_path(path))
    return path


def test_a_page_card_survives_its_file(pages):
    card = PageCard.load(card_path(pages))
    assert card == _page_card()
    assert (card.stride, card.window, card.unit, card.multiple) == (4, 65, 16.0, 32)
    assert card.summary() == {
        "version": card.sha256[:8],
        "recipe": "pages",
        "parameters": 670_222,
        "f1": 0.9,
    }


def test_networks_are_told_apart_by_kind(pages):
    assert kind_of(pages) == "pages"
    assert [*available()] == ["robust"]
    assert available("pages") == {"pages": pages}
    assert find("pages") == pages
    assert find_for("01").stem == "robust"


def test_a_page_network_is_not_loaded_for_single_glyphs(pages):
    with pytest.raises(InvalidModel, match=r"network for pages: single glyphs are not read by it"):
        Network.load(pages)


def test_a_glyph_network_is_not_loaded_for_pages(tmp_path):
    card_of().save(tmp_path / "a.card.json")
    with pytest.raises(InvalidModel, match=r"not the card of a network for pages.*--recipe pages"):
        PageCard.load(tmp_path / "a.card.json")


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"sha256": "0"}, "64 hexadecimal"), ({"labels": ["0", "0"]}, "no two"), ({"seed": None}, "")],
)
def test_a_damaged_page_card_says_what_is_wrong(tmp_path, change, reason):
    path = tmp_path / "a.card.json"
    _page_card().save(path)
    values = {**json.loads(path.read_text()), **change}
    if change == {"seed": None}:
        del values["seed"]
        reason = "KeyError: 'seed'"
    path.write_text(json.dumps(values))
    with pytest.raises(InvalidModel, match=reason):
        PageCard.load(path)


def test_a_card_written_anew_is_read_anew(pages):
    assert kind_of(pages) == "pages"
    card_of().save(card_path(pages))
    os.utime(card_path(pages), (1, 1))
    assert kind_of(pages) == "glyphs"
    assert Card.load(card_path(pages)) == card_of()
