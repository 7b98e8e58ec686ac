"""The best way through a line's lattice."""

from collections.abc import Sequence

from digitlens.imaging import Lattice, Proposal

__all__ = ["cheapest"]


def cheapest(lattice: Lattice, costs: Sequence[float]) -> list[Proposal]:
    """The cheapest way through a lattice (Viterbi, 1967): its proposals from left to right.

    Args:
        lattice: of a line.
        costs: what the network says against each proposal, nats; its shape's cost is added.
    """
    ending: dict[int, list[tuple[Proposal, float]]] = {}
    for proposal, cost in zip(lattice.proposals, costs, strict=True):
        ending.setdefault(proposal.last, []).append((proposal, cost + proposal.cost))
    best, came = [0.0], list[Proposal | None]([None])
    for atom, passing in enumerate(lattice.passing, start=1):
        total, way = best[-1] + passing, None
        for proposal, cost in ending.get(atom, ()):
            if best[proposal.first] + cost < total:
                total, way = best[proposal.first] + cost, proposal
        best.append(total)
        came.append(way)
    chosen, atom = list[Proposal](), len(lattice.passing)
    while atom:
        way = came[atom]
        if way is not None:
            chosen.append(way)
        atom = atom - 1 if way is None else way.first
    return chosen[::-1]
