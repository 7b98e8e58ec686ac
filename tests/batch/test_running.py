"""A batch from its inputs to its table, interrupted wherever it may be."""

import csv
import io
import json
import os
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from batch_made import ONE, Deadly, InProcess, bar, png

from digitlens import ReadOptions
from digitlens.batch import TABLES, Job, LocalEngine, Progress, find_inputs, run_batch
from digitlens.batch import chunks as chunks_module
from digitlens.batch.checkpoint import Checkpoint
from digitlens.batch.chunks import chunks
from digitlens.errors import BatchError, ModelNotFound
from made_files import zipped

SINGLE = Job(single=True)


@pytest.fixture
def small_chunks(monkeypatch):
    """Chunks of four inputs."""
    monkeypatch.setattr(Job, "chunk_size", 4)


@pytest.fixture
def folder(tmp_path) -> Path:
    """Twenty ones at different places, and three files that are no pictures."""
    root = tmp_path / "in"
    root.mkdir()
    for number in range(20):
        (root / f"{number:02}.png").write_bytes(png(bar(13 + number % 3, 200 + number)))
    for name, data in (("03.bad", b"no picture"), ("07.empty", b""), ("19.png", ONE[:60])):
        (root / name).write_bytes(data)
    return root


def rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def content(path: Path) -> object:
    """What a table holds; the bytes themselves but for a workbook, which is packed with the time of the day."""
    if path.suffix == ".xlsx":
        return [[cell.value for cell in row] for row in openpyxl.load_workbook(path).worksheets[0].rows]
    return path.read_bytes()


def test_every_input_has_its_row_in_order(folder, tmp_path, small_chunks):
    done = run_batch(find_inputs(folder), tmp_path / "out.jsonl", SINGLE, engine=InProcess())
    found = rows(tmp_path / "out.jsonl")
    assert [row["file"] for row in found] == sorted(str(path) for path in folder.iterdir())
    assert (done.total, done.done, done.failed, done.resumed) == (22, 22, 3, 0)
    bad = [row for row in found if row["error"]]
    assert [Path(row["file"]).name for row in bad] == ["03.bad", "07.empty", "19.png"]
    assert (
        bad[1]["error"]
        == f"unreadable_image: {folder}/07.empty is empty (0 bytes): was it saved or copied whole, or read before?"
    )
    assert {row["text"] for row in found if not row["error"]} == {"1"}
    assert {path.name for path in tmp_path.iterdir()} == {"in", "out.jsonl"}


@pytest.mark.parametrize("suffix", TABLES)
def test_interrupted_and_gone_on_with_it_is_the_same(suffix, folder, tmp_path, small_chunks):
    whole, again = tmp_path / f"whole{suffix}", tmp_path / f"again{suffix}"
    run_batch(find_inputs(folder), whole, SINGLE, engine=InProcess())
    for stop in (0, 2, 1, 2):
        with pytest.raises(KeyboardInterrupt):
            run_batch(find_inputs(folder), again, SINGLE, engine=InProcess(stop))
        assert not again.exists()
    last = InProcess()
    done = run_batch(find_inputs(folder), again, SINGLE, engine=last)
    assert (last.read, done.resumed, done.failed) == (1, 18, 3)
    assert content(again) == content(whole)
    assert not Checkpoint(again).folder.exists()
    (name, *_), *_ = _cells(again)
    assert name == f"{folder}/00.png"


def _cells(path: Path) -> list:
    if path.suffix == ".parquet":
        return [list(row.values()) for row in pq.read_table(path).to_pylist()]
    if path.suffix == ".jsonl":
        return [list(row.values()) for row in rows(path)]
    if path.suffix == ".csv":
        return list(csv.reader(io.StringIO(path.read_text())))[1:]
    found = content(path)
    assert isinstance(found, list)
    return found[1:]


