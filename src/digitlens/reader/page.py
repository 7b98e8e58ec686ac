"""Reading a page: imaging proposes what may be glyphs, the network says how each reads, the best way is kept."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import (
    Lattice,
    PageInk,
    Pieces,
    Proposal,
    as_page,
    find_page_ink,
    lay_out,
    lean,
    propose,
    turn,
)
from digitlens.model import SIGNS, Verdicts
from digitlens.reader.parting import Against, Parted, Spot, Unparted
from digitlens.types import Gray, Pixels

__all__ = ["Judge", "Page", "read_page"]

DOUBTFUL = 0.12  # certainty of the ink's side below which the other is tried too
FEWEST = 3  # digits from which a quarter turn can be told: 6 and 9 change places, 0, 1 and 8 stay
WELL = 0.7  # a page that reads as well lies as it should
MARGIN = 0.2  # by which a quarter turn must read better
ASKEW = 6.0  # degrees of slope from which the page is turned level

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
class Page:
    """What was read on a page as it lies.

    Attributes:
        ink: the page.
        lines: its digits and signs, in reading order.
        plain: the same, line by line, as if nothing were known of what a line may say.
        verdicts: what the network makes of each, by `Spot.row`; None where there was nothing to ask about.
        frames: what it saw of each, likewise.
        slope: of the lines, degrees, above 0 where they fall to the right.
        quality: how well the pieces as large as digits read, 0 to 1.
        large: how many there are.
    """

    ink: PageInk
    lines: tuple[tuple[Spot, ...], ...] = ()
    plain: tuple[tuple[Spot, ...], ...] = ()
    verdicts: Verdicts | None = None
    frames: tuple[Gray, ...] = ()
    slope: float = 0.0
    quality: float = 0.0
    large: int = 0

    @property
    def digits(self) -> list[Spot]:
        """All digits, in reading order."""
        return [spot for line in self.lines for spot in line if spot.sign is None]


def read_page(
    picture: Pixels,
    judge: Judge,
    rotate: float | None = None,
    *,
    signs: Collection[str] = SIGNS,
    against: Against | None = None,
) -> Page:
    """Read a picture as it lies, or turned as it reads best.

    Args:
        picture: upright as its file says, uint8 (H, W) grey or (H, W, 3) RGB.
        judge: the network.
        rotate: degrees by which to turn it clockwise; None to find out.
        signs: those that may occur. Where there are no slashes, what looks like one is a 1.
        against: what is known of the lines: the best ways to part one are held against it.
    """
    size = picture.shape[1], picture.shape[0]
    grey, to_picture = as_page(picture)

    def read(degrees: float, ink_is_dark: bool | None = None) -> Page:
        turned = turn(grey, to_picture, degrees) if degrees % 360 else (grey, to_picture)
        return _read_ink(find_page_ink(*turned, size, ink_is_dark), judge, signs, against)

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


def _read_ink(ink: PageInk, judge: Judge, signs: Collection[str], against: Against | None) -> Page:
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
    proposed, first, parted = judge(frames, odds, False), 0, list[Parted]()
    for lattice in lattices:
        parted.append(Unparted(pieces, lattice, first, signs).part(proposed, against))
        first += len(lattice.proposals)
    rows = sorted({spot.row for line in parted for spot in (*line.way, *line.plain) if spot.row is not None})
    if not rows:
        return Page(ink, slope=layout.slope)
    kept = tuple(frames[row] for row in rows)
    verdicts = judge(kept, odds[rows], True)
    number = {row: i for i, row in enumerate(rows)}
    lines, plain = zip(*(_lines(line, number, verdicts) for line in parted), strict=True)
    passed = [piece for line in parted for piece in line.line.passed(line.way)]
    large = sum(len(line.way) for line in parted) + int(
        (pieces.boxes[passed, 3] >= 0.5 * layout.height).sum()
    )
    read = [number[spot.row] for line in parted for spot in line.way if spot.row is not None]
    some = [i for i, line in enumerate(lines) if any(spot.sign is None for spot in line)]
    return Page(
        ink,
        tuple(lines[i] for i in some),
        tuple(plain[i] for i in some),
        verdicts,
        kept,
        layout.slope,
        float(verdicts.readable[read].sum()) / large,
        large,
    )


def _lines(
    parted: Parted, number: Mapping[int, int], verdicts: Verdicts
) -> tuple[tuple[Spot, ...], tuple[Spot, ...]]:
    """A line as it was parted, and as it is if nothing is known of it, its rows numbered as the verdicts' are."""
    known = [row for row, i in number.items() if verdicts.known[i]]

    def line(way: Sequence[Spot], digits: Collection[int]) -> tuple[Spot, ...]:
        found = parted.line.with_signs(way, digits)
        return tuple(spot if spot.row is None else replace(spot, row=number[spot.row]) for spot in found)

    plain = line(parted.plain, {*known})
    return (plain if parted.sought is None else line(parted.way, parted.sought)), plain


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
