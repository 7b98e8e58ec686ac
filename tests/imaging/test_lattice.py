"""The lattice of a line: which pieces may be a glyph together, what is cut, and what each way costs."""

import cv2
import numpy as np
import pytest
from inked import bars, blank, inked

from digitlens.imaging import Lattice, Pieces, propose
from digitlens.imaging.pieces import union

HEIGHT = 60


def lattice_of(soft: np.ndarray, readable: float | list[float] = 1.0) -> tuple[Lattice, Pieces]:
    """The lattice of all pieces, largest first, of a line of digits ``HEIGHT`` pixels high."""
    pieces = Pieces(inked(soft))
    line = list(range(len(pieces)))
    return propose(pieces, line, np.broadcast_to(readable, len(line)), HEIGHT), pieces


def spans(lattice: Lattice) -> set[tuple[int, int]]:
    return {(proposal.first, proposal.last) for proposal in lattice.proposals}


def costs(lattice: Lattice) -> dict[tuple[int, int], float]:
    return {(proposal.first, proposal.last): proposal.cost for proposal in lattice.proposals}


def test_each_piece_is_proposed_alone_from_left_to_right():
    lattice, pieces = lattice_of(bars((80, 300), (200, 10, 30, 60), (10, 10, 20, 60), (100, 10, 24, 60)))
    assert spans(lattice) == {(0, 1), (1, 2), (2, 3)}
    assert [pieces.boxes[piece, 0] for piece in lattice.pieces] == [10, 100, 200]
    for proposal in lattice.proposals:
        assert proposal.box == union(pieces.boxes[list(proposal.parts)])
        assert proposal.cost == pytest.approx(0)


def test_pieces_near_each_other_may_be_one_glyph_and_far_ones_not():
    near = lattice_of(bars((80, 200), (10, 10, 20, 60), (36, 10, 20, 60)))[0]
    far = lattice_of(bars((80, 200), (10, 10, 20, 60), (55, 10, 20, 60)))[0]
    assert spans(near) == {(0, 1), (1, 2), (0, 2)}
    assert spans(far) == {(0, 1), (1, 2)}


def test_joining_costs_more_the_farther_the_pieces_and_the_better_they_read_alone():
    def joined(gap: int, readable: float) -> float:
        lattice, _ = lattice_of(bars((80, 200), (10, 10, 20, 60), (30 + gap, 10, 20, 60)), readable)
        return costs(lattice)[0, 2]

    assert 0 < joined(3, 0.1) < joined(9, 0.1) < joined(15, 0.1)
    assert joined(3, 0.99) > joined(3, 0.1) + 1
    # the bar of a five, however well it reads, is no digit of its own: it is too small
    low = costs(lattice_of(bars((80, 200), (10, 20, 20, 50), (14, 10, 20, 6)), 0.99)[0])
    assert low[0, 2] < joined(3, 0.99) - 1


def test_no_more_than_three_pieces_are_one_glyph():
    soft = bars((80, 200), *((10 + 8 * i, 10, 6, 60) for i in range(5)))
    assert {last - first for first, last in spans(lattice_of(soft, 0.1)[0])} == {1, 2, 3}


def rings(overlap: int = 3) -> np.ndarray:
    """Two rings that touch, as a nought beside a nought."""
    ink = blank(90, 140)
    for middle in (40, 40 + 52 - overlap):
        cv2.ellipse(ink, (middle, 44), (24, 28), 0, 0, 360, 255, 5, cv2.LINE_AA)
    return ink


def test_a_wide_piece_that_reads_badly_is_cut_and_may_still_be_whole():
    lattice, pieces = lattice_of(rings(), 0.2)
    assert len(pieces) > 1
    atoms = len(lattice.pieces)
    assert atoms >= 2
    whole = next(proposal for proposal in lattice.proposals if (proposal.first, proposal.last) == (0, atoms))
    assert whole.box == (14, 14, 103, 61) or abs(whole.box[2] - 102) <= 4
    # a nought of its own, on either side of a cut near the middle
    halves = [p for p in lattice.proposals if abs(p.box[2] - 51) <= 6]
    assert {p.first == 0 for p in halves} == {True, False}
    # all atoms are parts of the piece, and together they are its ink
    assert not pieces.ink(0).any()
    parts = sum(int(np.count_nonzero(pieces.ink(piece))) for piece in lattice.pieces)
    assert parts == np.count_nonzero(Pieces(inked(rings())).ink(0))


def test_a_cut_through_more_ink_costs_more():
    lattice, _ = lattice_of(rings(), 0.2)
    atoms = len(lattice.pieces)
    deep = lattice_of(rings(overlap=9), 0.2)[0]
    deep_rights = [p.cost for p in deep.proposals if p.last == len(deep.pieces) and abs(p.box[2] - 48) <= 8]
    shallow_rights = [p.cost for p in lattice.proposals if p.last == atoms and abs(p.box[2] - 51) <= 8]
    assert min(deep_rights) > min(shallow_rights)


@pytest.mark.parametrize(("wide", "readable"), [(50, 0.99), (20, 0.0)])
def test_what_reads_well_or_is_narrow_is_not_cut(wide, readable):
    ink = blank(90, 140)
    cv2.ellipse(ink, (60, 44), (wide // 2, 28), 0, 0, 360, 255, 5, cv2.LINE_AA)
    assert spans(lattice_of(ink, readable)[0]) == {(0, 1)}


def test_passing_over_a_digit_costs_far_more_than_over_a_speck():
    lattice, _ = lattice_of(bars((80, 300), (10, 10, 20, 60), (60, 60, 6, 6), (100, 10, 30, 60)))
    digit, speck, other = lattice.passing
    assert digit == other > 3
    assert speck < 0.5


def test_a_dot_as_a_digit_is_misshapen():
    lattice, _ = lattice_of(
        bars((80, 300), (10, 10, 20, 60), (60, 60, 6, 6), (100, 40, 20, 30), (160, 30, 110, 20))
    )
    by_left = {proposal.box[0]: proposal.cost for proposal in lattice.proposals if len(proposal.parts) == 1}
    assert by_left[10] == 0
    assert by_left[60] > 5
    assert 0 <= by_left[100] < 1  # half as high as the others: people write so


def test_no_line_no_proposals():
    pieces = Pieces(inked(bars((80, 100), (10, 10, 20, 60))))
    assert propose(pieces, [], np.ones(1), HEIGHT) == Lattice((), (), ())
