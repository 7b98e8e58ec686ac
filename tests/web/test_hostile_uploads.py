"""The hostile set, brought to the web app: every file has its entry and its row, and nothing goes wrong unsaid."""

import io
import zipfile

import pytest

from digitlens import Reader
from digitlens.web import visit as module
from digitlens.web.job import BatchJob, QueuedFile
from digitlens.web.visit import Source, Visit
from digitlens.web.words import verdict
from hostile_files import Hostile, hostile_files

QUICK = 200
"""How many files; the whole set is thrown at the reader, the command line and the API."""


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.fixture(scope="module")
def files() -> list[Hostile]:
    return list(hostile_files(QUICK))


def test_every_upload_has_an_entry_that_says_what_came_of_it(
    reader: Reader, files: list[Hostile], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_PAGES", 2)
    for number, file in enumerate(files):
        visit = Visit()
        visit.add(Source(f"upload-{number}", file.name, file.data, "upload"))
        list(visit.read(reader))
        assert visit.entries, file.name
        for entry in visit.entries:
            assert verdict(entry.reading).headline
            assert (entry.sheet is None) == (entry.reading.error is not None)


def test_a_batch_of_them_ends_with_a_row_for_each_and_no_mistake_of_ours(
    reader: Reader, files: list[Hostile]
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number, file in enumerate(files):
            archive.writestr(f"{number:03}.png", file.data)
    job = BatchJob(reader, [QueuedFile("all.zip", packed)], single=True)
    job.start().wait(120)
    assert (job.running, job.problem) == (False, None)
    assert job.done == job.total == len(files)
    assert job.tray.count() >= len(files)
