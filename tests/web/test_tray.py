"""The tray: pages come back as they went in, the doubtful first for the page, in order for the downloads."""

from digitlens.batch import PageRow
from digitlens.errors import UnreadableImage
from digitlens.types import Box, Glyph, Line, Reading
from digitlens.web import tray as module
from digitlens.web.corrections import Correction, Corrections
from digitlens.web.tray import Tray

BOX = Box(1, 2, 3, 4)


def reading(label: str, confidence: float, *, accepted: bool = True, page: int = 1) -> Reading:
    reason = None if accepted else "unsure"
    glyph = Glyph(label, confidence, 1.0, BOX, accepted, reason, {label: confidence})
    return Reading(None, "robust@0", page, (Line((glyph,), BOX),))


def texts(tray: Tray, said: Corrections | None = None) -> list[str | None]:
    return [row.text for row in tray.rows("page", said) if isinstance(row, PageRow)]


def test_the_unread_come_first_then_the_unsure_then_the_least_sure() -> None:
    tray = Tray()
    pages = {
        "sure": reading("1", 0.9),
        "less sure": reading("2", 0.7),
        "unsure": reading("3", 0.95, accepted=False),
        "blank": Reading(None, "robust@0"),
        "broken": Reading(None, "robust@0", error=UnreadableImage("no picture")),
    }
    for name, page in pages.items():
        tray.add(tray.add_file(name, b""), page)
    found = tray.doubtful_first(9)
    assert [kept.name for kept in found] == ["broken", "blank", "unsure", "less sure", "sure"]
    assert [kept.name for kept in tray.doubtful_first(2, 2)] == ["unsure", "less sure"]
    assert str(found[0].reading.error) == "no picture"
    assert {kept.name: kept.reading.text for kept in found} == {
        name: page.text for name, page in pages.items()
    }
    assert [row.file for row in tray.rows("page")] == [*pages]


def test_what_a_person_says_is_in_the_rows_of_every_kind_and_of_that_page_alone() -> None:
    tray, said = Tray(), Corrections()
    scan = tray.add_file("scan.pdf", b"%PDF")
    tray.add(scan, reading("1", 0.5, accepted=False))
    tray.add(scan, reading("7", 0.5, accepted=False, page=2))
    second = tray.doubtful_first(9)[1]
    assert second.page[1] == 2
    said.say(second.page, Correction("glyph", BOX, "4"))
    assert texts(tray, said) == ["1", "4"]
    assert texts(tray) == ["1", "7"]
    assert [row.accepted for row in tray.rows("number", said)] == [False, True]
    assert [(row.accepted, row.confidence) for row in tray.rows("glyph", said)] == [(False, 0.5), (True, 1.0)]
    assert [kept.id for kept in tray.of(second.page)] == [second.id]
    assert tray.data(second.id) == b"%PDF"


def test_a_blank_page_that_a_person_agrees_to_is_accepted() -> None:
    tray, said = Tray(), Corrections()
    tray.add(tray.add_file("a", b"a"), Reading(None, "robust@0"))
    (page,) = tray.doubtful_first(1)
    assert [(row.accepted, row.reason) for row in tray.rows("page", said)] == [(False, "blank")]
    said.say(page.page, Correction("page"))
    assert [(row.accepted, row.reason) for row in tray.rows("page", said)] == [(True, None)]


def test_more_pages_than_are_in_memory_at_a_time_come_in_order(monkeypatch) -> None:
    monkeypatch.setattr(module, "PAGES_AT_ONCE", 4)
    monkeypatch.setattr(module, "MOST_TRAY_BYTES", 6)
    tray = Tray()
    for number in range(11):
        tray.add(tray.add_file(str(number), b"123"), reading(str(number % 10), 0.9))
    assert texts(tray) == [*"01234567890"]
    assert [tray.data(id) for id in (1, 2, 3)] == [b"123", b"123", None]  # no more bytes than may be kept
    assert tray.page(11) is not None
    assert tray.page(12) is None
