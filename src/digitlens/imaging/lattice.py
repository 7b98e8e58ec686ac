"""Which pieces of a line may make a glyph together, and where one piece may be two: what the reader chooses from."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitlens.imaging.cuts import cuts
from digitlens.imaging.pieces import Pieces, union

__all__ = ["Lattice", "Proposal", "propose"]

READABLE = 0.9  # from here a piece is thought to be one glyph, unless it is wide
WIDE = 1.25  # times its height: a piece that is wider may be two, however well it reads
CUT_FROM = 0.55  # heights of a digit: narrower pieces are not cut
WIDEST_GLYPH = 2.2  # heights of a digit
MOST_PIECES = 3  # of one glyph
MOST_ATOMS = 8  # of one glyph: pieces and parts of pieces
MOST_PARTS = 1_200  # pieces and parts of pieces on a page: from here no more are cut
FARTHEST = 0.35  # heights of a digit between pieces of one glyph

# What the shape of a proposal says against it, in nats, so that it adds to the network's -log(probability).
# Chosen on drawn pages and touching pairs of training glyphs.
CUT = -0.5  # that a piece is cut: one that reads badly whole is likelier to be two
CUT_INK = 4.0  # ... a path through the whole height in ink
JOIN = 1.0  # that two pieces are one glyph
JOIN_GAP = 4.0  # ... a height of a digit apart
JOIN_READABLE = 3.0  # ... although each reads well alone
LOW = 8.0  # a glyph lower than half a digit, by the square of the logarithm
BROAD = 3.0  # a glyph wider than high, for each height
PASS = 0.2  # to pass over a speck
PASS_WHOLE = 6.0  # ... over a piece as high as a digit
PASS_PART = 2.0  # ... over a part of a piece


@dataclass(frozen=True, slots=True)
class Proposal:
    """Atoms ``first`` to ``last``, not included, as one glyph.

    Attributes:
        parts: the pieces that they are.
        box: left, top, width and height of their ink, in pixels of the page.
        cost: what their shape says against it, nats.
        cut: whether it is cut off a piece of ink.
    """

    first: int
    last: int
    parts: tuple[int, ...]
    box: tuple[int, int, int, int]
    cost: float
    cut: bool


@dataclass(frozen=True, slots=True)
class Lattice:
    """Every way to read a line: its atoms from left to right, each passed over or part of a proposal.

    Attributes:
        pieces: the piece that each atom is.
        passing: what it costs to pass over each atom, nats.
        proposals: what may be a glyph.
    """

    pieces: tuple[int, ...]
    passing: tuple[float, ...]
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class _Atom:
    """A piece, or a part of one: its number, the piece it was, and the price of the cut on its left."""

    piece: int
    origin: int
    cut: float | None = None


def propose(pieces: Pieces, line: Sequence[int], readable: NDArray[np.floating], height: float) -> Lattice:
    """The lattice of a line.

    Args:
        pieces: of the page; those that are cut are split in it.
        line: the numbers of those that stand on the line.
        readable: how well each piece reads as one glyph, 0 to 1, (N,).
        height: of a digit, pixels of the page.
    """
    atoms = [atom for piece in line for atom in _atoms(pieces, piece, float(readable[piece]), height)]
    atoms.sort(key=lambda atom: float(pieces.boxes[atom.piece] @ (1, 0, 0.25, 0)))
    proposals = []
    for first in range(len(atoms)):
        for last in range(first + 1, min(len(atoms), first + MOST_ATOMS) + 1):
            together = atoms[first:last]
            box = union(pieces.boxes[[atom.piece for atom in together]])
            if last - first > 1 and max(box[2:]) > WIDEST_GLYPH * height:
                break
            joined = _joining(pieces, together, readable, height)
            if joined is None:
                continue
            left, right = _same(atoms, first - 1, first), _same(atoms, last - 1, last)
            cost = joined + (_cutting(atoms[first]) if left else 0.0) + _misshapen(box, height)
            parts = tuple(atom.piece for atom in together)
            proposals.append(Proposal(first, last, parts, box, cost, left or right))
    passing = (_passing(pieces, atom, height) for atom in atoms)
    return Lattice(tuple(atom.piece for atom in atoms), tuple(passing), tuple(proposals))


def _atoms(pieces: Pieces, piece: int, readable: float, height: float) -> list[_Atom]:
    """A piece, or its parts where it may be more than one glyph."""
    _, _, w, h = pieces.boxes[piece].tolist()
    if w < CUT_FROM * height or (readable >= READABLE and w <= WIDE * h) or len(pieces) >= MOST_PARTS:
        return [_Atom(piece, piece)]
    found = cuts(pieces.ink(piece))
    if not found:
        return [_Atom(piece, piece)]
    part = np.zeros((h, w), np.int64)
    for cut in found:
        part += np.arange(w) >= cut.columns[:, None]
    prices = [None, *(cut.price for cut in found)]
    return [_Atom(new, piece, price) for new, price in zip(pieces.split(piece, part), prices, strict=False)]


def _joining(
    pieces: Pieces, atoms: Sequence[_Atom], readable: NDArray[np.floating], height: float
) -> float | None:
    """What it costs that these atoms are one glyph; None where they are too many or too far apart."""
    origins = list(dict.fromkeys(atom.origin for atom in atoms))
    if len(origins) > MOST_PIECES:
        return None
    boxes = [
        union(pieces.boxes[[atom.piece for atom in atoms if atom.origin == origin]]) for origin in origins
    ]
    cost = 0.0
    for one, other in pairwise(boxes):
        gap = _gap(one, other) / height
        if gap > FARTHEST:
            return None
        cost += JOIN + JOIN_GAP * gap
    whole = [readable[o] > READABLE and pieces.boxes[o, 2:].max() > 0.6 * height for o in origins]
    return cost + JOIN_READABLE * (sum(whole) > 1)


def _gap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> float:
    """The distance between two boxes."""
    across = max(other[0] - one[0] - one[2], one[0] - other[0] - other[2], 0)
    down = max(other[1] - one[1] - one[3], one[1] - other[1] - other[3], 0)
    return float(np.hypot(across, down))


def _same(atoms: Sequence[_Atom], one: int, other: int) -> bool:
    """Whether neighbours are parts of one piece."""
    return one >= 0 and other < len(atoms) and atoms[one].origin == atoms[other].origin


def _cutting(atom: _Atom) -> float:
    return CUT + CUT_INK * (atom.cut or 0.0)


def _misshapen(box: tuple[int, int, int, int], height: float) -> float:
    """What a box far lower, or far wider, than digits costs."""
    low = max(0.0, float(np.log(0.55 * height / max(box[2:]))))
    broad = max(0.0, box[2] / box[3] - WIDE) if box[2] > 0.5 * height else 0.0
    return LOW * low**2 + BROAD * broad


def _passing(pieces: Pieces, atom: _Atom, height: float) -> float:
    size = min(1.0, float(pieces.boxes[atom.piece, 2:].max()) / height)
    return PASS + PASS_WHOLE * size**2.5 + PASS_PART * (atom.piece != atom.origin)
