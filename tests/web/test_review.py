"""Review: what was not accepted waits, what a person says is kept once, and all of it can be taken home or deleted."""

import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitlens import Reader
from digitlens.data.samples import draw
from digitlens.store import Store
from digitlens.types import Box, Doubt, Glyph, Line, Reading
from digitlens.web import queue, review
from digitlens.web.components import Decision
from digitlens.web.corrections import corrected


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store of this test's own, in place of the one of the machine."""
    store = Store(tmp_path / "corrections.db")
    monkeypatch.setattr(queue, "store", lambda: store)
    return store


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The state of a visit."""
    state: dict[str, Any] = {}
    monkeypatch.setattr("streamlit.session_state", state)
    return state


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(max_error=0.001)


def doubtful(reader: Reader, kept: Store) -> int:
    """An item that waits."""
    picture = draw("scribble")
    queue.keep_doubtful(picture, [reader.classify(picture)], "scribble.jpg")
    (item,) = kept.waiting()
    return item.id


def test_only_what_was_not_accepted_waits(reader: Reader, kept: Store) -> None:
    queue.keep_doubtful(draw("pen"), [reader.classify(draw("pen"))], "pen.jpg")
    assert kept.waiting() == []
    assert doubtful(reader, kept)


def test_each_decision_is_written_down_once_however_often_it_is_told(
    reader: Reader, kept: Store, heard: dict[str, Any]
) -> None:
    item = doubtful(reader, kept)
    told = [Decision(1, item, "3")]
    review.settle_items(kept, told)
    review.settle_items(kept, told)
    review.settle_items(kept, [*told, Decision(2, item, None), Decision(3, item, "")])
    assert [decision.label for decision in kept.history(item)] == ["3", None, ""]
    assert heard["heard"] == {"review": 3}


def test_a_decision_about_what_was_deleted_meanwhile_does_not_stop_the_others(
    reader: Reader, kept: Store, heard: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    toasts: list[str] = []
    monkeypatch.setattr("streamlit.toast", toasts.append)
    item = doubtful(reader, kept)
    review.settle_items(kept, [Decision(1, item + 1, "3"), Decision(2, item, "4")])
    assert [decision.label for decision in kept.history(item)] == ["4"]
    assert "was forgotten" in toasts[0]


def test_what_a_person_says_of_an_accepted_digit_is_kept(reader: Reader, kept: Store) -> None:
    reading = reader.read(draw("pen"))
    place = reading.glyphs[0].box
    queue.teach(draw("pen"), reading, "pen.jpg", {place: "8", Box(0, 0, 1, 1): "4"})
    queue.teach(draw("pen"), reading, "pen.jpg", {place: "5"})
    (item,) = kept.settled()
    assert (item.label, item.decision and item.decision.label, item.corrected) == ("3", "5", True)
    queue.teach(draw("pen"), reading, "pen.jpg", {place: None})
    assert kept.settled() == []


def test_an_item_is_asked_about_in_plain_words(reader: Reader, kept: Store) -> None:
    doubtful(reader, kept)
    shown = review.shown(kept.waiting()[0], "digit")
    assert (shown["asked"], shown["yes"]) == ("Is this really no digit?", "Right, no digit")
    assert shown["file"] == "scribble.jpg"
    assert shown["crop"].startswith("data:image/png;base64,")


def test_a_letter_is_asked_about_and_settled_with_its_case(
    reader: Reader, kept: Store, heard: dict[str, Any]
) -> None:
    item = kept.item(doubtful(reader, kept))
    shown = review.shown(replace(item, label="o", reason="unsure"), "letter")
    assert (shown["asked"], shown["yes"]) == ("Is this a small o?", "Yes, it is a small o")
    assert review.shown(item, "letter")["asked"] == "Is this really no letter?"
    review.settle_items(kept, [Decision(1, item.id, "o"), Decision(2, item.id, "O")])
    assert [decision.label for decision in kept.history(item.id)] == ["o", "O"]


def test_a_sign_is_asked_about_as_a_sign(reader: Reader, kept: Store) -> None:
    item = kept.item(doubtful(reader, kept))
    times = replace(item, label="×", reason="unsure", frame=None, confidence=0.62)
    shown = review.shown(times, "digit")
    assert (shown["asked"], shown["yes"]) == ("Is this the sign ×?", "Yes, it is the sign ×")
    assert shown["told"] == "The network was 62.0% sure that it is the sign ×."
    assert shown["frame"] is None
    assert (
        review.shown(replace(times, label="x", frame=item.frame), "letter")["asked"] == "Is this a small x?"
    )


def test_a_place_that_was_not_read_and_one_glyph_of_several_say_so(reader: Reader, kept: Store) -> None:
    item = kept.item(doubtful(reader, kept))
    unread = review.shown(replace(item, label="", reason="incomplete", frame=None), "digit")
    assert (unread["asked"], unread["yes"]) == ("Is a digit here that was not read?", "No, there is none")
    assert unread["told"] == "Perhaps not all that is written here was read."
    several = review.shown(replace(item, label="4", reason="several"), "digit")
    assert several["asked"] == "Is this a 4?"
    assert several["told"].startswith("There is more than one digit in this picture")


def test_what_a_person_says_of_a_glyph_is_kept_though_its_place_was_once_in_doubt(
    reader: Reader, kept: Store
) -> None:
    reading = reader.read(draw("pen"))
    doubt = Doubt("incomplete", "Ink was not read.", reading.glyphs[0].box)
    queue.keep_doubtful(draw("pen"), [replace(reading, lines=(), doubts=(doubt,))], "pen.jpg")
    queue.teach(draw("pen"), reading, "pen.jpg", {reading.glyphs[0].box: "8"})
    (item,) = kept.settled()
    assert (item.label, item.decision and item.decision.label) == ("3", "8")


def test_the_decisions_are_taken_home_as_a_dataset(reader: Reader, kept: Store) -> None:
    kept.settle(doubtful(reader, kept), "4")
    with zipfile.ZipFile(BytesIO(review.dataset(kept))) as archive:
        names = archive.namelist()
    assert sum(name.startswith("corrections/4/") and name.endswith(".png") for name in names) == 1


def test_where_nothing_can_be_kept_reading_goes_on(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setattr(queue, "store", lambda: Store(tmp_path / "file" / "corrections.db"))
    queue.keep_doubtful(draw("scribble"), [reader.classify(draw("scribble"))], "scribble.jpg")
    assert "What should be looked at in scribble.jpg is not kept" in caplog.text


def glyph(label: str, x: int, *, accepted: bool) -> Glyph:
    reason = None if accepted else "unsure"
    return Glyph(label, 0.6, 0.9, Box(x, 60, 30, 90), accepted, reason, {label: 0.6, "9": 0.4}, FRAME)


FRAME = np.zeros((28, 28), np.uint8)
LINE = Line((glyph("4", 40, accepted=False), glyph("7", 90, accepted=True)), Box(40, 60, 80, 90))


def test_an_item_is_shown_within_its_line_and_its_page_and_these_are_gone_with_it(kept: Store) -> None:
    queue.keep_doubtful(draw("pen"), [Reading(None, "m@1", lines=(LINE,))], "pen.jpg")
    (item,) = kept.waiting()
    page = kept.page(item.sha256, 1)
    assert page is not None
    assert (page.width, page.height) == (240, 240)
    shown = review.shown(item, "digit", page)
    assert shown["place"] == [40, 60, 30, 90]
    assert shown["part"] == [4, 24, 152, 162]
    assert (shown["line"], shown["blank"]) == ("47", False)
    kept.forget([item.id])
    assert kept.page(item.sha256, 1) is None


def test_a_line_that_is_typed_settles_what_waits_on_it_and_is_in_the_readings_of_the_visit(
    kept: Store, heard: dict[str, Any]
) -> None:
    reading = Reading(None, "m@1", lines=(LINE,))
    queue.keep_doubtful(draw("pen"), [reading], "pen.jpg")
    (item,) = kept.waiting()
    review.settle_lines(kept, [Decision(1, item.id, "17")])
    review.settle_lines(kept, [Decision(1, item.id, "17")])
    assert [decision.label for decision in kept.history(item.id)] == ["1"]
    said = heard["corrections"].of((item.sha256, 1))
    assert corrected(reading, said).text == "17"


def test_what_is_decided_here_is_in_the_readings_of_the_visit_until_it_is_taken_back(
    kept: Store, heard: dict[str, Any]
) -> None:
    reading = Reading(None, "m@1", lines=(LINE,))
    queue.keep_doubtful(draw("pen"), [reading], "pen.jpg")
    (item,) = kept.waiting()
    review.settle_items(kept, [Decision(1, item.id, "9")])
    assert corrected(reading, heard["corrections"].of((item.sha256, 1))).text == "97"
    review.settle_items(kept, [Decision(2, item.id, None)])
    assert corrected(reading, heard["corrections"].of((item.sha256, 1))).text == "47"


def test_a_blank_page_is_not_asked_for_a_digit(kept: Store, heard: dict[str, Any]) -> None:
    queue.keep_doubtful(draw("blank"), [Reading(None, "m@1")], "blank.jpg")
    (item,) = kept.waiting()
    shown = review.shown(item, "digit", kept.page(item.sha256, 1))
    assert (shown["blank"], shown["asked"], shown["yes"]) == (
        True,
        "Is there really no digit here?",
        "Right, there is no digit",
    )
    review.settle_items(kept, [Decision(1, item.id, "")])
    assert [each.kind for each in heard["corrections"].of((item.sha256, 1))] == ["page"]
