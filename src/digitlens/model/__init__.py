"""Networks: found by name, described by a card, run by ONNX Runtime."""

from digitlens.model.alphabet import ALPHABETS, SIGNS, Alphabet, characters, check_alphabet, labels_wanted
from digitlens.model.calibrate import MAX_ERROR, Calibration, Verdicts, logistic, pooled, softmax
from digitlens.model.card import Card, Kind, PageCard, card_path, kind_of
from digitlens.model.eightbit import PRECISIONS, Precision, eight_bit_path
from digitlens.model.explain import grad_cam, occlusion
from digitlens.model.pageconfig import Logistic, PageConfig, config_path
from digitlens.model.pages import OTHER_WRITING, Detections, PageNetwork
from digitlens.model.registry import DEFAULT_MODEL, PAGE_MODEL, available, find, find_for, labels_of
from digitlens.model.risk import RiskStep, accepting_threshold, fit_risk_steps, safest_threshold
from digitlens.model.session import DEVICES, Device, Network, check_device, providers

__all__ = [
    "ALPHABETS",
    "DEFAULT_MODEL",
    "DEVICES",
    "MAX_ERROR",
    "OTHER_WRITING",
    "PAGE_MODEL",
    "PRECISIONS",
    "SIGNS",
    "Alphabet",
    "Calibration",
    "Card",
    "Detections",
    "Device",
    "Kind",
    "Logistic",
    "Network",
    "PageCard",
    "PageConfig",
    "PageNetwork",
    "Precision",
    "RiskStep",
    "Verdicts",
    "accepting_threshold",
    "available",
    "card_path",
    "characters",
    "check_alphabet",
    "check_device",
    "config_path",
    "eight_bit_path",
    "find",
    "find_for",
    "fit_risk_steps",
    "grad_cam",
    "kind_of",
    "labels_of",
    "labels_wanted",
    "logistic",
    "occlusion",
    "pooled",
    "providers",
    "safest_threshold",
    "softmax",
]
