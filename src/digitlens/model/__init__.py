"""Networks: found by name, described by a card, run by ONNX Runtime."""

from digitlens.model.calibrate import MAX_ERROR, Calibration, Verdicts, pooled
from digitlens.model.card import Card, card_path
from digitlens.model.registry import DEFAULT_MODEL, available, find
from digitlens.model.session import Network, providers

__all__ = [
    "DEFAULT_MODEL",
    "MAX_ERROR",
    "Calibration",
    "Card",
    "Network",
    "Verdicts",
    "available",
    "card_path",
    "find",
    "pooled",
    "providers",
]
