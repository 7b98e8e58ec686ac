"""Teachers: networks whose joint opinion of every augmented glyph another learns besides the labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitlens.errors import TrainingError
from digitlens.model.calibrate import softmax
from digitlens.model.session import Network

__all__ = ["Teachers"]


@dataclass(frozen=True)
class Teachers:
    """Networks that teach, and how far they are believed.

    Hinton, Vinyals and Dean, Distilling the Knowledge in a Neural Network, 2015, at temperature 1; what they
    say of a glyph augmented beyond recognition is softer than its label, which is why it helps.

    Attributes:
        networks: all with the classes of the network that learns.
        trust: share of a target that is theirs, 0 to 1; the rest is the label's.
    """

    networks: tuple[Network, ...]
    trust: float

    @classmethod
    def load(cls, files: Sequence[Path], trust: float, classes: int) -> "Teachers | None":
        """The teachers in these ``.onnx`` files; None where there are none.

        Args:
            files: those of the networks.
            trust: share of a target that is theirs, 0 to 1.
            classes: those of the network that learns.

        Raises:
            InvalidModel: a file cannot be used.
            TrainingError: one has other classes.
        """
        networks = tuple(Network.load(file) for file in files)
        for network in networks:
            if (found := len(network.card.labels) + network.card.calibration.other) != classes:
                raise TrainingError(
                    f"{network.path} tells {found} classes apart, and there are {classes} to learn: "
                    "a teacher must have been trained on the same labels."
                )
        return cls(networks, trust) if networks else None

    @property
    def names(self) -> list[str]:
        """``NAME@VERSION`` of each."""
        return [network.name for network in self.networks]

    def soft_targets(self, images: NDArray[np.uint8], targets: NDArray[np.float32]) -> NDArray[np.float32]:
        """Mix their mean opinion of ``images``, uint8 (N, H, W), into one-hot ``targets``, (N, K)."""
        opinions = [softmax(network.logits(images)) for network in self.networks]
        return (self.trust * np.mean(opinions, axis=0) + (1 - self.trust) * targets).astype(np.float32)
