"""Reading a page: imaging proposes what may be glyphs, the network says how each reads, the best way is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import (
    Lattice,
    PageInk,
    Pieces,
    Proposal,
    Sign,
    as_page,
    find_page_ink,
    is_slash,
    lay_out,
    lean,
    mark,
    propose,
    turn,
)
from digitlens.model import Verdicts
from digitlens.reader.path import cheapest
from digitlens.types import Gray, Pixels

__all__ = ["Judge", "Page", "Spot", "read_page"]

DOUBTFUL = 0.12  # certainty of the ink's side below which the other is tried too
FEWEST = 3  # digits from which a quarter turn can be told: 6 and 9 change places, 0, 1 and 8 stay
WELL = 0.7  # a page that reads as well lies as it should
MARGIN = 0.2  # by which a quarter turn must read better
ASKEW = 6.0  # degrees of slope from which the page is turned level
UNREADABLE = 1e-4  # what even a proposal that is surely none counts, so that no glyph is torn apart for it
BESIDE = 2  # digits on either side that a sign is compared with

LINE_ODDS = 2.0  # what is as high as the digits on its line may well be one
LINE_HEIGHTS = 0.65, 1.4  # heights of a digit
WIDEST = 1.25  # times its height
# A bar alone may be anything; a straight stroke as high as the digits on its line is a 1, unless much says otherwise.
ONE_ODDS = 10.0
ONE_LEANS = 30.0  # degrees

MANY = 100  # pieces as large as digits ...
HOPELESS = 0.1  # ... that read no better than this, on average, are a pattern: digits on their side do

PART_ODDS = 0.3  # a part of a piece may be anything too
WEIGHT = 2.0  # digits, and as many others, that a page is thought to hold before it is seen

Judge = Callable[[Sequence[Gray], NDArray[np.floating], bool], Verdicts]
"""What the network makes of framed glyphs, each uint8 (28, 28), given the odds for digits that their place brings,
and whether to look again at those in doubt."""


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


@dataclass(frozen=True, eq=False)
class Page:
    """What was read on a page as it lies.

    Attributes:
        ink: the page.
        lines: its digits and signs, in reading order.
        verdicts: what the network makes of each, by `Spot.row`; None where there was nothing to ask about.
        frames: what it saw of each, likewise.
        slope: of the lines, degrees, above 0 where they fall to the right.
        quality: how well the pieces as large as digits read, 0 to 1.
        large: how many there are.
    """

    ink: PageInk
    lines: tuple[tuple[Spot, ...], ...] = ()
    verdicts: Verdicts | None = None
    frames: tuple[Gray, ...] = ()
    slope: float = 0.0
    quality: float = 0.0
    large: int = 0

    @property
    def digits(self) -> list[Spot]:
        """All digits, in reading order."""
        return [spot for line in self.lines for spot in line if spot.sign is None]


def read_page(picture: Pixels, judge: Judge, rotate: float | None = None) -> Page:
    """Read a picture as it lies, or turned as it reads best.

    Args:
        picture: upright as its file says, uint8 (H, W) grey or (H, W, 3) RGB.
        judge: the network.
        rotate: degrees by which to turn it clockwise; None to find out.
    """
    size = picture.shape[1], picture.shape[0]
    grey, to_picture = as_page(picture)

    def read(degrees: float, ink_is_dark: bool | None = None) -> Page:
        turned = turn(grey, to_picture, degrees) if degrees % 360 else (grey, to_picture)
        return _read_ink(find_page_ink(*turned, size, ink_is_dark), judge)

    page = read(rotate or 0.0)
    if page.ink.certainty < DOUBTFUL:
        page = max(page, read(rotate or 0.0, not page.ink.dark), key=lambda tried: tried.quality)
    if rotate is not None:
        return page
    degrees = 0.0
    if page.verdicts is not None and page.large >= FEWEST and page.quality < WELL:
        quarters = {quarter: read(quarter) for quarter in (90.0, 180.0, 270.0)}
        best = max(quarters, key=lambda quarter: quarters[quarter].quality)
        if len(quarters[best].digits) >= FEWEST and quarters[best].quality >= page.quality + MARGIN:
            degrees, page = best, quarters[best]
    if abs(page.slope) >= ASKEW:
        page = max(page, read(degrees - page.slope), key=lambda tried: tried.quality)
    return page


def _read_ink(ink: PageInk, judge: Judge) -> Page:
    """Read a page whose ink is found."""
    pieces = Pieces(ink)
    if not len(pieces):
        return Page(ink)
    whole = [pieces.frame([piece]) for piece in range(len(pieces))]
    seen = judge(whole, np.ones(len(whole)), False)
    readable = seen.readable
    layout = lay_out(pieces, readable, ink.stroke)
    large = [i for line in layout.lines for i in line if pieces.boxes[i, 3] >= 0.5 * layout.height]
    if len(large) > MANY and readable[large].mean() < HOPELESS:
        return Page(ink, large=len(large))
    lattices = [propose(pieces, line, readable, layout.height) for line in layout.lines]
    frames = tuple(pieces.frame(proposal.parts) for lattice in lattices for proposal in lattice.proposals)
    if not frames:
        return Page(ink, slope=layout.slope)
    odds = _usual_odds(seen.digit_scores[large]) * np.array(
        [
            _odds(pieces, proposal, lattice, layout.height)
            for lattice in lattices
            for proposal in lattice.proposals
        ]
    )
    ways = _ways(lattices, -np.log(judge(frames, odds, False).readable + UNREADABLE))
    rows = [row for way in ways for row in way]
    if not rows:
        return Page(ink, slope=layout.slope)
    kept = tuple(frames[row] for row in rows)
    verdicts = judge(kept, odds[rows], True)
    proposals = [proposal for lattice in lattices for proposal in lattice.proposals]
    lines, large, first = [], len(rows), 0
    for lattice, way in zip(lattices, ways, strict=True):
        spots = [Spot(proposals[row].parts, proposals[row].box, first + i) for i, row in enumerate(way)]
        chosen = {part for spot in spots for part in spot.parts}
        passed = [piece for piece in lattice.pieces if piece not in chosen]
        digits = [spot for i, spot in enumerate(spots, start=first) if verdicts.known[i]]
        lines.append(tuple(_with_signs(pieces, digits, passed)))
        large += sum(int(pieces.boxes[piece, 3] >= 0.5 * layout.height) for piece in passed)
        first += len(way)
    found = tuple(line for line in lines if any(spot.sign is None for spot in line))
    return Page(ink, found, verdicts, kept, layout.slope, float(verdicts.readable.sum()) / large, large)


def _ways(lattices: Sequence[Lattice], costs: NDArray[np.floating]) -> list[list[int]]:
    """The best way through each lattice: which of all proposals, counted through, are on it."""
    ways, first = [], 0
    for lattice in lattices:
        row = {id(proposal): first + i for i, proposal in enumerate(lattice.proposals)}
        best = cheapest(lattice, costs[first : first + len(row)].tolist())
        ways.append([row[id(proposal)] for proposal in best])
        first += len(row)
    return ways


def _usual_odds(scores: NDArray[np.floating]) -> float:
    """The odds for a digit on this page, 1 at most, from the scores of its pieces where the odds are even.

    On a page of words, or of dirt, a piece that looks like a digit is likelier to be none (Saerens, Latinne and
    Decaestecker, Adjusting the Outputs of a Classifier to New a Priori Probabilities, 2002).
    """
    odds = scores / np.maximum(1 - scores, 1e-6)
    share = 0.5
    for _ in range(20):
        usual = share / (1 - share)
        share = (WEIGHT + float((odds * usual / (1 + odds * usual)).sum())) / (2 * WEIGHT + len(odds))
    return min(1.0, share / (1 - share))


def _odds(pieces: Pieces, proposal: Proposal, lattice: Lattice, height: float) -> float:
    """By how much a proposal's place on its line makes it likelier to be a digit."""
    _, _, w, h = proposal.box
    lowest, highest = (limit * height for limit in LINE_HEIGHTS)
    if proposal.cut:
        return PART_ODDS
    if len(lattice.pieces) < FEWEST or w > WIDEST * h or not lowest <= h <= highest:
        return 1.0
    leaning = lean(pieces.ink(proposal.parts[0])) if len(proposal.parts) == 1 and w < h else None
    return ONE_ODDS if leaning is not None and abs(leaning) <= ONE_LEANS else LINE_ODDS


def _with_signs(pieces: Pieces, digits: Sequence[Spot], passed: Sequence[int]) -> list[Spot]:
    """The digits of a line, and the signs between them: slashes that read as 1, and small pieces passed over."""
    small = [Spot((piece,), tuple(pieces.boxes[piece].tolist()), None) for piece in passed]
    spots = sorted([*digits, *small], key=lambda spot: spot.box[0] + spot.box[2] / 2)
    kept: list[Spot] = []
    for i, spot in enumerate(spots):
        left = [other.box for other in spots[:i] if other.row is not None][-BESIDE:]
        right = [other.box for other in spots[i + 1 :] if other.row is not None][:BESIDE]
        sign = _sign(pieces, spot, np.array([*left, *right])) if left or right else None
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
