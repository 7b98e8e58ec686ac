"""What is read is a choice: letters, characters of one's own, lines that fit; a wrong one is told where it is made."""

from io import BytesIO
from typing import Any

import pytest
from app_page import bars, said, upload
from PIL import Image
from streamlit.testing.v1 import AppTest

from digitlens.model import available
from digitlens.reader import ReadOptions
from digitlens.web.wanted import DIGITS_AND_SIGNS, ReadingChoice, able
from written import page_of


def written(*lines: str) -> tuple[str, bytes]:
    """A picture of these lines, as a file."""
    file = BytesIO()
    Image.fromarray(page_of(lines)).save(file, "PNG")
    return "written.png", file.getvalue()


def choose(page: AppTest, what: str, **told: str) -> AppTest:
    """Choose what is read, and say more of it."""
    page.selectbox(key="alphabet").set_value(what).run()
    for key, value in told.items():
        field = page.text_area if key == "words" else page.text_input
        field(key=f"own-{key}").set_value(value).run()
    return page


def network(page: AppTest) -> Any:
    return page.selectbox(key="network")


def test_letters_are_read_by_a_network_that_knows_them_and_digits_by_the_usual_one_again(
    page: AppTest,
) -> None:
    assert network(page).options == ["Automatic: robust", *available()]
    choose(page, "Letters")
    assert network(page).options == ["Automatic: characters", "characters"]
    assert "Drop a picture with letters here" in said(page)
    upload(page, written("A"))
    shown = bars(page)
    assert (len(shown), shown[0]) == (10, "A")
    assert "The ten likeliest A " in said(page)
    assert "where it finds an A" in said(page)
    assert why(page).options[0] == "A"
    choose(page, "Digits")
    assert network(page).options[0] == "Automatic: robust"
    assert bars(page) == list("0123456789")


def why(page: AppTest) -> Any:
    """The choice of the label that is explained."""
    (box,) = [each for each in page.selectbox if (each.key or "").startswith("why-")]
    return box


def test_a_network_chosen_by_name_gives_way_where_it_does_not_read_what_is_wanted(page: AppTest) -> None:
    network(page).set_value("fast").run()
    choose(page, "Capitals")
    assert network(page).value == "Automatic"
    network(page).set_value("characters").run()
    choose(page, "Digits")
    assert network(page).value == "characters"


def test_a_line_is_read_as_the_pattern_has_it_and_the_plain_reading_is_told(page: AppTest) -> None:
    upload(page, written("0512.2024"))
    choose(page, "A pattern, such as a date", pattern="dd.dd.dddd")
    assert "05.12.2024" in said(page).replace(" ", "")
    assert "sure; by itself 0512.2024" in said(page)
    assert "8 digits" in said(page)
    choose(page, "A pattern, such as a date", pattern="ddd")
    assert "This cannot be what you asked for." in said(page)
    assert "does not fit" in said(page)


def test_a_line_is_read_as_a_word_of_the_list(page: AppTest) -> None:
    upload(page, written("2035"))
    choose(page, "Words of a list", words="2036\n 2035 \n\n4711")
    assert "2035" in said(page).replace(" ", "")  # each digit may be marked by itself
    assert "% sure" in said(page)


@pytest.mark.parametrize(
    ("what", "told", "message"),
    [
        ("A pattern, such as a date", {"pattern": "dd.(dd"}, "cannot be understood, at character 7"),
        ("Characters of my own", {"characters": "αβγ"}, "No model reads all of αβγ"),
        ("Characters of my own", {"characters": "-/"}, "needs a digit or a letter too"),
        ("Words of a list", {"words": "Köln"}, "No model reads all of"),
    ],
)
def test_what_cannot_be_read_is_told_and_what_was_read_before_is_read_on(
    page: AppTest, what: str, told: dict[str, str], message: str
) -> None:
    choose(page, "Letters")
    upload(page, written("A"))
    choose(page, what, **told)
    (error,) = page.error
    assert message in error.value.replace("\\", "")
    assert error.value.replace("\\", "").endswith("Until then letters are read.")
    assert bars(page)[0] == "A"
    choose(page, "Digits")
    assert not page.error
    assert bars(page) == list("0123456789")


@pytest.mark.parametrize("what", ["A pattern, such as a date", "Characters of my own", "Words of a list"])
def test_what_is_not_told_yet_is_asked_for_without_an_error(page: AppTest, what: str) -> None:
    choose(page, what)
    assert not page.error
    assert "Nothing stands here yet. Until then digits and signs are read." in page.info[0].value.replace(
        "\\", ""
    )


def test_what_was_told_is_kept_while_something_else_is_read(page: AppTest) -> None:
    choose(page, "Characters of my own", characters="07X-")
    choose(page, "Digits")
    choose(page, "Characters of my own")
    assert page.text_input(key="own-characters").value == "07X-"
    upload(page, written("7-0"))
    assert "7-02characters" in said(page).replace(" ", "")


def test_characters_that_make_the_name_of_an_alphabet_are_these_characters(page: AppTest) -> None:
    choose(page, "Characters of my own", characters="lower")
    upload(page, written("T"))
    assert set(bars(page)) == set("lower")


def test_only_networks_that_read_it_are_able() -> None:
    assert able("7") == list(available())
    assert able("7A") == ["characters"]
    assert ReadingChoice("", ReadOptions(pattern="LLdd")).reader(None, 0.1).network.path.stem == "characters"
    assert DIGITS_AND_SIGNS.reader("fast", 0.1).alphabet.labels == tuple("0123456789")
    assert DIGITS_AND_SIGNS.reader("characters", 0.1).alphabet.labels == tuple("0123456789")


def test_signs_are_read_unless_digits_alone_are_wanted(page: AppTest) -> None:
    upload(page, written("20-30"))
    assert "20-30" in said(page).replace(" ", "")
    choose(page, "Digits")
    assert "2030" in said(page).replace(" ", "")
    assert "4 digits" in said(page)
