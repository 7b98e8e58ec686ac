"""Measures a network on labelled glyphs, through the very framing that pictures pass."""

import os
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlens.data import Dataset, load
from digitlens.imaging import frame, frame_all, open_picture
from digitlens.model import MAX_ERROR, Alphabet, Device, Network, find
from digitlens.model.metrics import Figures, figures

__all__ = ["DatasetPredictions", "Evaluation", "evaluate", "predict_dataset"]


@dataclass(frozen=True)
class Evaluation:
    """Figures of a network on a labelled set, with the names of both.

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


@dataclass(frozen=True)
class DatasetPredictions:
    """The predictions of a network for a labelled set.

    Attributes:
        network: the network.
        alphabet: the labels of the set, as the network tells them apart.
        glyphs: as the network saw them, images uint8 (N, 28, 28).
        logits: (N, K), a column for each label of the set and perhaps one for what is none.
        seconds: wall time of the network over all glyphs.
    """

    network: Network
    alphabet: Alphabet
    glyphs: Dataset
    logits: NDArray[np.floating]
    seconds: float


def predict_dataset(
    model: str | os.PathLike[str],
    dataset: str | os.PathLike[str],
    split: str = "test",
    *,
    threads: int = 1,
    device: Device = "cpu",
) -> DatasetPredictions:
    """Run a network, by name or file, over a split of a dataset or of a folder of pictures by label.

    A network that reads more than the dataset has reads in the alphabet of the dataset; where that says nothing of the
    case of a letter, either will do.

    Args:
        model: a name or an ``.onnx`` file.
        dataset: a registered name, or a folder of pictures by label.
        split: which part of the dataset.
        threads: threads that one run may use.
        device: what the network runs on.

    Raises:
        ModelError: the network cannot be found or used, or lacks a label that the data have.
        DatasetError: the data cannot be had or read.
    """
    network = Network.load(find(model), threads, device)
    glyphs = load(dataset, split, lambda path: frame(open_picture(path).pixels).image)
    meanings = [glyphs.meaning(label) for label in glyphs.alphabet]
    alphabet = Alphabet.of(network.card, "".join(meanings), network.name)
    if not glyphs.framed:
        glyphs = replace(glyphs, images=frame_all(glyphs.images), framed=True)
    began = time.perf_counter()
    logits = network.logits_of(glyphs.images)
    seconds = time.perf_counter() - began
    logits = alphabet.merged(alphabet.restrict(logits), meanings)
    return DatasetPredictions(network, alphabet, glyphs, logits, seconds)


def evaluate(  # noqa: PLR0913 - all but the first three by their names
    model: str | os.PathLike[str],
    dataset: str | os.PathLike[str],
    split: str = "test",
    *,
    max_error: float = MAX_ERROR,
    threads: int = 1,
    device: Device = "cpu",
) -> Evaluation:
    """Measure a network, by name or file, on a split of a dataset or of a folder of pictures by label.

    Args:
        model: a name or an ``.onnx`` file.
        dataset: a registered name, or a folder of pictures by label.
        split: which part of the dataset.
        max_error: the error rate wanted among accepted glyphs, 0 to 1.
        threads: threads that one run may use.
        device: what the network runs on.

    Raises:
        ModelError, DatasetError: as `predict_dataset` does.
    """
    trial = predict_dataset(model, dataset, split, threads=threads, device=device)
    glyphs = trial.glyphs
    measured = figures(trial.alphabet.calibration, trial.logits, glyphs.labels, glyphs.alphabet, max_error)
    return Evaluation(
        trial.network.name, glyphs.name, split, glyphs.alphabet, max_error, measured, trial.seconds
    )
