"""The best way through a lattice is the best of all ways."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitlens.imaging import Lattice, Proposal
from digitlens.reader.path import cheapest

COST = st.floats(0, 10)


def proposal(first: int, last: int, cost: float) -> Proposal:
    return Proposal(first, last, tuple(range(first, last)), (first, 0, last - first, 1), cost, False)


@st.composite
def lattices(draw: st.DrawFn) -> tuple[Lattice, list[float]]:
    """Up to six atoms, any spans of them as proposals, some of them twice; what the network says against each."""
    atoms = draw(st.integers(0, 6))
    spans = [(first, last) for first in range(atoms) for last in range(first + 1, atoms + 1)]
    chosen = draw(st.lists(st.sampled_from(spans), max_size=10)) if spans else []
    passing = tuple(draw(COST) for _ in range(atoms))
    proposals = tuple(proposal(*span, draw(COST)) for span in chosen)
    return Lattice(tuple(range(atoms)), passing, proposals), [draw(COST) for _ in proposals]


def price(lattice: Lattice, costs: list[float], way: list[Proposal]) -> float:
    """What a way costs: its proposals, and every atom that none of them holds."""
    held = {atom for one in way for atom in range(one.first, one.last)}
    against = sum(
        costs[next(i for i, p in enumerate(lattice.proposals) if p is one)] + one.cost for one in way
    )
    return against + sum(cost for atom, cost in enumerate(lattice.passing) if atom not in held)


def ways(lattice: Lattice):
    """Every set of proposals that do not overlap, each from left to right."""
    for count in range(len(lattice.proposals) + 1):
        for way in combinations(sorted(lattice.proposals, key=lambda one: one.first), count):
            if all(one.last <= other.first for one, other in pairwise(way)):
                yield list(way)


@given(lattices(), st.integers(1, 12))
def test_no_other_ways_are_cheaper(given_lattice, most):
    lattice, costs = given_lattice
    found = cheapest(lattice, costs, most)
    for way in found:
        assert all(one.last <= other.first for one, other in pairwise(way.proposals))
        assert price(lattice, costs, way.proposals) == pytest.approx(way.cost)
    assert len({tuple(map(id, way.proposals)) for way in found}) == len(found)
    prices = sorted(price(lattice, costs, way) for way in ways(lattice))
    assert [way.cost for way in found] == pytest.approx(prices[:most])


def best(lattice: Lattice, costs: list[float]) -> list[Proposal]:
    (way,) = cheapest(lattice, costs)
    return way.proposals


def test_the_network_and_the_shape_both_count():
    whole, left, right = proposal(0, 2, 1.0), proposal(0, 1, 0.0), proposal(1, 2, 2.0)
    lattice = Lattice((0, 1), (9.0, 9.0), (whole, left, right))
    assert best(lattice, [0.5, 0.2, 0.2]) == [whole]
    assert best(lattice, [2.5, 0.2, 0.2]) == [left, right]


def test_what_reads_badly_is_passed_over():
    digit, speck = proposal(0, 1, 0.0), proposal(1, 2, 5.0)
    lattice = Lattice((0, 1), (6.0, 0.2), (digit, speck))
    assert best(lattice, [0.1, 0.1]) == [digit]
    assert best(lattice, [7.0, 0.1]) == []


def test_an_empty_line_has_an_empty_way():
    assert best(Lattice((), (), ()), []) == []


def test_a_cost_for_each_proposal_is_wanted():
    with pytest.raises(ValueError, match="argument"):
        cheapest(Lattice((0,), (1.0,), (proposal(0, 1, 0.0),)), [])
