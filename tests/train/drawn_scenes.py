"""Scenes for tests of the page network: strokes on paper, drawn in no time; needs no Keras, as no worker does."""

from collections.abc import Sequence

import numpy as np

from digitlens.train.drawn.pool import Part
from digitlens.train.page.scenes import Scene
from digitlens.train.page.targets import PAGE_LABELS, Marks


def draw(part: Part, key: Sequence[int]) -> Scene:
    """A "1" (upright stroke) or a "-" (flat stroke) in each of two places."""
    rng = np.random.default_rng([*key, part == "held"])
    pixels = rng.normal(200, 4, (64, 96)).astype(np.uint8)
    boxes, labels = [], []
    for left in (8, 56):
        upright = bool(rng.random() < 0.5)
        width, height = (6, 28) if upright else (28, 6)
        x, y = left + int(rng.integers(0, 8)), int(rng.integers(4, 30))
        pixels[y : y + height, x : x + width] = 40
        boxes.append((x, y, width, height))
        labels.append(PAGE_LABELS.index("1" if upright else "-"))
    return Scene(
        pixels, Marks(np.array(labels, np.int16), np.array(boxes, np.float32), np.ones(2, np.float32))
    )
