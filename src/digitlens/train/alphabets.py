"""Calibrations of a network of many labels for reading some of them alone, and its look-alikes."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlens.data import MERGED, Dataset
from digitlens.model.alphabet import ALPHABETS, Alphabet, look_alikes
from digitlens.model.calibrate import MAX_ERROR, Calibration
from digitlens.model.card import Card
from digitlens.model.fitting import fit_calibration, fit_risk
from digitlens.model.metrics import confused, figures
from digitlens.model.session import Network
from digitlens.train.sets import Sets

__all__ = ["calibrate_alphabets", "describe_alphabets", "evaluate_in_alphabet"]

Logits = NDArray[np.floating]

ALIKE = 0.05
"""Mean probability that a label gets on the glyphs of another from which they count as look-alikes."""


def describe_alphabets(card: Card, network: Network, sets: Sets, logits: Logits) -> Card:
    """The card with figures of reading some of its labels alone, if these make an alphabet.

    Args:
        card: calibrated, its alphabets too, with figures on the test set.
        network: the one of the card.
        sets: what it was trained and is measured on.
        logits: what it makes of the test set, (N, K) or (N, K + 1).
    """
    if not card.alphabets:
        return card
    alone = {name: evaluate_in_alphabet(card, *_only(name, sets.test, logits)) for name in card.alphabets}
    merged = {"cases merged where alike": evaluate_in_alphabet(card, sets.test, logits, merged=MERGED)}
    unseen = {
        glyphs.name: evaluate_in_alphabet(card, glyphs, network.logits_of(glyphs.images))
        for glyphs in sets.unseen
    }
    pairs = confused(card.labels, card.metrics["test"]["confusion"])
    measured = {**alone, **merged, **unseen}
    return replace(card, metrics={**card.metrics, "alphabets": measured, "confused": pairs})


def _only(name: str, glyphs: Dataset, logits: Logits) -> tuple[Dataset, Logits]:
    """The glyphs of an alphabet alone, and what was made of them."""
    kept = [i for i, label in enumerate(glyphs.alphabet) if label in ALPHABETS[name]]
    rows = np.isin(glyphs.labels, kept)
    alphabet = tuple(glyphs.alphabet[i] for i in kept)
    labels = np.searchsorted(kept, glyphs.labels[rows])
    return replace(glyphs.rows(rows), labels=labels, alphabet=alphabet), logits[rows]


def calibrate_alphabets(card: Card, validation: Dataset, logits: Logits) -> Card:
    """The card with look-alikes, and calibrations for all alphabets with a name that are a part of its labels.

    Args:
        card: calibrated; where it names look-alikes, these are kept.
        validation: held-back glyphs, of its labels first and of what is no glyph.
        logits: what the network makes of them.
    """
    parts = [name for name, characters in ALPHABETS.items() if {*characters} < {*card.labels}]
    if not parts:
        return card
    card = replace(card, alike=card.alike or _alike(card, validation, logits))
    fits = {}
    for name in parts:
        alphabet = Alphabet.of(card, ALPHABETS[name])
        index = {card.labels.index(label): i for i, label in enumerate(alphabet.labels)}
        inside = np.isin(validation.labels, list(index))
        neutral = {
            card.labels.index(other) for label in alphabet.labels for other in card.alike.get(label, "")
        }
        outside = ~inside & ~np.isin(validation.labels, list(neutral))
        found = alphabet.restrict(logits)
        targets = np.array([index[label] for label in validation.labels[inside].tolist()])
        other, alike = card.calibration.other, look_alikes(card.alike, alphabet.labels)
        fit = fit_calibration(found[inside], targets, found[outside], other, alike)
        fits[name] = replace(fit, alike=())  # the card's, from which `Alphabet.of` has them again
    own = replace(card.calibration, alike=look_alikes(card.alike, card.labels))
    known = validation.labels < len(card.labels)
    own = fit_risk(own, logits[known], validation.labels[known], logits[~known])
    return replace(card, calibration=own, alphabets=fits)


def _alike(card: Card, validation: Dataset, logits: Logits) -> dict[str, str]:
    """Which labels are taken for which now and then."""
    count = len(card.labels)
    probabilities = card.calibration.probabilities(logits)
    means = np.zeros((count, count))
    for label in range(count):
        rows = validation.labels == label
        if rows.any():
            means[label] = probabilities[rows].mean(axis=0)
    alike = np.maximum(means, means.T) >= ALIKE
    np.fill_diagonal(alike, val=False)
    return {
        card.labels[i]: "".join(card.labels[j] for j in np.flatnonzero(alike[i]))
        for i in range(count)
        if alike[i].any()
    }


def evaluate_in_alphabet(card: Card, glyphs: Dataset, logits: Logits, merged: str = "") -> dict[str, Any]:
    """Figures of a network in the alphabet of a dataset, whose labels may be merged.

    Args:
        card: with its calibrations.
        glyphs: of labels that the network has too.
        logits: what the network makes of them.
        merged: capital letters for which, besides the dataset's own, either case will do.
    """
    kept = [label for label in glyphs.alphabet if label.upper() not in merged or label == label.upper()]
    meanings = [label + label.lower() if label in merged else glyphs.meaning(label) for label in kept]
    where = {character: i for i, meaning in enumerate(meanings) for character in meaning}
    targets = np.array([where[label] for label in glyphs.alphabet])[glyphs.labels]
    alphabet = Alphabet.of(card, "".join(meanings))
    found, calibration = alphabet.merged(alphabet.restrict(logits), meanings), alphabet.calibration
    if tuple(meanings) != alphabet.labels:
        calibration = replace(calibration, alike=())
    measured = figures(calibration, found, targets, tuple(kept))
    together = {"together": _together(calibration, found, targets)} if calibration.alike else {}
    return {
        **measured.summary(),
        "ece": round(measured.ece, 6),
        "labels": len(kept),
        "accepted": round(measured.accepted, 6),
        "accepted_errors": measured.accepted_errors,
        **together,
    }


def _together(calibration: Calibration, logits: Logits, targets: NDArray[np.integer]) -> dict[str, Any]:
    """The share that would be accepted if look-alikes were one label, and how many of these are neither."""
    least = replace(calibration.threshold(MAX_ERROR), share=0.0)
    predictions = calibration.predict(logits, least)
    accepted = predictions.accepted
    right = calibration.same_or_alike(predictions.best, targets)
    return {"accepted": round(float(accepted.mean()), 6), "accepted_errors": int((accepted & ~right).sum())}
