"""Networks: found by name, described by a card, run by ONNX Runtime."""

from digitlens.model.alphabet import ALPHABETS, SIGNS, Alphabet, characters, check_alphabet, labels_wanted
from digitlens.model.calibrate import (
    MAX_ERROR,
    Calibration,
    Predictions,
    Threshold,
    ensemble_logits,
    logistic,
    softmax,
)
from digitlens.model.card import Card, Kind, PageCard, card_path, kind_of
from digitlens.model.ctc import best_labels, label_likelihoods, log_likelihood
from digitlens.model.eightbit import PRECISIONS, Precision, eight_bit_path
from digitlens.model.explain import grad_cam, occlusion
from digitlens.model.lines import LineNetwork
from digitlens.model.pageconfig import Logistic, PageConfig, config_path
from digitlens.model.pages import OTHER_WRITING, Detections, PageNetwork
from digitlens.model.registry import (
    DEFAULT_MODEL,
    LINE_MODEL,
    PAGE_MODEL,
    available,
    find,
    find_for,
    labels_of,
)
from digitlens.model.risk import RiskStep, accepting_threshold, fit_risk_steps, measured_threshold
from digitlens.model.session import DEVICES, Device, Network, check_device, providers
from digitlens.renamed import refuse_renamed

__all__ = [
    "ALPHABETS",
    "DEFAULT_MODEL",
    "DEVICES",
    "LINE_MODEL",
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
    "LineNetwork",
    "Logistic",
    "Network",
    "PageCard",
    "PageConfig",
    "PageNetwork",
    "Precision",
    "Predictions",
    "RiskStep",
    "Threshold",
    "accepting_threshold",
    "available",
    "best_labels",
    "card_path",
    "characters",
    "check_alphabet",
    "check_device",
    "config_path",
    "eight_bit_path",
    "ensemble_logits",
    "find",
    "find_for",
    "fit_risk_steps",
    "grad_cam",
    "kind_of",
    "label_likelihoods",
    "labels_of",
    "labels_wanted",
    "log_likelihood",
    "logistic",
    "measured_threshold",
    "occlusion",
    "providers",
    "softmax",
]

refuse_renamed(__name__)
