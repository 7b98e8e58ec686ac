"""One network, ready to run: an ONNX Runtime session built once, and its card."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Generic, Literal, TypeAlias, TypeVar, get_args

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from digitlens.errors import DeviceNotFound, InvalidModel
from digitlens.files import open_file
from digitlens.model.card import Card, PageCard, card_path
from digitlens.model.eightbit import LEAST_AGREEMENT, Precision, eight_bit_card, eight_bit_path, faster
from digitlens.model.onnxfile import check_graph
from digitlens.model.stroke import at_least_as_thick

__all__ = ["DEVICES", "MAX_MODEL_BYTES", "Device", "Graph", "Network", "check_device", "providers"]

Device: TypeAlias = Literal["cpu", "cuda"]
"""The device of a network: the processor, or an NVIDIA GPU through ``onnxruntime-gpu``."""

DEVICES: tuple[Device, ...] = get_args(Device)

_PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}

MAX_MODEL_BYTES = 256 * 2**20
"""A model file may have this many bytes; digit networks have a few million at most."""


AnyCard = TypeVar("AnyCard", bound=Card | PageCard)


@dataclass(frozen=True)
class Graph(Generic[AnyCard]):
    """A graph loaded from ``NAME.onnx`` with ``NAME.card.json`` beside it; safe to share between threads.

    Attributes:
        path: the ONNX file.
        card: what is known of it.
        threads: threads that one run may use.
        device: what it runs on.
    """

    path: Path
    card: AnyCard
    threads: int = 1
    device: Device = "cpu"

    @property
    def name(self) -> str:
        """``NAME@VERSION``, as readings carry it."""
        return f"{self.path.stem}@{self.card.version}"

    def run(self, image: NDArray[np.generic], *names: str) -> list[NDArray[np.float32]]:
        """Any outputs of the graph.

        Args:
            image: goes in: of glyphs uint8 (N, 28, 28, 1), of pages and lines float32 (N, 1, H, W).
            *names: the outputs wanted, which come in this order.

        Raises:
            InvalidModel: the graph lacks one of them, or cannot be run.
        """
        if missing := [name for name in names if name not in self._given]:
            raise InvalidModel(
                f"{self.path} gives no {', '.join(missing)}, only {', '.join(self._given)}. "
                "`digitlens export` writes networks that do."
            )
        return [np.asarray(value) for value in self._session.run(list(names), {"image": image})]

    @cached_property
    def _given(self) -> list[str]:
        """The names of the graph's outputs."""
        return [output.name for output in self._session.get_outputs()]

    @cached_property
    def _session(self) -> ort.InferenceSession:
        """The session, built from the very bytes whose hash was checked, on the device that was asked for."""
        wanted = _PROVIDERS[self.device]
        content = self.verified()
        options = ort.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Threads that spin while they wait would take a core from whoever shares the machine.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            session = ort.InferenceSession(content, options, providers=[wanted])
        except Exception as error:  # ONNX Runtime raises a different class for each status
            raise InvalidModel(f"{self.path} cannot be run by ONNX Runtime: {error}") from error
        if session.get_providers()[0] != wanted:  # where a library is missing, it goes on with the processor
            raise DeviceNotFound(
                f"ONNX Runtime has {wanted}, but cannot start it: are the driver and the CUDA and cuDNN libraries "
                f"that it needs installed? `--device cpu` does without."
            )
        return session

    def verified(self) -> bytes:
        """The file's bytes: those that its card means, and a graph that `check_graph` lets pass.

        Raises:
            InvalidModel: it cannot be read, is too large, another file, or not known to be safe; says which.
        """
        content = self._content()
        found = hashlib.sha256(content).hexdigest()
        if found != self.card.sha256:
            raise InvalidModel(
                f"{self.path} is not the network its card describes: the card says SHA-256 "
                f"{self.card.sha256}, the file has {found}. Restore the file, or export it again."
            )
        check_graph(content, str(self.path))
        return content

    def _content(self) -> bytes:
        """The file's bytes, whatever they are."""
        try:
            with open_file(self.path) as file:
                if (size := file.seek(0, 2)) > MAX_MODEL_BYTES:
                    raise InvalidModel(
                        f"{self.path} has {size:,} bytes; at most {MAX_MODEL_BYTES:,} are loaded."
                    )
                file.seek(0)
                return file.read(MAX_MODEL_BYTES)
        except OSError as error:
            raise InvalidModel(f"{self.path} cannot be read: {error.strerror}.") from error


