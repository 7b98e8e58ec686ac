"""Networks: found by name, described by a card, run by ONNX Runtime."""

from digitlens.model.calibrate import MAX_ERROR, Calibration, Verdicts, pooled
from digitlens.model.card import Card, card_path
from digitlens.model.explain import grad_cam, occlusion
from digitlens.model.registry import DEFAULT_MODEL, available, find
from digitlens.model.session import DEVICES, Device, Network, check_device, providers

__all__ = [
    "DEFAULT_MODEL",
    "DEVICES",
    "MAX_ERROR",
    "Calibration",
    "Card",
    "Device",
    "Network",
    "Verdicts",
    "available",
    "card_path",
    "check_device",
    "find",
    "grad_cam",
    "occlusion",
    "pooled",
    "providers",
]
