"""Export: a Keras network becomes an ONNX file that reads uint8 images and can explain what it read.

The graph takes ``image``, uint8 (N, 28, 28, 1), and gives

- ``logits`` (N, K);
- ``features`` (N, C, H, W), the last feature map, before any pooling;
- ``class_weights`` (D, K), the kernel of the last layer;
- for the head ``linear``, flatten -> Dense, the rows of ``class_weights`` are (C * h * w, K), in the order of the
  pooled feature map;
- for the head ``flatten`` also ``hidden`` (N, D), what goes into the last layer, and ``hidden_weights``
  (C * h * w, D), the kernel before it with batch normalisation folded in, its rows in the order of the
  pooled feature map. From these the gradient of a logit with respect to ``features`` has a closed form.

A network with another head gives ``logits`` alone.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import keras
import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from digitlens.errors import ExportMismatch, InvalidModel
from digitlens.files import atomic_write
from digitlens.model.calibrate import energy, softmax
from digitlens.model.card import Head
from digitlens.train.gradcam import explained
from digitlens.train.graph import GraphWriter
from digitlens.train.kerasfile import QUIET, load_keras
from digitlens.train.onnxgraph import Stored
from digitlens.train.preprocess import SIDE, Preprocessing

__all__ = ["PARITY", "Exported", "export", "export_file"]

PARITY: dict[Stored, float] = {"float32": 1e-4, "float16": 2e-2, "int8": 0.1}
"""The largest difference in any probability that an exported graph may show against Keras, by how it is stored."""

BATCH = 250


@dataclass(frozen=True)
class Exported:
    """The result of an export: the file's SHA-256, how the network ends, its parameters, the largest difference."""

    sha256: str
    head: Head
    parameters: int
    difference: float


def export(
    model: keras.Model,
    path: Path,
    stored: Stored = "float32",
    preprocessing: Preprocessing = Preprocessing(),  # noqa: B008  # frozen
    columns: tuple[int, ...] = (),
) -> Exported:
    """Write ``model`` as ONNX to ``path``, whole, after it has read 1,000 images as Keras does.

    Args:
        model: what to write.
        path: where to.
        stored: how weights are kept.
        preprocessing: what is done to framed glyphs before; if not given, what networks of DigitLens want.
        columns: the order in which the logits are given, where that is not the network's.

    Raises:
        InvalidModel: the network has a layer that cannot be translated.
        ExportMismatch: the graph's probabilities differ from Keras's by more than its ``PARITY``.
    """
    writer = GraphWriter(model, preprocessing)
    head, outputs = explained(writer.graph, writer.logits)
    if columns != tuple(range(len(columns))):
        outputs = {"logits": _in_order(writer, writer.logits, columns), **outputs}
        if "class_weights" in outputs:
            outputs["class_weights"] = _in_order(writer, outputs["class_weights"], columns)
    content = writer.build(outputs, stored).SerializeToString()
    difference = _difference(model, content, writer, preprocessing, columns)
    if not difference <= PARITY[stored]:
        raise ExportMismatch(
            f"The exported graph's probabilities differ from Keras's by up to {difference:.2g}; "
            f"at most {PARITY[stored]:.0e} is allowed. Nothing was written. "
            "This is a fault of the export: please report it."
        )
    with atomic_write(path) as temporary:
        temporary.write_bytes(content)
    return Exported(hashlib.sha256(content).hexdigest(), head, model.count_params(), difference)


def export_file(
    source: Path,
    path: Path,
    stored: Stored = "float32",
    preprocessing: Preprocessing = Preprocessing(),  # noqa: B008  # frozen
) -> Exported:
    """Export the Keras network in ``source``, ``.keras`` or ``.h5``, always computed by TensorFlow.

    Where another backend is at work, another process does it: what is exported and compared is the file,
    read anew, not the model that trained.

    Args:
        source: the network's file.
        path: where to.
        stored: how weights are kept.
        preprocessing: what is done to framed glyphs before; if not given, what networks of DigitLens want.

    Raises:
        InvalidModel: the file cannot be loaded, or the network cannot be translated.
        ExportMismatch: the graph does not compute what Keras does.
    """
    if keras.backend.backend() == "tensorflow":
        return export(load_keras(source), path, stored, preprocessing)
    settings = json.dumps([stored, asdict(preprocessing)])
    words = [sys.executable, "-m", "digitlens.train.export", str(source), str(path), settings]
    environment = {**os.environ, "KERAS_BACKEND": "tensorflow"}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise InvalidModel(f"Exporting {source} failed: {done.stderr.strip().splitlines()[-1]}")
    return Exported(**json.loads(done.stdout.splitlines()[-1]))


def _in_order(writer: GraphWriter, value: str, columns: tuple[int, ...]) -> str:
    """A value (..., K) with its columns in another order."""
    return writer.graph.add("Gather", [value, writer.graph.constant([*columns])], axis=1)


def _difference(
    model: keras.Model,
    content: bytes,
    writer: GraphWriter,
    preprocessing: Preprocessing,
    columns: tuple[int, ...],
) -> float:
    """The largest difference between Keras and the graph over 1,000 images, as a share of what exceeds 1."""
    frames = _blots(1_000, SIDE)
    session = ort.InferenceSession(content, providers=["CPUExecutionProvider"])
    starts = range(0, len(frames), BATCH)
    logits = np.concatenate(
        [np.asarray(session.run(["logits"], {"image": frames[i : i + BATCH]})[0]) for i in starts]
    )
    given = preprocessing.apply(frames[..., 0], writer.taken)
    expected = np.asarray(model.predict(given, batch_size=BATCH, verbose=QUIET)).reshape(logits.shape)
    expected = expected[:, list(columns)] if columns else expected
    found = _ENDINGS[writer.ending](logits)
    return float(np.abs(found - expected).max() / max(1.0, np.abs(expected).max()))


_ENDINGS: dict[str, Callable[[NDArray[np.floating]], NDArray[np.floating]]] = {
    "": lambda logits: logits,
    "LogSoftmax": lambda logits: logits - energy(logits)[:, None],
    "Sigmoid": lambda logits: 0.5 + 0.5 * np.tanh(0.5 * logits),
    "Softmax": softmax,
}
"""The last operation of Keras, which the graph leaves out."""


def _blots(count: int, size: int) -> NDArray[np.uint8]:
    """Blots of ink of many widths, always the same: (count, size, size, 1), so that export needs no dataset."""
    noise = np.random.default_rng(0).standard_normal((count, size, size)).astype(np.float32)
    blurred = (cv2.GaussianBlur(image, (0, 0), 0.6 + 2.4 * i / count) for i, image in enumerate(noise))
    inked = [np.clip(400 * image / np.abs(image).max() - 40, 0, 255) for image in blurred]
    return np.stack(inked).astype(np.uint8)[..., None]


if __name__ == "__main__":
    _source, _path, _settings = sys.argv[1:]
    _stored, _preprocessing = json.loads(_settings)
    _made = export_file(Path(_source), Path(_path), _stored, Preprocessing(**_preprocessing))
    print(json.dumps(asdict(_made)))
