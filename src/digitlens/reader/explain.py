"""Why a glyph reads as it does: the maps of `digitlens.model.explain` over the frame that it was read from."""

import numpy as np

from digitlens.errors import NothingToExplain, UnknownLabel
from digitlens.labels import noun
from digitlens.model import Card, Network, grad_cam, occlusion
from digitlens.types import Explanation, Glyph

__all__ = ["explain"]


def explain(network: Network, glyph: Glyph, label: str | None = None) -> Explanation:
    """Explain the evidence for a label in a glyph, to a network.

    Args:
        network: the one that read it.
        glyph: with its frame.
        label: any that the network knows; None for the one read.

    Raises:
        NothingToExplain: the glyph has no frame.
        UnknownLabel: the network doesn't know the label.
        InvalidModel: the network's graph doesn't give what Grad-CAM needs.
    """
    kind = noun(network.card.labels)
    if glyph.frame is None:
        raise NothingToExplain(
            f"{glyph.label!r} is a sign, told by its shape and place: no network was asked about it. "
            f"{kind.capitalize()}s can be explained."
        )
    labels = _labels(network.card)
    label = _read(glyph, labels) if label is None else label
    if label not in labels:
        known = ", ".join(name or f'"" (not a {kind})' for name in labels)
        raise UnknownLabel(f"{network.name} knows no label {label!r}. Name one of {known}.")
    column = labels.index(label)
    gradcam = None
    if network.card.head != "none":
        (gradcam,) = grad_cam(network, glyph.frame[None], np.array([column]))
    fallen = occlusion(network, glyph.frame, column)
    return Explanation(
        label=label,
        read=glyph.label,
        confidence=_confidence(glyph, label),
        frame=glyph.frame,
        gradcam=gradcam,
        occlusion=fallen,
        model=network.name,
        labels=tuple(glyph.probabilities),
    )


def _labels(card: Card) -> tuple[str, ...]:
    """Return the label of each column of the logits; ``""`` for a class of all else."""
    return (*card.labels, "") if card.calibration.other else card.labels


def _read(glyph: Glyph, labels: tuple[str, ...]) -> str:
    """The label read; the best one of a glyph without where the network has no class for that."""
    return glyph.label if glyph.label in labels else glyph.top(1)[0][0]


def _confidence(glyph: Glyph, label: str) -> float:
    """Calibrated probability; of ``""``, of being none. A label that the reading ruled out has none."""
    return glyph.probabilities.get(label, 0.0) if label else 1 - glyph.digit_score
