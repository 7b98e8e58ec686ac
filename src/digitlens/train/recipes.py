"""Recipes: everything a run depends on besides its data and its seed, each a visible block of settings."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import keras

from digitlens.errors import TrainingError
from digitlens.train import nets
from digitlens.train.augment import Affine

__all__ = ["RECIPES", "Recipe", "recipe"]


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Attributes:
        name: what it is called.
        net: builds the untrained model for a number of labels and the ``net_settings``.
        epochs: the most epochs; the learning rate ends its way down with the last.
        batch_size: glyphs a step.
        learning_rate: Adam's peak rate, reached after ``warmup`` of the steps, then down a half cosine
            to zero (Loshchilov and Hutter, SGDR, 2017).
        warmup: share of the steps on the way up, 0 to 1.
        patience: epochs without a lower validation loss before training stops early.
        held_back: glyphs of the training set kept for validation, as many of each label as its share.
        affine: how far training glyphs are turned, shifted and zoomed.
        net_settings: dropout, L2 and the like, by the names that ``net`` gives them.
    """

    name: str
    net: Callable[..., keras.Model]
    epochs: int
    batch_size: int
    learning_rate: float
    warmup: float
    patience: int
    held_back: int
    affine: Affine
    net_settings: Mapping[str, float] = field(default_factory=dict)

    def optimizer(self, steps: int) -> keras.optimizers.Optimizer:
        """Adam with the learning-rate schedule laid over ``steps`` optimiser steps."""
        warmup = max(1, round(self.warmup * steps))
        schedule: Any = keras.optimizers.schedules.CosineDecay(
            initial_learning_rate=self.learning_rate / 25,
            warmup_target=self.learning_rate,
            warmup_steps=warmup,
            decay_steps=max(1, steps - warmup),
        )
        return keras.optimizers.Adam(schedule)

    def settings(self) -> dict[str, Any]:
        """The settings as plain values for cards, reports and checkpoints."""
        return {**asdict(self), "net": self.net.__name__}


RECIPES = {
    "classic": Recipe(
        name="classic",
        net=nets.classic,
        epochs=18,
        batch_size=128,
        learning_rate=2e-3,
        warmup=0.1,
        patience=6,
        held_back=5_000,
        affine=Affine(rotation=12, shift=2, zoom=0.1),
        net_settings={"dropout": 0.25, "head_dropout": 0.5, "l2": 1e-4},
    ),
}


def recipe(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        TrainingError: there is none.
    """
    if name not in RECIPES:
        raise TrainingError(f"There is no recipe {name!r}. There are: {', '.join(sorted(RECIPES))}.")
    return RECIPES[name]
