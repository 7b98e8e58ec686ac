"""Filled forms in a batch: a row a sheet, whatever ends it on the way, and what was refused."""

import csv
import shutil
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow.parquet as pq
import pytest
from batch_made import InProcess
from PIL import Image

from digitlens.batch import Job, find_inputs, run_batch
from digitlens.batch.chunks import Chunk
from digitlens.batch.job import failed
from digitlens.batch.sheets import decoded_pages, encoded_pages, write_sheets
from digitlens.data.synth.blanks import draw_blank
from digitlens.data.synth.fills import fill
from digitlens.errors import BatchError, InputFailed, SheetRefused
from digitlens.forms import Form, PageRead, Refused
from digitlens.reader.tables import Candidate, Cell
from digitlens.types import Box

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The tally form with its blank, and in a folder two filled sheets and a white one between them."""
    folder = tmp_path_factory.mktemp("forms")
    blank = draw_blank("tally")
    Image.fromarray(blank.pixels).save(folder / "tally.png")
    shutil.copy(EXAMPLES / "tally.toml", folder)
    (scans := folder / "scans").mkdir()
    for number, votes in enumerate(("17", "408")):
        sheet = fill(blank, {"party1": votes, "total": votes}, np.random.default_rng(number))
        Image.fromarray(sheet).save(scans / f"{2 * number}.png")
    Image.new("L", (600, 800), 255).save(scans / "1.png")
    return folder


@pytest.fixture
def job(folder, monkeypatch) -> Job:
    monkeypatch.setattr(Job, "chunk_size", 1)
    return Job(forms=(Form.load(folder / "tally.toml"),))


def test_ended_on_the_way_and_gone_on_with_a_row_is_a_sheet(folder, job, tmp_path):
    target = tmp_path / "votes.csv"
    with pytest.raises(KeyboardInterrupt):
        run_batch(find_inputs(folder / "scans"), target, job, engine=InProcess(stop=2))
    done = run_batch(find_inputs(folder / "scans"), target, job, engine=InProcess())
    assert (done.total, done.resumed, done.failed) == (3, 2, 1)
    assert (done.accepted, done.doubtful) == (2, 0)
    rows = [*csv.DictReader(target.read_text("utf-8-sig").splitlines())]
    assert [Path(row["file"]).name for row in rows] == ["0.png", "2.png", "1.png"]
    assert [(row["party1"], row["total"]) for row in rows] == [("17", "17"), ("408", "408"), ("", "")]
    assert "cannot be laid over the form tally" in rows[2]["error"]


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
def test_pages_that_are_read_already_are_made_a_table_of_any_kind(suffix, job, tmp_path):
    """From the lines that workers give: no network is asked."""
    likely = Candidate("41", -0.2), Candidate("47", -1.6)
    doubt = Cell("41", 0.8, False, "unsure", Box(1, 2, 3, 4), likely, np.full((90, 60), 7, np.uint8))
    sure = Cell("12", 0.999, True)
    read = PageRead("tally", 1, "a.png", {"party1": doubt, "party2": sure}, 0.9)
    lines = encoded_pages([read, Refused("b\udcff.png", 2, SheetRefused("b is no form."))])
    back = [*decoded_pages(lines)]
    assert back[0] == read
    assert isinstance(back[1], Refused)
    assert (back[1].file, back[1].page, str(back[1].error)) == ("b\udcff.png", 2, "b is no form.")
    assert isinstance(back[1].error, SheetRefused)
    write_sheets(target := tmp_path / f"out{suffix}", [lines[:0], lines], job.forms, 0.005)
    if suffix == ".parquet":
        first, second = pq.read_table(target).to_pylist()
        assert (first["party1"], first["accepted"]) == ("41", False)
        assert first["party1 confidence"] == pytest.approx(0.8, abs=0.01)
        assert "party1" in first["doubtful"].split()
        assert second["error"] == "sheet_refused: b is no form."
    else:
        book = openpyxl.load_workbook(target)
        heads, first, second = ([cell.value for cell in row] for row in book["tally"].iter_rows())
        assert dict(zip(heads, first, strict=True))["party1"] == 41
        assert dict(zip(heads, second, strict=True))["error"] == "b is no form."


def test_an_input_that_ends_its_worker_is_a_refused_page(job):
    result = failed(job, Chunk(4, ("a.png",), ("a.png",)), "m@1", "it died")
    (page,) = decoded_pages(result.rows)
    assert isinstance(page, Refused)
    assert isinstance(page.error, InputFailed)
    assert (result.number, result.failed) == (4, 1)


def test_a_form_that_was_changed_meanwhile_is_another_batch(folder, job, tmp_path):
    target = tmp_path / "votes.csv"
    with pytest.raises(KeyboardInterrupt):
        run_batch(find_inputs(folder / "scans"), target, job, engine=InProcess(stop=0))
    fewer = Form(job.forms[0].name, job.forms[0].pages, job.forms[0].fields[:2], folder=folder)
    with pytest.raises(BatchError, match="other terms"):
        run_batch(find_inputs(folder / "scans"), target, Job(forms=(fewer,)), engine=InProcess())
    with pytest.raises(BatchError, match=r"end its name in \.xlsx"):
        run_batch(find_inputs(folder / "scans"), tmp_path / "out.doc", job, engine=InProcess())
