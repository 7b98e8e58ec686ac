"""How a line is parted into glyphs, and what signs stand between them.

It is the cheapest way through its lattice; where something is known of what it may say, that one of the cheapest ways
which this speaks least against.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import Lattice, Pieces, Sign, is_slash, lean, mark
from digitlens.model import Verdicts
from digitlens.reader.path import Way, cheapest

__all__ = ["Against", "Parted", "Spot", "Unparted"]

UNREADABLE = 1e-4  # what even a proposal that is surely none counts, so that no glyph is torn apart for it
BESIDE = 2  # digits on either side that a sign is compared with
WAYS = 64  # through a line that are held against what it may say
FARTHEST = 7.0  # nats by which one of them may cost more than the cheapest
MOST_ATOMS = 1_000  # on all of these ways together: of long lines fewer are tried


@dataclass(frozen=True, eq=False)
class Spot:
    """A glyph on a page.

    Attributes:
        parts: the pieces of ink that it is.
        box: left, top, width and height, pixels of the page.
        row: which row of the page's verdicts is its own; None for a sign that nothing was asked about.
        sign: what it is where it is no digit but a sign between digits.
    """

    parts: tuple[int, ...]
    box: tuple[int, int, int, int]
    row: int | None
    sign: Sign | None = None


Against: TypeAlias = Callable[[Sequence[Spot], Verdicts], float]
"""What is known of a line and speaks against its digits and signs, given what the network makes of them: nats, 0 where
nothing does, infinity where it cannot be."""


@dataclass(frozen=True, eq=False)
class Parted:
    """What was chosen for a line.

    Attributes:
        line: what it is made of.
        way: its glyphs, from left to right, those too that are no digits.
        sought: the rows of those that what is known of the line makes digits; None where nothing is known, or the line
            is not as it says.
        plain: its glyphs if nothing is known.
    """

    line: "Unparted"
    way: tuple[Spot, ...]
    sought: frozenset[int] | None
    plain: tuple[Spot, ...]


@dataclass(frozen=True, eq=False)
class Unparted:
    """A line as it was found.

    Attributes:
        pieces: of the page.
        lattice: every way to read the line.
        first: the row of its first proposal among all the page's.
        signs: those that may occur.
    """

    pieces: Pieces
    lattice: Lattice
    first: int
    signs: Collection[str]

    def part(self, verdicts: Verdicts, against: Against | None) -> Parted:
        """Choose a way.

        Args:
            verdicts: what the network makes of all proposals of the page.
            against: what is known of the line.
        """
        mine = slice(self.first, self.first + len(self.lattice.proposals))
        costs = (-np.log(verdicts.readable[mine] + UNREADABLE)).tolist()
        few = max(1, MOST_ATOMS // max(1, len(self.lattice.passing)))
        ways = cheapest(self.lattice, costs, 1 if against is None else min(WAYS, few))
        plain = self._spots(ways[0])
        if against is None:
            return Parted(self, plain, None, plain)
        way, sought, total = plain, None, inf
        for tried in ways:
            if tried.cost >= min(total, ways[0].cost + FARTHEST):  # and so do all behind it
                break
            spots = self._spots(tried)
            if not _holds(spots, plain, verdicts):
                continue
            for rows in _countings(spots, verdicts.known):
                cost = tried.cost + against(self.with_signs(spots, rows), verdicts)
                if cost < total:
                    way, sought, total = spots, rows, cost
        return Parted(self, way, sought, plain)

    def with_signs(self, way: Sequence[Spot], rows: Collection[int]) -> tuple[Spot, ...]:
        """The glyphs on a way that count as digits, and the signs between them."""
        digits = [spot for spot in way if spot.row in rows]
        return tuple(_with_signs(self.pieces, digits, self.passed(way), self.signs))

    def passed(self, way: Sequence[Spot]) -> list[int]:
        """The pieces that a way passes over."""
        chosen = {part for spot in way for part in spot.parts}
        return [piece for piece in self.lattice.pieces if piece not in chosen]

    def _spots(self, way: Way) -> tuple[Spot, ...]:
        return tuple(Spot(one.parts, one.box, self._rows[id(one)]) for one in way.proposals)

    @cached_property
    def _rows(self) -> dict[int, int]:
        return {id(proposal): row for row, proposal in enumerate(self.lattice.proposals, start=self.first)}


def _holds(way: Sequence[Spot], plain: Sequence[Spot], verdicts: Verdicts) -> bool:
    """Whether a way leaves no digit out, and tears none, that reads surely as it is."""
    found = [frozenset(spot.parts) for spot in way]
    sure = (frozenset(spot.parts) for spot in plain if verdicts.accepted[spot.row])
    return all(any(parts <= other for other in found) for parts in sure)


def _countings(way: Sequence[Spot], known: NDArray[np.bool_]) -> list[frozenset[int]]:
    """Which glyphs on a way may count as digits: those that look like one; or all, where most do."""
    rows = [spot.row for spot in way if spot.row is not None]
    told = [row for row in rows if known[row]]
    return [frozenset(told), frozenset(rows)] if len(told) < len(rows) < 2 * len(told) else [frozenset(told)]


def _with_signs(
    pieces: Pieces, digits: Sequence[Spot], passed: Sequence[int], signs: Collection[str]
) -> list[Spot]:
    """The digits of a line, and the signs between them: slashes that read as 1, and small pieces passed over."""
    small = [Spot((piece,), tuple(pieces.boxes[piece].tolist()), None) for piece in passed]
    spots = sorted([*digits, *small], key=lambda spot: spot.box[0] + spot.box[2] / 2)
    kept: list[Spot] = []
    for i, spot in enumerate(spots):
        left = [other.box for other in spots[:i] if other.row is not None][-BESIDE:]
        right = [other.box for other in spots[i + 1 :] if other.row is not None][:BESIDE]
        sign = _sign(pieces, spot, np.array([*left, *right])) if left or right else None
        sign = sign if sign and sign in signs else None
        between = bool(left and right) or (sign == "-" and bool(right))
        if spot.row is not None and (sign is None or not between):
            kept.append(spot)
        elif sign and between:
            kept.append(replace(spot, sign=sign))
    return kept


def _sign(pieces: Pieces, spot: Spot, beside: np.ndarray) -> Sign | None:
    """What sign a spot is, seen beside digits, boxes (N, 4); None where it is a digit, or nothing."""
    box = np.array(spot.box)
    straight = lean(pieces.ink(spot.parts[0])) if len(spot.parts) == 1 else None
    if is_slash(box, straight, beside):
        return "/"
    if spot.row is not None and straight is None:
        return None
    return mark(box, beside)
