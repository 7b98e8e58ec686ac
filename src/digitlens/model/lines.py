"""The line network: reads a strip of a text line as a whole, without boxes."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitlens.model.calibrate import softmax
from digitlens.model.card import PageCard, card_path
from digitlens.model.session import Device, Graph, check_device

__all__ = ["COLUMN", "LineNetwork"]

COLUMN = 4
"""Pixels of a strip for a step of the answer."""


@dataclass(frozen=True)
class LineNetwork(Graph[PageCard]):
    """A network that reads text lines by connectionist temporal classification; safe to share between threads."""

    @classmethod
    def load(cls, path: Path, threads: int = 1, device: Device = "cpu") -> "LineNetwork":
        """Read the card now, and the weights when they are first needed.

        Args:
            path: the ONNX file; its card lies beside it.
            threads: threads that one run may use.
            device: what it runs on.

        Raises:
            InvalidModel: the card is missing, broken, or that of another kind of network.
            DeviceNotFound: this ONNX Runtime has nothing for the device.
        """
        check_device(device)
        return cls(path, PageCard.load(card_path(path), "lines"), threads, device)

    @property
    def labels(self) -> tuple[str, ...]:
        """Of the answer; that of other writing is ``""``."""
        return self.card.labels

    def probabilities(self, strip: NDArray[np.float32]) -> NDArray[np.float64]:
        """The probabilities of the labels and, last, of none, at every fourth column: (W/4, K + 1).

        Args:
            strip: as `digitlens.imaging.text_strip` cuts it out, float32 (56, W).

        Raises:
            InvalidModel: the graph cannot be run.
        """
        height, width = strip.shape
        image = np.zeros((1, 1, height, -(-width // COLUMN) * COLUMN), np.float32)
        image[..., :width] = strip
        (logits,) = self.run(image, "logits")
        return np.asarray(softmax(logits[0, :, 0].T.astype(np.float64)), np.float64)
