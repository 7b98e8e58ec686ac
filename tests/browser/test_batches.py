"""Many pictures at once: the table, what is taken home, stopping, and files that mean harm."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from unreadable import unreadable
from visitor import PATIENCE, Opened, result, turn_to, upload

from digitlens.batch import restored
from digitlens.data.samples import draw

pytestmark = pytest.mark.browser

TOLD = re.compile(r"pages? in")


def read(page: Page, *paths: Path) -> None:
    turn_to(page, "Batch")
    expect(page.get_by_text("Many pictures at once")).to_be_visible()
    upload(page, *paths)
    button = page.get_by_role("button", name="Read", exact=True)
    expect(button).to_be_enabled()
    button.click()


def download(page: Page, title: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=f"Download {title}").click()
    return Path(waiting.value.path()).read_bytes()


def test_files_and_archives_give_one_table_in_three_formats(
    visit: Opened, files: dict[str, Path], tmp_path: Path
) -> None:
    packed = tmp_path / "more.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("in/seven.jpg", draw("pencil"))
        archive.writestr("=1+1.jpg", draw("marker"))
    page = visit()
    read(page, files["pen"], files["broken"], packed)
    expect(page.get_by_text(TOLD)).to_contain_text("4 pages")
    expect(page.get_by_text(TOLD)).to_contain_text("3 accepted, 1 not readable")
    rows = list(csv.DictReader(io.StringIO(download(page, "CSV").decode())))
    assert [(restored(row["file"]), row["text"]) for row in rows] == [
        ("pen.jpeg", "3"),
        ("broken <i>.png", ""),
        ("in/seven.jpg", "7"),
        ("=1+1.jpg", "8"),
    ]
    assert not rows[3]["file"].startswith("=")
    lines = [json.loads(line) for line in download(page, "JSON Lines").splitlines()]
    assert [line["text"] for line in lines] == ["3", None, "7", "8"]
    sheet = openpyxl.load_workbook(io.BytesIO(download(page, "Excel"))).active
    assert sheet is not None
    assert [row[2] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["3", None, "7", "8"]
    page.get_by_role("radio", name="a row a digit").click()
    expect(page.get_by_role("radio", name="a row a digit")).to_be_checked()
    page.wait_for_timeout(500)
    rows = list(csv.DictReader(io.StringIO(download(page, "CSV").decode())))
    assert [row["label"] for row in rows] == ["3", "", "7", "8"]
    assert float(rows[0]["confidence"]) > 0.9


def test_a_thousand_pictures_leave_the_page_alive_and_can_be_stopped(visit: Opened, tmp_path: Path) -> None:
    packed = tmp_path / "many.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for i in range(999):
            archive.writestr(f"{i:03}.jpg", draw("pen"))
    page = visit()
    read(page, packed)
    expect(page.get_by_text(re.compile(r"of 999 files read, about \d+"))).to_be_visible()
    turn_to(page, "Recognise")  # the job goes on
    page.get_by_role("button", name="A 5, 28×28").click()
    expect(result(page)).to_contain_text("This is a 5.")
    turn_to(page, "Batch")
    page.get_by_role("button", name="Stop; keep what is done").click()
    expect(page.get_by_text("You stopped it:")).to_be_visible()
    told = page.get_by_text("You stopped it:").inner_text()
    done = int(re.findall(r"(\d+) of 999 files were read", told)[0])
    rows = list(csv.DictReader(io.StringIO(download(page, "CSV").decode())))
    assert 0 < len(rows) == done < 999
    page.get_by_role("button", name="Read more").click()
    expect(page.get_by_text("Many pictures at once")).to_be_visible()


def test_files_that_are_broken_or_mean_harm_give_sentences(visit: Opened, tmp_path: Path) -> None:
    bad = unreadable(tmp_path)
    assert len(bad) >= 20
    page = visit()
    upload(page, *(path for path in bad if path.suffix != ".zip"))
    expect(page.get_by_role("button", name=re.compile("not readable"))).to_have_count(
        sum(path.suffix != ".zip" for path in bad), timeout=3 * PATIENCE
    )
    read(page, *bad)
    expect(page.get_by_text(TOLD).or_(page.get_by_role("alert")).first).to_be_visible(timeout=3 * PATIENCE)
    assert page.get_by_text("Traceback").count() == 0
    assert page.get_by_text("mistake of ours").count() == 0
