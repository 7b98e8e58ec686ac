"""Rows: what a reading becomes in a table."""

from dataclasses import asdict, replace

from batch_made import failure, glyph, reading

from digitlens.batch import GlyphRow, NumberRow, PageRow, columns, rows_of
from digitlens.types import Box, Doubt, Field, Line, Reading


def test_a_page_is_a_row_with_its_lowest_confidence():
    page = reading([glyph("4", 0.998), glyph("0", 0.97, "unsure")], [glyph("7", 0.99)], page=3)
    assert list(rows_of(page)) == [PageRow("a.png", 3, "40\n7", 0.97, False, "unsure", None, "m@1")]


def test_a_field_is_no_surer_than_its_pattern():
    page = reading([glyph("4", 0.998)])
    line = replace(page.lines[0], field=Field("4", 0.91, "9"))
    (row,) = rows_of(replace(page, lines=(line,)))
    assert isinstance(row, PageRow)
    assert (row.text, row.confidence) == ("4", 0.91)


def test_a_blank_page_is_told_from_one_that_cannot_be_read():
    blank, bad = (next(rows_of(each)) for each in (reading(), failure()))
    assert blank == PageRow("a.png", 1, "", None, False, "blank", None, "m@1")
    assert bad == PageRow("a.png", 1, None, None, False, None, "unreadable_image: a.png is empty.", "m@1")


def test_a_glyph_is_a_row_with_its_place_and_the_best_three():
    page = reading([glyph("4")], [glyph("7"), glyph("", 0.6, "not_a_digit")])
    rows = list(rows_of(page, "glyph", file="b.png"))
    assert [(row.file, row.line, row.number, row.label) for row in rows if isinstance(row, GlyphRow)] == [
        ("b.png", 1, 1, "4"),
        ("b.png", 2, 1, "7"),
        ("b.png", 2, 2, ""),
    ]
    assert asdict(rows[2]) == {
        "file": "b.png",
        "page": 1,
        "line": 2,
        "number": 2,
        "label": "",
        "confidence": 0.6,
        "digit_score": 0.75,
        "x": 1,
        "y": 2,
        "w": 3,
        "h": 4,
        "accepted": False,
        "reason": "not_a_digit",
        "top1": "8",
        "top2": "3",
        "top2_confidence": 0.2,
        "top3": "5",
        "top3_confidence": 0.2,
        "error": None,
        "model": "m@1",
    }


def test_an_input_without_glyphs_keeps_its_row():
    (blank,) = rows_of(reading(), "glyph")
    (bad,) = rows_of(failure(), "glyph")
    assert (blank.reason, blank.error, blank.accepted) == ("blank", None, False)
    assert (bad.reason, bad.error) == (None, "unreadable_image: a.png is empty.")
    told = {"file", "page", "accepted", "reason", "error", "model"}
    assert {name for name, value in asdict(bad).items() if value is not None} == told - {"reason"}


def test_an_alphabet_of_two_has_no_third():
    one = glyph("3")
    two = reading([replace(one, probabilities={"3": 0.9, "5": 0.1})])
    (row,) = rows_of(two, "glyph")
    assert isinstance(row, GlyphRow)
    assert (row.top1, row.top2, row.top2_confidence, row.top3, row.top3_confidence) == (
        "3",
        "5",
        0.1,
        None,
        None,
    )


def test_a_name_that_is_no_text_is_told_by_its_codes():
    (row,) = rows_of(reading(file="a\udcff\n.png"))
    assert row.file == "a\\udcff\n.png"


def test_columns_keep_the_order_of_the_contract():
    assert columns("page") == (
        *("file", "page", "text", "confidence", "accepted", "reason", "error", "model"),
    )
    assert columns("number") == (
        *("file", "page", "line", "number", "text", "confidence", "x", "y", "w", "h", "accepted"),
        *("reason", "error", "model"),
    )


BESIDE = Doubt("incomplete", "Ink beside the 8 was not read.", Box(310, 40, 22, 60))


def sums(*doubts: Doubt) -> Reading:
    """``12 +345`` on the second line, its 4 in doubt; on the first a 7."""
    labels = [
        glyph("1", 0.9),
        glyph("2", 0.8),
        glyph("+"),
        glyph("3"),
        glyph("4", 0.7, "unsure"),
        glyph("5", 0.5),
    ]
    placed = [replace(each, box=Box(10 * i, 20, 8, 12 + i)) for i, each in enumerate(labels)]
    (seven,) = reading([glyph("7")]).lines
    return Reading(
        "a.png", "m@1", 3, (seven, Line(tuple(placed), Box(0, 20, 58, 17), gaps=(2,), doubts=doubts))
    )


def test_a_number_is_a_row_with_its_place_and_what_speaks_against_it():
    assert list(rows_of(sums(), "number", file="b.png")) == [
        NumberRow("b.png", 3, 1, 1, "7", 0.9, 1, 2, 3, 4, True, None, None, "m@1"),
        NumberRow("b.png", 3, 2, 1, "12", 0.72, 0, 20, 18, 13, True, None, None, "m@1"),
        NumberRow("b.png", 3, 2, 2, "345", 0.315, 30, 20, 28, 17, False, "unsure", None, "m@1"),
    ]
    rows = list(rows_of(sums(BESIDE), "number"))
    assert [(row.accepted, row.reason) for row in rows] == [
        (True, None),
        (False, "incomplete"),
        (False, "incomplete"),
    ]


def test_a_page_tells_its_gaps_and_the_reason_of_its_doubts():
    (row,) = rows_of(sums(BESIDE))
    assert isinstance(row, PageRow)
    assert (row.text, row.accepted, row.reason) == ("7\n12 +345", False, "incomplete")
    (row,) = rows_of(replace(reading([glyph("7")]), doubts=(BESIDE,)))
    assert (row.accepted, row.reason) == (False, "incomplete")
    assert [each.accepted for each in rows_of(sums(BESIDE), "glyph")] == [True] * 5 + [False, True]


def test_a_page_without_numbers_keeps_its_row():
    (blank,), (bad,) = (list(rows_of(each, "number")) for each in (reading(), failure()))
    assert (blank.accepted, blank.reason, blank.error) == (False, "blank", None)
    assert (bad.reason, bad.error) == (None, "unreadable_image: a.png is empty.")
    (unread,) = rows_of(replace(reading(), doubts=(BESIDE,)), "glyph")
    assert (unread.accepted, unread.reason) == (False, "incomplete")
    (signs,) = rows_of(reading([glyph("+"), glyph("=")]), "number")
    assert isinstance(signs, NumberRow)
    assert (signs.text, signs.accepted, signs.reason) == (None, True, None)


def test_what_was_one_glyph_of_several_is_accepted_in_no_kind_of_row():
    several = Doubt("several", "There is more than one glyph (3): use read.", Box(0, 0, 90, 40))
    one = replace(reading([glyph("4")]), doubts=(several,))
    for kind in ("page", "number", "glyph"):
        (row,) = rows_of(one, kind)
        assert (row.accepted, row.reason, row.error) == (False, "several", None)
