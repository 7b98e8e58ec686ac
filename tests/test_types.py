"""Lines and readings: text with gaps, numbers, doubts, and what counts as accepted as a whole."""

from dataclasses import replace

import pytest

from digitlens.types import Box, Doubt, Glyph, Line, Reading


def line_of(text: str, doubts: tuple[Doubt, ...] = (), refused: int | None = None) -> Line:
    """A line written as ``text``, a space for each gap, ten pixels a character; one glyph refused."""
    glyphs, gaps = [], []
    for place, character in enumerate(text):
        if character == " ":
            gaps.append(len(glyphs))
            continue
        known = len(glyphs) != refused
        reason = None if known else "unsure"
        box = Box(10 * place, 5, 8, 20)
        glyphs.append(Glyph(character, 0.9, 1.0, box, known, reason, {character: 0.9}))
    return Line(tuple(glyphs), Box.around(glyph.box for glyph in glyphs), gaps=tuple(gaps), doubts=doubts)


MISSING = Doubt("incomplete", "Ink beside the 3 was not read.", Box(1, 2, 3, 4))


def test_a_gap_is_one_space() -> None:
    assert line_of("1 2 3 10 12 14").text == "1 2 3 10 12 14"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1 2 3 10", ["1", "2", "3", "10"]),
        ("12×34+65÷78", ["12", "34", "65", "78"]),
        ("(330÷2)+(3+1)=", ["330", "2", "3", "1"]),
        ("-1000 12/11/2019", ["-1000", "12/11/2019"]),
        ("5 - 3", ["5", "3"]),
        ("3.50", ["3.50"]),
        ("+ =", []),
    ],
)
def test_numbers_are_what_stands_together_without_operators(text: str, numbers: list[str]) -> None:
    assert [number.text for number in line_of(text).numbers] == numbers


def test_signs_are_told_from_digits_letters_and_what_has_no_label() -> None:
    glyphs = line_of("6×7x").glyphs
    assert [glyph.is_sign for glyph in glyphs] == [False, True, False, False]
    assert not replace(glyphs[0], label="").is_sign


def test_a_number_is_boxed_and_as_sure_as_its_glyphs_together() -> None:
    first, second = line_of("12 345").numbers
    assert first.box == Box(0, 5, 18, 20)
    assert second.box == Box(30, 5, 28, 20)
    assert second.confidence == pytest.approx(0.9**3)


def test_only_the_number_with_a_refused_glyph_is_doubtful() -> None:
    assert [number.accepted for number in line_of("12 345", refused=3).numbers] == [True, False]


def test_a_doubt_keeps_line_numbers_and_reading_from_being_accepted() -> None:
    line = line_of("12 345", doubts=(MISSING,))
    reading = Reading("a.png", "robust@0", lines=(line_of("7"), line))
    assert all(glyph.accepted for glyph in reading.glyphs)
    assert not line.accepted
    assert not any(number.accepted for number in line.numbers)
    assert not reading.accepted
    assert reading.reason == "incomplete"
    assert reading.to_dict()["lines"][1]["doubts"] == [
        {"reason": "incomplete", "message": MISSING.message, "box": [1, 2, 3, 4]}
    ]


def test_a_doubt_about_the_page_counts_where_every_line_is_accepted() -> None:
    reading = Reading("a.png", "robust@0", lines=(line_of("7"),), doubts=(MISSING,))
    assert reading.lines[0].accepted
    assert not reading.accepted
    assert reading.to_dict()["doubts"][0]["reason"] == "incomplete"


def test_a_page_on_which_nothing_was_read_is_blank_unless_something_is_there() -> None:
    assert Reading("a.png", "robust@0").reason == "blank"
    assert Reading("a.png", "robust@0", doubts=(MISSING,)).reason == "incomplete"
    assert line_of("7").accepted
    assert Reading("a.png", "robust@0", lines=(line_of("7"),)).reason is None
