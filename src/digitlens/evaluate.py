"""Measures a network on a labelled set, through the very framing that pictures pass: no Keras needed."""

import os
import time
from dataclasses import dataclass
from typing import Any

from digitlens.data import load
from digitlens.errors import DatasetError
from digitlens.imaging import frame, frame_all, open_picture
from digitlens.model import MAX_ERROR, Network, find
from digitlens.model.metrics import Figures, figures

__all__ = ["Evaluation", "evaluate"]


@dataclass(frozen=True)
class Evaluation:
    """What was measured, of which network, on what.

    Attributes:
        model: ``NAME@VERSION``.
        dataset: its registered name, or the folder.
        split: which part of it.
        labels: the alphabet.
        max_error: the error rate aimed for among accepted glyphs.
        figures: what came out.
        seconds: wall time of the network over all glyphs.
    """

    model: str
    dataset: str
    split: str
    labels: tuple[str, ...]
    max_error: float
    figures: Figures
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        about = {k: v for k, v in vars(self).items() if k != "figures"}
        return {**about, "seconds": round(self.seconds, 3), **self.figures.to_dict()}


def evaluate(
    model: str | os.PathLike[str],
    dataset: str | os.PathLike[str],
    split: str = "test",
    *,
    max_error: float = MAX_ERROR,
    threads: int = 1,
) -> Evaluation:
    """Measure a network, by name or file, on a split of a dataset or of a folder of pictures by label.

    Raises:
        ModelError: the network cannot be found or used.
        DatasetError: the data cannot be had or read, or their labels are not the network's.
    """
    network = Network.load(find(model), threads)
    glyphs = load(dataset, split, lambda path: frame(open_picture(path).pixels).image)
    if glyphs.alphabet != network.card.labels:
        raise DatasetError(
            f"{glyphs.name} has the labels {''.join(glyphs.alphabet)}, "
            f"{network.name} reads {''.join(network.card.labels)}: they must be the same."
        )
    frames = glyphs.images if glyphs.framed else frame_all(glyphs.images)
    began = time.perf_counter()
    logits = network.logits_of(frames)
    seconds = time.perf_counter() - began
    measured = figures(network.card.calibration, logits, glyphs.labels, network.card.labels, max_error)
    return Evaluation(network.name, glyphs.name, split, network.card.labels, max_error, measured, seconds)
