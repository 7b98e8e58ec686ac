"""The training of a page network on drawn scenes, and its measurement on them."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import keras
import numpy as np

from digitlens.train.drawn.begin import begin_from
from digitlens.train.drawn.fit import Lesson, Measured
from digitlens.train.drawn.pool import Draw
from digitlens.train.page.decode import agreement, decode
from digitlens.train.page.loss import PageLoss
from digitlens.train.page.net import plain_net, training_net
from digitlens.train.page.recipe import PageRecipe
from digitlens.train.page.scenes import Scene
from digitlens.train.page.stream import SceneEpoch, batch_of

__all__ = ["measure", "page_lesson"]

FIRST = 96
"""Scenes on which the weights to start from are fitted to batch normalisation."""


def page_lesson(
    recipe: PageRecipe, draw: Draw[Scene], seed: int = 0, start: Path | None = None
) -> Lesson[Scene]:
    """Return the task that page networks learn.

    Args:
        recipe: the settings.
        draw: draws a scene.
        seed: of the run.
        start: ONNX file of the page network whose weights come before the first step; None for random ones.
    """

    def begin(net: keras.Model, path: Path) -> None:
        scenes = [draw("train", (seed, 0, index)) for index in range(FIRST)]
        begin_from(net, path, [batch_of(scenes[at : at + 16])[0] for at in range(0, FIRST, 16)])

    def batches(scenes: Sequence[Scene], seed: int, number: int) -> SceneEpoch:
        return SceneEpoch(scenes, recipe.views, recipe.batch_size, seed, number)

    return Lesson(
        recipe,
        draw,
        partial(training_net, recipe),
        partial(plain_net, recipe.widths, recipe.head),
        PageLoss(),
        batches,
        measure,
        None if start is None else partial(begin, path=start),
    )


def measure(net: keras.Model, scenes: Sequence[Scene], batch_size: int = 16) -> Measured:
    """Measure a network on scenes as they were drawn: its score is the F1 of all marks."""
    loss, found, losses = PageLoss(), [], []
    for start in range(0, len(scenes), batch_size):
        pictures, targets = batch_of(scenes[start : start + batch_size])
        cells = np.asarray(net.predict_on_batch(pictures))
        losses.append(np.asarray(loss(targets, cells)))
        found += [decode(each) for each in cells]
    agreed = agreement(scenes, found)
    return Measured(float(np.mean(losses)), agreed.f1(), agreed.table())
