"""A visit: every picture read once by each reader, the newest first, and a way back from removing."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from digitlens import Reader
from digitlens.data.samples import draw
from digitlens.imaging import open_picture
from digitlens.model import MAX_ERROR
from digitlens.reader import ReadOptions
from digitlens.types import Box, Doubt
from digitlens.web import visit as module
from digitlens.web.visit import Entry, Source, Visit
from digitlens.web.wanted import ReadingChoice


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def source(name: str, data: bytes | None = None) -> Source:
    return Source(name, f"{name}.jpg", draw(name) if data is None else data, "upload")


def texts(visit: Visit) -> dict[str, str]:
    return {entry.name: entry.reading.text for entry in visit.entries}


class Ear:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, list[str]]] = []

    def __call__(self, source: Source, entries: list[Entry]) -> None:
        self.heard.append((source.key, [entry.reading.text for entry in entries]))


def test_each_picture_is_read_once_and_told_as_it_is_done(reader: Reader) -> None:
    ear = Ear()
    visit = Visit(ear)
    for name in ("pen", "chalk"):
        visit.add(source(name))
    assert list(visit.read(reader)) == [(1, 2), (2, 2)]
    visit.add(source("blank"))
    assert list(visit.read(reader)) == [(1, 1)]
    assert list(visit.read(reader)) == []
    assert ear.heard == [("chalk", ["2"]), ("pen", ["3"]), ("blank", [""])]
    assert list(texts(visit).items()) == [("blank.jpg", ""), ("chalk.jpg", "2"), ("pen.jpg", "3")]


def test_an_interrupted_reading_goes_on_where_it_stopped(reader: Reader) -> None:
    ear = Ear()
    visit = Visit(ear)
    for name in ("pen", "chalk", "marker"):
        visit.add(source(name))
    next(visit.read(reader))
    assert list(visit.read(reader)) == [(1, 2), (2, 2)]
    assert [key for key, _ in ear.heard] == ["marker", "chalk", "pen"]


def test_another_reader_reads_all_anew_and_the_same_one_built_again_does_not(reader: Reader) -> None:
    visit = Visit()
    visit.add(source("doubtful"))
    list(visit.read(reader))
    assert list(visit.read(Reader())) == []
    assert list(visit.read(Reader(max_error=0.001))) == [(1, 1)]
    assert list(visit.read(Reader("classic"))) == [(1, 1)]
    assert visit.entries[0].reading.model.startswith("classic@")


def test_what_is_wanted_otherwise_is_read_anew() -> None:
    visit = Visit()
    visit.add(source("pen"))
    pattern = ReadingChoice("", ReadOptions(pattern="dd"))
    list(visit.read(Reader()))
    assert list(visit.read(pattern.reader(None, MAX_ERROR), pattern)) == [(1, 1)]
    assert visit.entries[0].reading.lines[0].field is not None
    assert (
        list(visit.read(pattern.reader(None, MAX_ERROR), ReadingChoice("", ReadOptions(pattern="dd")))) == []
    )


def test_the_newest_is_in_view_unless_another_is_chosen(reader: Reader) -> None:
    visit = Visit()
    assert visit.in_view is None
    visit.add(source("pen"))
    visit.add(source("chalk"))
    list(visit.read(reader))
    assert visit.in_view is not None
    assert visit.in_view.source.key == "chalk"
    visit.chosen = "pen-1"
    assert visit.in_view.source.key == "pen"
    visit.add(source("marker"))
    list(visit.read(reader))
    assert visit.in_view.source.key == "marker"


def test_another_version_of_a_picture_takes_its_place(reader: Reader) -> None:
    visit = Visit()
    visit.add(source("drawing-1", draw("pen")))
    visit.add(source("other", draw("marker")))
    list(visit.read(reader))
    visit.add(source("drawing-1", draw("chalk")))
    list(visit.read(reader))
    assert list(texts(visit).items()) == [("drawing-1.jpg", "2"), ("other.jpg", "8")]


def test_removals_are_undone_last_first_and_nothing_is_read_again(reader: Reader) -> None:
    ear = Ear()
    visit = Visit(ear)
    for name in ("pen", "chalk", "marker"):
        visit.add(source(name))
    list(visit.read(reader))
    whole = texts(visit)
    assert visit.undoable is None
    visit.remove("chalk")
    visit.remove()
    assert visit.entries == []
    assert visit.undoable == "2 pictures"
    visit.undo()
    assert visit.undoable == "chalk.jpg"
    visit.undo()
    assert visit.undoable is None
    list(visit.read(reader))
    assert texts(visit) == whole
    assert len(ear.heard) == 3


def test_the_oldest_are_forgotten_when_there_are_too_many(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_PICTURES", 2)
    visit = Visit()
    for name in ("pen", "chalk", "marker"):
        visit.add(source(name))
    list(visit.read(reader))
    assert list(texts(visit)) == ["marker.jpg", "chalk.jpg"]


def test_the_oldest_are_forgotten_when_they_weigh_too_much_but_never_the_newest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_VISIT_BYTES", len(draw("pen")))
    visit = Visit()
    visit.add(source("pen"))
    visit.add(source("chalk"))
    visit.remove("chalk")  # raises where it was forgotten
    with pytest.raises(KeyError):
        visit.remove("pen")


def test_every_page_of_a_document_is_an_entry_up_to_a_limit(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [Image.open(io.BytesIO(draw(name))).convert("RGB") for name in ("pen", "chalk", "marker")]
    file = io.BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    visit = Visit()
    visit.add(source("scan", file.getvalue()))
    list(visit.read(reader))
    assert texts(visit) == {"scan.jpg": "3", "scan.jpg, page 2": "2", "scan.jpg, page 3": "8"}
    monkeypatch.setattr(module, "MOST_PAGES", 2)
    visit.add(source("scan", file.getvalue()))
    list(visit.read(reader))
    assert list(texts(visit)) == ["scan.jpg", "scan.jpg, page 2"]


def test_a_file_that_cannot_be_read_has_its_error_and_no_sheet(reader: Reader) -> None:
    visit = Visit()
    visit.add(source("broken", b"GIF89a"))
    list(visit.read(reader))
    (entry,) = visit.entries
    assert entry.reading.error is not None
    assert entry.sheet is None


def test_the_sheet_shows_the_reader_s_own_steps_and_lets_them_go(reader: Reader) -> None:
    visit = Visit()
    visit.add(source("pen"))
    list(visit.read(reader))
    (entry,) = visit.entries
    trace = reader.read(draw("pen"))
    assert entry.sheet is not None
    assert [(plate.name, plate.sentence) for plate in entry.sheet.plates] == [
        (s.name, s.sentence) for s in trace.steps
    ]
    assert entry.reading.steps == ()
    assert entry.reading.glyphs == trace.glyphs
    assert len(entry.sheet.crops) == 1


def test_ink_that_is_no_digit_is_told_from_a_blank_page(reader: Reader) -> None:
    visit = Visit()
    visit.add(source("scribble"))
    visit.add(source("blank"))
    list(visit.read(reader))
    assert [entry.reading.reason for entry in visit.entries] == ["blank", "not_a_digit"]


def test_a_page_of_which_nothing_was_read_keeps_what_speaks_against_it(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubt = Doubt("incomplete", "Ink was not read.", Box(1, 2, 3, 4))
    plain = reader.read(draw("scribble"))
    unread = replace(plain, lines=(), doubts=(doubt,))
    monkeypatch.setattr(Reader, "read", lambda *_, **__: unread)
    visit = Visit()
    visit.add(source("scribble"))
    list(visit.read(reader))
    (entry,) = visit.entries
    assert (entry.reading.reason, entry.reading.doubts) == ("incomplete", (doubt,))


def test_boxes_count_in_the_pixels_of_the_upload_though_it_was_reduced(reader: Reader) -> None:
    large = Image.open(io.BytesIO(draw("pen"))).resize((4800, 4800))
    file = io.BytesIO()
    large.save(file, "JPEG")
    assert open_picture(file.getvalue()).reduction == 2
    visit = Visit()
    visit.add(source("large", file.getvalue()))
    list(visit.read(reader))
    (entry,) = visit.entries
    assert entry.sheet is not None
    assert (entry.sheet.width, entry.sheet.height) == (4800, 4800)
    (glyph,) = entry.reading.glyphs
    assert 0.4 < (glyph.box.x + glyph.box.w / 2) / 4800 < 0.6
    assert glyph.box.h > 2000
