"""Export of page networks to ONNX, held against Keras; also of the checkpoint of a run that goes on meanwhile.

``python -m digitlens.train.page.export CHECKPOINT OUT.onnx`` writes the averaged weights of a checkpoint folder.
"""

import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from digitlens.errors import ExportMismatch, TrainingError
from digitlens.files import whole_file
from digitlens.imaging import local_contrast
from digitlens.train.onnxgraph import Stored
from digitlens.train.page.average import set_flat
from digitlens.train.page.graph import page_graph
from digitlens.train.page.net import plain_net
from digitlens.train.page.targets import CLASSES

__all__ = ["PAGE_PARITY", "ExportedPages", "averaged_net", "export_pages"]

PAGE_PARITY: dict[Stored, float] = {"float32": 1e-3, "float16": 2e-2}
"""The largest difference in any probability, offset or logarithm that a graph may show against Keras."""

SIZES = ((1, 64, 96), (2, 96, 224), (1, 160, 416))
"""Pictures, height and width, on which the two are held against each other."""


@dataclass(frozen=True)
class ExportedPages:
    """What an export made: the file's SHA-256, the network's parameters, the largest difference from Keras."""

    sha256: str
    parameters: int
    difference: float


def export_pages(net: keras.Model, path: Path, stored: Stored = "float32") -> ExportedPages:
    """Write a network that `plain_net` built as ONNX to ``path``, whole, after it has answered as Keras does.

    Raises:
        InvalidModel: the network has a layer that cannot be translated.
        ExportMismatch: the graph's answers differ from Keras's by more than its `PAGE_PARITY`.
    """
    content = page_graph(net, CLASSES, stored).SerializeToString()
    difference = _difference(net, content)
    if not difference <= PAGE_PARITY[stored]:
        raise ExportMismatch(
            f"The exported graph's answers differ from Keras's by up to {difference:.2g}; "
            f"at most {PAGE_PARITY[stored]:.0e} is allowed. Nothing was written. "
            "This is a fault of the export: please report it."
        )
    with whole_file(path) as temporary:
        temporary.write_bytes(content)
    return ExportedPages(hashlib.sha256(content).hexdigest(), net.count_params(), difference)


def averaged_net(checkpoint: Path) -> tuple[keras.Model, dict[str, Any]]:
    """The plain network with the averaged weights of a run's checkpoint folder, and the progress of that run.

    Raises:
        TrainingError: the folder holds no checkpoint of a page network.
    """
    try:
        progress = json.loads((checkpoint / "progress.json").read_text(encoding="utf-8"))
        averages = np.load(checkpoint / f"epoch-{len(progress['epochs']):03d}.npy")
        settings = progress["identity"]["recipe"]
        net = plain_net(settings["widths"], settings["head"])
        set_flat(net, averages)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(
            f"{checkpoint} is not the checkpoint of a page network ({error}). "
            "Give the folder pages_checkpoint that a run with --recipe pages has made."
        ) from error
    return net, progress


def _difference(net: keras.Model, content: bytes) -> float:
    """The largest difference between Keras's answers and the graph's, over pictures of some sizes."""
    session = ort.InferenceSession(content, providers=["CPUExecutionProvider"])
    worst = 0.0
    for count, height, width in SIZES:
        pictures = _pictures(count, height, width)
        cells = np.asarray(net.predict_on_batch(pictures)).transpose(0, 3, 1, 2)
        found: Any = session.run(["heat", "geometry"], {"image": pictures.transpose(0, 3, 1, 2)})
        expected = 1 / (1 + np.exp(-cells[:, :CLASSES].astype(np.float64)))
        differences = (np.abs(found[0] - expected).max(), np.abs(found[1] - cells[:, CLASSES:]).max())
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


def _main(checkpoint: str, path: str, stored: str = "float32") -> None:
    net, progress = averaged_net(Path(checkpoint))
    exported = export_pages(net, Path(path), "float16" if stored == "float16" else "float32")
    last = progress["epochs"][-1]
    print(
        f"epoch {len(progress['epochs'])}: validation loss {last['val_loss']:.3f}, F1 {last['val_accuracy']:.4f}; "
        f"largest difference from Keras {exported.difference:.1e}"
    )


if __name__ == "__main__":
    _main(*sys.argv[1:])
