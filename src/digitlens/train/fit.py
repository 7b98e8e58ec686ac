"""The training loop: epochs, validation, checkpoints, early stopping, and going on where a run broke off."""

import hashlib
import logging
import time
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitlens.data import Dataset
from digitlens.errors import TrainingError
from digitlens.train.augment import AugmentedEpoch
from digitlens.train.epoch import make_repeatable, seed_dropout, train_epoch
from digitlens.train.focus import GlyphLosses, worst
from digitlens.train.head import fit_head
from digitlens.train.kerasfile import QUIET, load_keras, save_keras
from digitlens.train.recipes import Recipe
from digitlens.train.state import Checkpoints, Epoch, TrainingProgress
from digitlens.train.targets import loss_of, outputs, targets
from digitlens.train.teach import Teachers

__all__ = ["fit"]

LOSSES = "losses"
"""Keras's name for the metric of `GlyphLosses`."""

log = logging.getLogger("digitlens")

_EPOCH_LINE = (
    "Epoch %d/%d: training loss %.4f, accuracy %.4f (augmented); "
    "validation loss %.4f, accuracy %.4f; learning rate %.1e; %.0f s"
)


def fit(
    recipe: Recipe,
    training: Dataset,
    validation: Dataset,
    *,
    seed: int,
    folder: Path,
    best: Path,
    start: keras.Model | None = None,
    teachers: Teachers | None = None,
    resume: bool = False,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> tuple[keras.Model, TrainingProgress]:
    """Train by ``recipe`` until its epochs are done or validation has not improved for its patience.

    The same seed, data and machine give the same weights, whether in one go or killed and resumed.

    Args:
        recipe: the settings.
        training: framed glyphs to learn from, images uint8 (N, 28, 28).
        validation: framed glyphs that choose the epoch to keep; never learnt from.
        seed: of the weights, the dropout, the order and the augmentation.
        folder: where the checkpoint of every epoch goes.
        best: file for the network of the epoch with the lowest validation loss, ``.h5`` or ``.keras``.
        start: a network whose weights to start from instead of fresh ones.
        teachers: networks whose opinion of each augmented glyph is learnt besides its label.
        resume: go on from the checkpoint in ``folder``, if it holds one.
        callbacks: told of every step and epoch.

    Returns:
        The network of the best epoch, its last layer fitted where the recipe says so, without optimizer state, and the
        record of all epochs.

    Raises:
        TrainingError: the checkpoint is of another run, or ``start`` is of another shape.
    """
    make_repeatable(seed)
    checkpoints = Checkpoints(folder)
    identity = _identity(recipe, training, validation, seed, start, teachers)
    model, progress, losses = (checkpoints.load(identity) if resume else None) or _begun(
        checkpoints, recipe, training, len(validation), start, identity
    )
    taught, known = (training.images, targets(training.alphabet)[training.labels]), _known(validation)
    while len(progress.epochs) < recipe.epochs and progress.stale() < recipe.patience:
        number = len(progress.epochs)
        batches = _batches(recipe, taught, teachers, (seed, number), worst(losses, recipe.share(number)))
        seed_dropout(model, seed, number)
        if progress.add(epoch := _epoch(model, batches, losses, known, number, callbacks)):
            save_keras(model, best)
        checkpoints.save(model, progress, losses)
        log.info(_EPOCH_LINE, len(progress.epochs), recipe.epochs, *astuple(epoch))
    return _of_the_best_epoch(recipe, training, seed, best), progress


def _of_the_best_epoch(recipe: Recipe, training: Dataset, seed: int, best: Path) -> keras.Model:
    """Return the network that validated best, its last layer fitted where the recipe says so."""
    model = load_keras(best)
    if recipe.head_epochs:
        fit_head(model, training, recipe.head_epochs, seed)
    return model


def _known(validation: Dataset) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return validation glyphs as the network takes them, (N, 28, 28, 1) of 0 to 1, and its targets."""
    inputs = validation.images[..., None].astype(np.float32) / np.float32(255)
    return inputs, targets(validation.alphabet)[validation.labels]


def _begun(
    checkpoints: Checkpoints,
    recipe: Recipe,
    training: Dataset,
    held_back: int,
    start: keras.Model | None,
    identity: dict[str, Any],
) -> tuple[keras.Model, TrainingProgress, NDArray[np.float32]]:
    """Clear old checkpoints; the model before its first step, an empty record, losses of glyphs that none was shown."""
    checkpoints.clear()
    unread = np.full(len(training), np.inf, np.float32)
    return _untrained(recipe, training, held_back, start), TrainingProgress(identity), unread


def _batches(
    recipe: Recipe,
    examples: tuple[NDArray[np.uint8], NDArray[np.float32]],
    teachers: Teachers | None,
    key: tuple[int, int],
    shown: NDArray[np.int64] | None,
) -> AugmentedEpoch:
    """Return the batches of an epoch by its key, seed and number; ``shown``: the rows that it shows, if not all."""
    return AugmentedEpoch(
        *examples,
        recipe.warp,
        batch_size=recipe.batch_size,
        seed=key[0],
        epoch=key[1],
        teachers=teachers,
        shown=shown,
    )


def _untrained(recipe: Recipe, training: Dataset, held_back: int, start: keras.Model | None) -> keras.Model:
    """The compiled model before its first step."""
    model = recipe.net(len(outputs(training.alphabet)), **recipe.net_settings)
    if start is not None:
        _take_weights(model, start, recipe)
    _prepare_norms(model, recipe, len(training))
    loss, accuracy = loss_of(training.alphabet)
    kept = [GlyphLosses(max(len(training), held_back), LOSSES)] if recipe.focus else []
    model.compile(
        recipe.optimizer_for(recipe.steps(len(training))),
        loss,
        metrics=[accuracy, *kept],
        steps_per_execution=recipe.steps_at_once,
    )
    # Variables that its first call had to make would have TensorFlow compile the step twice.
    model.optimizer.build(model.trainable_variables)
    return model


def _prepare_norms(model: keras.Model, recipe: Recipe, glyphs: int) -> None:
    """Keep batch normalisation as it is, or have its running statistics forget where they began within an epoch.

    In an epoch of few steps they would hardly have left it, and a network that learns well would validate so badly that
    training stops early and keeps an epoch that reads nothing.
    """
    steps = max(1, glyphs // recipe.batch_size)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = (
                not recipe.norms_fixed
            )  # in Keras it then also normalises as it does when reading
            layer.momentum = min(layer.momentum, max(0.0, 1 - 2 / steps))


def _take_weights(model: keras.Model, start: keras.Model, recipe: Recipe) -> None:
    """Start from the weights of another network, which must be of the same shape."""
    try:
        model.set_weights(start.get_weights())
    except ValueError as error:
        raise TrainingError(
            f"The network to start from is not of the recipe {recipe.name!r} and its {model.output_shape[1]} labels: "
            f"{error} Start from one that this recipe has trained."
        ) from error


def _epoch(
    model: keras.Model,
    batches: AugmentedEpoch,
    losses: NDArray[np.float32],
    validation: tuple[NDArray[np.float32], NDArray[np.float32]],
    number: int,
    callbacks: Sequence[keras.callbacks.Callback],
) -> Epoch:
    """Train one epoch, number ``number`` from 0, put down the ``losses`` of what it shows, and validate."""
    began = time.perf_counter()
    shown = train_epoch(model, batches, number, callbacks)
    if LOSSES in shown:
        losses[batches.rows] = shown[LOSSES][: len(batches.rows)]
    known: Any = model.evaluate(*validation, batch_size=500, verbose=QUIET, return_dict=True)
    learnt, validated = ((float(each["loss"]), float(each["accuracy"])) for each in (shown, known))
    rate = float(model.optimizer.learning_rate)
    return Epoch(*learnt, *validated, rate, time.perf_counter() - began)


def _identity(
    recipe: Recipe,
    training: Dataset,
    validation: Dataset,
    seed: int,
    start: keras.Model | None,
    teachers: Teachers | None,
) -> dict[str, Any]:
    """Return all that identifies this run, for a checkpoint to be held against."""
    weights = [] if start is None else [np.asarray(weight).tobytes() for weight in start.get_weights()]
    return {
        "recipe": recipe.settings(),
        "seed": seed,
        "backend": keras.backend.backend(),
        "training data": training.digest,
        "validation data": validation.digest,
        "teachers": [] if teachers is None else teachers.names,
        "starting weights": hashlib.sha256(b"".join(weights)).hexdigest(),
    }
