"""The training of a page network on drawn scenes, and its measurement on them."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from digitlens.train.drawn.fit import Lesson, Measured
from digitlens.train.drawn.pool import Draw
from digitlens.train.page.decode import agreement, decode
from digitlens.train.page.loss import PageLoss
from digitlens.train.page.net import plain_net, training_net
from digitlens.train.page.recipe import PageRecipe
from digitlens.train.page.scenes import Scene
from digitlens.train.page.stream import SceneEpoch, batch_of

__all__ = ["measure", "page_lesson"]


def page_lesson(recipe: PageRecipe, draw: Draw[Scene], start: Path | None = None) -> Lesson[Scene]:
    """Return the task that page networks learn.

    Args:
        recipe: the settings.
        draw: draws a scene.
        start: ONNX file of the page network whose weights come before the first step; None for random ones.
    """

    def batches(scenes: Sequence[Scene], seed: int, number: int) -> SceneEpoch:
        return SceneEpoch(scenes, recipe.views, recipe.batch_size, seed, number)

    def pictures(scenes: Sequence[Scene]) -> list[NDArray[np.float32]]:
        return [batch_of(scenes[at : at + 16])[0] for at in range(0, len(scenes), 16)]

    return Lesson(
        recipe,
        draw,
        partial(training_net, recipe),
        partial(plain_net, recipe.widths, recipe.head),
        PageLoss(),
        batches,
        measure,
        pictures,
        start,
    )


def measure(net: keras.Model, scenes: Sequence[Scene], batch_size: int = 16) -> Measured:
    """Measure a network on scenes as they were drawn: its score is the F1 of all marks.

    Args:
        net: which takes pictures and gives cells.
        scenes: all of the same size.
        batch_size: scenes that are read in one go.
    """
    loss, found, losses = PageLoss(), [], []
    for start in range(0, len(scenes), batch_size):
        pictures, targets = batch_of(scenes[start : start + batch_size])
        cells = np.asarray(net.predict_on_batch(pictures))
        losses.append(np.asarray(loss(targets, cells)))
        found += [decode(each) for each in cells]
    agreed = agreement(scenes, found)
    return Measured(float(np.mean(losses)), agreed.f1(), agreed.table())
