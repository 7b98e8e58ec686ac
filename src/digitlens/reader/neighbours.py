"""Characters of a like shape of different kinds, told apart by the kinds of those beside them.

O and 0, I, l and 1, S and 5, B and b: alone they may be either, but digits mostly stand among digits, capitals among
capitals, and small letters among small ones. That they do is common knowledge of writing, entered here by hand: nothing
of it is fitted.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["kind_odds", "kinds_of"]

Floats = NDArray[np.floating]

SAME_KIND = 0.9
"""Share of characters whose nearest neighbours are of their kind."""

NEIGHBOURS_A_SIDE = 2
"""Neighbours to either side that are asked."""


def kinds_of(labels: Sequence[str]) -> NDArray[np.bool_]:
    """Which labels are digits, capitals and small letters, (L, 3)."""
    told = [(label.isdigit(), label.isupper(), label.islower()) for label in labels]
    return np.array(told, bool).reshape(-1, 3)


def kind_odds(probabilities: Floats, labels: Sequence[str], alike: Mapping[str, str]) -> Floats:
    """Weigh each label of each character on a line by its neighbours, (N, L), 1 at most.

    Only the best label of a character and those it is taken for now and then are weighed against each other.

    Args:
        probabilities: of the labels, from left to right, (N, L).
        labels: the L labels.
        alike: label -> those of a like shape, as of `Card.alike`.
    """
    kinds, odds = kinds_of(labels), np.ones_like(probabilities)
    of_kind = probabilities @ kinds
    for row, best in enumerate(int(index) for index in probabilities.argmax(axis=1)):
        around = [
            *range(max(0, row - NEIGHBOURS_A_SIDE), row),
            *range(row + 1, min(len(odds), row + 1 + NEIGHBOURS_A_SIDE)),
        ]
        rivals = [i for i, label in enumerate(labels) if i == best or label in alike.get(labels[best], "")]
        if not around or len(rivals) < 2:
            continue
        beside = of_kind[around].mean(axis=0)
        beside = beside / max(float(beside.sum()), 1e-6)
        told = kinds[rivals] @ (SAME_KIND * beside + (1 - SAME_KIND) / 2 * (1 - beside))
        odds[row, rivals] = told / told.max()
    return odds
