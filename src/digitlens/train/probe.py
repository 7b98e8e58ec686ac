"""The preprocessing of a network that was made elsewhere, found by trying it on glyphs whose labels are known.

Scale, polarity, orientation and the order of classes are not written into a network's file. There are a few dozen
ways to prepare a glyph, and a network reads well in one of them: the one with the highest accuracy is taken, among
those as good the one whose probabilities are the best.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitlens.data import Dataset
from digitlens.errors import InvalidModel
from digitlens.model.calibrate import energy
from digitlens.model.fitting import fit_temperature
from digitlens.train.orders import ORDERS
from digitlens.train.preprocess import FITS, POLARITIES, SCALES, NetworkInput, Polarity, Preprocessing

__all__ = ["FoundPreprocessing", "StatedPreprocessing", "find_wanted"]

Run: TypeAlias = Callable[[NDArray[Any]], NDArray[np.floating]]
"""From glyphs as the network takes them to its logits (N, K)."""


QUICK, TOLD = 400, 2_000
"""Glyphs for each way to prepare them at first, and for the best of them."""

FINAL = 8
"""The number of candidates tried on more glyphs."""

READS = 0.6
"""Accuracy from which a network counts as one that reads: digits drawn by our own hands are harder than MNIST's."""

AS_GOOD = 0.01
"""Ways whose accuracy differs by less are told apart by their probabilities."""


@dataclass(frozen=True)
class StatedPreprocessing:
    """A person's statement of a network's preprocessing; None for what is to be found.

    Attributes:
        scale: one of ``SCALES``.
        polarity: of ink on paper.
        transposed: whether rows and columns change places.
        labels: what the classes stand for, in their order; one less than there are where the last is for all else.
    """

    scale: str | None = None
    polarity: Polarity | None = None
    transposed: bool | None = None
    labels: tuple[str, ...] | None = None


@dataclass(frozen=True)
class FoundPreprocessing:
    """The preprocessing and labels found for a network.

    Attributes:
        preprocessing: how glyphs are prepared for it.
        labels: what its logits stand for, in the order of ``columns``.
        columns: the network's classes, one that stands for nothing last.
        other: whether there is such a one.
        accuracy: on the glyphs that it was tried on; None where it was tried on none.
        count: how many those were.
    """

    preprocessing: Preprocessing
    labels: tuple[str, ...]
    columns: tuple[int, ...]
    other: bool
    accuracy: float | None = None
    count: int = 0

    def told(self, taken: NetworkInput) -> str:
        """Describe the result in a sentence."""
        told = self.preprocessing.told(taken)
        if self.accuracy is None:
            return f"not tried out, with {told}"
        return f"reads {self.accuracy:.1%} of {self.count:,} with {told}"


@dataclass(frozen=True)
class _Try:
    """One way to prepare glyphs, and one order of classes: how well the network then reads."""

    preprocessing: Preprocessing
    order: tuple[str, ...]
    accuracy: float
    loss: float
    count: int


def find_wanted(
    run: Run,
    taken: NetworkInput,
    classes: int,
    glyphs: Dataset | None,
    wanted: StatedPreprocessing,
    *,
    likely: bool,
) -> FoundPreprocessing:
    """Find how a network wants its glyphs, and what its classes stand for.

    Args:
        run: the network.
        taken: the shape of what it takes.
        classes: how many it has.
        glyphs: framed, with labels, in a random order; None for none.
        wanted: what is known.
        likely: whether the logits are those of a softmax, so that their scale tells something.

    Raises:
        InvalidModel: it reads nothing, it is not known what its classes are, or nothing is there to try it on.
    """
    orders = _orders(classes, wanted.labels)
    if glyphs is None:
        return _untried(wanted, orders)

    def tried(rows: int, preprocessing: Preprocessing, order: tuple[str, ...]) -> _Try:
        some = glyphs.rows(np.arange(min(rows, len(glyphs))))
        logits = run(preprocessing.apply(some.images, taken))
        return _tried(logits, some, preprocessing, order, likely, wanted)

    best = [tried(QUICK, way, order) for way in _ways(taken, wanted) for order in orders]
    if len(glyphs) > QUICK:
        best = sorted(best, key=lambda each: (-each.accuracy, each.loss))[:FINAL]
        best = [tried(TOLD, each.preprocessing, each.order) for each in best]
    highest = max(each.accuracy for each in best)
    chosen = min((each for each in best if each.accuracy > highest - AS_GOOD), key=lambda each: each.loss)
    if chosen.accuracy < READS:
        raise InvalidModel(
            f"The network does not read {glyphs.name}: at best {chosen.accuracy:.0%} of {chosen.count:,}, with "
            f"{chosen.preprocessing.told(taken)}. If it reads others, or its classes have another order, say so by "
            "--labels, --scale, --polarity and --transpose."
        )
    return _found(chosen)


