"""What a person says of a page: the reading as it is then, what can be learnt from it, and the way back."""

from dataclasses import replace

import pytest

from digitlens.types import Box, Doubt, Field, Glyph, Line, Reading
from digitlens.web.corrections import Correction, Corrections, corrected, corrected_labels


def glyph(label: str, x: int, *, accepted: bool = True, y: int = 10) -> Glyph:
    reason = None if accepted else "unsure"
    return Glyph(label, 0.8, 0.9, Box(x, y, 10, 20), accepted, reason, {label: 0.8, "9": 0.2})


UNREAD = Doubt("incomplete", "Ink beside the 3 was not read.", Box(60, 10, 10, 20))
FIRST = Line(
    (glyph("4", 10), glyph("0", 22, accepted=False), glyph("7", 40)), Box(10, 10, 40, 20), None, (2,)
)
SECOND = Line((glyph("2", 10, y=50), glyph("3", 22, y=50)), Box(10, 50, 22, 20), doubts=())
READ = Reading("a.png", "m@1", lines=(replace(FIRST, doubts=(UNREAD,)), SECOND))


def at(box: Box, text: str) -> Correction:
    return Correction("glyph", box, text)


def test_a_corrected_glyph_is_in_the_text_accepted_and_as_sure_as_can_be() -> None:
    assert (READ.text, READ.accepted) == ("40 7\n23", False)
    now = corrected(READ, [at(FIRST.glyphs[1].box, "6"), at(UNREAD.box, "")])
    assert (now.text, now.accepted, now.all_doubts) == ("46 7\n23", True, ())
    assert (now.glyphs[1].label, now.glyphs[1].confidence, now.glyphs[1].top(1)) == ("6", 1.0, [("6", 1.0)])
    assert now.glyphs[0] == READ.glyphs[0]


def test_the_last_word_on_a_place_counts_and_a_box_of_another_network_is_the_same_place() -> None:
    box = FIRST.glyphs[1].box
    near = Box(box.x + 1, box.y, box.w, box.h)
    assert corrected(READ, [at(box, "6"), at(near, "8")]).text == "48 7\n23"


def test_one_too_many_is_taken_out_and_gaps_stay_where_they_are() -> None:
    assert corrected(READ, [at(FIRST.glyphs[0].box, "")]).text == "0 7\n23"
    assert corrected(READ, [at(FIRST.glyphs[2].box, "")]).text == "40\n23"
    boxes = [each.box for each in SECOND.glyphs]
    assert corrected(READ, [at(box, "") for box in boxes]).text == "40 7"


def test_a_digit_that_was_missed_is_put_where_it_stands() -> None:
    now = corrected(READ, [at(UNREAD.box, "5")])
    assert (now.text, now.all_doubts) == ("40 75\n23", ())
    alone = corrected(READ, [at(Box(10, 200, 10, 20), "5")])
    assert alone.text == "40 7\n23\n5"
    first = corrected(READ, [at(Box(0, 50, 8, 20), "1")])
    assert first.text == "40 7\n123"


@pytest.mark.parametrize(
    ("typed", "boxes"),
    [
        ("46 7", [(10, 10), (22, 10), (40, 10)]),  # a label
        ("407", [(10, 10), (22, 10), (40, 10)]),  # no gap
        ("4017", [(10, 10), (22, 10), (32, 8), (40, 10)]),  # missed between two
        ("1407", [(4, 6), (10, 10), (22, 10), (40, 10)]),  # missed before the first
        ("4", [(10, 10)]),  # two too many
        ("4 8", [(10, 10), (22, 28)]),  # two that are one
        ("41238", [(10, 10), (22, 7), (29, 7), (36, 7), (43, 7)]),  # two that are four
    ],
)
def test_a_line_says_what_is_typed_and_places_that_agree_stay(
    typed: str, boxes: list[tuple[int, int]]
) -> None:
    now = corrected(READ, [Correction("line", FIRST.box, typed)])
    line = now.lines[0]
    assert line.text == typed
    assert [(each.box.x, each.box.w) for each in line.glyphs] == boxes
    assert line.accepted
    assert now.lines[1] == SECOND


def test_a_page_on_which_nothing_was_read_says_what_is_typed() -> None:
    blank = Reading("a.png", "m@1")
    assert corrected(blank, [Correction("line", Box(0, 0, 90, 30), "12 3")]).text == "12 3"


def test_all_of_a_page_is_taken_as_it_stands() -> None:
    now = corrected(READ, [Correction("page")])
    assert (now.text, now.accepted, now.all_doubts) == (READ.text, True, ())


def test_of_a_field_the_rest_of_its_text_stays() -> None:
    field = Field("40.7", 0.6, "407")
    date = replace(READ, lines=(replace(FIRST, field=field, gaps=()),))
    now = corrected(date, [at(FIRST.glyphs[1].box, "6")])
    assert (now.text, now.lines[0].field) == ("46.7", None)
    assert [each.accepted for each in now.glyphs if each.label in "46"] == [True, True]
    assert corrected(date, [Correction("page")]).text == "40.7"


def test_what_is_learnt_is_what_was_said_of_what_was_read() -> None:
    one, two, three = (each.box for each in FIRST.glyphs)
    assert corrected_labels(READ, [at(two, "6"), at(UNREAD.box, "")]) == {two: "6", UNREAD.box: ""}
    assert corrected_labels(READ, [at(two, "6"), at(two, "8")]) == {two: "8"}
    assert corrected_labels(READ, [Correction("line", FIRST.box, "407")]) == {
        two: "0"
    }  # looked at, and right
    assert corrected_labels(READ, [Correction("line", FIRST.box, "8")]) == {one: "", two: "", three: ""}
    assert corrected_labels(READ, [Correction("page")]) == {two: "0"}


def test_corrections_are_undone_last_first_page_by_page() -> None:
    said = Corrections()
    for page, text in ((("a", 1), "1"), (("a", 2), "2"), (("a", 1), "3")):
        said.say(page, at(UNREAD.box, text))
    assert said.undo(("a", 1)).text == "3"
    assert [each.text for each in said.of(("a", 1))] == ["1"]
    said.take_back(("a", 1), FIRST.box)
    said.take_back(("a", 1), UNREAD.box)
    assert said.of(("a", 1)) == ()
    assert [each.text for each in said.of(("a", 2))] == ["2"]
    with pytest.raises(IndexError):
        said.undo(("a", 1))
