"""Numbers put into columns, without any network."""

import pytest

from digitlens.reader.tables.aligned import table_of_lines
from digitlens.types import Box, Glyph, Line

NUMBERS = ("12", "7", "840"), ("5", "63", ""), ("31", "9", "27"), ("408", "", "6")


def glyph(label: str, x: float, y: float) -> Glyph:
    return Glyph(label, 0.99, 0.99, Box(round(x), round(y), 12, 20), True, None, {label: 0.99})


def lines(told, *, lean: float = 0.0, fall: float = 0.0, pitch: int = 80) -> list[Line]:
    """Rows of digits 20 pixels high, 14 apart, each number a little off the left of its column."""
    found = []
    for i, row in enumerate(told):
        glyphs = [
            glyph(digit, x + lean * y, y + fall * x)
            for j, text in enumerate(row)
            for k, digit in enumerate(text)
            for x, y in [(20 + pitch * j + 5 * ((i + j) % 3) + 14 * k, 30 + 40 * i)]
        ]
        found.append(Line(tuple(glyphs), Box(0, 0, 9, 9)))
    return found


def texts(found) -> list[tuple[str, ...]]:
    assert found is not None
    return [tuple(cell.text for cell in row) for row in found.rows]


@pytest.mark.parametrize(("lean", "fall"), [(0.0, 0.0), (0.15, 0.0), (0.0, 0.06), (-0.12, -0.05)])
@pytest.mark.parametrize("pitch", [64, 160])
def test_columns_are_found_however_the_sheet_leans(lean, fall, pitch):
    assert texts(table_of_lines(lines(NUMBERS, lean=lean, fall=fall, pitch=pitch))) == [*NUMBERS]


def test_what_stands_side_by_side_in_no_row_is_of_one_column():
    told = [("1", "", "5"), ("", "2", "6"), ("3", "", "7"), ("", "4", "8")]
    found = texts(table_of_lines(lines(told, pitch=40)))
    assert found == [("1", "5"), ("2", "6"), ("3", "7"), ("4", "8")]


def test_one_line_is_no_table():
    assert table_of_lines(lines(NUMBERS[:1])) is None
    assert table_of_lines([]) is None


def test_a_number_whose_middle_was_missed_makes_no_column():
    told = [("514", "75"), ("341", "17"), ("871", "59"), ("203", "46")]
    found = lines(told)
    found[0] = Line((found[0].glyphs[0], *found[0].glyphs[2:]), found[0].box)
    assert texts(table_of_lines(found)) == [("54", "75"), *told[1:]]


def test_columns_that_fan_out_are_told_apart_where_no_upright_line_parts_them():
    told = [("406", "283", "51"), ("7", "94", "8"), ("351", "606", "77"), ("2", "58", "314")]
    found = []
    for line in lines(told, pitch=56):
        glyphs = [
            glyph(one.label, one.box.x + 0.004 * (one.box.x - 80) * one.box.y, one.box.y)
            for one in line.glyphs
        ]
        found.append(Line(tuple(glyphs), line.box))
    assert texts(table_of_lines(found)) == told


def test_figures_set_wide_in_one_column_are_one_number_in_doubt_and_far_apart_they_are_two():
    told = [("123",), ("456",), ("",), ("789",), ("230",)]
    for space, text in ((9, "83"), (26, "8 3")):
        found = lines(told)
        found[2] = Line((glyph("8", 20, 110), glyph("3", 32 + space, 110)), found[0].box)
        table = table_of_lines(found)
        assert texts(table) == [*told[:2], (text,), *told[3:]]
        assert table is not None
        assert [row[0] and row[0].reason for row in table.rows] == [None, None, "several", None, None]