def test_killed_after_its_last_chunk_it_only_writes_the_table(folder, tmp_path, small_chunks, monkeypatch):
    out = tmp_path / "out.csv"
    with monkeypatch.context() as patched:
        patched.setattr(Checkpoint, "finish", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            run_batch(find_inputs(folder), out, SINGLE, engine=InProcess())
    idle = InProcess(0)
    assert run_batch(find_inputs(folder), out, SINGLE, engine=idle).resumed == 22
    assert len(out.read_text().splitlines()) == 23


def _interrupt(*_):
    raise KeyboardInterrupt


def test_what_may_be_read_is_chosen(folder, tmp_path, small_chunks):
    """The bars are ones; where only 4 and 7 may be, they are one of these, and nobody is sure of it."""
    job = Job(single=True, options=ReadOptions(pattern="[47]"))
    run_batch(find_inputs(folder), tmp_path / "out.jsonl", job, engine=InProcess())
    found = [row for row in rows(tmp_path / "out.jsonl") if not row["error"]]
    assert {row["text"] for row in found} <= {"4", "7"}
    assert not any(row["accepted"] for row in found)
    assert max(row["confidence"] for row in found) < 0.9
    with pytest.raises(ValueError, match="cannot be understood"):
        run_batch(
            find_inputs(folder),
            tmp_path / "out.csv",
            Job(options=ReadOptions(pattern="(")),
            engine=InProcess(),
        )


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda folder: (folder / "00.png").write_bytes(ONE), "state of the inputs was"),
        (lambda folder: (folder / "a.png").write_bytes(ONE), "inputs was 22, is 23"),
        (Job(), "single was True, is False"),
        (Job(single=True, options=ReadOptions(model="tiny")), "model was 'robust@"),
        (Job(single=True, options=ReadOptions(max_error=0.1)), "max_error was 0.005, is 0.1"),
        (Job(single=True, options=ReadOptions(alphabet="0123")), "alphabet was None, is '0123'"),
        (Job(single=True, options=ReadOptions(lexicon=("1", "2"))), "lexicon was None, is 'SHA-256 "),
    ],
)
def test_on_other_terms_it_does_not_go_on(change, what, folder, tmp_path, small_chunks):
    out = tmp_path / "out.csv"
    with pytest.raises(KeyboardInterrupt):
        run_batch(find_inputs(folder), out, SINGLE, engine=InProcess(2))
    job = change if isinstance(change, Job) else SINGLE
    if not isinstance(change, Job):
        change(folder)
    with pytest.raises(BatchError, match=what) as error:
        run_batch(find_inputs(folder), out, job, engine=InProcess())
    assert "--restart to begin anew" in str(error.value)
    done = run_batch(find_inputs(folder), out, job, engine=InProcess(), restart=True)
    assert done.resumed == 0
    assert out.exists()


def test_two_at_once_do_not_write_one_table(folder, tmp_path):
    checkpoint = Checkpoint(tmp_path / "out.csv")
    with checkpoint.opened({}, restart=False), pytest.raises(BatchError, match="Another process is making"):
        run_batch(find_inputs(folder), tmp_path / "out.csv", SINGLE, engine=InProcess())


def test_a_full_disk_is_told_and_what_was_done_is_kept(folder, tmp_path, small_chunks, monkeypatch):
    calls = iter(range(100))

    def fsync(_: int) -> None:
        if next(calls) >= 3:
            raise OSError(28, "No space left on device")

    out = tmp_path / "out.csv"
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fsync)
        with pytest.raises(BatchError, match=r"No space left on device\. What is done"):
            run_batch(find_inputs(folder), out, SINGLE, engine=InProcess())
    done = run_batch(find_inputs(folder), out, SINGLE, engine=InProcess())
    assert done.resumed == 8
    assert done.done == 22


@pytest.mark.parametrize(
    ("target", "message"),
    [("", "is a folder"), ("out.doc", r"cannot be written as \.doc"), ("out", "a file without a suffix")],
)
def test_a_wrong_table_is_told_before_the_work(target, message, folder, tmp_path):
    with pytest.raises(BatchError, match=message):
        run_batch(find_inputs(folder), tmp_path / target, engine=InProcess(0))


