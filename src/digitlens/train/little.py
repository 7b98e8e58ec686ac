"""Few glyphs to learn from: no network learns to read from so few, but one that reads already learns them well."""

import logging
import shlex
from dataclasses import replace
from pathlib import Path

from digitlens.data import DIGITS, few_labels
from digitlens.errors import ModelError
from digitlens.model.card import Card, card_path
from digitlens.model.registry import keras_file
from digitlens.train import nets
from digitlens.train.augment import Warp
from digitlens.train.recipes import Recipe
from digitlens.train.run import TrainingJob

__all__ = ["FEW_GLYPHS", "LITTLE", "little_job"]

log = logging.getLogger("digitlens")

FEW_GLYPHS = 5_000
"""Glyphs to train on; of fewer a network that reads already is taught, of more one is trained from scratch.

The largest number for which it was measured that the first reads better (``benchmarks/little.py``): with so many it
reads a third as many digits wrong. From how many on it no longer does is not known."""

LITTLE = Recipe(
    name="little",
    net=nets.chain,  # this and what it is built of are the network's own
    epochs=12,
    batch_size=32,
    learning_rate=1e-4,
    warmup=0.1,
    patience=8,
    held_back=5_000,
    warp=Warp(rotation=8, shift=1, zoom=0.08, shear=0.1, elastic=0.2),
    optimizer="adam",  # with momentum, at a fifth of the rate of its training, robust was lost within an epoch
    norms_fixed=True,
)
"""The settings: Adam at a low rate, batch normalisation as the network has it."""


class _LittleJob(TrainingJob):
    """A job whose recipe and start are told by the number of its glyphs."""

    @property
    def command(self) -> str:
        """The command that trains the same network again."""
        epochs, seed = str(self.recipe.epochs), str(self.seed)
        return shlex.join(["digitlens", "train", self.dataset, "--epochs", epochs, "--seed", seed])


def little_job(dataset: str, out: Path, seed: int, epochs: int | None) -> TrainingJob | None:
    """The run that teaches a network that reads already; None where there are `FEW_GLYPHS` glyphs or more.

    Digits are taught to ``robust``, other characters to ``characters``, if it has them all.

    Args:
        dataset: a registered name or a folder.
        out: folder for the results.
        seed: makes the run repeatable.
        epochs: how many; None for those of `LITTLE`.

    Raises:
        DatasetError: the data cannot be read.
    """
    labels = few_labels(dataset, "train", FEW_GLYPHS)
    if labels is None:
        return None
    name = "robust" if {*labels} <= {*DIGITS} else "characters"
    try:
        start = keras_file(name)
    except ModelError:
        return None
    card = Card.load(card_path(start.with_suffix(".onnx")))
    if not {*labels} <= {*card.labels}:
        return None
    log.info(
        "%s has %d glyphs to train on, too few to learn to read from: %s, which reads already, learns them (recipe "
        "little). --recipe NAME trains a network from scratch.",
        dataset,
        len(labels),
        name,
    )
    recipe = replace(LITTLE, net_settings=card.recipe["net_settings"], epochs=epochs or LITTLE.epochs)
    return _LittleJob(recipe, dataset, out, seed, start=start)
