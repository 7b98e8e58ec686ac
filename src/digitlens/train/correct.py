"""Fine-tuning: a network learns what people corrected, and is replaced only if it reads the rest as well as before."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from digitlens.data import Dataset
from digitlens.errors import TrainingError
from digitlens.model.card import Card
from digitlens.model.session import Network
from digitlens.train import nets
from digitlens.train.augment import Warp
from digitlens.train.compare import Comparison, compare
from digitlens.train.mixture import TrainingMixture, build_mixture
from digitlens.train.recipes import Recipe
from digitlens.train.run import Outcome, TrainingJob, train
from digitlens.train.runs import keep_outcome
from digitlens.train.sets import Extra, Sets, parted, sets_of
from digitlens.train.state import check_room

__all__ = ["TUNING", "Corrected", "CorrectionJob", "correct"]

TUNING = Recipe(
    name="corrections",
    net=nets.chain,  # this and what it is built of are the network's own
    epochs=3,
    batch_size=128,
    learning_rate=1e-2,
    warmup=0.1,
    patience=3,
    held_back=5_000,
    warp=Warp(rotation=8, shift=1, zoom=0.08, shear=0.1, elastic=0.2),
    optimizer="sgd",
    norms_fixed=True,
    self_taught=True,
    trust=0.5,
)
"""The settings of fine-tuning: a tenth or less of the rate that a network was trained with, for few epochs."""

REHEARSED = 6_000
"""Glyphs of the dataset that are gone through again, so that they are not forgotten."""

CORRECTED_SHARE = 0.2
"""The share of corrections in an epoch, as far as `REPEATED` lets them."""

REPEATED = 8
"""The most often that a correction comes in an epoch."""

WORLD = TrainingMixture(drawn=(), letters=(), degraded=3_000, others=2_000)
"""The training mixture of a network with a class for rejects besides corrections, mixed as validation is."""


@dataclass(frozen=True)
class CorrectionJob:
    """Which network is to learn what, and where to put what comes of it.

    Attributes:
        start: the ``.keras`` or ``.h5`` file of the network, its ``.onnx`` file and card beside it.
        extra: a folder of pictures by label: the corrections.
        dataset: a registered name or a folder; left out, what the network was trained on.
        out: folder for the results.
        seed: makes the run repeatable.
        epochs: how many, instead of those of `TUNING`.
        teachers: names or ``.onnx`` files of networks to learn from besides the labels.
    """

    start: Path
    extra: Path
    dataset: str | None = None
    out: Path = Path()
    seed: int = 0
    epochs: int = TUNING.epochs
    teachers: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the new network: ``NAME_corrected``, also where that is what it started from."""
        return f"{self.start.stem.removesuffix('_corrected')}_corrected"

    @property
    def result(self) -> Path:
        """The new network as ONNX; its Keras files and card stand beside it."""
        return self.out / f"{self.name}.onnx"

    @property
    def report(self) -> Path:
        """The page that tells how it went."""
        return self.out / f"{self.name}_report.html"

    def job(self, card: Card) -> TrainingJob:
        """The training run, in a folder of its own, for the network that ``card`` describes.

        Raises:
            TrainingError: the card does not tell how the network was built.
        """
        build = {"chain": nets.chain, "classic": nets.classic}.get(card.recipe.get("net", ""))
        if build is None:
            raise TrainingError(
                f"The card of {self.start} does not tell how the network is built, so it cannot be fine-tuned. "
                "With --recipe NAME it is trained in full, from its weights if they fit."
            )
        world, stored = WORLD if card.calibration.other else None, card.recipe.get("stored", "float32")
        recipe = replace(TUNING, net=build, epochs=self.epochs, stored=stored, world=world)
        recipe = replace(recipe, net_settings=card.recipe["net_settings"])
        folder = self.out / "models" / self.name
        learnt = card.metrics.get("test", {}).get("dataset", "mnist")
        return _Tuning(
            recipe, self.dataset or learnt, folder, self.seed, self.extra, self.start, self.teachers
        )


class _Tuning(TrainingJob):
    """A job whose recipe is told by what it starts from."""

    @property
    def _chosen(self) -> list[str]:
        return []


@dataclass(frozen=True)
class Corrected:
    """The result of fine-tuning.

    Attributes:
        start: ``NAME@VERSION`` of the network it started from.
        outcome: the new network; where it was refused, in the folder of the run, and nothing was replaced.
        corrections: how many there were to learn.
        right_before, right_after: how many of them the old and the new network read right.
        comparison: of both on the validation glyphs.
    """

    start: str
    outcome: Outcome
    corrections: int
    right_before: int
    right_after: int
    comparison: Comparison

    @property
    def refused(self) -> bool:
        """True if the new network is not kept."""
        return self.comparison.worse


def correct(
    correction: CorrectionJob, *, resume: bool = False, callbacks: Sequence[keras.callbacks.Callback] = ()
) -> Corrected:
    """Fine-tune, compare with what was before on the validation glyphs, and put the new network in place.

    Where it reads the validation glyphs worse, beyond chance, nothing is put in place.

    Args:
        correction: what to start from, and what to learn.
        resume: go on from the checkpoint of the same run, if there is one.
        callbacks: of Keras, called besides our own.

    Raises:
        TrainingError, DatasetError, ModelError: as of `train`.
    """
    before = Network.load(correction.start.with_suffix(".onnx"), threads=2)
    job = correction.job(before.card)
    check_room(correction.out, job.out)
    extra = Extra.load(correction.extra)
    sets = sets_of(job.dataset, job.recipe.held_back)
    training, validation = _rehearsed(sets.training), sets.validation
    if job.recipe.world is not None:
        training, validation = build_mixture(job.recipe.world, training, validation, [sets.test])
    corrections = extra.within(training.alphabet)
    sets = Sets(_mixed(training, corrections), validation, sets.test)
    outcome = train(job, sets=sets, resume=resume, callbacks=callbacks)
    after = Network.load(outcome.model, threads=2)
    was, now = (_right(network, corrections) for network in (before, after))
    comparison = compare(_right(before, validation), _right(after, validation))
    told = {
        "start": before.name,
        "glyphs": len(corrections),
        "right_before": int(was.sum()),
        "right_after": int(now.sum()),
        "validation": {**asdict(comparison), "chance": comparison.chance},
    }
    if not comparison.worse:
        outcome = keep_outcome(job, correction.result, correction.report, {"corrections": told})
    return Corrected(before.name, outcome, len(corrections), int(was.sum()), int(now.sum()), comparison)


def _rehearsed(training: Dataset) -> Dataset:
    """A part of what the network was trained on, of each label its share."""
    return parted(training, min(REHEARSED, len(training) - 1))[1]


def _mixed(training: Dataset, corrections: Dataset) -> Dataset:
    """Mix the training set, gone through again, with the corrections, as often as makes them their share."""
    wanted = CORRECTED_SHARE / (1 - CORRECTED_SHARE) * len(training) / len(corrections)
    times = max(1, min(REPEATED, round(wanted)))
    for _ in range(times):
        training = training.extended(corrections)
    return replace(training, name=f"{training.name} and {len(corrections):,} corrections")


def _right(network: Network, glyphs: Dataset) -> NDArray[np.bool_]:
    """Which glyphs the network reads right, (N,); what is no digit too, where it has a class for that."""
    return network.logits_of(glyphs.images).argmax(axis=1) == glyphs.labels
