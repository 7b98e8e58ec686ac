"""Hold part of a training set back for validation."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["stratified_split"]


def stratified_split(
    labels: NDArray[np.integer], held_back: int, seed: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Choose which examples to train on and which to hold back, class by class in proportion.

    Each class gives its share of ``held_back`` rounded down; what is then missing comes from the classes
    with the largest remainders, so that exactly ``held_back`` examples are held back.

    Args:
        labels: (N,) class indices.
        held_back: how many examples to hold back, 0 to N - 1.
        seed: the same seed and labels give the same split on every machine.

    Returns:
        The indices to train on and those held back, both ascending; together each index once.

    Raises:
        ValueError: ``held_back`` is out of its range.
    """
    if not 0 <= held_back < len(labels):
        raise ValueError(f"held_back is {held_back}, but must be 0 to {len(labels) - 1}")
    random = np.random.default_rng(seed)
    classes, counts = np.unique(labels, return_counts=True)
    quotas, remainders = np.divmod(counts * held_back, len(labels))
    quotas[np.argsort(-remainders, kind="stable")[: held_back - quotas.sum()]] += 1
    chosen = [
        random.permutation(np.flatnonzero(labels == label))[:quota]
        for label, quota in zip(classes, quotas, strict=True)
    ]
    mask = np.zeros(len(labels), dtype=bool)
    mask[np.concatenate(chosen)] = True
    return np.flatnonzero(~mask), np.flatnonzero(mask)
