"""Load networks and their numbers, once a process for each file as it is on disk now."""

from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from digitlens.model import (
    Device,
    LineNetwork,
    Network,
    PageConfig,
    PageNetwork,
    Precision,
    card_path,
    config_path,
    eight_bit_path,
)

__all__ = ["load_config", "load_network", "load_other"]


@lru_cache(maxsize=8)
def _shared(
    path: Path, threads: int, device: Device, precision: Precision, _stamps: tuple[int, ...]
) -> Network:
    """One network a process for each file: a session is expensive and threads may share it."""
    return Network.load(path, threads, device, precision)


def load_network(path: Path, threads: int, device: Device, precision: Precision) -> Network:
    """The network of a file, as it is on disk now; loaded once a process.

    Args:
        path: the ONNX file; its card lies beside it.
        threads: threads that one run may use.
        device: what it runs on.
        precision: what logits are computed in.

    Raises:
        InvalidModel: the card is missing or broken, or there are no weights of that precision.
        DeviceNotFound: this ONNX Runtime has nothing for the device.
    """
    integers = eight_bit_path(path)
    stamps = _stamps(path, card_path(path), integers, card_path(integers))
    return _shared(path, threads, device, precision, stamps)


Other = TypeVar("Other", PageNetwork, LineNetwork)


@lru_cache(maxsize=4)
def _shared_other(
    kind: type[Other], path: Path, threads: int, device: Device, _stamps: tuple[int, ...]
) -> Other:
    """One network of a kind a process for each file."""
    return kind.load(path, threads, device)


def load_other(kind: type[Other], path: Path, threads: int, device: Device) -> Other:
    """The page or line network of a file, as it is on disk now, loaded once a process; they have floats alone.

    Args:
        kind: which of the two.
        path: the ONNX file; its card lies beside it.
        threads: threads that one run may use.
        device: what it runs on.

    Raises:
        InvalidModel: the card is missing, broken, or that of another kind of network.
        DeviceNotFound: this ONNX Runtime has nothing for the device.
    """
    return _shared_other(kind, path, threads, device, _stamps(path, card_path(path)))


def _stamps(*files: Path) -> tuple[int, ...]:
    """When files were written, as far as they are there."""
    return tuple(file.stat().st_mtime_ns for file in files if file.exists())


@lru_cache(maxsize=2)
def load_config(path: Path) -> PageConfig:
    """The numbers beside a page network, read once a process."""
    return PageConfig.load(config_path(path))
