"""The mixture of training data: digits of other writers, degraded glyphs, and rejects."""

import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlens.data import LOOK_ALIKES, Dataset, load, stratified_split
from digitlens.data.synth import crossed, degrade, draw_writers, normalise, not_digits
from digitlens.errors import DatasetError
from digitlens.imaging import FRAME_SIDE, frame_all

__all__ = ["REJECT_LABEL", "TrainingMixture", "build_mixture", "letters"]

log = logging.getLogger("digitlens")

REJECT_LABEL = ""
"""The label of what is no glyph of the alphabet, as readings have it; always the last class."""

MIXTURE_SEED = 0
"""Fixed, so that every seed of a recipe learns the same world."""

GLYPHS_A_TASK = 1_000
"""Glyphs degraded and framed at a time by one process."""

FOREIGN_FOR_ONE_HELD_BACK = 10
"""One in so many of the glyphs from elsewhere is held back for validation."""

Images = NDArray[np.uint8]

NO_GLYPHS: Images = np.empty((0, FRAME_SIDE, FRAME_SIDE), np.uint8)


@dataclass(frozen=True)
class TrainingMixture:
    """The sizes of each part of the mixture besides the dataset.

    Attributes:
        drawn: registered datasets with glyphs of other hands, of labels that the dataset has too; a tenth of each
            is held back.
        letters: registered datasets whose letters, but for the look-alikes, are to be refused. None of
            their digits is learnt: EMNIST's hold MNIST's test digits, rendered anew.
        degraded: how many degraded glyphs of the alphabet.
        others: how many drawings that are no glyph, and how many degraded letters and drawings.
        repeat: how often each glyph of the dataset itself comes in an epoch.
        more: registered datasets with more glyphs of the like, learnt whole; where their labels say nothing of the
            case, either will do.
        unseen: registered datasets whose test glyphs are not learnt either, and measured as well.
        hands: how many digits written by our own code in the forms of other schools.
        crossed: how many sevens of the dataset come a second time, with a bar across.
        boxed: how many glyphs stretched into boxes of few pixels, as old data sets have them.
    """

    drawn: tuple[str, ...]
    letters: tuple[str, ...]
    degraded: int
    others: int
    repeat: int = 1
    more: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    hands: int = 0
    crossed: int = 0
    boxed: int = 0

    def held_back(self, count: int) -> "TrainingMixture":
        """Return the mixture that goes with ``count`` glyphs to validate by."""
        return replace(
            self,
            degraded=count // 2,
            others=count // 4,
            hands=min(self.hands, count // 8),
            crossed=min(self.crossed, count // 80),
            boxed=min(self.boxed, count // 8),
        )


def build_mixture(
    world: TrainingMixture, training: Dataset, validation: Dataset, tests: Sequence[Dataset] = ()
) -> tuple[Dataset, Dataset]:
    """Both sets with the world added, framed, and ``REJECT_LABEL`` as the last label of their alphabet.

    What is degraded for validation comes from what is held back. A third of its glyphs are degraded, half as many are
    none: what calibration takes the world to be. Labels that several characters share come behind the others in the
    alphabet of what is learnt from.

    Args:
        world: the sizes of its parts.
        training: the dataset's glyphs to learn from, framed.
        validation: those that are held back, framed.
        tests: framed as well; no glyph of theirs is in either set, pixel by pixel.

    Raises:
        DatasetError: the data cannot be had or read, or have labels that the dataset has not.
    """
    known = {image.tobytes() for test in tests for image in test.images}
    training, validation = _without(known, training), _without(known, validation)
    own = training
    for name in world.drawn:
        more = _translated(load(name, "train"), training)
        more = replace(more, images=_framed(more.images))
        kept, held = stratified_split(more.labels, len(more) // FOREIGN_FOR_ONE_HELD_BACK, MIXTURE_SEED)
        training, validation = training.extended(more.rows(kept)), validation.extended(more.rows(held))
    for name in world.more:
        more = _translated(load(name, "train"), training)
        more = _without(known, replace(more, images=_framed(more.images)))
        training = replace(training, alphabet=more.alphabet).extended(more)
    kept, held = letters(world)
    log.info("Degrading %d glyphs, and drawing %d that are none.", world.degraded, 2 * world.others)
    training = _widened(training, kept, world, MIXTURE_SEED)
    again = np.tile(np.arange(len(own)), world.repeat - 1)
    training = training.joined(own.images[again], own.labels[again])
    names = [own.name, *world.drawn, *world.more, *world.letters, "and drawings"]
    count = len(validation)
    training = replace(training, name=", ".join(names))
    return training, _widened(validation, held, world.held_back(count), MIXTURE_SEED + 1)


def _without(known: set[bytes], glyphs: Dataset) -> Dataset:
    """The glyphs but for those that are known pixel by pixel."""
    return glyphs.rows(np.array([image.tobytes() not in known for image in glyphs.images], bool))


def _translated(more: Dataset, like: Dataset) -> Dataset:
    """The glyphs of another dataset under the labels of ``like``, and new ones behind them that several share."""
    meanings = [more.meaning(label) for label in more.alphabet]
    if missing := sorted({character for meaning in meanings for character in meaning} - {*like.alphabet}):
        raise DatasetError(
            f"The recipe also learns {more.name}, which has the labels {''.join(missing)}; "
            f"{like.name} has only {''.join(label for label in like.alphabet if len(label) == 1)}."
        )
    alphabet = tuple(dict.fromkeys([*like.alphabet, *meanings]))
    index = np.array([alphabet.index(meaning) for meaning in meanings])
    return replace(more, labels=index[more.labels], alphabet=alphabet)


def letters(world: TrainingMixture) -> tuple[Images, Images]:
    """Letters that no one reads as digits, to learn and to hold back: framed, uint8 (N, 28, 28) each."""
    kept, held = [NO_GLYPHS], [NO_GLYPHS]
    for name in world.letters:
        found = load(name, "train")
        usable = [i for i, label in enumerate(found.alphabet) if label.isalpha() and label not in LOOK_ALIKES]
        rows = np.isin(found.labels, usable)
        images = _framed(found.images[rows])
        ours, others = stratified_split(
            found.labels[rows], len(images) // FOREIGN_FOR_ONE_HELD_BACK, MIXTURE_SEED
        )
        kept.append(images[ours])
        held.append(images[others])
    return np.concatenate(kept), np.concatenate(held)


def _widened(glyphs: Dataset, refused: Images, world: TrainingMixture, seed: int) -> Dataset:
    """The glyphs and other forms of them, letters to be refused, drawings, and all of them degraded, in one set."""
    rng = np.random.default_rng(seed)
    glyphs = _other_forms(glyphs, world, seed)
    nothing = np.concatenate([refused, _drawings(glyphs, world.others, rng, seed)])
    worn = _degraded(glyphs, world.degraded, rng, _degrade, (seed, 2))
    worn_nothing = _shared_out(nothing[rng.integers(len(nothing), size=world.others)], _degrade, (seed, 3))
    boxed = _degraded(glyphs, world.boxed, rng, _normalise, (seed, 4))
    nothing = np.concatenate([nothing, worn_nothing])
    nothing = nothing[_inked(nothing)]
    for more in (worn, boxed):
        glyphs = glyphs.joined(more.images, more.labels)
    whole = glyphs.joined(nothing, np.full(len(nothing), len(glyphs.alphabet)))
    return replace(whole, alphabet=(*glyphs.alphabet, REJECT_LABEL))


def _other_forms(glyphs: Dataset, world: TrainingMixture, seed: int) -> Dataset:
    """The glyphs, some of their sevens once more with a bar across, and digits written by our own code."""
    if world.crossed:
        rng = np.random.default_rng([seed, 5])
        sevens = glyphs.images[glyphs.labels == glyphs.alphabet.index("7")]
        images = [crossed(seven, rng) for seven in rng.permutation(sevens)[: world.crossed]]
        glyphs = glyphs.joined(_framed(np.stack(images)), np.full(len(images), glyphs.alphabet.index("7")))
    if world.hands:
        written, labels = draw_writers(world.hands, (seed, 6))
        glyphs = glyphs.joined(_framed(written), np.array([glyphs.alphabet.index(str(i)) for i in labels]))
    return glyphs


def _drawings(glyphs: Dataset, count: int, rng: np.random.Generator, seed: int) -> Images:
    """Framed drawings that are no glyph, some of them made from glyphs."""
    counts = [min(GLYPHS_A_TASK, count - start) for start in range(0, count, GLYPHS_A_TASK)]
    pieces = [
        (number, glyphs.images[rng.integers(len(glyphs), size=GLYPHS_A_TASK)], (seed, 1, i), glyphs.alphabet)
        for i, number in enumerate(counts)
    ]
    return _shared(_draw, pieces)


def _degraded(
    glyphs: Dataset, count: int, rng: np.random.Generator, work: Callable[..., Images], seed: tuple[int, ...]
) -> Dataset:
    """Any ``count`` of the glyphs, worn by ``work``; fewer where nothing is left to see of some."""
    chosen = glyphs.rows(rng.integers(len(glyphs), size=count))
    worn = replace(chosen, images=_shared_out(chosen.images, work, seed))
    return worn.rows(_inked(worn.images))


def _inked(images: Images) -> NDArray[np.bool_]:
    """Which images show anything at all: the reader calls the others blank without asking the network."""
    return np.asarray(images.any(axis=(1, 2)))


def _framed(images: Images) -> Images:
    return _shared(_frame, [(images[i : i + GLYPHS_A_TASK],) for i in range(0, len(images), GLYPHS_A_TASK)])


def _shared_out(images: Images, work: Callable[..., Images], seed: tuple[int, ...]) -> Images:
    """Each image worked on once, and framed; all black where nothing is left to see."""
    starts = range(0, len(images), GLYPHS_A_TASK)
    return _shared(work, [(images[i : i + GLYPHS_A_TASK], (*seed, i)) for i in starts])


def _shared(work: Callable[..., Images], pieces: Sequence[tuple[Any, ...]]) -> Images:
    """Share pieces of work out among processes; what comes back does not depend on how many there are."""
    if len(pieces) == 1:
        return work(*pieces[0])
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        done = pool.map(work, *zip(*pieces, strict=True))
        return np.concatenate([NO_GLYPHS, *done])


def _frame(images: Images) -> Images:
    return frame_all(images)


def _degrade(images: Images, seed: tuple[int, ...]) -> Images:
    rng = np.random.default_rng(seed)
    return frame_all(degrade(image, rng) for image in images)


def _normalise(images: Images, seed: tuple[int, ...]) -> Images:
    rng = np.random.default_rng(seed)
    return frame_all([normalise(image, rng) for image in images])


def _draw(count: int, glyphs: Images, seed: tuple[int, ...], alphabet: tuple[str, ...]) -> Images:
    return frame_all(not_digits(count, seed, glyphs, alphabet))