def _ways(taken: NetworkInput, wanted: StatedPreprocessing) -> Iterator[Preprocessing]:
    """All ways to prepare glyphs that are not ruled out."""
    scales = list(SCALES) if wanted.scale is None else [wanted.scale]
    polarities = POLARITIES if wanted.polarity is None else (wanted.polarity,)
    turns = (False, True) if wanted.transposed is None else (wanted.transposed,)
    fits = FITS[:1] if taken.framed else FITS if min(taken.height, taken.width) >= 28 else FITS[1:]
    for words in product(scales, polarities, turns, fits):
        yield Preprocessing(*words)


def _orders(classes: int, labels: tuple[str, ...] | None) -> tuple[tuple[str, ...], ...]:
    """Return the orders that the classes may stand in."""
    if labels is None:
        if classes in ORDERS:
            return ORDERS[classes]
        known = ", ".join(map(str, ORDERS))
        raise InvalidModel(
            f"The network has {classes} classes: what they stand for is known of {known}. "
            "Name their labels in order, as in --labels 01234."
        )
    if len(set(labels)) != len(labels) or len(labels) not in (classes, classes - 1):
        raise InvalidModel(f"--labels names {len(set(labels))} labels; the network has {classes} classes.")
    return ((*labels, *[""] * (classes - len(labels))),)


def _tried(
    logits: NDArray[np.floating],
    glyphs: Dataset,
    preprocessing: Preprocessing,
    order: tuple[str, ...],
    likely: bool,
    wanted: StatedPreprocessing,
) -> _Try:
    """Score how well logits (N, K) tell the glyphs; in the order that the network seems to have, if another."""
    able = [i for i, label in enumerate(glyphs.alphabet) if label in order]
    rows = np.isin(glyphs.labels, able)
    logits, labels = (
        np.nan_to_num(logits[rows].astype(np.float64), posinf=1e9, neginf=-1e9),
        glyphs.labels[rows],
    )
    best = logits.argmax(axis=1)
    named = np.array([order.index(label) if label in order else -1 for label in glyphs.alphabet])
    accuracy = float((best == named[labels]).mean())
    if wanted.labels is None and len(order) - len(able) <= 1:
        other = _permuted(best, labels, len(glyphs.alphabet), len(order))
        if other is not None and (best == other[labels]).mean() > accuracy + 0.05:
            named, accuracy = other, float((best == other[labels]).mean())
            columns = dict(zip(named.tolist(), glyphs.alphabet, strict=True))
            order = tuple(columns.get(column, "") for column in range(len(order)))
    targets = named[labels]
    temperature = 1.0 if likely else fit_temperature(logits, targets)
    scaled = logits / temperature
    loss = float((energy(scaled) - scaled[np.arange(len(targets)), targets]).mean())
    return _Try(preprocessing, order, accuracy, loss, len(labels))


def _permuted(
    best: NDArray[np.integer], labels: NDArray[np.integer], count: int, classes: int
) -> NDArray[np.intp] | None:
    """The class that each label is read as most often, (count,); None where two are read as the same."""
    confusion = np.zeros((count, classes), int)
    np.add.at(confusion, (labels, best), 1)
    columns = confusion.argmax(axis=1)
    return columns if len(np.unique(columns)) == count else None


def _found(chosen: _Try) -> FoundPreprocessing:
    spare = [i for i, label in enumerate(chosen.order) if not label]
    columns = (*(i for i, label in enumerate(chosen.order) if label), *spare)
    labels = tuple(label for label in chosen.order if label)
    return FoundPreprocessing(
        chosen.preprocessing, labels, columns, bool(spare), chosen.accuracy, chosen.count
    )


def _untried(wanted: StatedPreprocessing, orders: tuple[tuple[str, ...], ...]) -> FoundPreprocessing:
    """Return the statement as it is, where nothing is there to try it on."""
    if wanted.scale is None or wanted.polarity is None:
        raise InvalidModel(
            "The network reads letters alone, and no dataset of letters is at hand to find out what it wants. "
            "Get one with `digitlens data get emnist-letters`, or say --scale and --polarity."
        )
    way = Preprocessing(wanted.scale, wanted.polarity, bool(wanted.transposed))
    return replace(_found(_Try(way, orders[0], 0.0, 0.0, 0)), accuracy=None)
