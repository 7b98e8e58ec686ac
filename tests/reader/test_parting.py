"""How lines are parted where a pattern says what they may hold, and where it must not bend what is written."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitlens import Reader
from digitlens.imaging import Lattice, Proposal
from digitlens.model import Verdicts
from digitlens.reader.parting import FARTHEST, Parted, Spot, Unparted
from written import page_of


class Drawn:
    """Pieces as far as an unparted line asks for them: a box each."""

    def __init__(self, count: int) -> None:
        self.boxes: NDArray[np.int64] = np.array([(10 * i, 0, 8, 40) for i in range(count)])

    def ink(self, piece: int) -> NDArray[np.uint8]:
        """A square, which no sign is."""
        return np.full((8, 8), 255, np.uint8)


def parted(likely: list[float], wanted: int | None, sure: tuple[int, ...] = (), known: int = 9) -> Parted:
    """Two pieces, each a glyph or both of them one: as a line of so many glyphs.

    ``likely`` is how well the two read, and the one; ``sure`` are those that are accepted; of them all, the first
    ``known`` look like glyphs.
    """
    spans = [(0, 1), (1, 2), (0, 2)]
    proposals = tuple(
        Proposal(a, b, tuple(range(a, b)), (10 * a, 0, 10 * (b - a) - 2, 40), 0.0, False) for a, b in spans
    )
    line = Unparted(Drawn(2), Lattice((0, 1), (6.2, 6.2), proposals), 0, "")  # pyright: ignore[reportArgumentType]
    looks, is_sure = np.arange(3) < known, np.isin(np.arange(3), sure)
    verdicts = Verdicts(np.array(likely)[:, None], np.ones(3), looks, is_sure)

    def against(spots, _: Verdicts) -> float:
        return 0.0 if len(spots) == wanted else np.inf

    return line.part(verdicts, None if wanted is None else against)


def parts(spots: tuple[Spot, ...]) -> list[tuple[int, ...]]:
    return [spot.parts for spot in spots]


def test_the_cheapest_way_is_taken_where_nothing_is_known() -> None:
    found = parted([0.9, 0.9, 0.95], None)
    assert parts(found.way) == parts(found.plain) == [(0, 1)]
    assert found.sought is None


@pytest.mark.parametrize(("wanted", "way"), [(1, [(0, 1)]), (2, [(0,), (1,)])])
def test_the_way_is_taken_that_fits(wanted: int, way: list[tuple[int, ...]]) -> None:
    found = parted([0.9, 0.9, 0.95], wanted)
    assert parts(found.way) == way
    assert found.sought == {spot.row for spot in found.way}
    assert parts(found.plain) == [(0, 1)]


def test_what_nothing_fits_stays_as_it_is() -> None:
    found = parted([0.9, 0.9, 0.95], 3)
    assert found.way == found.plain
    assert found.sought is None


def test_what_reads_surely_is_not_torn_nor_left_out() -> None:
    assert parted([0.9, 0.9, 0.95], 2, sure=(2,)).sought is None
    assert parted([0.99, 0.99, 0.6], 1, sure=(0, 1)).sought == {2}, "joined, neither is left out"
    assert parted([0.99, 0.99, 1e-6], 1, sure=(0, 1)).sought is None
    assert parted([0.99, 0.99, 1e-6], 1, sure=(0,)).sought == {0}, "the other may be dirt"


def test_a_way_that_costs_far_more_is_not_taken() -> None:
    near, far = np.exp(-FARTHEST / 2 + 0.3), np.exp(-FARTHEST / 2 - 0.3)
    assert parted([near, near, 1.0], 2).sought == {0, 1}
    assert parted([far, far, 1.0], 2).sought is None


def test_what_looks_like_none_counts_where_most_do_not() -> None:
    """Of two glyphs one is half of them, no more: two are not wanted so much."""
    assert parted([0.9, 0.9, 0.1], 2, known=1).sought is None
    assert parted([0.9, 0.9, 0.1], 1, known=1).sought == {0}


def field(pattern: str, text: str) -> tuple[str, str, list[bool]]:
    """What a page of one line is as a field, and plainly, and which of its glyphs are accepted."""
    (line,) = Reader(pattern=pattern).read(page_of([text]), rotate=0).lines
    assert line.field is not None
    return line.field.text, line.field.plain, [glyph.accepted for glyph in line.glyphs]


def test_where_no_slash_may_be_one_is_a_1() -> None:
    page = page_of(["24/11"])
    assert Reader().read(page).text == "2411"
    assert Reader(alphabet="0123456789-").read(page).text == "24111"
    assert field("ddddd", "24/11") == ("24111", "24111", [True] * 5)
    assert field("dd/dd", "24/11") == ("24/11", "24/11", [True] * 5)


def test_a_glyph_that_looks_like_none_is_read_where_one_is_wanted_but_never_accepted() -> None:
    text, plain, accepted = field("dddd", "4a34")
    assert text[0] + text[2:] == plain == "434"
    assert accepted == [True, False, True, True]
    (line,) = Reader(pattern="dddd").read(page_of(["4a34"]), rotate=0).lines
    assert line.field is not None
    assert line.field.confidence < 0.2


@pytest.mark.parametrize(
    ("pattern", "text", "plain"),
    [("dddd", "24/11", "24111"), ("dddd", "aKa4", "4"), ("dddd", "473", "473"), ("ddddd", "4037", "4037")],
)
def test_no_field_is_made_of_what_is_none(pattern: str, text: str, plain: str) -> None:
    found, read, accepted = field(pattern, text)
    assert (found, read) == ("", plain)
    assert not any(accepted)
