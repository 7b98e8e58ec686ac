"""The training loop of the page network: epochs, validation, checkpoints, and going on where a run broke off."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from digitlens.errors import TrainingError
from digitlens.train.fit import make_repeatable
from digitlens.train.kerasfile import QUIET, save_keras
from digitlens.train.page.average import Average, set_flat
from digitlens.train.page.decode import Agreement, agreement, decode
from digitlens.train.page.loss import PageLoss
from digitlens.train.page.net import plain_net, training_net
from digitlens.train.page.recipe import PageRecipe
from digitlens.train.page.scenes import Draw, Drawn, Scene
from digitlens.train.page.stream import SceneEpoch, batch_of
from digitlens.train.state import Checkpoints, Epoch, Progress

__all__ = ["Measured", "fit_pages", "measure"]

log = logging.getLogger("digitlens")

_LINE = (
    "Epoch %d/%d: training loss %.3f; validation loss %.3f, F1 %.4f (on scenes just learnt %.4f); "
    "learning rate %.1e; %.0f s, of which %.0f s waiting for scenes"
)


@dataclass(frozen=True)
class Measured:
    """The loss on scenes, and how well what is found in them agrees with their marks."""

    loss: float
    found: Agreement


def fit_pages(
    recipe: PageRecipe,
    draw: Draw,
    *,
    seed: int,
    folder: Path,
    best: Path,
    resume: bool = False,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> tuple[keras.Model, Progress, Measured]:
    """Train by ``recipe`` on scenes drawn for each epoch, until its epochs are done.

    The same seed and machine give the same weights, whether in one go or killed and resumed: having TensorFlow sum in
    one order was measured to cost 3 % of the time of a step.

    Args:
        recipe: the settings.
        draw: draws a scene.
        seed: of the weights, the scenes, their views and their order.
        folder: where the checkpoint of every epoch goes.
        best: ``.keras`` file for the averaged weights of the epoch with the lowest validation loss.
        resume: go on from the checkpoint in ``folder``, if it holds one.
        callbacks: told of every step and epoch.

    Returns:
        The plain network with the averaged weights of the last epoch, the record of all epochs, and what that
        network comes to on the held-back scenes.

    Raises:
        TrainingError: the checkpoint is of another run, or Keras does not use TensorFlow.
    """
    _need_tensorflow()
    make_repeatable(seed)
    checkpoints, identity = Checkpoints(folder), {"recipe": recipe.settings(), "seed": seed}
    found = checkpoints.load(identity) if resume else None
    if found is None:
        checkpoints.clear()
        net, progress, averages = _untrained(recipe), Progress(identity), None
    else:
        net, progress, averages = found
    plain = plain_net(recipe.widths, recipe.head)
    average = Average(net, recipe.average, averages)
    with Drawn.by(draw, seed, recipe.scenes, recipe.workers) as drawn:
        drawn.begin(len(progress.epochs))
        held = drawn.held_back(recipe.validation)
        for number in range(len(progress.epochs), recipe.epochs):
            began = time.perf_counter()
            scenes = drawn.take(number)
            waited = time.perf_counter() - began
            if number + 1 < recipe.epochs:
                drawn.begin(number + 1)
            loss = _train(net, recipe, scenes, (seed, number), [average, *callbacks])
            set_flat(plain, average.flat())
            known, learnt = measure(plain, held), measure(plain, scenes[: len(held) // 4])
            epoch = Epoch(
                loss,
                learnt.found.f1(),
                known.loss,
                known.found.f1(),
                float(net.optimizer.learning_rate),
                time.perf_counter() - began,
            )
            if progress.add(epoch):
                save_keras(plain, best)
            checkpoints.save(net, progress, average.flat())
            told = (loss, known.loss, epoch.val_accuracy, epoch.accuracy, epoch.learning_rate, epoch.seconds)
            log.info(_LINE, number + 1, recipe.epochs, *told, waited)
        set_flat(plain, average.flat())
        return plain, progress, measure(plain, held)


def measure(net: keras.Model, scenes: Sequence[Scene], batch_size: int = 16) -> Measured:
    """What a network comes to on scenes as they were drawn."""
    loss, found, losses = PageLoss(), [], []
    for start in range(0, len(scenes), batch_size):
        pictures, targets = batch_of(scenes[start : start + batch_size])
        cells = np.asarray(net.predict_on_batch(pictures))
        losses.append(np.asarray(loss(targets, cells)))
        found += [decode(each) for each in cells]
    return Measured(float(np.mean(losses)), agreement(scenes, found))


def _untrained(recipe: PageRecipe) -> keras.Model:
    """The compiled network before its first step."""
    net = training_net(recipe)
    net.compile(recipe.optimizer(), PageLoss())
    net.optimizer.build(net.trainable_variables)
    return net


def _train(
    net: keras.Model,
    recipe: PageRecipe,
    scenes: Sequence[Scene],
    key: tuple[int, int],
    callbacks: list[keras.callbacks.Callback],
) -> float:
    """Train one epoch on its scenes; the mean loss."""
    batches = SceneEpoch(scenes, recipe.views, recipe.batch_size, *key)
    number = key[1]
    history = net.fit(
        batches,
        epochs=number + 1,
        initial_epoch=number,
        shuffle=False,
        verbose=QUIET,
        callbacks=callbacks,
    )
    return float(history.history["loss"][-1])


def _need_tensorflow() -> None:
    if (backend := keras.backend.backend()) != "tensorflow":
        raise TrainingError(
            f"Page networks are trained with TensorFlow, and Keras uses {backend} here. "
            "Set KERAS_BACKEND=tensorflow, or leave it unset."
        )
