"""What a cell says of the line that was read in it, without any network."""

from dataclasses import replace

import pytest

from digitlens.reader.grammar import Grammar
from digitlens.reader.pattern import parse
from digitlens.reader.tables.cells import cell_of
from digitlens.types import Box, Doubt, Field, Glyph, Line, Reason

BOX = Box(0, 0, 30, 20)
TWO_DIGITS: Grammar = parse("dd")


def line(
    *,
    reason: Reason | None = "unsure",
    confidence: float | None = 0.99,
    field: float | None = 0.99,
    doubts: tuple[Doubt, ...] = (),
) -> Line:
    glyphs = (
        Glyph("4", 0.999, 0.95, Box(0, 0, 12, 20), reason is None, reason, {"4": 0.999, "9": 0.001}),
        Glyph("1", 0.999, 0.999, Box(14, 0, 12, 20), True, None, {"1": 0.999, "7": 0.001}),
    )
    fitted = None if field is None else Field("41", field, "41")
    return Line(glyphs, BOX, fitted, confidence=confidence, doubts=doubts)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (line(), None),  # unsure by itself, but the line is right as a whole, and fits
        (line(doubts=(Doubt("unsure", "This glyph is the least sure.", BOX),)), "unsure"),
        (line(confidence=None), "unsure"),  # no one judged the line
        (line(field=0.6), "unsure"),  # another text fits too
        (line(reason="not_a_digit"), "not_a_digit"),
        (line(field=None), "unsure"),  # nothing is known of what must stand there
    ],
)
def test_an_unsure_glyph_is_doubted_unless_the_line_fits_and_is_right_as_a_whole(told, reason):
    cell = cell_of([told], None, None if told.field is None else TWO_DIGITS)
    assert cell.text == "41"
    assert (cell.accepted, cell.reason) == (reason is None, reason)


def test_two_numbers_in_one_cell_are_doubted():
    both = replace(line(reason=None, field=None), gaps=(1,))
    cell = cell_of([both], None, None)
    assert (cell.text, cell.accepted, cell.reason) == ("4 1", False, "several")
