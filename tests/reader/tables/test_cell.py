"""The likeliest texts of a row of glyphs."""

from math import exp

import pytest

from digitlens.reader.pattern import parse
from digitlens.reader.tables.cell import likely

ONE = {"1": 0.9, "7": 0.1}
FIVE = {"5": 0.8, "6": 0.2}


def texts(found) -> list[str]:
    return [one.text for one in found]


def test_the_likeliest_come_first_and_add_up_to_one():
    found = likely([ONE, FIVE], most=50)
    assert texts(found)[:4] == ["15", "16", "75", "76"]
    assert sum(exp(one.log_probability) for one in found) == pytest.approx(1)
    assert exp(found[0].log_probability) == pytest.approx(0.72, abs=0.01)


def test_a_grammar_leaves_out_what_it_does_not_allow():
    assert texts(likely([ONE, FIVE], parse(r"[67]\d"))) == ["75", "76"]
    assert likely([ONE, FIVE], parse("ddd")) == ()


def test_a_glyph_may_be_a_stroke_too_many():
    assert "15" in texts(likely([ONE, FIVE, ONE], parse("dd")))


def test_signs_that_a_pattern_wants_need_not_be_found():
    assert texts(likely([ONE, FIVE], parse("d.d")))[0] == "1.5"
    assert texts(likely([ONE, {".": 1.0}, FIVE], parse("d.d")))[0] == "1.5"
    assert texts(likely([ONE, {"-": 1.0}, FIVE], parse("dd")))[0] == "15"


def test_no_more_are_given_than_wanted():
    assert len(likely([{str(d): 0.1 for d in range(10)}] * 3, most=7)) == 7
