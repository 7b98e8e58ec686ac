"""Pages as they lie: what is a digit, what is a sign, how the page is turned, how well it reads."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitlens import Reader
from digitlens.model import Verdicts
from digitlens.reader.page import Judge, Page, read_page
from written import page_of

TEXT = ["4734", "7347", "4374"]


@pytest.fixture(scope="module")
def judge() -> Judge:
    network = Reader().network

    def judged(frames, odds: NDArray[np.floating], again: bool) -> Verdicts:
        assert len(frames) == len(odds) > 0
        assert all(frame.shape == (28, 28) and frame.dtype == np.uint8 for frame in frames)
        return network.card.calibration.judge(network.logits(np.stack(frames)), 0.5, odds)

    return judged


def text(page: Page) -> list[str]:
    assert page.verdicts is not None
    best = page.verdicts.probabilities.argmax(axis=1)
    return ["".join(spot.sign or str(best[spot.row]) for spot in line) for line in page.lines]


def test_digits_line_by_line_each_with_its_verdict_and_what_was_seen(judge):
    page = read_page(page_of(TEXT), judge)
    assert text(page) == TEXT
    assert len(page.digits) == 12
    assert len({spot.row for spot in page.digits}) == 12
    assert page.verdicts is not None
    assert len(page.frames) == len(page.verdicts.probabilities) >= 12
    for spot in page.digits:
        assert spot.sign is None
        assert spot.row is not None
        assert page.verdicts.known[spot.row]
        frame = page.frames[spot.row]
        assert frame.sum() > 0
    assert page.quality > 0.9
    assert page.slope == 0


def test_a_page_that_is_shown_on_its_side_reads_badly_as_it_lies(judge):
    picture = np.ascontiguousarray(np.rot90(page_of(TEXT)))
    as_it_lies = read_page(picture, judge, rotate=0.0)
    assert as_it_lies.quality < 0.7
    turned = read_page(picture, judge)
    assert text(turned) == TEXT
    assert turned.quality > as_it_lies.quality + 0.2


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_page_is_turned_where_it_reads_better_so(judge, quarters):
    picture = np.ascontiguousarray(np.rot90(page_of(TEXT), quarters))
    page = read_page(picture, judge)
    assert text(page) == TEXT
    told = read_page(picture, judge, rotate=90.0 * quarters)
    assert text(told) == TEXT
    assert [page.ink.in_picture(*spot.box) for spot in page.digits] == [
        told.ink.in_picture(*spot.box) for spot in told.digits
    ]


def test_the_slope_of_the_lines_is_told(judge):
    page = read_page(page_of(["47347347", "73473473", "34734734"]), judge, rotate=5.0)
    assert page.slope == pytest.approx(5, abs=2)
    assert text(page) == ["47347347", "73473473", "34734734"]


def test_a_steep_page_is_levelled(judge):
    lines = ["47347347", "73473473", "34734734"]
    picture = read_page(page_of(lines), judge, rotate=20.0).ink.grey
    page = read_page(picture, judge)
    assert text(page) == lines
    assert abs(page.slope) <= 3
    told = read_page(picture, judge, rotate=0.0)
    assert told.slope == pytest.approx(20, abs=3)


@pytest.mark.parametrize("light", [False, True])
def test_the_side_of_the_ink_is_found(judge, light):
    page = read_page(255 - page_of(TEXT) if light else page_of(TEXT), judge)
    assert text(page) == TEXT
    assert page.ink.dark is not light


def test_signs_stand_among_the_digits_and_have_no_verdict_of_their_own(judge):
    page = read_page(page_of(["12.5"], gap=0.3), judge)
    assert text(page) == ["12.5"]
    assert [spot.sign for spot in page.lines[0]] == [None, None, ".", None]
    assert len(page.digits) == 3


def test_a_slash_is_no_one_and_a_one_no_slash(judge):
    page = read_page(page_of(["24/11", "11/12"], gap=0.4), judge)
    assert text(page) == ["24/11", "11/12"]
    assert [[spot.sign for spot in line].count("/") for line in page.lines] == [1, 1]


def test_signs_stand_between_digits_not_after_them(judge):
    assert text(read_page(page_of(["12.", "345"], gap=0.3), judge)) == ["12", "345"]


def test_a_blank_page_has_no_lines_and_nothing_is_asked():
    def unasked(*_: object) -> Verdicts:
        raise AssertionError("there is nothing to ask about")

    page = read_page(np.full((100, 150), 255, np.uint8), unasked)
    assert (page.lines, page.verdicts, page.frames, page.digits, page.quality) == ((), None, (), [], 0.0)


def test_where_nothing_reads_as_a_digit_nothing_is_found(judge):
    """A network that knows no digit on this page."""

    def sceptic(frames, odds, again) -> Verdicts:
        seen = judge(frames, odds, again)
        nothing = np.zeros(len(frames), bool)
        return Verdicts(seen.probabilities, np.zeros(len(frames)), nothing, nothing)

    assert read_page(page_of(TEXT), sceptic).lines == ()
