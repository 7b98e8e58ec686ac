"""The three sets of a run, framed as pictures are: to learn from, to choose by, and to measure once."""

import logging
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitlens.data import Dataset, load, other_files, splits, stratified_split
from digitlens.errors import TrainingError
from digitlens.imaging import frame, frame_all, open_picture
from digitlens.train.mixture import NO_GLYPHS, REJECT_LABEL, TrainingMixture, build_mixture
from digitlens.types import Source

__all__ = ["SPLIT_SEED", "Extra", "Sets", "parted", "sets_of"]

log = logging.getLogger("digitlens")

SPLIT_SEED = 0
"""Fixed, so that all seeds of a recipe are chosen by the same validation glyphs."""

DRAWN_NEGATIVES = 1_200
"""Drawings that are no glyph, by which the digit score of a network that learnt of none is fitted."""

FEWEST_GLYPHS = 50
"""Fewer glyphs than this cannot be parted into what is learnt from and what is held back."""


@dataclass(frozen=True)
class Sets:
    """Framed glyphs, images uint8 (N, 28, 28), in parts that share none.

    Attributes:
        training: to learn from.
        validation: to choose and to calibrate by.
        test: to measure by, once.
        unseen: other sets to measure by, whose labels may be merged.
    """

    training: Dataset
    validation: Dataset
    test: Dataset
    unseen: tuple[Dataset, ...] = ()

    @property
    def parts(self) -> dict[str, Dataset]:
        """The three by name."""
        return {"training": self.training, "validation": self.validation, "test": self.test}


@dataclass(frozen=True)
class Extra:
    """The glyphs that a folder adds to a training set by label, and its rejects, framed, uint8 (M, 28, 28)."""

    glyphs: Dataset
    negatives: NDArray[np.uint8]

    @classmethod
    def load(cls, folder: Path) -> "Extra":
        """Read and frame all of a folder, or its ``train`` part where it has one.

        Raises:
            DatasetError: it holds no glyphs, or what cannot be read.
        """
        others = [_frame_file(path) for path in other_files(folder, "train")]
        return cls(load(folder, "train", _frame_file), np.stack(others) if others else NO_GLYPHS)

    def within(self, alphabet: tuple[str, ...]) -> Dataset:
        """The glyphs under the labels of a network, and what is no glyph too where it has `REJECT_LABEL` for it.

        Raises:
            DatasetError: they have a label that the network has not.
        """
        glyphs = self.glyphs.under(alphabet, "the network")
        if REJECT_LABEL in alphabet:
            return glyphs.joined(self.negatives, np.full(len(self.negatives), alphabet.index(REJECT_LABEL)))
        if len(self.negatives):
            log.warning(
                "%d pictures of what is no glyph are left out: the network has no class for them.",
                len(self.negatives),
            )
        return glyphs


def sets_of(
    source: str, held_back: int, extra: Path | None = None, world: TrainingMixture | None = None
) -> Sets:
    """Load a dataset or folder and part it.

    A folder that is not parted into ``train`` and ``test`` gives a tenth of its glyphs for testing. The test set stays
    as it is whatever is added to the others.

    Args:
        source: a registered name or a folder.
        held_back: glyphs of the training split for validation; a tenth of it where that is fewer.
        extra: a folder of glyphs that are all learnt from, what is no digit only with a world.
        world: what is added to training and validation; None for nothing.

    Raises:
        DatasetError: the data cannot be had or read.
        TrainingError: there are too few glyphs.
    """
    whole = _framed(load(source, "train", _frame_file))
    if len(whole) < FEWEST_GLYPHS:
        raise TrainingError(
            f"{source} has {len(whole)} glyphs to train on; at least {FEWEST_GLYPHS} are needed."
        )
    if "test" in splits(source):
        test = _framed(load(source, "test", _frame_file))
    else:
        whole, test = parted(whole, len(whole) // 10)
    training, validation = parted(whole, min(held_back, len(whole) // 10))
    more = None if extra is None else Extra.load(extra)
    if more is not None:
        training = training.extended(more.glyphs if world else more.within(training.alphabet))
    if world is None:
        return Sets(training, validation, test)
    unseen = tuple(_framed(load(name, "test")) for name in world.unseen)
    training, validation = build_mixture(world, training, validation, [test, *unseen])
    if more is not None:
        training = training.joined(
            more.negatives, np.full(len(more.negatives), training.alphabet.index(REJECT_LABEL))
        )
    return Sets(training, validation, test, unseen)


def _framed(dataset: Dataset) -> Dataset:
    """The dataset with every image framed as 28x28."""
    return dataset if dataset.framed else replace(dataset, images=frame_all(dataset.images), framed=True)


def _frame_file(picture: Source) -> NDArray[np.uint8]:
    return frame(open_picture(picture).pixels).image


def parted(whole: Dataset, held_back: int) -> tuple[Dataset, Dataset]:
    """Split a dataset in two, the same way every time: what remains, and a number of glyphs, of each label its share.

    Args:
        whole: the dataset, of N glyphs.
        held_back: how many are in the second part, 0 to N - 1.
    """
    kept, held = stratified_split(whole.labels, held_back, SPLIT_SEED)
    return whole.rows(kept), whole.rows(held)
