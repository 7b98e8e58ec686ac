"""The page about the network: its card, told for people, and what is measured here where its test data are."""

from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import streamlit as st

from digitlens import evaluation_report
from digitlens.data import DATASETS, at_hand
from digitlens.evaluate import DatasetPredictions, predict_dataset
from digitlens.html.page import element, facts, interval, percentage, section
from digitlens.labels import noun
from digitlens.model import Card, Network
from digitlens.model.metrics import Figures, figures
from digitlens.reader import Reader
from digitlens.web.components import exhibit
from digitlens.web.phrases import demand

__all__ = ["about", "card_figures", "show"]


def show(reader: Reader) -> None:
    """Lay out the page."""
    network, card = reader.network, reader.network.card
    alphabet = reader.alphabet
    wanted = demand(alphabet.calibration.threshold(reader.max_error).score, noun(alphabet.labels))
    exhibit("about", about(network, wanted))
    measured = card_figures(card)
    if measured is not None:
        parts = [
            evaluation_report.labels(measured),
            *evaluation_report.alphabets(card),
            evaluation_report.calibration(card, measured),
        ]
        exhibit("figures", element("div", *parts))
    _failures(network, card.metrics.get("test", {}).get("dataset", ""))


def about(network: Network, wanted: str) -> Element:
    """Return the facts that matter most, and the card; ``wanted`` says what is asked of a digit to be accepted."""
    card = network.card
    told = element("dl", class_="card")
    for term, value in _terms(card, network.path).items():
        told.append(element("dt", term))
        told.append(element("dd", value))
    title = f"{network.path.stem}, version {card.version}"
    return element("div", section(title, wanted, facts(_headline(card))), told)


def _headline(card: Card) -> dict[str, str]:
    """The figures that stand large."""
    test = card.metrics.get("test", {})
    shares = {
        f"right on new {noun(card.labels)}s": "accuracy",
        "calibration error": "ece",
        "accepted unaided": "accepted",
    }
    rows = {term: percentage(test[key]) for term, key in shares.items() if isinstance(test.get(key), float)}
    return {**rows, "trained numbers": f"{card.parameters:,}"}


def _terms(card: Card, path: Path) -> dict[str, str]:
    """Return the card, term by term; only terms it holds."""
    rows = {
        "Measured": _accuracy(card.metrics.get("test", {}), noun(card.labels)),
        "Other seeds": _runs(card.metrics.get("runs", {})),
        "Trained on": card.trained_on,
        "Reads": " ".join(card.labels),
        "Recipe": card.recipe.get("name", ""),
        "Seed": str(card.seed) if card.command else "",
        "Made by": card.command,
        "Made with": ", ".join(f"{name} {version}" for name, version in card.software.items()),
        "Licence": card.licence,
        "File": path.name,
    }
    return {term: value for term, value in rows.items() if value}


def _accuracy(test: dict[str, Any], kind: str) -> str:
    """Return the accuracy on a test set, with its 95 % interval."""
    if not {"accuracy", "count", "dataset", "interval"} <= test.keys():
        return "not measured"
    return (
        f"{percentage(test['accuracy'])} of {test['count']:,} test {kind}s of {test['dataset']} are read right; "
        f"if chance had drawn others, between {interval(test['interval'])} (95 % interval)"
    )


def _runs(runs: dict[str, Any]) -> str:
    """Return the results of other runs of the same recipe."""
    if not {"mean", "sd", "seeds"} <= runs.keys():
        return ""
    count, mean, spread = len(runs["seeds"]), percentage(runs["mean"], 3), percentage(runs["sd"], 3)
    return f"{mean} on average over {count} runs, standard deviation {spread}"


def card_figures(card: Card) -> Figures | None:
    """The figures of a card; None where it lacks some, as those of older versions do."""
    try:
        return Figures.from_dict(card.metrics.get("test", {}))
    except KeyError:
        return None


def _failures(network: Network, dataset: str) -> None:
    """The test glyphs that it reads wrong, where they are on this machine."""
    tested = f"test {noun(network.card.labels)}s"
    if dataset not in DATASETS or not at_hand(dataset, "test"):
        st.info(
            f"With the {tested} of {dataset or 'a dataset'} on this machine you would see here which ones it reads "
            f"wrong: `digitlens data get {dataset or 'mnist'}` fetches them.",
            icon=":material/download:",
        )
        return
    with st.spinner(f"Reading the {tested} …"):
        trial = _tried(network.path, network.card.version, dataset)
    card, glyphs = trial.network.card, trial.glyphs
    measured = figures(card.calibration, trial.logits, glyphs.labels, card.labels)
    page = element(
        "div",
        evaluation_report.misread(card, glyphs, trial.logits),
        evaluation_report.refusal(card, measured, glyphs, trial.logits),
    )
    exhibit("failures", page)


@lru_cache(maxsize=2)
def _tried(path: Path, _version: str, dataset: str) -> DatasetPredictions:
    """A network tried on its test glyphs: once a process, as long as it stays the same network."""
    return predict_dataset(path, dataset)