@dataclass(frozen=True)
class Network(Graph[Card]):
    """A network that reads framed glyphs.

    Attributes:
        precision: what `logits` are computed in; all other outputs are in floats.
    """

    precision: Precision = "float"

    @classmethod
    def load(
        cls, path: Path, threads: int = 1, device: Device = "cpu", precision: Precision = "float"
    ) -> "Network":
        """Read the card now; the weights are read and checked against it when they are first needed.

        Args:
            path: the ONNX file; its card lies beside it.
            threads: threads that one run may use.
            device: what it runs on.
            precision: what logits are computed in; all other outputs are in floats.

        Raises:
            InvalidModel: the card is missing or broken, or there are no weights of that precision.
            DeviceNotFound: this ONNX Runtime has nothing for the device.
        """
        check_device(device)
        network = cls(path, Card.load(card_path(path)), threads, device, precision)
        if precision == "int8" and network._integers is None:
            raise InvalidModel(
                f"There are no eight-bit weights of {path.name} for the {device}: "
                f"`digitlens export {path.stem} --int8 -o {eight_bit_path(path)}` makes them."
            )
        return network

    def logits(self, frames: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Logits (N, labels) of framed glyphs, uint8 (N, 28, 28), white on black."""
        if self._quick is not None:
            return np.asarray(self._quick.run(["logits"], {"image": self._seen(frames)})[0])
        return self.outputs(frames, "logits")[0]

    def logits_of(self, frames: NDArray[np.uint8], batch_size: int = 500) -> NDArray[np.float32]:
        """Logits, float32 (N, labels), of any number of framed glyphs, in batches that bound the memory.

        Args:
            frames: white on black, uint8 (N, 28, 28).
            batch_size: glyphs that are read in one go.
        """
        starts = range(0, len(frames), batch_size)
        return np.concatenate([self.logits(frames[i : i + batch_size]) for i in starts])

    def outputs(self, frames: NDArray[np.uint8], *names: str) -> list[NDArray[np.float32]]:
        """Any outputs of the graph for framed glyphs, uint8 (N, 28, 28): see ``digitlens.train.export``.

        ONNX Runtime computes all outputs whichever are asked for; those that explain are by-products of the
        logits, and measured to cost nothing.

        Raises:
            InvalidModel: the graph lacks one of them, or cannot be run.
        """
        return self.run(self._seen(frames), *names)

    def _seen(self, frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Framed glyphs as the graph takes them, (N, 28, 28, 1), their strokes as thick as the card asks for."""
        least = self.card.least_stroke
        return (at_least_as_thick(frames, least) if least else frames)[..., None]

    @cached_property
    def _integers(self) -> "Network | None":
        """The network with eight-bit weights that were made of these; None where there are none for the device."""
        if self.device != "cpu":
            return None
        card = eight_bit_card(self.path, self.card)
        return card and Network(eight_bit_path(self.path), card, self.threads)

    @cached_property
    def _quick(self) -> ort.InferenceSession | None:
        """The session that computes logits in integers, where that was asked for, or is as good and faster here."""
        integers = None if self.precision == "float" else self._integers
        if integers is None:
            return None
        if self.precision == "auto":
            if integers.card.metrics.get("agreement_with_floats", 0) < LEAST_AGREEMENT:
                return None
            if not faster(integers.card.version, lambda: integers._session, lambda: self._session):
                return None
        return integers._session


def check_device(device: str) -> None:
    """Tell whether this ONNX Runtime was built for a device; whether the machine has one shows when it is used.

    Raises:
        DeviceNotFound: it was not, or there is no such device.
    """
    if device not in DEVICES:
        raise DeviceNotFound(f"There is no device {device!r}: name one of {', '.join(DEVICES)}.")
    if _PROVIDERS[device] not in providers():
        raise DeviceNotFound(
            f"This ONNX Runtime has no {_PROVIDERS[device]}, only {', '.join(providers())}: install "
            "onnxruntime-gpu in place of onnxruntime, or use the device cpu."
        )


def providers() -> list[str]:
    """The execution providers that this ONNX Runtime was built with."""
    return list(ort.get_available_providers())
