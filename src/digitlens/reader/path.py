"""The best ways through a line's lattice."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest
from operator import attrgetter

from digitlens.imaging import Lattice, Proposal

__all__ = ["Way", "cheapest"]


@dataclass(frozen=True, slots=True)
class Way:
    """A way through the first atoms of a lattice.

    Attributes:
        cost: of all on it and of what it passes over, nats.
        before: the way that it goes on from; None at the beginning.
        last: its last proposal; None where it passes over its last atom.
    """

    cost: float
    before: "Way | None" = None
    last: Proposal | None = None

    @property
    def proposals(self) -> list[Proposal]:
        """What is on it, from left to right."""
        found, way = list[Proposal](), self
        while way is not None:
            if way.last is not None:
                found.append(way.last)
            way = way.before
        return found[::-1]


def cheapest(lattice: Lattice, costs: Sequence[float], most: int = 1) -> list[Way]:
    """The cheapest ways through a lattice, the best first (Viterbi, 1967; for several, Chow and Schwartz, 1989).

    Args:
        lattice: of a line.
        costs: what the network says against each proposal, nats; its shape's cost is added.
        most: how many ways are wanted; a small lattice has fewer.
    """
    ending: dict[int, list[tuple[Proposal, float]]] = {}
    for proposal, cost in zip(lattice.proposals, costs, strict=True):
        ending.setdefault(proposal.last, []).append((proposal, cost + proposal.cost))
    best = [[Way(0.0)]]
    for atom, passing in enumerate(lattice.passing, start=1):
        found = [Way(way.cost + passing, way) for way in best[-1]]
        for proposal, cost in ending.get(atom, ()):
            found += [Way(way.cost + cost, way, proposal) for way in best[proposal.first]]
        best.append(nsmallest(most, found, key=attrgetter("cost")))
    return best[-1]
