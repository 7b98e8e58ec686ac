"""Rates with their intervals."""

from dataclasses import dataclass
from math import sqrt
from typing import Any

__all__ = ["Rate", "wilson"]


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many.

    Attributes:
        count: those that it is about; of errors, there may be more than things that could be right.
        of: all of them.
    """

    count: int
    of: int

    @property
    def value(self) -> float:
        """The rate, 0 where there is nothing to count."""
        return self.count / max(1, self.of)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval; None where more was wrong than wanted, which is no share of it."""
        return wilson(self.count, self.of) if self.count <= self.of else None

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; the rate and its interval to six places."""
        ends = self.interval
        return {
            "value": round(self.value, 6),
            "count": self.count,
            "of": self.of,
            "interval": None if ends is None else [round(end, 6) for end in ends],
        }


def wilson(right: int, count: int, z: float = 1.959964) -> tuple[float, float]:
    """The score interval of a share (Wilson, 1927): its lower and its upper end, 0 to 1.

    Args:
        right: how many are right.
        count: of so many; of none the interval is 0 to 1.
        z: standard deviations from the mean to an end; 1.96, unless given, for 95 %.
    """
    if count == 0:
        return 0.0, 1.0
    share, spread = right / count, z * z / count
    centre = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / count + spread / (4 * count)) / (1 + spread)
    return centre - half if right else 0.0, centre + half if right < count else 1.0
