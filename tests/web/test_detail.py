"""One page in detail: where doubts say to look is boxed in dashes, and a sign is no digit."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from app_page import bars, said, upload
from PIL import Image
from streamlit.testing.v1 import AppTest

from digitlens.reader import Reader
from digitlens.types import Box, Doubt, Glyph, Line, Reading
from digitlens.web import detail
from digitlens.web.components import Spot, ViewerContent
from digitlens.web.corrections import Correction, corrected
from digitlens.web.deciding import corrections
from digitlens.web.place import places
from digitlens.web.sheet import PageView
from digitlens.web.visit import Entry, Source
from written import page_of

SHEET = PageView("data:,", "data:,", 200, 100, False, ("data:,",) * 2, ())


FOUR = Glyph("4", 0.9, 1.0, Box(20, 10, 20, 50), True, None, {"4": 0.9, "9": 0.1})
TIMES = Glyph("×", 0.6, 0.0, Box(50, 30, 20, 20), False, "unsure", {"×": 0.6})
ABOUT_LINE = Doubt("incomplete", "Ink beside the 4 was not read.", Box(80, 10, 10, 50))
ABOUT_PAGE = Doubt("incomplete", "A digit is cut by the edge.", Box(190, 0, 10, 100))
LINE = Line((FOUR, TIMES), Box(20, 10, 50, 50), doubts=(ABOUT_LINE,))
READING = Reading("a.png", "m@1", lines=(LINE,), doubts=(ABOUT_PAGE,))


def shown_of(monkeypatch: pytest.MonkeyPatch, *said: Correction) -> ViewerContent:
    """What the picture shows of the reading, with what a person said of it."""
    shown: list[ViewerContent] = []
    monkeypatch.setattr("streamlit.session_state", {})
    monkeypatch.setattr(detail, "view", lambda view, _: shown.append(view) or view.first)
    entry = Entry("a-1", Source("a", "a.png", b"", "upload"), 1, READING, SHEET)
    for each in said:
        corrections().say(entry.id, each)
    found = places(READING, corrected(READING, said))
    assert detail._picture(entry, SHEET, found, "0123456789") == shown[0].first
    return shown[0]


def test_glyphs_can_be_chosen_and_places_to_look_at_are_numbered_as_their_sentences_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = shown_of(monkeypatch)
    assert shown.first == 1  # the first to look at
    assert shown.spots == [
        Spot(0, 10, 10, 10, 50, "4", "sure", "Digit 1 of 2: 4, 90.0% sure", "4"),
        Spot(1, 25, 30, 10, 20, "×", "doubt", "Sign 2 of 2: ×, 60.0% sure, please look", "×"),
        Spot(2, 95, 0, 5, 100, "1", "against", f"Place 1: {ABOUT_PAGE.message}"),
        Spot(3, 40, 10, 5, 50, "2", "against", f"Place 2: {ABOUT_LINE.message}"),
    ]


def test_what_a_person_said_shows_in_its_place_and_the_places_keep_their_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = (
        Correction("glyph", FOUR.box, "9"),
        Correction("glyph", TIMES.box, ""),
        Correction("glyph", ABOUT_LINE.box, "5"),
    )
    spots = shown_of(monkeypatch, *said).spots
    assert [(spot.id, spot.label, spot.tone) for spot in spots] == [
        (0, "9", "said"),
        (1, "×", "gone"),
        (2, "1", "against"),
        (3, "5", "said"),
    ]
    assert spots[0].told == "Digit 1 of 2: you say 9"
    assert spots[1].told == "Sign 2 of 2: you say that there is none, it was read as ×"


def picture(*lines: str) -> tuple[str, bytes]:
    file = BytesIO()
    Image.fromarray(page_of(lines, gap=0.3)).save(file, "PNG")
    return "written.png", file.getvalue()


def test_of_a_sign_is_told_why_nothing_is_explained(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Reader.read

    def surely(*args: Any, **options: Any) -> Reading:
        reading = read(*args, **options)
        sure = [
            replace(
                line,
                doubts=(),
                glyphs=tuple(replace(glyph, accepted=True, reason=None) for glyph in line.glyphs),
            )
            for line in reading.lines
        ]
        return replace(reading, lines=tuple(sure), doubts=())

    monkeypatch.setattr(Reader, "read", surely)
    upload(page, picture("-45"))
    assert "2 digits, all accepted." in said(page)
    assert "This is the sign -." in said(page)  # the first is chosen
    assert "is a sign, told by its shape and place" in " ".join(
        caption.value.replace("\\", "") for caption in page.caption
    )
    assert not bars(page)


def test_a_page_with_something_unread_says_so_and_shows_where(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Reader.read
    doubt = Doubt("incomplete", "Ink beside the 5 was not read.", Box(3, 3, 9, 9))
    monkeypatch.setattr(Reader, "read", lambda *told, **more: replace(read(*told, **more), doubts=(doubt,)))
    upload(page, picture("45"))
    assert "2 digits; please look at the 1 place boxed in dashes." in said(page)
    assert doubt.message in said(page)
    monkeypatch.setattr(
        Reader, "read", lambda *told, **more: replace(read(*told, **more), lines=(), doubts=(doubt,))
    )
    upload(page, picture("46"))
    assert "Something here could not be read." in said(page)
    assert doubt.message in said(page)
    assert not bars(page)
