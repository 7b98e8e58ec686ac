"""The training of a line network on strips of drawn sheets, and its measurement on them."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from digitlens.model import best_labels
from digitlens.train.drawn.fit import Lesson, Measured
from digitlens.train.drawn.pool import Draw
from digitlens.train.line.loss import LineLoss
from digitlens.train.line.net import plain_line_net, training_line_net
from digitlens.train.line.recipe import LineRecipe
from digitlens.train.line.stream import WINDOW_WIDTH, StripEpoch, batch_of_strips
from digitlens.train.line.strips import Strip
from digitlens.train.page.targets import PAGE_LABELS

__all__ = ["line_lesson", "measure_lines"]

Scene = list[Strip]


def line_lesson(recipe: LineRecipe, draw: Draw[Scene], start: Path | None = None) -> Lesson[Scene]:
    """Return the task that line networks learn.

    Args:
        recipe: the settings.
        draw: draws a scene.
        start: ONNX file of the line network whose weights come before the first step; None for random ones.
    """

    def batches(scenes: Sequence[Scene], seed: int, number: int) -> StripEpoch:
        return StripEpoch(_strips(scenes), recipe.steps, recipe.batch_size, (seed, number))

    def pictures(scenes: Sequence[Scene]) -> list[NDArray[np.float32]]:
        strips = _strips(scenes)
        return [batch_of_strips(strips[at : at + 32])[0] for at in range(0, len(strips), 32)]

    return Lesson(
        recipe,
        draw,
        partial(training_line_net, recipe.widths, recipe.depth, recipe.precision),
        partial(plain_line_net, recipe.widths, recipe.depth),
        LineLoss(),
        batches,
        measure_lines,
        pictures,
        start,
    )


def measure_lines(net: keras.Model, scenes: Sequence[Scene], batch_size: int = 32) -> Measured:
    """Measure a network on strips as they were cut out: its score is the share read exactly.

    Args:
        net: which takes strips and gives logits.
        scenes: the strips of each; those wider than `WINDOW_WIDTH` are left out.
        batch_size: strips that are read in one go.
    """
    strips = [strip for strip in _strips(scenes) if strip.contrast.shape[1] <= WINDOW_WIDTH]
    loss, losses, exact = LineLoss(), [], 0
    asked, right = Counter[str](), Counter[str]()
    for start in range(0, len(strips), batch_size):
        part = strips[start : start + batch_size]
        pictures, labels = batch_of_strips(part)
        logits = np.asarray(net.predict_on_batch(pictures))
        losses.append(np.asarray(loss(labels, logits)))
        for strip, row in zip(part, logits[:, 0], strict=True):
            found = best_labels(row)
            exact += found == strip.labels.tolist()
            wanted, read = (Counter(PAGE_LABELS[i] for i in each) for each in (strip.labels.tolist(), found))
            asked.update(wanted)
            right.update(wanted & read)
    return Measured(float(np.mean(losses)), exact / max(1, len(strips)), _table(asked, right))


def _table(asked: Counter[str], right: Counter[str]) -> dict[str, dict[str, float]]:
    """Return for each label the number of marks, and the share of them read right, 0 to 1."""
    return {
        label: {"count": asked[label], "f1": right[label] / asked[label] if asked[label] else 1.0}
        for label in PAGE_LABELS
    }


def _strips(scenes: Sequence[Scene]) -> list[Strip]:
    return [strip for scene in scenes for strip in scene]
