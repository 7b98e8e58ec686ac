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
from digitlens.web.components import Mark, Spot
from digitlens.web.sheet import Sheet
from digitlens.web.visit import Entry, Source
from written import page_of

SHEET = Sheet("data:,", "data:,", 200, 100, False, ("data:,",) * 2, ())


def test_glyphs_can_be_chosen_and_places_to_look_at_are_numbered_as_their_sentences_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    four = Glyph("4", 0.9, 1.0, Box(20, 10, 20, 50), True, None, {"4": 0.9, "9": 0.1})
    times = Glyph("×", 0.6, 0.0, Box(50, 30, 20, 20), False, "unsure", {"×": 0.6})
    about_line = Doubt("incomplete", "Ink beside the 4 was not read.", Box(80, 10, 10, 50))
    about_page = Doubt("incomplete", "A digit is cut by the edge.", Box(190, 0, 10, 100))
    line = Line((four, times), Box(20, 10, 50, 50), doubts=(about_line,))
    reading = Reading("a.png", "m@1", lines=(line,), doubts=(about_page,))
    entry = Entry("a-1", Source("a", "a.png", b"", "upload"), 1, reading, SHEET)
    shown = {}
    monkeypatch.setattr(detail, "boxes", lambda *told: shown.update(enumerate(told)) or told[3])
    assert detail._boxes(entry, SHEET) == 1  # the first to look at
    assert shown[2] == [
        Spot(10, 10, 10, 50, "4", "sure", "Digit 1 of 2: 4, 90.0% sure"),
        Spot(25, 30, 10, 20, "×", "doubt", "Sign 2 of 2: ×, 60.0% sure, please look"),
    ]
    assert shown[4] == [Mark(95, 0, 5, 100, "1"), Mark(40, 10, 5, 50, "2")]
    assert [doubt.message for doubt in reading.all_doubts] == [about_page.message, about_line.message]


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
