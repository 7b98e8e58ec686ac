"""Letters on a page: found whole, the right way up, and whatever is not read has a box."""

import pytest

from digitlens import Reader
from digitlens.data.samplepages import SAMPLE_PAGES, draw_sample_page
from written import page_of


@pytest.mark.parametrize("alphabet", ["upper", "letters", "alnum"])
def test_capitals_are_found_whole_and_the_right_way_up(alphabet: str) -> None:
    reading = Reader(alphabet=alphabet).read(draw_sample_page("letters"))
    assert reading.text == SAMPLE_PAGES["letters"].reads == "TABLE"
    boxes = [glyph.box for glyph in reading.glyphs]
    assert [box.x for box in boxes] == sorted(box.x for box in boxes)
    assert all(box.h >= 100 for box in boxes)  # the bar of the T and the foot of the L are no glyphs
    assert reading.all_doubts or reading.accepted


def test_a_plain_capital_is_accepted() -> None:
    for letter in "AHKT":
        reading = Reader(alphabet="upper").read(page_of([letter]))
        assert (reading.text, reading.accepted) == (letter, True)


def test_what_is_no_letter_has_a_box() -> None:
    reading = Reader(alphabet="upper").read(page_of(["4HA7"]))
    assert reading.text == "HA"
    assert not reading.accepted
    (first, second) = sorted(
        (doubt.box for doubt in reading.all_doubts if doubt.reason == "incomplete"), key=lambda box: box.x
    )
    glyphs = [glyph.box for glyph in reading.glyphs]
    assert first.x + first.w < glyphs[0].x
    assert second.x > glyphs[-1].x + glyphs[-1].w


def test_among_digits_a_ring_is_a_nought_and_says_why_it_is_not_accepted() -> None:
    reading = Reader(alphabet="alnum").read(page_of(["4071"]))
    assert reading.text == "4071"
    alone = Reader(alphabet="letters").read(page_of(["K"]))
    assert alone.all_doubts[0].message == "This glyph may be K or k: they look alike."
