"""An ONNX network in eight-bit integers: smaller, and faster where the processor multiplies bytes."""

import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnxruntime import quantization
from onnxruntime.quantization.shape_inference import quant_pre_process

from digitlens.errors import ExportMismatch
from digitlens.files import atomic_write
from digitlens.model import Card, Network, card_path

__all__ = ["AGREEMENT", "quantize"]

AGREEMENT = 0.999
"""The share of glyphs on which the integers must read what the floats read."""

CALIBRATION_BATCH = 100


def quantize(network: Network, path: Path, frames: NDArray[np.uint8]) -> Card:
    """Write ``network`` to ``path`` with weights of a byte, and activations of a byte between its layers.

    Static quantisation after training, weights channel by channel (Jacob et al., Quantization and Training of
    Neural Networks for Efficient Integer-Arithmetic-Only Inference, 2018). Calibration and figures on the card
    are those of the floats.

    Args:
        network: one with weights in floats.
        path: where to write it, its card beside it.
        frames: framed glyphs, uint8 (N, 28, 28): every other one shows the ranges of the activations, the
            rest are read by both networks.

    Returns:
        The new file's card; its metric ``agreement_with_floats`` is the share that both read alike, 0 to 1,
        and ``floats`` the SHA-256 of the network that it was made of.

    Raises:
        InvalidModel: the network's file cannot be used.
        ExportMismatch: the two agree on less than ``AGREEMENT`` of the glyphs; nothing is written.
    """
    with tempfile.TemporaryDirectory() as folder:
        finished = _quantized(network, Path(folder), frames[::2])
        content = finished.read_bytes()
        card = replace(network.card, sha256=hashlib.sha256(content).hexdigest())
        agreement = _agreement(network, Network(finished, card), frames[1::2])
    if agreement < AGREEMENT:
        raise ExportMismatch(
            f"In eight bits the network reads {1 - agreement:.2%} of the glyphs otherwise; at most "
            f"{1 - AGREEMENT:.1%} is allowed. Nothing was written: keep its floats."
        )
    found = {"agreement_with_floats": agreement, "floats": network.card.sha256}
    card = replace(card, metrics={**card.metrics, **found})
    with atomic_write(path) as temporary:
        temporary.write_bytes(content)
        card.save(card_path(path))  # in here: no network stands without its card
    return card


def _quantized(network: Network, folder: Path, frames: NDArray[np.uint8]) -> Path:
    """Quantise a network in a folder, its ranges by what these glyphs show; the file."""
    checked, prepared, finished = (folder / f"{name}.onnx" for name in ("checked", "prepared", "finished"))
    checked.write_bytes(network.verified())
    quant_pre_process(checked, prepared, skip_symbolic_shape=True)
    quantization.quantize_static(
        prepared, finished, _Shown(frames), op_types_to_quantize=["Conv", "Gemm"], per_channel=True
    )
    return finished


class _Shown(quantization.CalibrationDataReader):
    """Hands the glyphs out by batches, as the calibration of ONNX Runtime asks for them."""

    def __init__(self, frames: NDArray[np.uint8]) -> None:
        self._batches = iter(
            frames[i : i + CALIBRATION_BATCH, ..., None] for i in range(0, len(frames), CALIBRATION_BATCH)
        )

    def get_next(self) -> dict[str, Any]:  # pyright: ignore[reportIncompatibleMethodOverride]
        batch = next(self._batches, None)
        return {} if batch is None else {"image": batch}


def _agreement(one: Network, other: Network, frames: NDArray[np.uint8]) -> float:
    """The share of glyphs whose best label is the same."""
    labels = [
        network.card.calibration.of_labels(network.logits_of(frames)).argmax(axis=1)
        for network in (one, other)
    ]
    return float(np.mean(labels[0] == labels[1]))
