"""The page about the network says what its card says, of a foreign card too, and nothing of it as markup."""

from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import tostring

import pytest

from digitlens import evaluation_report
from digitlens.model import Network, find
from digitlens.model.metrics import Figures
from digitlens.web.model import about, card_figures


@pytest.fixture(scope="module")
def network() -> Network:
    return Network.load(find())


def text(network: Network) -> str:
    """All that is said of a network."""
    return " ".join(" ".join(about(network, "").itertext()).split())


def test_the_card_is_told_term_by_term(network: Network) -> None:
    test = network.card.metrics["test"]
    said = text(network)
    assert f"robust, version {network.card.version}" in said
    assert f"right on new digits {100 * test['accuracy']:.2f} %" in said
    assert f"of {test['count']:,} test digits of mnist are read right" in said
    assert network.card.command in said
    assert f"trained numbers {network.card.parameters:,}" in said
    assert "Licence MIT" in said


def test_the_figures_of_a_card_are_those_that_were_measured(network: Network) -> None:
    figures = card_figures(network.card)
    assert isinstance(figures, Figures)
    assert figures.accuracy == network.card.metrics["test"]["accuracy"]
    assert sum(map(sum, figures.confusion)) == figures.count


def test_of_many_labels_the_pairs_most_confused_stand_in_place_of_the_matrix(network: Network) -> None:
    card = Network.load(find("characters")).card
    figures = card_figures(card)
    assert figures is not None
    section = evaluation_report.labels(figures)
    pairs = ["".join(pair.itertext()) for pair in section.iter("li")]
    one, other, _, share = card.metrics["confused"][0]
    assert pairs[0] == f"{one} {other}{100 * share:.1f}\u00a0%"
    assert len(pairs) == len(card.metrics["confused"])
    assert len(list(section.iter("table"))) == 1
    (alone,) = evaluation_report.alphabets(card)
    assert {row[0].text for row in alone.iter("tr")} >= {*card.metrics["alphabets"]}
    assert evaluation_report.alphabets(network.card) == []


def test_a_card_without_figures_is_shown_without_them(network: Network) -> None:
    bare = Network(Path("mine.onnx"), replace(network.card, metrics={}, command="", software={}))
    assert card_figures(bare.card) is None
    said = text(bare)
    assert "Measured not measured" in said
    assert "Made by" not in said
    older = {"test": {k: v for k, v in network.card.metrics["test"].items() if k != "reliability"}}
    assert card_figures(replace(network.card, metrics=older)) is None


def test_what_a_foreign_card_says_is_text_and_never_markup(network: Network) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    foreign = Network(Path("mine.onnx"), replace(network.card, trained_on=hostile, licence=hostile))
    assert hostile not in tostring(about(foreign, hostile), encoding="unicode", method="html")
