"""The training loop on drawn examples: epochs, validation, checkpoints, and going on where a run broke off."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import keras
import numpy as np
from numpy.typing import NDArray

from digitlens.errors import TrainingError
from digitlens.train.drawn.average import Average, set_flat
from digitlens.train.drawn.begin import begin_from
from digitlens.train.drawn.pool import Draw, Drawn
from digitlens.train.drawn.recipe import DrawnRecipe
from digitlens.train.epoch import make_repeatable, train_epoch
from digitlens.train.kerasfile import save_keras
from digitlens.train.state import Checkpoints, Epoch, TrainingProgress

__all__ = ["Lesson", "Measured", "Run", "fit_drawn"]

log = logging.getLogger("digitlens")

FIRST = 96
"""Scenes on which the weights to start from are fitted to batch normalisation."""

_DRAWN_EPOCH_LINE = (
    "Epoch %d/%d: training loss %.3f; validation loss %.3f, score %.4f (on scenes just learnt %.4f); "
    "learning rate %.1e; %.0f s, of which %.0f s waiting for scenes"
)

Scene = TypeVar("Scene")


@dataclass(frozen=True)
class Measured:
    """The figures of a network on scenes: the loss, a score from 0 to 1, and how well each label is found."""

    loss: float
    score: float
    labels: dict[str, dict[str, float]]


@dataclass(frozen=True)
class Lesson(Generic[Scene]):
    """The task that is learnt from scenes, and its measurement.

    Attributes:
        recipe: the settings.
        draw: draws a scene.
        training_net: builds the network that is trained.
        plain_net: builds the same of nothing but Keras's layers in float32.
        loss: of a batch.
        batches: the batches of an epoch, of its scenes, the seed and the number of the epoch.
        measure: what a plain network comes to on scenes.
        pictures: batches of the pictures of scenes, (N, H, W, 1) each, without their answers.
        start: ONNX file of a network of the kind whose weights come before the first step; None for random ones.
    """

    recipe: DrawnRecipe
    draw: Draw[Scene]
    training_net: Callable[[], keras.Model]
    plain_net: Callable[[], keras.Model]
    loss: keras.losses.Loss
    batches: Callable[[Sequence[Scene], int, int], keras.utils.PyDataset]
    measure: Callable[[keras.Model, Sequence[Scene]], Measured]
    pictures: Callable[[Sequence[Scene]], Iterable[NDArray[np.float32]]]
    start: Path | None = None


@dataclass(frozen=True)
class Run:
    """One run of a lesson.

    Attributes:
        seed: of the weights, the scenes, their views and their order.
        folder: where the checkpoint of every epoch goes.
        best: ``.keras`` file for the averaged weights of the epoch with the lowest validation loss.
        resume: go on from the checkpoint in ``folder``, if it holds one.
        start: the name of the network whose weights come before the first step; None for random ones.
    """

    seed: int
    folder: Path
    best: Path
    resume: bool = False
    start: str | None = None


def fit_drawn(
    lesson: Lesson[Any], run: Run, callbacks: Sequence[keras.callbacks.Callback] = ()
) -> tuple[keras.Model, TrainingProgress, Measured]:
    """Train on scenes drawn for each epoch, until the epochs of the recipe are done.

    The same seed and machine give the same weights, whether in one go or killed and resumed: having TensorFlow sum in
    one order was measured to cost 3 % of the time of a step.

    Args:
        lesson: what is learnt.
        run: from where, and where to.
        callbacks: told of every step and epoch.

    Returns:
        The plain network with the averaged weights of the last epoch, the record of all epochs, and what that
        network comes to on the held-back scenes.

    Raises:
        TrainingError: the checkpoint is of another run, the network to start from is none, or Keras does not use
            TensorFlow.
    """
    _need_tensorflow()
    make_repeatable(run.seed)
    recipe, checkpoints = lesson.recipe, Checkpoints(run.folder)
    net, plain, progress, averages = _begun(lesson, run, checkpoints)
    average = Average(net, recipe.average, averages)
    with Drawn.by(lesson.draw, run.seed, recipe.scenes, recipe.workers) as drawn:
        drawn.begin(len(progress.epochs))
        held = drawn.held_back(recipe.validation)
        for number in range(len(progress.epochs), recipe.epochs):
            began = time.perf_counter()
            scenes = drawn.take(number)
            waited = time.perf_counter() - began
            if number + 1 < recipe.epochs:
                drawn.begin(number + 1)
            batches = lesson.batches(scenes, run.seed, number)
            loss = float(train_epoch(net, batches, number, [average, *callbacks])["loss"])
            set_flat(plain, average.flat())
            known, learnt = lesson.measure(plain, held), lesson.measure(plain, scenes[: len(held) // 4])
            rate, seconds = float(net.optimizer.learning_rate), time.perf_counter() - began
            if progress.add(Epoch(loss, learnt.score, known.loss, known.score, rate, seconds)):
                save_keras(plain, run.best)
            checkpoints.save(net, progress, average.flat())
            told = loss, known.loss, known.score, learnt.score, rate, seconds, waited
            log.info(_DRAWN_EPOCH_LINE, number + 1, recipe.epochs, *told)
        set_flat(plain, average.flat())
        return plain, progress, lesson.measure(plain, held)


def _begun(
    lesson: Lesson[Any], run: Run, checkpoints: Checkpoints
) -> tuple[keras.Model, keras.Model, TrainingProgress, NDArray[np.float32] | None]:
    """Resume from a checkpoint, or begin anew.

    Returns:
        The network as it is trained, the plain one, the record, and the averaged weights, flat, where it is resumed.
    """
    start = {} if run.start is None else {"start": run.start}
    identity = {"recipe": lesson.recipe.settings(), "seed": run.seed, **start}
    if run.resume and (found := checkpoints.load(identity)) is not None:
        net, progress, averages = found
        return net, lesson.plain_net(), progress, averages
    checkpoints.clear()
    net, plain = _untrained(lesson), lesson.plain_net()
    if lesson.start is not None:
        scenes = [lesson.draw("train", (run.seed, 0, index)) for index in range(FIRST)]
        begin_from(plain, lesson.start, lesson.pictures(scenes))
        net.set_weights(plain.get_weights())
    return net, plain, TrainingProgress(identity), None


def _untrained(lesson: Lesson[Any]) -> keras.Model:
    """The compiled network before its first step."""
    net = lesson.training_net()
    net.compile(lesson.recipe.optimizer(), lesson.loss)
    net.optimizer.build(net.trainable_variables)
    return net


def _need_tensorflow() -> None:
    if (backend := keras.backend.backend()) != "tensorflow":
        raise TrainingError(
            f"Networks are trained on drawn scenes with TensorFlow, and Keras uses {backend} here. "
            "Set KERAS_BACKEND=tensorflow, or leave it unset."
        )
