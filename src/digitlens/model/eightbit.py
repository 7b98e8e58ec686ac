"""Eight-bit weights beside a network's floats: where they are, and whether this processor is faster with them."""

import json
import platform
import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import onnxruntime as ort

from digitlens.files import atomic_write
from digitlens.home import cache_home
from digitlens.model.card import Card, card_path

__all__ = ["LEAST_AGREEMENT", "PRECISIONS", "Precision", "eight_bit_card", "eight_bit_path", "faster"]

Precision: TypeAlias = Literal["auto", "float", "int8"]
"""The arithmetic of a network: floats, eight-bit integers, or these where they read alike and are faster."""

PRECISIONS: tuple[Precision, ...] = get_args(Precision)

Load: TypeAlias = Callable[[], ort.InferenceSession]

LEAST_AGREEMENT = 0.9995
"""The share of held-back glyphs that integers must read as floats do to be chosen by themselves."""

GLYPHS = 64  # are read to find out which is faster
BIAS_ROUNDS = 3
FASTER = 1.2  # times as fast as floats, and more, are worth a change


def eight_bit_path(path: Path) -> Path:
    """Where the eight-bit weights of a network stand: ``int8/NAME.onnx`` beside ``NAME.onnx``."""
    return path.parent / "int8" / path.name


def eight_bit_card(path: Path, floats: Card) -> Card | None:
    """The card of the eight-bit weights that were made of these very floats; None where there are none.

    Args:
        path: of the network in floats.
        floats: its card.

    Raises:
        InvalidModel: there is a card, and it cannot be used.
    """
    file = card_path(eight_bit_path(path))
    if not file.is_file():
        return None
    card = Card.load(file)
    return card if card.metrics.get("floats") == floats.sha256 and card.labels == floats.labels else None


def faster(key: str, integers: Load, floats: Load) -> bool:
    """Tell if this processor is faster with integers; measured once, and kept in the folder of caches.

    Args:
        key: tells these weights from all others.
        integers: loads the network in eight bits, where it has to be measured.
        floats: loads the same in floats.
    """
    known = _known(key)
    if known is None:
        known = _seconds(floats()) > FASTER * _seconds(integers())
        _keep(key, known)
    return known


def _seconds(session: ort.InferenceSession) -> float:
    """The least time of this thread that some glyphs take; the first round only warms up."""
    frames = np.random.default_rng(0).integers(0, 256, (GLYPHS, 28, 28, 1), np.uint8)
    spent = []
    for _ in range(BIAS_ROUNDS + 1):
        began = time.thread_time()
        session.run(["logits"], {"image": frames})
        spent.append(time.thread_time() - began)
    return min(spent[1:])


def _known(key: str) -> bool | None:
    """Return an earlier measurement; None where that was not for this machine and these weights, or was not kept."""
    with suppress(OSError, ValueError):
        kept = json.loads(_file().read_text(encoding="utf-8"))
        if isinstance(kept, dict) and isinstance(kept.get(_here(key)), bool):
            return kept[_here(key)]
    return None


def _keep(key: str, known: bool) -> None:
    """Keep what was found out, where that can be done; others may do so at the same time."""
    kept: dict[str, Any] = {}
    with suppress(OSError, ValueError):
        found = json.loads(_file().read_text(encoding="utf-8"))
        kept = found if isinstance(found, dict) else {}
    with suppress(OSError), atomic_write(_file()) as temporary:
        temporary.write_text(json.dumps({**kept, _here(key): known}, indent=1), encoding="utf-8")


def _file() -> Path:
    return cache_home() / "faster-in-eight-bits.json"


def _here(key: str) -> str:
    return f"{key} {ort.__version__} {_processor()}"


@lru_cache(maxsize=1)
def _processor() -> str:
    """The name of the processor: what is faster on one need not be on another."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith(("flags", "Features")):  # several processors share a name
                return f"{platform.machine()} {sha256(line.encode()).hexdigest()[:12]}"
    return f"{platform.machine()} {platform.processor()}"
