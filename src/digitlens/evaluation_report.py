"""The sections of a page that judge a finished network on its test glyphs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from math import sqrt
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from digitlens.data import Dataset
from digitlens.html.charts import Axis, Series, plot, whisker
from digitlens.html.page import element, folded, interval, percentage, picture, scrolling, section, table
from digitlens.metrics import wilson
from digitlens.model.calibrate import MAX_ERROR
from digitlens.model.card import Card
from digitlens.model.metrics import Figures, confused, risk_coverage

__all__ = ["alphabets", "calibration", "labels", "misread", "refusal", "report_style"]

Logits = NDArray[np.floating]

MOST_SHOWN = 120
"""Glyphs read wrong that are shown; a network that fails on more is judged by its figures."""

MOST_IN_MATRIX = 24
"""Labels up to which all pairs are shown; of more, those that are confused most."""


def report_style() -> str:
    """Return the style of these sections, beyond that of all pages."""
    return files("digitlens").joinpath("evaluation_report.css").read_text(encoding="utf-8")


def labels(test: Figures) -> Element:
    """Return the confusion matrix, and the accuracy of each label with its interval."""
    ends = {label: wilson(right, count) for label, (count, right) in test.per_label.items()}
    axis = Axis.around("", [1.0, *(low for low, _ in ends.values())])
    rows = (
        [
            label,
            f"{count:,}",
            f"{count - right:,}",
            percentage(right / max(1, count)),
            interval(ends[label], 1),
            whisker(right / max(1, count), ends[label], axis),
        ]
        for label, (count, right) in test.per_label.items()
    )
    head = ("", "glyphs", "wrong", "accuracy", "95 % interval", f"{percentage(axis.start, 0)} to 100\u00a0%")
    each = scrolling(table(head, rows, class_="labels"), "Accuracy of each label")
    names, title = tuple(test.per_label), "What it takes for what"
    if len(names) > MOST_IN_MATRIX:
        return section(
            title,
            "Of pairs of labels, how many glyphs of either were read as the other, the most first.",
            _pairs(names, test.confusion),
            folded("The accuracy of each label", each),
        )
    matrix = scrolling(_confusion(names, test.confusion), "Confusion matrix")
    return section(
        title,
        "Rows are what was written, columns what was read; whatever is off the diagonal is wrong.",
        element("div", matrix, each, class_="halves"),
    )


def _pairs(names: Sequence[str], confusion: Sequence[Sequence[int]]) -> Element:
    """The pairs of labels most often taken for one another."""
    items = []
    for one, other, wrong, share in confused(names, confusion):
        told = f"{wrong:,} glyphs of either were read as the other"
        items.append(
            element("li", element("b", f"{one} {other}"), element("small", percentage(share, 1)), title=told)
        )
    return element("ul", *items, class_="pairs", aria_label="Pairs most often confused")


def alphabets(card: Card) -> list[Element]:
    """Return the accuracy when fewer labels are asked for, where the card tells: one section, or none."""
    measured = card.metrics.get("alphabets", {})
    if not measured:
        return []
    rows = ([name, *_told(found)] for name, found in measured.items())
    head = ("", "labels", "glyphs", "accuracy", "95 % interval", "calibration error")
    return [
        section(
            "With fewer to choose from",
            "What looks alike is told apart by what may be there at all: an O among digits is a 0. Each line is of the "
            "test glyphs that belong to the alphabet, or of the set of that name.",
            scrolling(table(head, rows, class_="labels"), "Accuracy by alphabet"),
        )
    ]


def _confusion(names: Sequence[str], confusion: Sequence[Sequence[int]]) -> Element:
    """The confusion matrix as a table whose errors glow by their number."""
    worst = max((n for i, row in enumerate(confusion) for j, n in enumerate(row) if i != j), default=0)
    rows = ([name, *map(str, row)] for name, row in zip(names, confusion, strict=True))
    matrix = table(("", *names), rows, class_="confusion")
    for i, cell in enumerate(matrix.iter("td")):
        true, read = divmod(i, len(names))
        count = confusion[true][read]
        cell.set("title", f"{names[true]} read as {names[read]}: {count:,}")
        if true == read:
            cell.set("class", "right")
        elif count:
            cell.set("class", "wrong")
            cell.set("style", f"--heat: {sqrt(count / worst):.2f}")
    return matrix


def misread(card: Card, test: Dataset, logits: Logits) -> Element:
    """The glyphs read wrong, the surest first, `MOST_SHOWN` of them at most.

    Args:
        card: of the network; its calibration makes probabilities of the logits.
        test: the test glyphs, N of them.
        logits: the network's for these, (N, K).
    """
    title = "What it reads wrong"
    probabilities = card.calibration.probabilities(logits)
    read, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    wrong = np.flatnonzero(read != test.labels)
    if not len(wrong):
        return section(title, "Nothing: every test glyph was read right.")
    shown = wrong[np.argsort(-confidence[wrong], kind="stable")][:MOST_SHOWN]
    items = []
    for i in shown:
        words = f"{card.labels[test.labels[i]]} read as {card.labels[read[i]]}"
        caption = element("figcaption", f"{words} ", element("small", f"{percentage(confidence[i], 1)} sure"))
        image = picture(test.images[i], f"Test glyph {i}: {words}")
        items.append(element("li", element("figure", image, caption)))
    told = "All" if len(shown) == len(wrong) else f"The {len(shown)} surest of"
    lede = f"{told} {len(wrong):,} test glyphs read wrong, those first that it was surest of."
    return section(title, lede, element("ul", *items, class_="misread"))


def _told(found: Mapping[str, Any]) -> tuple[str, ...]:
    """The figures of an alphabet as they stand in the table."""
    accuracy, span = percentage(found["accuracy"]), interval(found["interval"], 1)
    return str(found["labels"]), f"{found['count']:,}", accuracy, span, percentage(found["ece"])


def calibration(card: Card, figures: Figures) -> Element:
    """Return the reliability diagram: confidence against accuracy, before and after temperature scaling."""
    bins = {"uncalibrated": figures.reliability_uncalibrated, "calibrated": figures.reliability}
    series = [Series("as it should be", (0, 1), (0, 1), "reference")]
    for name, held in bins.items():
        mean, right, count = zip(*held, strict=True)
        series.append(Series(name, mean, right, name, [2 + 8 * sqrt(n / figures.count) for n in count]))
    rows = (
        [name, percentage(mean), percentage(right), f"{count:,}"]
        for name, held in bins.items()
        for mean, right, count in held
    )
    share = Axis("confidence", 0, 1, text=lambda value: percentage(value, 0))
    return section(
        "How far its confidence can be trusted",
        "Of glyphs read with a confidence of 90 %, nine in ten should be right. Dividing the logits by a "
        f"temperature of {card.calibration.temperature:.3f}, fitted on the validation glyphs, takes the "
        f"expected calibration error on the test glyphs from {percentage(figures.ece_uncalibrated)} to "
        f"{percentage(figures.ece)}. The larger a dot, the more glyphs it stands for; small ones are mostly "
        "chance.",
        plot("Reliability", series, share, replace(share, title="of glyphs read right")),
        folded(
            "The figures behind this chart",
            scrolling(table(("", "mean confidence", "read right", "glyphs"), rows), "Confidence bins"),
        ),
    )


def refusal(card: Card, figures: Figures, test: Dataset, logits: Logits) -> Element:
    """Return the risk-coverage curve: the error rate left when the least sure glyphs are handed to a person.

    Args:
        card: of the network; its calibration makes probabilities of the logits.
        figures: the network's on the test glyphs.
        test: the test glyphs, N of them.
        logits: the network's for these, (N, K).
    """
    probabilities = card.calibration.probabilities(logits)
    right = probabilities.argmax(axis=1) == test.labels
    coverage, risk = risk_coverage(probabilities.max(axis=1), right)
    handed = np.unique(np.geomspace(max(1, len(risk) // 1000), len(risk) - 1, 300).astype(int))
    drawn = len(risk) - 1 - handed
    line = Series("calibrated", (1 - coverage[drawn]).tolist(), risk[drawn].tolist(), "calibrated")
    rows = ([percentage(share, 1), percentage(wrong, 3)] for share, wrong in figures.curve)
    chart = plot(
        "Risk and coverage",
        [line],
        Axis("handed to a person, log scale", 0.001, 1, log=True, text=_brief),
        Axis.around("wrong among accepted", [0, *line.y], text=_brief),
        (1 - figures.accepted, f"for {percentage(MAX_ERROR, 1)} error"),
    )
    return section(
        "What refusing the doubtful buys",
        f"Asked for at most {percentage(MAX_ERROR, 1)} error, it accepts {percentage(figures.accepted)} of the "
        f"test glyphs, {figures.accepted_errors:,} of them read wrong, and hands the others to a person. "
        "The curve tells what is left of the errors as ever more of the least sure are handed over.",
        chart,
        folded("The figures behind this curve", table(("accepted", "wrong among accepted"), rows)),
    )


def _brief(share: float) -> str:
    """A share in percent with no more digits than it has."""
    return f"{100 * share:.3g}\u00a0%"
