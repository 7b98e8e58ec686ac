"""Calibrates and measures a trained network on the glyphs that were held back from it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitlens.data import Dataset
from digitlens.data.synth import not_digits
from digitlens.errors import TrainingError
from digitlens.imaging import frame_all
from digitlens.model.calibrate import Calibration
from digitlens.model.card import Card
from digitlens.model.fitting import fit_calibration
from digitlens.model.metrics import Figures, figures
from digitlens.model.session import Network
from digitlens.model.stroke import stroke_widths
from digitlens.train.alphabets import calibrate_alphabets, describe_alphabets
from digitlens.train.recipes import RECIPES, Recipe
from digitlens.train.sets import DRAWN_NEGATIVES, Sets, parted, sets_of

__all__ = ["calibrate", "recalibrate"]

SAMPLE = 10_000
"""Training glyphs that the finished network is measured on, of however many there are."""


def recalibrate(path: Path) -> Card:
    """Calibrate and measure a network anew, on what it was trained, held back and tested with.

    Args:
        path: its ONNX file, the card beside it.

    Returns:
        The card, not yet saved.

    Raises:
        TrainingError: no recipe made it, or it learnt from what is known no more.
        DatasetError: the data cannot be had or read.
        ModelError: it cannot be used.
    """
    network = Network.load(path, threads=2)
    card = network.card
    known = RECIPES.get(card.recipe.get("name", ""))
    mixed = known is None and card.recipe.get("world") is not None
    if {"--extra", "--from"} & {*card.command.split()} or "held_back" not in card.recipe or mixed:
        raise TrainingError(
            f"{network.name} was made by `{card.command}`: what was held back from it is not known here. "
            "Networks that a recipe trained on a dataset alone can be calibrated anew."
        )
    made_by = replace(known or RECIPES["classic"], held_back=card.recipe["held_back"])
    dataset = card.metrics["test"]["dataset"]
    sets = sets_of(dataset, made_by.held_back, None, made_by.world)
    return calibrate(network, sets, dataset, card.seed, made_by)[0]


def calibrate(
    network: Network, sets: Sets, dataset: str, seed: int, made_by: Recipe
) -> tuple[Card, dict[str, Figures], NDArray[np.float32]]:
    """Calibrate a network on what was held back, and measure it.

    Args:
        network: with a card that tells all that was known before.
        sets: what it learnt, what was held back, and the test set.
        dataset: the name of the latter.
        seed: of the drawings that are no glyph, where the network learnt of none.
        made_by: the recipe that trained it.

    Returns:
        The card, not yet saved; the figures of each part of the sets; the logits of the test set, (N, K) or (N, K + 1).
    """
    mixed = made_by.world is not None
    network, sets = _thickened(network, sets, made_by), replace(sets, training=_sample(sets.training))
    draft = network.card
    logits = {name: network.logits_of(glyphs.images) for name, glyphs in sets.parts.items()}
    calibration = _calibrated(network, sets.validation, logits["validation"], seed, mixed=mixed)
    card = replace(draft, calibration=calibration)
    if mixed:
        card = calibrate_alphabets(card, sets.validation, logits["validation"])
    measured = {}
    for name, glyphs in sets.parts.items():
        known = _known(glyphs, draft)
        measured[name] = figures(card.calibration, logits[name][known], glyphs.labels[known], draft.labels)
    metrics = {
        **draft.metrics,
        "training": measured["training"].summary(),
        "validation": measured["validation"].summary(),
        "test": {"dataset": dataset, **measured["test"].to_dict()},
    }
    card = replace(card, metrics=metrics)
    if mixed:
        card = describe_alphabets(card, network, sets, logits["test"])
    return card, measured, logits["test"]


def _calibrated(
    network: Network, validation: Dataset, logits: NDArray[np.float32], seed: int, *, mixed: bool
) -> Calibration:
    """Fit on what was held back: glyphs of the alphabet, and what is none of it, drawn where none was learnt."""
    known = _known(validation, network.card)
    if mixed:
        others = logits[~known]
    else:
        drawn = not_digits(DRAWN_NEGATIVES, seed, validation.images, validation.alphabet)
        others = network.logits_of(frame_all(drawn))
    return fit_calibration(logits[known], validation.labels[known], others, mixed)


def _thickened(network: Network, sets: Sets, made_by: Recipe) -> Network:
    """The network, shown no strokes thinner than those of the thinnest share held back, where the recipe has it so."""
    if not made_by.thin_share:
        return network
    held = sets.validation.images[_known(sets.validation, network.card)]
    least = round(float(np.quantile(stroke_widths(held), made_by.thin_share)), 3)
    return replace(network, card=replace(network.card, input={**network.card.input, "least_stroke": least}))


def _sample(training: Dataset) -> Dataset:
    """A part of the training set, of each label its share: enough to see how well it is known by heart."""
    return parted(training, min(SAMPLE, len(training) - 1))[1]


def _known(glyphs: Dataset, card: Card) -> NDArray[np.bool_]:
    """Which glyphs are of the alphabet."""
    return glyphs.labels < len(card.labels)
