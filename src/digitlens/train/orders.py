"""The orders in which the classes of networks from elsewhere stand, and glyphs to try such a network on."""

from collections.abc import Iterator
from dataclasses import replace
from string import ascii_lowercase, ascii_uppercase

import numpy as np

from digitlens.data import DIGITS, Dataset, at_hand, load, stratified_split
from digitlens.data.synth import draw_writers
from digitlens.imaging import frame_all
from digitlens.train.sets import SPLIT_SEED

__all__ = ["ORDERS", "glyphs_for"]

COUNT = 5_000
"""Glyphs that a network is tried on and calibrated by."""

LOWER_CASE_OF_47 = tuple("abdefghnqrt")

ORDERS: dict[int, tuple[tuple[str, ...], ...]] = {
    10: (DIGITS,),
    11: ((*DIGITS, ""),),
    26: (tuple(ascii_uppercase),),
    27: (("", *ascii_uppercase), (*ascii_uppercase, "")),
    36: ((*DIGITS, *ascii_uppercase),),
    47: ((*DIGITS, *ascii_uppercase, *LOWER_CASE_OF_47),),
    52: ((*ascii_uppercase, *ascii_lowercase),),
    62: ((*DIGITS, *ascii_uppercase, *ascii_lowercase),),
}
"""Orders of classes, by how many there are, ``""`` for a class of rejects: those of MNIST and of EMNIST."""

SETS_WITH_LETTERS: dict[int, tuple[str, ...]] = {
    26: ("emnist-letters-part", "emnist-letters"),
    27: ("emnist-letters-part", "emnist-letters"),
    47: ("emnist-balanced-tail", "emnist-merged", "emnist-balanced"),
    62: ("emnist-characters", "emnist-byclass"),
}
"""Datasets whose training part has all that so many classes may stand for."""


def glyphs_for(classes: int, labels: tuple[str, ...] | None = None) -> Dataset | None:
    """Framed glyphs to try a network of so many classes on, held back from our own training.

    MNIST's where it is at hand, EMNIST's for letters; else digits drawn by DigitLens.

    Returns:
        The glyphs, named; None where the network's classes have no digits, and no letters are at hand.
    """
    for name in SETS_WITH_LETTERS.get(classes, ()) if labels is None else _lettered(labels):
        if at_hand(name, "train"):
            return _held_back(name)
    if labels is not None and not {*labels} & {*DIGITS}:
        return None
    if labels is None and all(not {*order} & {*DIGITS} for order in ORDERS.get(classes, ())):
        return None
    if at_hand("mnist", "train"):
        return _held_back("mnist")
    images, targets = draw_writers(COUNT, SPLIT_SEED)
    return Dataset("digits drawn by DigitLens", frame_all(images), targets, DIGITS, framed=True)


def _lettered(labels: tuple[str, ...]) -> Iterator[str]:
    """Datasets that have letters of these labels, and no label besides."""
    for count, names in SETS_WITH_LETTERS.items():
        known = {label for order in ORDERS[count] for label in order}
        if {*labels} - {*DIGITS} and {*labels} <= known:
            yield from names


def _held_back(name: str) -> Dataset:
    whole = load(name, "train")
    _, rows = stratified_split(whole.labels, min(COUNT, len(whole) // 2), SPLIT_SEED)
    kept = whole.rows(np.random.default_rng(SPLIT_SEED).permutation(rows))
    named = f"{name}'s training part"
    return replace(kept, images=frame_all(kept.images), framed=True, name=named)
