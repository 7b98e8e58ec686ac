"""A job: every page gets its row whatever becomes of it, it can be stopped, and it keeps nothing of what is done."""

import gc
import io
import weakref
import zipfile
from collections.abc import Iterable

import pytest
from PIL import Image

from digitlens import Reader
from digitlens.batch import GlyphRow, NumberRow, PageRow
from digitlens.data.samples import draw
from digitlens.types import Reading
from digitlens.web.job import BatchJob, QueuedFile
from written import page_of


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def file(name: str, data: bytes | None = None) -> QueuedFile:
    return QueuedFile(name, io.BytesIO(draw(name) if data is None else data))


def archive(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as written:
        for name, data in members.items():
            written.writestr(name, data)
    return packed.getvalue()


def pages(job: BatchJob) -> list[PageRow]:
    return [row for row in job.tray.rows("page") if isinstance(row, PageRow)]


def glyphs(job: BatchJob) -> list[GlyphRow]:
    return [row for row in job.tray.rows("glyph") if isinstance(row, GlyphRow)]


def ended(job: BatchJob) -> BatchJob:
    job.start().wait(60)
    assert not job.running
    return job


def test_pictures_an_archive_and_what_is_no_picture_each_have_their_row(reader: Reader) -> None:
    packed = archive(seven=draw("pencil"), nothing=draw("blank"))
    job = ended(BatchJob(reader, [file("pen"), file("all.zip", packed), file("notes.txt", b"text")]))
    rows = pages(job)
    assert [(row.file, row.text) for row in rows] == [
        ("pen", "3"),
        ("seven", "7"),
        ("nothing", ""),
        ("notes.txt", None),
    ]
    assert rows[3].error is not None
    assert (job.done, job.total, job.problem, job.cancelled) == (4, 4, None, False)
    assert job.outcomes == {"accepted": 2, "look": 1, "failed": 1}
    assert [row.label for row in glyphs(job)] == ["3", "7", None, None]
    numbers = [row for row in job.tray.rows("number") if isinstance(row, NumberRow)]
    assert [(row.text, row.reason) for row in numbers] == [
        ("3", None),
        ("7", None),
        (None, "blank"),
        (None, None),
    ]
    assert job.seconds_left == 0


def test_single_digits_are_classified(reader: Reader) -> None:
    job = ended(BatchJob(reader, [file("scribble")], single=True))
    (row,) = glyphs(job)
    assert (row.label, row.reason) == ("", "not_a_digit")


def test_letters_and_fields_are_read_as_the_reader_has_them() -> None:
    picture = io.BytesIO()
    Image.fromarray(page_of(["0512.2024"])).save(picture, "PNG")
    job = ended(BatchJob(Reader(pattern="dd.dd.dddd"), [file("date", picture.getvalue())]))
    assert ([row.text for row in pages(job)], job.kind) == (["05.12.2024"], "digit")
    picture = io.BytesIO()
    Image.fromarray(page_of(["T"])).save(picture, "PNG")
    job = ended(BatchJob(Reader(alphabet="upper"), [file("letter", picture.getvalue())]))
    assert ([row.text for row in pages(job)], job.kind) == (["T"], "letter")


def test_an_archive_that_is_cut_off_ends_the_job_with_a_sentence_and_keeps_what_was_read(
    reader: Reader,
) -> None:
    packed = archive(seven=draw("pencil"))
    job = ended(BatchJob(reader, [file("pen"), file("cut.zip", packed[: len(packed) // 2])]))
    assert job.problem is not None
    assert "cut.zip" in job.problem


def test_whoever_hears_gets_each_picture_with_its_readings_without_their_steps(reader: Reader) -> None:
    heard = []

    def hear(picture: bytes, readings: Iterable[Reading], name: str) -> None:
        heard.append((name, picture, list(readings)))

    ended(BatchJob(reader, [file("pen"), file("chalk")], heard=hear))
    assert [(name, picture, [r.text for r in readings]) for name, picture, readings in heard] == [
        ("pen", draw("pen"), ["3"]),
        ("chalk", draw("chalk"), ["2"]),
    ]
    assert all(reading.steps == () for _, _, readings in heard for reading in readings)


def test_a_picture_has_its_row_though_nobody_listens_to_the_end(reader: Reader) -> None:
    job = ended(BatchJob(reader, [file("pen")], heard=lambda *_: None))
    assert [row.text for row in pages(job)] == ["3"]


def test_a_job_that_is_stopped_keeps_what_is_done(reader: Reader) -> None:
    jobs: list[BatchJob] = []

    def stop(picture: bytes, readings: Iterable[Reading], name: str) -> None:
        if name == "2":
            jobs[0].cancel()

    jobs.append(BatchJob(reader, [file(str(i), draw("mnist")) for i in range(9)], heard=stop))
    job = ended(jobs[0])
    assert job.cancelled
    assert (job.done, job.total) == (3, 9)
    assert [row.file for row in job.tray.rows("page")] == ["0", "1", "2"]


def test_a_mistake_of_ours_is_told_and_does_not_lose_what_is_done(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(picture: bytes, readings: Iterable[Reading], name: str) -> None:
        if name == "chalk":
            raise ZeroDivisionError

    job = ended(BatchJob(reader, [file("pen"), file("chalk"), file("marker")], heard=fail))
    assert job.problem is not None
    assert "a mistake of ours (ZeroDivisionError)" in job.problem
    assert [row.file for row in job.tray.rows("page")] == ["pen"]


def test_the_files_are_let_go_of_when_the_job_has_ended(reader: Reader) -> None:
    data = io.BytesIO(draw("pen"))
    gone = weakref.ref(data)
    job = ended(BatchJob(reader, [QueuedFile("pen", data)]))
    del data
    gc.collect()
    assert gone() is None
    assert job.tray.count() == 1
