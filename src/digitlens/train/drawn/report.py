"""The report of a training on drawn scenes: how it learnt, and how well each kind of mark is found."""

from pathlib import Path
from xml.etree.ElementTree import Element

from digitlens.html.page import element, facts, percentage, scrolling, section, table
from digitlens.model.card import PageCard
from digitlens.train.report import learning
from digitlens.train.report_page import making, save_page
from digitlens.train.state import TrainingProgress

__all__ = ["write_drawn_report"]


def write_drawn_report(path: Path, card: PageCard, progress: TrainingProgress, score: str) -> None:
    """Write the page to ``path``, whole or not at all.

    Args:
        path: the HTML file.
        card: of the network.
        progress: of the run.
        score: the name of what it was measured by.

    Raises:
        OSError: the folder cannot be written to, or the disk is full.
    """
    title = f"{card.recipe['name']} on drawn sheets"
    parameters = f"{card.parameters:,}"
    network = {"sha256": card.sha256, "parameters": parameters, "licence": card.licence, "seed": card.seed}
    main = element(
        "main",
        _head(title, card, score),
        learning(progress, score, "The weights of the last epoch, averaged over its steps, were kept."),
        _labels(card, score),
        making(card.command, {"Recipe": card.recipe, "Network": network, "Software": card.software}),
    )
    save_page(path, title, main)


MEANINGS = {
    "F1": "a mark is found where the label is right and the boxes overlap by half",
    "Exact": "the share of lines of which every label is right, none missing and none too many",
}
"""The meaning of each score."""


def _head(title: str, card: PageCard, score: str) -> Element:
    """Return the figures that matter most, at a glance."""
    known = card.metrics["validation"]
    value = percentage(known[score.lower()])
    lede = (
        f"On {known['scenes']:,} drawn scenes whose glyphs it had never seen, the network's score ({score}) is "
        f"{value}: {MEANINGS[score]}."
    )
    loss, parity = f"{known['loss']:.3f}", f"{card.metrics['parity']:.1e}"
    return element(
        "header",
        element("p", "DigitLens training report", class_="kicker"),
        element("h1", title),
        element("p", lede, class_="lede"),
        facts({score: value, "validation loss": loss, "largest difference of the export": parity}),
        element("p", f"Learnt from {card.trained_on}.", class_="note"),
    )


def _labels(card: PageCard, score: str) -> Element:
    """Return how well each label is found."""
    rows = (
        [label or "other writing", f"{each['count']:,}", percentage(each["f1"]) if each["count"] else "-"]
        for label, each in card.metrics["validation"]["labels"].items()
    )
    return section(
        "Label by label",
        "On the held-back scenes: the F1." if score == "F1" else "On the held-back scenes: the share found.",
        scrolling(table(("label", "marks", "found"), rows), "how well each label is found"),
    )
