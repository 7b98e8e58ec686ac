"""What the page says, and that it never says more than the reading does."""

from collections.abc import Mapping
from dataclasses import replace
from math import inf
from types import MappingProxyType

import pytest

from digitlens.errors import UnreadableImage
from digitlens.types import Box, Doubt, Field, Glyph, Line, Reading, Reason
from digitlens.web.phrases import called, demand, duration, percent_in_words
from digitlens.web.words import of_field, of_glyph, told, verdict


def reading(label: str, reason: Reason | None, probabilities: Mapping[str, float]) -> Reading:
    box = Box(0, 0, 9, 9)
    best = max(probabilities.values())
    glyph = Glyph(label, best, 0.9, box, reason is None, reason, MappingProxyType(dict(probabilities)))
    return Reading(None, "classic@0", lines=(Line((glyph,), box),))


def test_a_sure_digit_is_said_plainly() -> None:
    said = verdict(reading("8", None, {"8": 0.983, "3": 0.017}))
    assert (said.tone, said.sign, said.short) == ("sure", "8", "8 · 98.3%")
    assert (said.headline, said.advice) == ("This is an 8.", "98.3% sure.")


def test_an_accepted_digit_of_little_confidence_is_only_probable() -> None:
    assert verdict(reading("4", None, {"4": 0.7, "9": 0.3})).headline == "This is probably a 4."


def test_an_unsure_digit_names_both_and_asks_a_person() -> None:
    said = verdict(reading("4", "unsure", {"9": 0.41, "4": 0.58, "1": 0.01}))
    assert (said.tone, said.sign) == ("doubt", "4?")
    assert said.headline == "Perhaps a 4, perhaps a 9: please look."
    assert said.advice.startswith("58.0% sure is not enough")
    assert "choose less care" in said.advice


def test_what_is_no_digit_says_so_and_what_to_do() -> None:
    said = verdict(reading("", "not_a_digit", {"8": 0.6, "0": 0.4}))
    assert (said.tone, said.sign) == ("none", "?")
    assert "not look like a digit" in said.headline
    assert "cut the picture" in said.advice
    assert said.advice.endswith("The nearest would be 8.")


def test_a_blank_picture_says_what_to_do() -> None:
    said = verdict(Reading(None, "classic@0"))
    assert (said.tone, said.short, said.headline) == ("none", "blank", "Nothing is written here.")
    assert "darker pen" in said.advice


def test_an_error_is_told_as_the_sentence_it_carries() -> None:
    said = verdict(Reading(None, "classic@0", error=UnreadableImage("the data is empty: save it again.")))
    assert (said.tone, said.short) == ("error", "not readable")
    assert said.advice == "The data is empty: save it again."


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (1.0, "over 99.9%"),
        (0.9995, "over 99.9%"),
        (0.9994, "99.9%"),
        (0.5, "50.0%"),
        (0.0005, "0.1%"),
        (0.0004, "under 0.1%"),
        (0.0, "under 0.1%"),
    ],
)
def test_nothing_is_called_certain_or_impossible(share: float, words: str) -> None:
    assert percent_in_words(share) == words


def test_the_demand_of_a_care() -> None:
    assert "at least 97.5% sure" in demand(0.975)
    assert "every digit is accepted" in demand(0.0)
    assert "left for you" in demand(inf)
    assert demand(0.9, "letter").startswith("A letter is accepted")


def test_a_digit_that_may_be_none_is_not_said_to_be_unsure_which() -> None:
    said = verdict(reading("4", "unsure", {"4": 0.97, "9": 0.03}))
    assert "If this is a digit, it is that with 97.0%" in said.advice
    assert "only 90.0%" in said.advice


