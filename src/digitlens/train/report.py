"""The report of a training run: one self-contained HTML page that a person wants to look at."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from digitlens.data import Dataset
from digitlens.evaluation_report import calibration, labels, misread, refusal
from digitlens.html.charts import Axis, Series, plot
from digitlens.html.page import (
    element,
    facts,
    folded,
    interval,
    percentage,
    scrolling,
    section,
    table,
)
from digitlens.model.calibrate import MAX_ERROR
from digitlens.model.card import Card
from digitlens.model.metrics import Figures
from digitlens.train.report_page import making, save_page

if TYPE_CHECKING:
    from digitlens.train.state import Epoch, TrainingProgress

__all__ = ["Report", "learning", "write_report"]


@dataclass(frozen=True)
class Report:
    """The contents of a report.

    Attributes:
        card: of the network; its settings, versions and command are shown, its calibration is drawn.
        progress: the epochs trained, at least one, and which of them was kept.
        figures: of the finished network on ``training``, ``validation`` and ``test``, without augmentation.
        logits: (N, K) of the network for the test glyphs.
        test: the test glyphs as the network saw them, images uint8 (N, 28, 28).
    """

    card: Card
    progress: "TrainingProgress"
    figures: Mapping[str, Figures]
    logits: NDArray[np.floating]
    test: Dataset

    @property
    def title(self) -> str:
        """The heading of the page, such as ``classic on mnist``."""
        return f"{self.card.recipe['name']} on {self.test.name}"


def write_report(path: Path, report: Report) -> None:
    """Write the page to ``path``, whole or not at all.

    Raises:
        OSError: the folder cannot be written to, or the disk is full.
    """
    card, test, judged = report.card, report.test, report.figures["test"]
    main = element(
        "main",
        _head(report),
        learning(report.progress, "Accuracy", _kept(report.progress)),
        labels(judged),
        misread(card, test, report.logits),
        element(
            "div", calibration(card, judged), refusal(card, judged, test, report.logits), class_="halves"
        ),
        making(card.command, {"Recipe": card.recipe, "Network": _network(card), "Software": card.software}),
    )
    save_page(path, report.title, main)


def _head(report: Report) -> Element:
    """Return the figures that matter most, at a glance, and the table of all figures."""
    test = report.figures["test"]
    lede = (
        f"Of {test.count:,} glyphs it had never seen the network reads {test.errors:,} wrong: an accuracy of "
        f"{percentage(test.accuracy)}, with a 95 % interval of {interval(test.interval)}."
    )
    figures = {
        "test accuracy": percentage(test.accuracy),
        "validation accuracy": percentage(report.figures["validation"].accuracy),
        "calibration error": percentage(test.ece),
        f"accepted at {percentage(MAX_ERROR, 1)} error": percentage(test.accepted, 1),
    }
    return element(
        "header",
        element("p", "DigitLens training report", class_="kicker"),
        element("h1", report.title),
        element("p", lede, class_="lede"),
        facts(figures),
        scrolling(_figures(report.figures), "Figures of the test, validation and training set"),
        element(
            "p",
            f"Learnt from {report.card.trained_on}. The epoch to keep was chosen, and the calibration "
            "fitted, on the validation glyphs, held back from training: their own calibration error "
            f"flatters. The {test.count:,} test glyphs of {report.test.name} were read once, after "
            "everything was decided. Intervals are Wilson's.",
            class_="note",
        ),
    )


def _figures(figures: Mapping[str, Figures]) -> Element:
    """The figures of the three sets, side by side."""
    names = ("test", "validation", "training")
    sets = [figures[name] for name in names]
    rows = {
        "glyphs": [f"{f.count:,}" for f in sets],
        "read wrong": [f"{f.errors:,}" for f in sets],
        "accuracy": [percentage(f.accuracy) for f in sets],
        "95 % interval": [interval(f.interval) for f in sets],
        "negative log likelihood, nats": [f"{f.nll:.4f}" for f in sets],
        "expected calibration error": [percentage(f.ece) for f in sets],
        "the same, uncalibrated": [percentage(f.ece_uncalibrated) for f in sets],
        "area under risk and coverage": [f"{f.aurc:.6f}" for f in sets],
        f"accepted at {percentage(MAX_ERROR, 1)} error": [percentage(f.accepted) for f in sets],
        "wrong among accepted": [f"{f.accepted_errors:,}" for f in sets],
    }
    return table(("", *names), ([name, *cells] for name, cells in rows.items()), class_="figures")


def _kept(progress: "TrainingProgress") -> str:
    """Which weights were kept, and how the curves are to be read."""
    return (
        f"The weights of epoch {progress.best + 1} were kept: it had the lowest validation loss. The training curves "
        "are measured while it learns, on augmented glyphs and with dropout at work; that they lie behind the "
        "validation curves is as it should be."
    )


def learning(progress: "TrainingProgress", score: str, told: str) -> Element:
    """Draw loss, score and learning rate, epoch by epoch.

    Args:
        progress: of the run, one epoch at least.
        score: the name of what it was measured by.
        told: a sentence that says which weights were kept.
    """
    epochs, kept = progress.epochs, progress.best + 1
    loss = {"training": [e.loss for e in epochs], "validation": [e.val_loss for e in epochs]}
    wrong = {"training": [1 - e.accuracy for e in epochs], "validation": [1 - e.val_accuracy for e in epochs]}
    rate = {"rate": [e.learning_rate for e in epochs]}
    lede = (
        f"{len(epochs)} {'epoch' if len(epochs) == 1 else 'epochs'} in "
        f"{_duration(sum(epoch.seconds for epoch in epochs))}. {told}"
    )
    upright = Axis.around("log scale of the share wrong", chain(*wrong.values()), log=True, text=_right)
    charts = (
        _curves("Loss", Axis.around("nats, log scale", chain(*loss.values()), log=True), loss, kept),
        _curves(score, replace(upright, start=upright.end, end=upright.start), wrong, kept),
        _curves("Learning rate", Axis.around("at the end of the epoch", [0, *rate["rate"]]), rate, kept),
    )
    return section(
        "How it learnt", lede, element("div", *charts, class_="charts"), _epoch_table(epochs, kept)
    )


def _curves(title: str, y: Axis, lines: Mapping[str, list[float]], kept: int) -> Element:
    """One chart over the epochs, the kept one marked."""
    count = len(next(iter(lines.values())))
    series = [
        Series(name, range(1, count + 1), values, name, [2.5] * count) for name, values in lines.items()
    ]
    return plot(title, series, Axis("epoch", 0, max(3, count)), y, (kept, "kept"))


def _epoch_table(epochs: "list[Epoch]", kept: int) -> Element:
    """The table behind the curves."""
    head = ("epoch", "loss", "accuracy", "validation loss", "validation accuracy", "learning rate", "seconds")
    rows = (
        [
            f"{number}, kept" if number == kept else str(number),
            f"{epoch.loss:.4f}",
            percentage(epoch.accuracy),
            f"{epoch.val_loss:.4f}",
            percentage(epoch.val_accuracy),
            f"{epoch.learning_rate:.2e}",
            f"{epoch.seconds:.1f}",
        ]
        for number, epoch in enumerate(epochs, start=1)
    )
    return folded("The figures behind these curves", scrolling(table(head, rows), "Epochs"))


def _network(card: Card) -> dict[str, Any]:
    """Return the description of the network."""
    return {
        "sha256": card.sha256,
        "parameters": f"{card.parameters:,}",
        "labels": " ".join(card.labels),
        "head": card.head,
        "licence": card.licence,
        "seed": card.seed,
    }


def _right(wrong: float) -> str:
    """The accuracy that leaves the share ``wrong``, with as many digits as it has."""
    return f"{100 * (1 - wrong):.6g}\u00a0%"


def _duration(seconds: float) -> str:
    """``1 h 02 min``, ``3 min 20 s`` or ``45 s``."""
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
