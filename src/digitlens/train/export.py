"""Export: a Keras network becomes an ONNX file that reads uint8 images and can explain what it read.

The graph takes ``image``, uint8 (N, 28, 28, 1), and gives

- ``logits`` (N, K);
- ``features`` (N, C, H, W), the last feature map, before any pooling;
- ``class_weights`` (D, K), the kernel of the last layer;
- for the head ``flatten`` also ``hidden`` (N, D), what goes into the last layer, and ``hidden_weights``
  (C * h * w, D), the kernel before it with batch normalisation folded in, its rows in the order of the
  pooled feature map. From these the gradient of a logit with respect to ``features`` has a closed form.
"""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import keras
import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from digitlens.errors import ExportMismatch, InvalidModel
from digitlens.files import whole_file
from digitlens.model.calibrate import softmax
from digitlens.model.card import Head
from digitlens.train.graph import GraphWriter, Stored
from digitlens.train.kerasfile import QUIET, load_keras

__all__ = ["PARITY", "Exported", "export", "export_file"]

PARITY: dict[Stored, float] = {"float32": 1e-4, "float16": 2e-2}
"""The largest difference in any probability that an exported graph may show against Keras, by how it is stored."""


@dataclass(frozen=True)
class Exported:
    """What an export made: the file's SHA-256, how the network ends, its parameters, the largest difference."""

    sha256: str
    head: Head
    parameters: int
    difference: float


def export(model: keras.Model, path: Path, stored: Stored = "float32") -> Exported:
    """Write ``model`` as ONNX to ``path``, whole, after it has read 1,000 images as Keras does.

    Raises:
        InvalidModel: the network has a layer or a head that cannot be translated.
        ExportMismatch: the graph's probabilities differ from Keras's by more than its ``PARITY``.
    """
    writer = GraphWriter(model)
    head, outputs = _explained(writer.trail)
    content = writer.build(outputs, stored).SerializeToString()
    difference = _difference(model, content)
    if not difference <= PARITY[stored]:
        raise ExportMismatch(
            f"The exported graph's probabilities differ from Keras's by up to {difference:.2g}; "
            f"at most {PARITY[stored]:.0e} is allowed. Nothing was written. "
            "This is a fault of the export: please report it."
        )
    with whole_file(path) as temporary:
        temporary.write_bytes(content)
    return Exported(hashlib.sha256(content).hexdigest(), head, model.count_params(), difference)


def export_file(source: Path, path: Path, stored: Stored = "float32") -> Exported:
    """Export the Keras network in ``source``, ``.keras`` or ``.h5``, always computed by TensorFlow.

    Where another backend is at work, another process does it: what is exported and compared is the file,
    read anew, not the model that trained.

    Raises:
        InvalidModel: the file cannot be loaded, or the network cannot be translated.
        ExportMismatch: the graph does not compute what Keras does.
    """
    if keras.backend.backend() == "tensorflow":
        return export(load_keras(source), path, stored)
    words = [sys.executable, "-m", "digitlens.train.export", str(source), str(path), stored]
    environment = {**os.environ, "KERAS_BACKEND": "tensorflow"}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise InvalidModel(f"Exporting {source} failed: {done.stderr.strip().splitlines()[-1]}")
    return Exported(**json.loads(done.stdout.splitlines()[-1]))


def _explained(trail: list[tuple[str, str, list[str]]]) -> tuple[Head, dict[str, str]]:
    """The head of a network and the graph's outputs, from the trail of its operators.

    Raises:
        InvalidModel: it ends in no head whose Grad-CAM has a closed form.
    """
    operators = [operator for operator, _, _ in trail]
    if operators[-3:] == ["GlobalAveragePool", "Flatten", "Gemm"]:
        outputs = {"features": trail[-4][1], "class_weights": trail[-1][2][0]}
        return "average", {"logits": trail[-1][1], **outputs}
    if operators[-4:] == ["Flatten", "Gemm", "Relu", "Gemm"]:
        pooled = operators[-5] in ("MaxPool", "AveragePool")
        outputs = {
            "features": trail[-6 if pooled else -5][1],
            "hidden": trail[-2][1],
            "hidden_weights": trail[-3][2][0],
            "class_weights": trail[-1][2][0],
        }
        return "flatten", {"logits": trail[-1][1], **outputs}
    raise InvalidModel(
        "The network must end in global average -> Dense, or [pool ->] flatten -> Dense ReLU -> Dense; "
        f"it ends in {' -> '.join(operators[-5:])}."
    )


def _difference(model: keras.Model, content: bytes) -> float:
    """The largest difference in probability between Keras and the graph over 1,000 images."""
    images = _blots(1_000, model.input_shape[1])
    session = ort.InferenceSession(content, providers=["CPUExecutionProvider"])
    (logits,) = session.run(["logits"], {"image": images})
    expected = model.predict(images.astype(np.float32) / 255, batch_size=250, verbose=QUIET)
    return float(np.abs(softmax(np.asarray(logits)) - expected).max())


def _blots(count: int, size: int) -> NDArray[np.uint8]:
    """Blots of ink of many widths, always the same: (count, size, size, 1), so that export needs no dataset."""
    noise = np.random.default_rng(0).standard_normal((count, size, size)).astype(np.float32)
    blurred = (cv2.GaussianBlur(image, (0, 0), 0.6 + 2.4 * i / count) for i, image in enumerate(noise))
    inked = [np.clip(400 * image / np.abs(image).max() - 40, 0, 255) for image in blurred]
    return np.stack(inked).astype(np.uint8)[..., None]


if __name__ == "__main__":
    _source, _path, _word = sys.argv[1:]
    _stored: Stored = "float16" if _word == "float16" else "float32"
    print(json.dumps(asdict(export_file(Path(_source), Path(_path), _stored))))
