"""Bringing a network of one's own: any Keras or ONNX file becomes a network of DigitLens, calibrated, with its card."""

import hashlib
import shlex
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from digitlens.data import Dataset
from digitlens.data.synth import not_digits
from digitlens.errors import ExportMismatch
from digitlens.files import atomic_write
from digitlens.imaging import frame_all
from digitlens.model.calibrate import UNCALIBRATED
from digitlens.model.card import Card, Head, card_path
from digitlens.model.fitting import fit_calibration
from digitlens.model.metrics import figures
from digitlens.model.session import Network
from digitlens.train.alphabets import calibrate_alphabets
from digitlens.train.export import export
from digitlens.train.foreign import Foreign, read_foreign, session_of, wrapped
from digitlens.train.graph import GraphWriter
from digitlens.train.kerasfile import load_keras
from digitlens.train.orders import glyphs_for
from digitlens.train.preprocess import NetworkInput, Preprocessing
from digitlens.train.probe import FoundPreprocessing, StatedPreprocessing, find_wanted
from digitlens.train.sets import DRAWN_NEGATIVES

__all__ = ["Brought", "bring"]

GLYPHS_A_RUN = 250
WRAPPED_PARITY = 1e-4
"""The largest difference that a wrapped graph may show against the one in the file."""


@dataclass(frozen=True)
class Brought:
    """The result of importing a network.

    Attributes:
        card: with what was found and measured.
        told: what was found, in a sentence.
        tried_on: the name of the glyphs that it was tried on; ``""`` for none.
    """

    card: Card
    told: str
    tried_on: str


@dataclass(frozen=True)
class _Written:
    """The contents of the new file."""

    sha256: str
    head: Head
    parameters: int
    difference: float


@dataclass(frozen=True)
class _Source:
    """A network as it was brought: what it takes, how it is run, and how it is written as one of ours."""

    taken: NetworkInput
    classes: int
    session: ort.InferenceSession
    likely: bool
    write: Callable[[Path, Preprocessing, tuple[int, ...]], _Written]

    def run(self, given: NDArray[Any]) -> NDArray[np.floating]:
        """Logits (N, K) of glyphs as the network takes them."""
        starts = range(0, len(given), GLYPHS_A_RUN)
        found = [self.session.run(["logits"], {"pixels": given[i : i + GLYPHS_A_RUN]})[0] for i in starts]
        return np.concatenate([np.asarray(each, np.float32) for each in found])


def bring(source: Path, output: Path, wanted: StatedPreprocessing = StatedPreprocessing()) -> Brought:  # noqa: B008  # frozen
    """Write a network of any origin as ``output``, its card beside it, once it is found what it wants.

    Args:
        source: ``.keras``, ``.h5`` of any Keras, or ``.onnx``.
        output: the new ``.onnx`` file.
        wanted: what is known of what it wants.

    Raises:
        InvalidModel: it cannot be loaded or translated, or it does not read.
        ExportMismatch: the new graph does not compute what the old one does.
    """
    network = _onnx(source) if source.suffix == ".onnx" else _keras(source)
    glyphs = glyphs_for(network.classes, wanted.labels)
    found = find_wanted(network.run, network.taken, network.classes, glyphs, wanted, likely=network.likely)
    with atomic_write(output) as temporary:
        written = network.write(temporary, found.preprocessing, found.columns)
        card = _card(source, network.taken, found, written)
        if glyphs is not None:
            card = _calibrated(Network(temporary, card), glyphs, found)
        card.save(card_path(output))  # in here: no network stands without its card
    return Brought(card, found.told(network.taken), "" if glyphs is None else glyphs.name)


def _onnx(source: Path) -> _Source:
    foreign = read_foreign(source)

    def write(path: Path, preprocessing: Preprocessing, columns: tuple[int, ...]) -> _Written:
        content = wrapped(foreign, preprocessing, columns)
        difference = _difference(foreign, content, preprocessing, columns)
        if not difference <= WRAPPED_PARITY:
            raise ExportMismatch(
                f"The new graph differs from that in {source} by up to {difference:.2g}; at most "
                f"{WRAPPED_PARITY:.0e} is allowed. Nothing was written. "
                "This is a fault of the export: please report it."
            )
        path.write_bytes(content)
        return _Written(hashlib.sha256(content).hexdigest(), "none", foreign.parameters, difference)

    session = session_of(foreign.core(), source)
    return _Source(foreign.taken, foreign.classes, session, foreign.likely, write)


def _keras(source: Path) -> _Source:
    model = load_keras(source)
    writer = GraphWriter(model)

    def write(path: Path, preprocessing: Preprocessing, columns: tuple[int, ...]) -> _Written:
        made = export(model, path, preprocessing=preprocessing, columns=columns)
        return _Written(made.sha256, made.head, made.parameters, made.difference)

    session = session_of(writer.build().SerializeToString(), source)
    return _Source(writer.taken, writer.classes, session, "oftmax" in writer.ending, write)


def _difference(
    foreign: Foreign, content: bytes, preprocessing: Preprocessing, columns: tuple[int, ...]
) -> float:
    """The largest difference between the network as it was and as it is, over noise, as a share of what exceeds 1."""
    frames = np.random.default_rng(0).integers(0, 256, (64, 28, 28), np.uint8)
    given = preprocessing.apply(frames, foreign.taken)
    (expected,) = session_of(foreign.core(), "the network").run(["logits"], {"pixels": given})
    (found,) = session_of(content, "the new graph").run(["logits"], {"image": frames[..., None]})
    expected = np.asarray(expected)[:, list(columns)]
    return float(np.abs(np.asarray(found) - expected).max() / max(1.0, np.abs(expected).max()))


def _card(source: Path, taken: NetworkInput, found: FoundPreprocessing, written: _Written) -> Card:
    """Make the card from all that is known before the network is measured."""
    return Card(
        sha256=written.sha256,
        labels=found.labels,
        head=written.head,
        parameters=written.parameters,
        recipe={"name": "brought", "file": source.name, **found.preprocessing.to_dict(taken)},
        seed=0,
        command=shlex.join(["digitlens", "export", source.name, "-o", "FILE.onnx"]),
        trained_on="unknown",
        metrics={"parity": written.difference},
        calibration=UNCALIBRATED,
        licence="unknown",
    )


def _calibrated(network: Network, glyphs: Dataset, found: FoundPreprocessing) -> Card:
    """The card with confidences and thresholds fitted on the glyphs, and figures on them."""
    card = network.card
    known = [i for i, label in enumerate(glyphs.alphabet) if label in card.labels]
    inside = np.isin(glyphs.labels, known)
    index = np.array([card.labels.index(label) if label in card.labels else -1 for label in glyphs.alphabet])
    targets = index[glyphs.labels[inside]]
    logits = network.logits_of(glyphs.images[inside])
    drawn = frame_all(not_digits(DRAWN_NEGATIVES, 0, glyphs.images, card.labels))
    calibration = fit_calibration(logits, targets, network.logits_of(drawn), found.other)
    measured = figures(calibration, logits, targets, card.labels)
    tried = {"dataset": glyphs.name, "count": found.count, "accuracy": found.accuracy}
    metrics = {
        **card.metrics,
        "tried_on": tried,
        "validation": {"dataset": glyphs.name, **measured.summary()},
    }
    card = replace(card, calibration=calibration, metrics=metrics)
    if {*known} != {*range(len(glyphs.alphabet))} or len(known) != len(card.labels):
        return card
    validation = Dataset(glyphs.name, glyphs.images[inside], targets, card.labels, framed=True)
    return calibrate_alphabets(card, validation, logits)
