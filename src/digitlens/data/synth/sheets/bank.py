"""Glyphs to write sheets with: from the sets to learn from, a tenth of each held back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from digitlens.data.dataset import DIGITS, Dataset
from digitlens.data.registry import load
from digitlens.data.split import stratified_split

__all__ = ["GlyphBank"]

Images = NDArray[np.uint8]

DIGIT_SETS = ("mnist", "herc", "keqae", "minichazer")
LETTER_SETS = ("emnist-merged", "kishieel")
GLYPHS_FOR_ONE_HELD_BACK = 10
"""One in so many glyphs of each set is held back."""
BANK_SEED = 16
"""Fixed, so that what is held back is the same everywhere."""


@dataclass(frozen=True, eq=False)
class GlyphBank:
    """Glyphs by label, white on black, of any size.

    Attributes:
        digits: of each digit, uint8 (N, h, w) from each set that has it.
        letters: of each letter likewise; none need be there.
    """

    digits: Mapping[str, Sequence[Images]]
    letters: Mapping[str, Sequence[Images]]

    @classmethod
    def of(cls, datasets: Sequence[Dataset]) -> "GlyphBank":
        """Sort the glyphs of datasets by label; dark ink on light is turned over.

        Raises:
            ValueError: no set has one of the ten digits.
        """
        digits: dict[str, list[Images]] = {}
        letters: dict[str, list[Images]] = {}
        for dataset in datasets:
            for index, label in enumerate(dataset.alphabet):
                found = _white_on_black(dataset.images[dataset.labels == index])
                if len(found):
                    (digits if label in DIGITS else letters).setdefault(label, []).append(found)
        if missing := [label for label in DIGITS if label not in digits]:
            raise ValueError(f"to write sheets takes all ten digits; the datasets lack {', '.join(missing)}")
        return cls(digits, letters)

    @classmethod
    def load(cls, part: Literal["train", "held"]) -> "GlyphBank":
        """Load the registered sets to learn from: nine tenths of each to train by, the rest held back.

        Raises:
            DatasetError: a set cannot be had or read.
        """
        found = [load(name, "train") for name in (*DIGIT_SETS, *LETTER_SETS)]
        found = [_only_letters(one) if one.name in LETTER_SETS else one for one in found]
        return cls.of([_part(one, part) for one in found])

    def digit(self, label: str, rng: np.random.Generator, source: int | None = None) -> Images:
        """Choose a glyph of a digit; larger sets come more often, by the root of their size.

        Args:
            label: ``"0"`` to ``"9"``.
            rng: where chance comes from.
            source: the set to choose from, counted from 0 among those that have the digit; None, or beyond them: any.

        Returns:
            White on black, uint8 (h, w).
        """
        return _choose(self.digits[label], rng, source)

    def letter(self, label: str, rng: np.random.Generator) -> Images | None:
        """Choose a glyph of a letter, uint8 (h, w), of either case if only one is known; None where there is none."""
        for known in (label, label.upper(), label.lower()):
            if known in self.letters:
                return _choose(self.letters[known], rng, None)
        return None


def _choose(sources: Sequence[Images], rng: np.random.Generator, source: int | None) -> Images:
    if source is None or source >= len(sources):
        sizes = np.sqrt([len(images) for images in sources])
        source = int(np.searchsorted(np.cumsum(sizes), rng.random() * sizes.sum(), side="right"))
    images = sources[min(source, len(sources) - 1)]
    return images[int(rng.integers(len(images)))]


def _part(dataset: Dataset, part: str) -> Dataset:
    kept, held = stratified_split(dataset.labels, len(dataset) // GLYPHS_FOR_ONE_HELD_BACK, BANK_SEED)
    return dataset.rows(kept if part == "train" else held)


def _only_letters(dataset: Dataset) -> Dataset:
    letters = [i for i, label in enumerate(dataset.alphabet) if label.isalpha()]
    return dataset.rows(np.isin(dataset.labels, letters))


def _white_on_black(images: Images) -> Images:
    """The images, those with a light border inverted."""
    border = np.concatenate([images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]], axis=1)
    light = np.median(border, axis=1) > 127 if len(images) else np.zeros(0, bool)
    return np.where(light[:, None, None], 255 - images, images) if light.any() else images
