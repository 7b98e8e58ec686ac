"""The desk: every picture read once, little kept of each, the reader's own trace for the one in view."""

from collections.abc import Callable

import pytest

from digitlens import Reader
from digitlens.data.samples import draw
from digitlens.web.desk import Desk, Picture


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


class Counted:
    """Bytes that count how often they are asked for."""

    def __init__(self, content: bytes) -> None:
        self.content, self.times = content, 0

    def __call__(self) -> bytes:
        self.times += 1
        return self.content


def picture(name: str, load: Callable[[], bytes] | None = None) -> Picture:
    return Picture(name, f"{name}.jpg", load or (lambda: draw(name)))


def test_each_picture_is_read_once_and_told_as_it_is_done(reader: Reader) -> None:
    files = {name: Counted(draw(name)) for name in ("pen", "chalk", "blank")}
    pictures = [picture(name, load) for name, load in files.items()]
    desk = Desk(reader)
    assert list(desk.read(pictures[:2])) == [1, 2]
    assert list(desk.read(pictures)) == [3]
    assert list(desk.read(pictures)) == []
    assert [load.times for load in files.values()] == [1, 1, 1]
    assert {entry.name: entry.reading.text for entry in desk.doubtful_first()} == {
        "pen.jpg": "3",
        "chalk.jpg": "2",
        "blank.jpg": "",
    }


def test_an_interrupted_reading_goes_on_where_it_stopped(reader: Reader) -> None:
    files = [Counted(draw(name)) for name in ("pen", "chalk", "marker")]
    pictures = [picture(str(i), load) for i, load in enumerate(files)]
    desk = Desk(reader)
    next(desk.read(pictures))
    assert list(desk.read(pictures)) == [2, 3]
    assert [load.times for load in files] == [1, 1, 1]


def test_what_is_no_longer_there_is_forgotten(reader: Reader) -> None:
    desk = Desk(reader)
    list(desk.read([picture("pen"), picture("chalk")]))
    list(desk.read([picture("chalk")]))
    assert [entry.name for entry in desk.doubtful_first()] == ["chalk.jpg"]


def test_no_steps_are_kept_but_a_small_thumbnail(reader: Reader) -> None:
    desk = Desk(reader)
    list(desk.read([picture("pen")]))
    (entry,) = desk.doubtful_first()
    assert entry.reading.steps == entry.plates == ()
    assert entry.thumbnail is not None
    assert len(entry.thumbnail) < 6_000


def test_the_doubtful_come_first(reader: Reader) -> None:
    desk = Desk(reader)
    broken = picture("broken", lambda: b"not a picture")
    list(desk.read([picture("pen"), picture("scribble"), broken, picture("doubtful")]))
    names = [entry.name for entry in desk.doubtful_first()]
    assert names == ["broken.jpg", "scribble.jpg", "doubtful.jpg", "pen.jpg"]


def test_the_picture_in_view_shows_the_reader_s_own_steps(reader: Reader) -> None:
    content = Counted(draw("pen"))
    desk = Desk(reader)
    entry = desk.open(picture("pen", content))
    trace = reader.classify(draw("pen"))
    assert [(plate.name, plate.sentence) for plate in entry.plates] == [
        (s.name, s.sentence) for s in trace.steps
    ]
    assert entry.reading.glyphs == trace.glyphs
    assert desk.open(picture("pen", content)) is entry
    assert content.times == 1


def test_a_file_that_cannot_be_read_has_its_error_and_no_picture(reader: Reader) -> None:
    entry = Desk(reader).open(picture("broken", lambda: b"GIF89a"))
    assert entry.reading.error is not None
    assert (entry.thumbnail, entry.plates) == (None, ())


def test_a_desk_serves_readers_that_would_read_the_same() -> None:
    desk = Desk(Reader(max_error=0.005))
    assert desk.serves(Reader(max_error=0.005))
    assert not desk.serves(Reader(max_error=0.02))
