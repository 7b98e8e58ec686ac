"""Recipes: everything a run depends on besides its data and its seed, each a visible block of settings."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import keras

from digitlens.errors import TrainingError
from digitlens.train import nets
from digitlens.train.augment import Warp
from digitlens.train.mixture import TrainingMixture
from digitlens.train.onnxgraph import Stored

__all__ = ["RECIPES", "Recipe", "recipe", "warmed_cosine"]


@dataclass(frozen=True)
class Recipe:
    """The settings of training a network.

    Attributes:
        name: what it is called.
        net: builds the untrained model for a number of labels and the ``net_settings``.
        epochs: the most epochs; the learning rate ends its way down with the last.
        batch_size: glyphs a step.
        learning_rate: the peak rate, reached after ``warmup`` of the steps, then down a half cosine
            to zero (Loshchilov and Hutter, SGDR, 2017).
        warmup: share of the steps on the way up, 0 to 1.
        patience: epochs without a lower validation loss before training stops early.
        held_back: glyphs of the training set kept for validation, as many of each label as its share.
        warp: how far training glyphs are turned, shifted, zoomed and bent.
        net_settings: dropout, filters and the like, by the names that ``net`` gives them.
        optimizer: Adam, or stochastic gradient descent with Nesterov's momentum of 0.9.
        steps_at_once: steps in one call of the compiled function: where a step takes milliseconds, calling costs.
        norms_fixed: whether batch normalisation keeps the statistics, scales and offsets of the network it starts from.
        self_taught: whether the network it starts from is a teacher too, so that what it knows is not forgotten (Li
            and Hoiem, Learning without Forgetting, 2016).
        focus: share of the glyphs, above 0 to 1, that each epoch shows, those that were read worst when last shown;
            epochs past its end show as many as its last, and all where it is empty: `worst`.
        head_epochs: epochs in which the last layer alone is fitted in the end: `fit_head`.
        trust: share of a target that teachers make, 0 to 1, where a run is given any.
        stored: how the weights are kept in the ONNX file.
        thin_share: share of the held-back glyphs, 0 to 1, whose strokes are too thin: what is read is made as thick as
            the rest. 0 leaves all as it is.
        world: what is learnt besides the dataset.
    """

    name: str
    net: Callable[..., keras.Model]
    epochs: int
    batch_size: int
    learning_rate: float
    warmup: float
    patience: int
    held_back: int
    warp: Warp
    net_settings: Mapping[str, Any] = field(default_factory=dict)
    optimizer: Literal["adam", "sgd"] = "adam"
    steps_at_once: int = 1
    norms_fixed: bool = False
    self_taught: bool = False
    focus: tuple[float, ...] = ()
    head_epochs: int = 0
    trust: float = 0.7
    stored: Stored = "float32"
    thin_share: float = 0.0
    world: TrainingMixture | None = None

    def share(self, epoch: int) -> float:
        """The share of the glyphs that an epoch shows, by its number from 0."""
        return self.focus[min(epoch, len(self.focus) - 1)] if self.focus else 1.0

    def steps(self, glyphs: int) -> int:
        """The steps of all epochs, for a training set of so many."""
        return sum(max(1, int(self.share(epoch) * glyphs) // self.batch_size) for epoch in range(self.epochs))

    def optimizer_for(self, steps: int) -> keras.optimizers.Optimizer:
        """The optimiser with the learning-rate schedule laid over ``steps`` steps."""
        schedule = warmed_cosine(self.learning_rate, self.warmup, steps)
        if self.optimizer == "adam":
            return keras.optimizers.Adam(schedule)
        return keras.optimizers.SGD(schedule, momentum=0.9, nesterov=True)

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
        warp=Warp(rotation=12, shift=2, zoom=0.1),
        net_settings={"dropout": 0.25, "head_dropout": 0.5, "l2": 1e-4},
    ),
    "robust": Recipe(
        name="robust",
        net=nets.chain,
        epochs=12,
        batch_size=256,
        learning_rate=0.1,
        warmup=0.15,
        patience=12,
        held_back=5_000,
        warp=Warp(rotation=8, shift=1, zoom=0.08, shear=0.1, elastic=0.3),
        net_settings={
            "convolutions": ((32, 5, 2), (48, 3, 1), (64, 3, 2), (96, 3, 1), (96, 3, 1)),
            "l2": 2.5e-4,
        },
        optimizer="sgd",
        world=TrainingMixture(
            drawn=("herc", "keqae", "minichazer"),
            letters=("emnist-merged",),
            degraded=150_000,
            others=30_000,
            repeat=2,
            hands=12_000,
            crossed=1_500,
            boxed=24_000,
        ),
    ),
    "characters": Recipe(
        name="characters",
        net=nets.chain,
        epochs=10,
        batch_size=256,
        learning_rate=0.1,
        warmup=0.1,
        patience=10,
        held_back=6_000,
        warp=Warp(rotation=8, shift=1, zoom=0.08, shear=0.1, elastic=0.3),
        net_settings={
            "convolutions": ((32, 5, 2), (64, 3, 1), (64, 3, 1), (96, 3, 2), (128, 3, 1), (128, 3, 1)),
            "dense": 256,
            "l2": 1e-4,
        },
        optimizer="sgd",
        head_epochs=3,
        thin_share=0.25,
        world=TrainingMixture(
            drawn=("herc", "keqae", "kishieel", "minichazer"),
            letters=(),
            degraded=60_000,
            others=15_000,
            repeat=3,
            more=(
                "emnist-balanced-tail",
                "emnist-digits-tail",
                "emnist-letters-part",
                "emnist-merged",
            ),
            unseen=("emnist-letters-part",),
            hands=8_000,
            crossed=500,
            boxed=12_000,
        ),
    ),
    "best": Recipe(
        name="best",
        net=nets.chain,
        epochs=14,
        batch_size=128,
        learning_rate=0.1,
        warmup=0.15,
        patience=14,
        held_back=5_000,
        warp=Warp(rotation=12, shift=2, zoom=0.12, shear=0.2, elastic=0.3),
        net_settings={
            "convolutions": ((32, 5, 2), (64, 3, 1), (64, 3, 1), (96, 3, 2), (96, 3, 1)),
            "dense": 160,
            "dropout": 0.4,
            "l2": 2.5e-4,
        },
        optimizer="sgd",
    ),
    "fast": Recipe(
        name="fast",
        net=nets.chain,
        epochs=5,
        batch_size=256,
        learning_rate=3e-2,
        warmup=0.15,
        patience=5,
        held_back=5_000,
        warp=Warp(rotation=8, shift=1, zoom=0.08, shear=0.1),
        net_settings={
            "convolutions": ((16, 5, 2), (32, 3, 2), (64, 3, 2)),
            "dense": 128,
            "pool": False,
        },
        steps_at_once=13,
        focus=(1.0, 0.6, 0.4, 0.3, 0.3),
    ),
    "tiny": Recipe(
        name="tiny",
        net=nets.chain,
        epochs=60,
        batch_size=128,
        learning_rate=0.1,
        warmup=0.15,
        patience=40,
        held_back=5_000,
        warp=Warp(rotation=8, shift=1, zoom=0.1, shear=0.1, elastic=0.2),
        net_settings={
            "convolutions": ((16, 5, 2), (20, 3, 1), (24, 3, 2), (26, 3, 1)),
            "l2": 5e-5,
        },
        optimizer="sgd",
        stored="float16",
    ),
}


def warmed_cosine(peak: float, warmup: float, steps: int) -> Any:
    """The learning-rate schedule that goes up to a peak, then down a half cosine to zero.

    Args:
        peak: the highest rate.
        warmup: the share of the steps, 0 to 1, in which it goes up from a 25th of that.
        steps: of the whole run.
    """
    rising = max(1, round(warmup * steps))
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=peak / 25,
        warmup_target=peak,
        warmup_steps=rising,
        decay_steps=max(1, steps - rising),
    )


def recipe(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        TrainingError: there is none.
    """
    if name not in RECIPES:
        raise TrainingError(
            f"There is no recipe {name!r}. There are: {', '.join([*sorted(RECIPES), 'pages'])}."
        )
    return RECIPES[name]