def several(*accepted: bool) -> Reading:
    """A reading of two lines, a digit each, and so on in turn."""
    box = Box(0, 0, 9, 9)
    glyphs = [
        Glyph(
            str(i),
            0.9 + 0.01 * i,
            0.99,
            box,
            sure,
            None if sure else "unsure",
            {str(i): 0.9 + 0.01 * i, "9": 0.05},
        )
        for i, sure in enumerate(accepted)
    ]
    return Reading("a.png", "classic@0", lines=(Line(tuple(glyphs[:2]), box), Line(tuple(glyphs[2:]), box)))


def test_several_digits_are_counted_and_the_least_sure_is_named() -> None:
    said = verdict(several(True, True, True))
    assert (said.tone, said.sign, said.short) == ("sure", "01\n2", "01 2")
    assert said.headline == "3 digits on 2 lines, all accepted."
    assert said.advice == "The least sure is a 0, 90.0% sure."


def test_doubtful_ones_among_several_are_counted() -> None:
    said = verdict(several(True, False, False))
    assert (said.tone, said.short) == ("doubt", "01 2?")
    assert said.headline == "3 digits; please look at 2 of them."


def test_a_digit_is_told_to_those_who_hear_the_page() -> None:
    sure, unsure = several(True, False, True).glyphs[:2]
    assert told(sure) == "0, 90.0% sure"
    assert told(unsure) == "1, 91.0% sure, please look"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (89, "89 s"), (150, "2 minutes"), (7200, "2.0 hours")]
)
def test_a_span_of_time(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("label", "words"),
    [("3", "a 3"), ("8", "an 8"), ("A", "an A"), ("B", "a B"), ("a", "a small a"), ("-", "the sign -")],
)
def test_a_label_is_called_as_a_person_says_it(label: str, words: str) -> None:
    assert called(label) == words


def test_letters_are_told_apart_by_their_case() -> None:
    assert verdict(reading("A", None, {"A": 0.98, "a": 0.02})).headline == "This is an A."
    said = verdict(reading("O", "unsure", {"O": 0.5, "o": 0.4, "0": 0.1}))
    assert said.headline == "An O or a small o: please look."
    assert (
        verdict(reading("", "not_a_digit", {"A": 0.6, "B": 0.4})).headline
        == "This does not look like a letter."
    )


def test_a_glyph_that_can_be_one_label_alone_has_no_second() -> None:
    assert verdict(reading("X", "unsure", {"X": 1.0})).headline == "Perhaps an X: please look."
    sign = Glyph("-", 0.95, 0.0, Box(0, 0, 9, 9), True, None, {"-": 0.95})
    assert of_glyph(sign).headline == "This is the sign -."
    assert told(sign) == "-, 95.0% sure"


def test_a_field_tells_how_sure_it_is_and_what_was_read_without() -> None:
    line = several(True, True).lines[0]
    assert of_field(line) == ""
    assert of_field(Line(line.glyphs, line.box, Field("01", 0.97, "01"))) == "97.0% sure"
    assert of_field(Line(line.glyphs, line.box, Field("01", 0.97, "O1"))) == "97.0% sure; by itself O1"
    assert of_field(Line(line.glyphs, line.box, Field("", 0.0, "01"))) == "does not fit"


def test_a_line_that_does_not_fit_is_said_not_to() -> None:
    first, second = several(True, True, True).lines
    misfit = Line(first.glyphs, first.box, Field("", 0.0, "01"))
    said = verdict(Reading("a.png", "classic@0", lines=(misfit, second)))
    assert (said.tone, said.headline) == ("doubt", "1 of 2 lines cannot be what you asked for.")
    assert (
        verdict(Reading("a.png", "classic@0", lines=(misfit,))).headline
        == "This cannot be what you asked for."
    )


BESIDE = Doubt("incomplete", "Ink beside the 2 was not read.", Box(9, 9, 5, 5))