def test_nothing_to_read_is_told(tmp_path):
    (tmp_path / "in").mkdir()
    with pytest.raises(BatchError, match="nothing to read"):
        run_batch(find_inputs(tmp_path / "in"), tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_an_unknown_network_is_told(folder, tmp_path):
    with pytest.raises(ModelNotFound):
        run_batch(find_inputs(folder), tmp_path / "out.csv", Job(options=ReadOptions(model="nosuch")))


def test_chunks_are_the_same_whatever_is_done(monkeypatch):
    monkeypatch.setattr(chunks_module, "CHUNK_BYTES", 1000)
    data = {f"{i}.png": bytes(200) for i in range(20)} | {"big.png": bytes(5000), "z.png": b""}
    inputs = find_inputs(zipped(data))
    every = list(chunks(inputs, 6))
    assert [len(chunk.names) for chunk in every] == [5, 5, 5, 5, 1, 1]
    assert [name for chunk in every for name in chunk.names] == [*data]
    assert list(chunks(inputs, 6, {0, 2, 5})) == [every[1], every[3], every[4]]


def test_progress_counts_what_this_run_does():
    told = Progress(100, done=60, resumed=40)
    told._began -= 10
    assert told.rate == pytest.approx(2, rel=0.01)
    assert told.left == pytest.approx(20, rel=0.01)
    assert Progress(100, done=40, resumed=40).left is None


def test_workers_read_what_one_process_reads(folder, tmp_path, small_chunks):
    for name, engine in (("one", InProcess()), ("two", LocalEngine(2))):
        run_batch(find_inputs(folder), tmp_path / f"{name}.csv", SINGLE, engine=engine)
    assert content(tmp_path / "one.csv") == content(tmp_path / "two.csv")


def test_an_input_that_kills_its_worker_costs_itself_alone(folder, tmp_path, caplog):
    (folder / "05.deadly").write_bytes(b"DEADLY")
    (folder / "06.faulty").write_bytes(b"FAULTY")
    (folder / "08.deadly").write_bytes(b"DEADLY")
    job = Deadly(single=True)
    done = run_batch(find_inputs(folder), tmp_path / "out.jsonl", job, engine=LocalEngine(1))
    bad = {Path(row["file"]).name: row["error"] for row in rows(tmp_path / "out.jsonl") if row["error"]}
    assert done.failed == 6
    assert [name for name, error in bad.items() if error.startswith("input_failed: ")] == [
        *("05.deadly", "06.faulty", "08.deadly"),
    ]
    assert "the process that read it died" in bad["05.deadly"]
    assert "ZeroDivisionError: a fault of ours" in bad["06.faulty"]
    assert len(rows(tmp_path / "out.jsonl")) == 25


def test_a_worker_that_dies_once_costs_nothing(folder, tmp_path, small_chunks):
    (folder / "05.once").write_bytes(b"ONCE")
    run_batch(find_inputs(folder), tmp_path / "out.jsonl", Deadly(single=True), engine=LocalEngine(2))
    found = {Path(row["file"]).name: row for row in rows(tmp_path / "out.jsonl")}
    assert found["05.once"]["text"] == "1"
    assert len(found) == 23


def test_pages_of_a_document_are_rows_of_their_own(tmp_path):
    from PIL import Image  # noqa: PLC0415

    page = Image.new("L", (100, 100), 255)
    (tmp_path / "in").mkdir()
    page.save(tmp_path / "in" / "a.tif", save_all=True, append_images=[page, page])
    (tmp_path / "in" / "b.png").write_bytes(ONE)
    run_batch(find_inputs(tmp_path / "in"), tmp_path / "out.jsonl", engine=InProcess())
    found = [(Path(row["file"]).name, row["page"], row["text"]) for row in rows(tmp_path / "out.jsonl")]
    assert found == [("a.tif", 1, ""), ("a.tif", 2, ""), ("a.tif", 3, ""), ("b.png", 1, "1")]
