"""Networks: found by name, described by a card, run by ONNX Runtime."""

from digitlens.model.alphabet import ALPHABETS, SIGNS, Alphabet, characters, labels_wanted
from digitlens.model.calibrate import MAX_ERROR, Calibration, Verdicts, pooled
from digitlens.model.card import Card, card_path
from digitlens.model.explain import grad_cam, occlusion
from digitlens.model.registry import DEFAULT_MODEL, available, find, find_for, labels_of
from digitlens.model.session import DEVICES, Device, Network, check_device, providers

__all__ = [
    "ALPHABETS",
    "DEFAULT_MODEL",
    "DEVICES",
    "MAX_ERROR",
    "SIGNS",
    "Alphabet",
    "Calibration",
    "Card",
    "Device",
    "Network",
    "Verdicts",
    "available",
    "card_path",
    "characters",
    "check_device",
    "find",
    "find_for",
    "grad_cam",
    "labels_of",
    "labels_wanted",
    "occlusion",
    "pooled",
    "providers",
]