def test_accepted_digits_beside_which_something_was_not_read_are_not_said_to_be_all() -> None:
    said = verdict(replace(several(True, True, True), doubts=(BESIDE, BESIDE)))
    assert (said.tone, said.sign, said.short) == ("doubt", "01\n2", "01 2?")
    assert said.headline == "3 digits; please look at the 2 places boxed in dashes."
    assert said.advice == "What speaks against accepting it as a whole:"
    said = verdict(replace(several(True, False, True), doubts=(BESIDE,)))
    assert said.headline == "3 digits; please look at 1 of them and the 1 place boxed in dashes."
    assert said.advice.startswith("They are marked in the picture.")


def test_one_sure_digit_beside_which_something_was_not_read_is_not_said_plainly() -> None:
    sure = reading("8", None, {"8": 0.983, "3": 0.017})
    (line,) = sure.lines
    for doubted in (replace(sure, doubts=(BESIDE,)), replace(sure, lines=(replace(line, doubts=(BESIDE,)),))):
        said = verdict(doubted)
        assert (said.tone, said.sign, said.short) == ("doubt", "8", "8?")
        assert said.headline == "1 digit; please look at the 1 place boxed in dashes."


def test_a_page_of_which_nothing_was_read_is_not_called_blank_where_something_is_there() -> None:
    said = verdict(Reading(None, "classic@0", doubts=(BESIDE,)))
    assert (said.tone, said.short, said.headline) == (
        "doubt",
        "not read",
        "Something here could not be read.",
    )


def test_one_glyph_of_several_is_said_to_be_that() -> None:
    doubt = Doubt("several", "There is more than one glyph (3): use read.", Box(0, 0, 90, 9))
    said = verdict(replace(reading("8", None, {"8": 0.983, "3": 0.017}), doubts=(doubt,)))
    assert (said.tone, said.sign, said.short) == ("doubt", "?", "several")
    assert said.headline == "There is more than one digit here."


def test_a_glyph_that_may_not_be_whole_is_never_said_plainly() -> None:
    said = verdict(reading("8", "incomplete", {"8": 0.983, "3": 0.017}))
    assert (said.tone, said.headline) == ("doubt", "Perhaps an 8, perhaps a 3: please look.")
    assert said.advice.startswith("Perhaps this is not all of it.")


def test_a_sum_is_shown_as_it_was_written_and_its_digits_are_counted() -> None:
    box = Box(0, 0, 9, 9)
    glyphs = tuple(Glyph(label, 0.9, 0.9, box, True, None, {label: 0.9}) for label in "(12×3)=")
    said = verdict(Reading(None, "m@1", lines=(Line(glyphs, box, gaps=(6,)),)))
    assert (said.sign, said.headline) == ("(12×3) =", "3 digits, all accepted.")


def test_a_sign_in_doubt_is_never_said_to_be_no_digit() -> None:
    sign = Glyph("×", 0.6, 0.0, Box(0, 0, 9, 9), False, "unsure", {"×": 0.6, "+": 0.3})
    said = of_glyph(sign)
    assert said.headline == "Perhaps the sign ×, perhaps the sign +: please look."
    assert said.advice.startswith("60.0% sure is not enough")
    assert called("x") == "a small x"


def test_what_is_accepted_says_at_which_error_rate_and_what_a_person_said_says_so() -> None:
    sure = Reading("a.png", "m@1", lines=(Line((DIGIT, DIGIT), Box(0, 0, 9, 9)),))
    found = verdict(sure, max_error=0.005)
    assert found.advice.endswith("Of all that is accepted with this care, at most 0.5% should be wrong.")
    assert "The least sure is a 3, " in found.advice
    assert verdict(sure, max_error=0.005, said=2).advice.endswith("You corrected it 2 times.")
    alone = Reading("a.png", "m@1", lines=(Line((DIGIT,), Box(0, 0, 9, 9)),))
    assert verdict(alone, said=1).headline == "This is a 3, as you say."
    assert verdict(alone, said=1).short == "3 · as you say"


DIGIT = Glyph("3", 0.98, 0.99, Box(0, 0, 9, 9), True, None, {"3": 0.98, "8": 0.02})
