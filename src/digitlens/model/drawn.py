"""A network that learnt from drawn scenes, with its card: what page and line networks share."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

from digitlens.model.card import Kind, PageCard, card_path
from digitlens.model.session import Device, Graph, check_device

__all__ = ["DrawnNetwork"]


@dataclass(frozen=True)
class DrawnNetwork(Graph[PageCard]):
    """A network for pages or lines; safe to share between threads.

    Attributes:
        kind: which of the two its card has to tell.
    """

    kind: ClassVar[Kind]

    @classmethod
    def load(cls, path: Path, threads: int = 1, device: Device = "cpu") -> Self:
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
        return cls(path, PageCard.load(card_path(path), cls.kind), threads, device)

    @property
    def labels(self) -> tuple[str, ...]:
        """Of the answer, ``""``, which is other writing, among them."""
        return self.card.labels
