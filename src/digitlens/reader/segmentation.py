"""Segment a line into glyphs: the best of all sets of candidates that do not lie on each other.

Candidates are sorted from left to right; the best path through them is found by dynamic programming (Viterbi, 1967),
the best few where something is known of what the line may say (Chow and Schwartz, The N-best algorithm, 1989).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

__all__ = ["Path", "best_paths"]

LOOKBACK = 12  # candidates that a path passes over in one step at most: more never lie on one glyph


@dataclass(frozen=True, slots=True)
class Path:
    """Some of a line's candidates, none on another.

    Attributes:
        gain: the summed log-odds of those that it takes, nats.
        last: the last one that it takes; None at the beginning.
        before: the path that it goes on from.
    """

    gain: float = 0.0
    last: int | None = None
    before: "Path | None" = None

    @property
    def taken(self) -> tuple[int, ...]:
        """The candidates on it, from left to right."""
        found, path = list[int](), self
        while path.before is not None and path.last is not None:
            found.append(path.last)
            path = path.before
        return tuple(found[::-1])

    def clashes(self, excludes: NDArray[np.bool_], candidate: int) -> bool:
        """Tell if one of its last two candidates excludes another.

        Args:
            excludes: which candidates exclude which, (N, N).
            candidate: its index.
        """
        path = self
        for _ in range(2):
            if path.before is None or path.last is None:
                return False
            if excludes[path.last, candidate]:
                return True
            path = path.before
        return False


def best_paths(gains: Sequence[float], excludes: NDArray[np.bool_], most: int = 1) -> list[Path]:
    """Find the best paths through a line, the best first.

    Args:
        gains: the log-odds of each candidate, from left to right, nats.
        excludes: which two candidates cannot both be read, (N, N).
        most: how many are wanted; a short line has fewer.
    """
    ending: list[list[Path]] = [[Path()]]
    for candidate, gain in enumerate(gains):
        begun = ending[0] if candidate < LOOKBACK else []
        before = [path for paths in [begun, *ending[max(1, candidate + 1 - LOOKBACK) :]] for path in paths]
        able = [path for path in before if not path.clashes(excludes, candidate)]
        found = [Path(path.gain + gain, candidate, path) for path in able]
        ending.append(nlargest(most, found, key=attrgetter("gain")))
    ends = [ending[0], *ending[max(1, len(gains) + 1 - LOOKBACK) :]]
    return nlargest(most, (path for paths in ends for path in paths), key=attrgetter("gain"))
