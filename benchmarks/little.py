"""How many glyphs are few: teaching `robust` what is at hand, against training `classic` on it from scratch.

The digits of EMNIST, of which `robust` has learnt none; those it is measured on are the same for every row. Processor
time is that of the run alone, without what importing takes.
"""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from digitlens.data import DIGITS, Dataset, load
from digitlens.imaging import frame_all
from digitlens.model.card import Card, card_path
from digitlens.model.registry import find, keras_file
from digitlens.model.session import Network
from digitlens.train.little import LITTLE
from digitlens.train.recipes import RECIPES
from digitlens.train.run import TrainingJob, train
from digitlens.train.sets import Sets, parted
from table import Row, row

__all__ = ["measure"]

COUNTS = (500, 2_000, 5_000, 10_000)
"""Glyphs at hand, a tenth of them held back."""

TESTED = 5_000


def measure(counts: Sequence[int] = COUNTS) -> list[Row]:
    """For each number of glyphs both ways, and what `robust` reads as it is."""
    rest, test = parted(_digits(), TESTED)
    network = Network.load(find("robust"))
    best = network.logits(test.images)[:, : len(DIGITS)].argmax(axis=1)
    rows = [row("robust as it is", 100 * float((best == test.labels).mean()), "%")]
    for count in counts:
        _, some = parted(rest, count)
        training, validation = parted(some, count // 10)
        sets = Sets(training, validation, test)
        for name, start in (("from robust", keras_file("robust")), ("from scratch", None)):
            accuracy, spent = _trained(sets, start)
            rows += [
                row(f"{count:,} glyphs, {name}", 100 * accuracy, "%"),
                row("  processor time", spent, "s"),
            ]
    return rows


def _digits() -> Dataset:
    """Framed digits that `robust` has not learnt."""
    merged = load("emnist-merged", "train")
    index = np.array([DIGITS.index(label) if label in DIGITS else -1 for label in merged.alphabet])
    digits = replace(merged, labels=index[merged.labels], alphabet=DIGITS)
    digits = digits.rows(digits.labels >= 0)
    return replace(digits, images=frame_all(digits.images), framed=True)


def _trained(sets: Sets, start: Path | None) -> tuple[float, float]:
    """Accuracy on the test glyphs, and seconds of processor time."""
    recipe = RECIPES["classic"]
    if start is not None:
        card = Card.load(card_path(start.with_suffix(".onnx")))
        recipe = replace(LITTLE, net_settings=card.recipe["net_settings"])
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        outcome = train(TrainingJob(recipe, "emnist-merged", Path(folder), start=start), sets=sets)
        spent = time.process_time() - began
    return outcome.card.metrics["test"]["accuracy"], spent
