"""Two networks on the same glyphs: whether the one that is to take the other's place reads worse."""

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

__all__ = ["WORSE", "Comparison", "compare"]

WORSE = 0.05
"""A new network is refused where the chance of so many more errors is lower than this, were it as good."""


@dataclass(frozen=True)
class Comparison:
    """Two networks on the same validation glyphs.

    Attributes:
        count: glyphs.
        errors_before, errors_after: read wrong by the old and by the new one.
        lost, gained: read right by the old one alone, and by the new one alone.
    """

    count: int
    errors_before: int
    errors_after: int
    lost: int
    gained: int

    @property
    def chance(self) -> float:
        """The p-value: the probability that ``lost`` or more of those that differ are lost by networks equally good.

        The exact one-sided sign test (McNemar, Note on the sampling error of the difference between correlated
        proportions or percentages, 1947).
        """
        differ = self.lost + self.gained
        return sum(comb(differ, k) for k in range(self.lost, differ + 1)) / 2**differ

    @property
    def worse(self) -> bool:
        """True if the new one reads worse than chance explains: `chance` below `WORSE`."""
        return self.chance < WORSE


def compare(before: NDArray[np.bool_], after: NDArray[np.bool_]) -> Comparison:
    """Compare two networks by what each read right, (N,), of the same glyphs."""
    return Comparison(
        count=len(before),
        errors_before=int(np.count_nonzero(~before)),
        errors_after=int(np.count_nonzero(~after)),
        lost=int(np.count_nonzero(before & ~after)),
        gained=int(np.count_nonzero(after & ~before)),
    )
