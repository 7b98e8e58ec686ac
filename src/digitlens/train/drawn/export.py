"""Export of networks that learnt from drawn scenes to ONNX, held against Keras."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from digitlens.errors import ExportMismatch, TrainingError
from digitlens.files import atomic_write
from digitlens.imaging import local_contrast
from digitlens.train.drawn.average import set_flat
from digitlens.train.drawn.graph import DrawnGraphWriter, drawn_graph
from digitlens.train.onnxgraph import Stored

__all__ = ["DRAWN_PARITY", "Answers", "DrawnExport", "averaged", "export_drawn"]

DRAWN_PARITY: dict[Stored, float] = {"float32": 1e-3, "float16": 2e-2, "int8": 0.2}
"""The largest difference in any probability, offset or logarithm that a graph may show against Keras."""


@dataclass(frozen=True)
class Answers:
    """The outputs of the graph of a kind of network.

    Attributes:
        write: adds the nodes that give the outputs, and tells their shapes by name.
        expected: what these are, as Keras's answers (N, H, W, C) say, by name.
        sizes: pictures, their number, height and width, on which the two are held against each other.
    """

    write: Callable[[DrawnGraphWriter], dict[str, list[Any]]]
    expected: Callable[[NDArray[np.float64]], dict[str, NDArray[np.float64]]]
    sizes: Sequence[tuple[int, int, int]]


@dataclass(frozen=True)
class DrawnExport:
    """The result of an export: the file's SHA-256, the network's parameters, the largest difference from Keras."""

    sha256: str
    parameters: int
    difference: float


def export_drawn(net: keras.Model, path: Path, answers: Answers, stored: Stored = "float32") -> DrawnExport:
    """Write a plain network as ONNX to ``path``, whole, after it has answered as Keras does.

    Args:
        net: of nothing but Keras's own layers, in float32.
        path: where to.
        answers: the outputs of the graph for this kind of network.
        stored: how weights are kept.

    Raises:
        InvalidModel: the network has a layer that cannot be translated.
        ExportMismatch: the graph's answers differ from Keras's by more than its `DRAWN_PARITY`.
    """
    content = drawn_graph(net, answers.write, stored).SerializeToString()
    difference = _difference(net, content, answers)
    if not difference <= DRAWN_PARITY[stored]:
        raise ExportMismatch(
            f"The exported graph's answers differ from Keras's by up to {difference:.2g}; "
            f"at most {DRAWN_PARITY[stored]:.0e} is allowed. Nothing was written. "
            "This is a fault of the export: please report it."
        )
    with atomic_write(path) as temporary:
        temporary.write_bytes(content)
    return DrawnExport(hashlib.sha256(content).hexdigest(), net.count_params(), difference)


def averaged(net: keras.Model, checkpoint: Path) -> dict[str, Any]:
    """Give a plain network the averaged weights of a run's checkpoint folder; the progress of that run.

    Raises:
        TrainingError: the folder holds no checkpoint of such a network.
    """
    try:
        progress = json.loads((checkpoint / "progress.json").read_text(encoding="utf-8"))
        set_flat(net, np.load(checkpoint / f"epoch-{len(progress['epochs']):03d}.npy"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(
            f"{checkpoint} is not the checkpoint of a {net.name} network ({error}). "
            f"Give the folder that a run with --recipe {net.name} has made."
        ) from error
    return progress


def _difference(net: keras.Model, content: bytes, answers: Answers) -> float:
    """The largest difference between Keras's answers and the graph's, over pictures of some sizes."""
    session = ort.InferenceSession(content, providers=["CPUExecutionProvider"])
    worst = 0.0
    for count, height, width in answers.sizes:
        pictures = _pictures(count, height, width)
        expected = answers.expected(np.asarray(net.predict_on_batch(pictures), np.float64))
        found: Any = session.run([*expected], {"image": pictures.transpose(0, 3, 1, 2)})
        differences = [np.abs(a - b).max() for a, b in zip(found, expected.values(), strict=True)]
        worst = float(np.maximum(worst, max(differences)))  # unlike max, it lets no NaN pass
    return worst


def _pictures(count: int, height: int, width: int) -> NDArray[np.float32]:
    """Strokes of ink on noise, always the same: float32 (count, height, width, 1), normalised."""
    rng = np.random.default_rng(0)
    grey = rng.normal(200, 10, (count, height, width))
    for picture in grey:
        for _ in range(20):
            row, column = rng.integers(0, (height - 12, width - 12))
            tall = rng.random() < 0.5
            picture[row : row + (12 if tall else 3), column : column + (3 if tall else 12)] = rng.integers(
                120
            )
    pixels = np.clip(grey, 0, 255).astype(np.uint8)
    return np.stack([local_contrast(picture) for picture in pixels])[..., None]
