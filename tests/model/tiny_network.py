"""A network of one matrix for tests: written by hand, so that what it answers is known by arithmetic."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from digitlens.model.calibrate import Calibration
from digitlens.model.card import Card, card_path
from digitlens.model.risk import RiskStep

LABELS = ("0", "1", "2")
WEIGHTS = np.random.default_rng(0).normal(0, 0.01, (784, len(LABELS))).astype(np.float32)


def card_of(content: bytes = b"", **changes: Any) -> Card:
    """A card for a model file of these bytes."""
    values: dict[str, Any] = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "labels": LABELS,
        "head": "flatten",
        "parameters": WEIGHTS.size,
        "recipe": {"name": "tiny", "epochs": 2, "affine": {"rotation": 12, "zoom": 0.1}},
        "seed": 7,
        "command": "digitlens train --recipe tiny --seed 7",
        "trained_on": "55,000 glyphs of mnist",
        "metrics": {"test": {"count": 10, "accuracy": 0.9}},
        "calibration": Calibration(
            1.5, 0.7, -2.0, 0.4, (RiskStep(0.9, 8, 0, 0.3), RiskStep(0.0, 10, 1, 0.4))
        ),
        "software": {"python": "3.11", "keras": "3.12"},
    }
    return Card(**{**values, **changes})


def graph() -> bytes:
    """``logits`` is the image, flattened, times ``WEIGHTS``; ``flat`` is the image, flattened."""
    nodes = [
        helper.make_node("Cast", ["image"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("Flatten", ["floats"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["logits"]),
    ]
    built = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", 28, 28, 1])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("logits", "flat")],
        [numpy_helper.from_array(WEIGHTS, "weights")],
    )
    model = helper.make_model(built, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return model.SerializeToString()


def save_network(path: Path, content: bytes | None = None) -> Path:
    """Write the network, or other bytes that claim to be one, with its card beside it."""
    content = graph() if content is None else content
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    card_of(content).save(card_path(path))
    return path
