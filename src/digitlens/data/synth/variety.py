"""Pages as different as the world's: to learn from, to test with, to measure by."""

from collections.abc import Callable, Iterator

import numpy as np

from digitlens.data.dataset import DIGITS, Dataset
from digitlens.data.synth.pages import Page, draw_page
from digitlens.data.synth.pagesettings import PageSettings

__all__ = ["draw_pages", "varied"]


def varied(rng: np.random.Generator) -> PageSettings:
    """Settings of a page as someone might send one: each difficulty in a plausible range, few on every page.

    Ballpoint, pencil and marker; white, tinted, ruled and squared paper; chalk on a board, screens in dark mode; digits
    far apart and touching, in straight, rising and wavy lines, among drawings; scanned, or photographed from
    aside, in uneven light or the photographer's shadow. Pages are upright: else 6 and 9 could not be told apart.
    """

    def within(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    def sometimes(chance: float, low: float, high: float) -> float:
        return within(low, high) if rng.random() < chance else 0.0

    height = float(np.exp(within(np.log(24), np.log(120))))
    return PageSettings(
        lines=int(rng.integers(1, 6)),
        digits=int(rng.integers(1, 11)),
        height=round(height),
        spread=within(0, 0.25),
        gap=within(-0.15, 0.05) if rng.random() < 0.25 else within(0.1, 1),
        slope=sometimes(0.5, -6, 6),
        wave=sometimes(0.3, 0, 0.2),
        rules=int(rng.choice([0, 0, 1, 2])),
        rule_contrast=within(0.1, 0.6),
        others=int(rng.choice([0, 0, 0, 1, 2, 3])),
        pen=sometimes(0.6, -0.6, 0.4),
        ink=within(0.3, 0.9),
        light=bool(rng.random() < 0.2),
        colour=sometimes(0.6, 0, 1),
        gradient=sometimes(0.5, 0, 0.6),
        shadow=sometimes(0.3, 0, 0.5),
        perspective=sometimes(0.4, 0, 0.1),
        blur=sometimes(0.5, 0, height / 32),
        noise=sometimes(0.6, 0, 14),
        jpeg=int(rng.integers(40, 96)) if rng.random() < 0.6 else 0,
    )


def draw_pages(
    glyphs: Dataset,
    count: int,
    seed: int,
    settings: Callable[[np.random.Generator], PageSettings] = varied,
) -> Iterator[Page]:
    """Draw pages of the digits of a dataset; whatever else it holds is passed over.

    What a page is depends on the seed and on its number, not on how many are drawn.

    Args:
        glyphs: white on black, such as ``load("mnist", "train")`` or, for measuring only,
            ``load("emnist-byclass", "test")``.
        count: pages.
        seed: where chance comes from.
        settings: how each is drawn.
    """
    index = {label: i for i, label in enumerate(DIGITS)}
    digits = np.array([index.get(label, -1) for label in glyphs.alphabet])[glyphs.labels]
    images, labels = glyphs.images[digits >= 0], digits[digits >= 0]
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        yield draw_page(images, labels, settings(rng), rng)
