"""From a photographed marks table to a corrected Excel file, as a person does it."""

import io
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from visitor import SCREENS, Opened, overflow, settled, turn_to, upload

from digitlens.data.samplepages import SAMPLE_MARKS, draw_sample_page
from digitlens.data.synth.taken import photograph

pytestmark = pytest.mark.browser


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """The table of marks, photographed on a desk."""
    sheet = np.asarray(Image.open(io.BytesIO(draw_sample_page("marks"))))
    path = tmp_path / "marks.jpg"
    taken = photograph(sheet, np.random.default_rng(5), longer=1100, perspective=0.02, turn=3.0)
    Image.fromarray(taken.pixels).save(path, quality=90)
    return path


def cell(page: Page, name: str):
    return page.get_by_role("textbox", name=f"{name}:")


def tell(page: Page, name: str, text: str) -> None:
    """Type what a cell says, and wait until it is heard."""
    cell(page, name).fill(text)
    cell(page, name).press("Enter")
    expect(page.get_by_role("textbox", name=f"{name}: you say {text}", exact=True)).to_be_visible()
    settled(page)


def test_a_photographed_table_becomes_a_corrected_workbook(
    visit: Opened, photo: Path, screen: dict[str, object]
) -> None:
    page = visit(**screen)
    turn_to(page, "Table")
    expect(page.get_by_text("From a sheet to a spreadsheet")).to_be_visible()
    upload(page, photo)
    expect(page.get_by_text("6 rows, 4 columns")).to_be_visible()
    expect(page.get_by_role("img", name="Your sheet: marks.jpg")).to_be_visible()
    expect(page.get_by_role("img", name="The row that the cell is in")).to_be_visible()
    assert overflow(page) <= 0
    for row, texts in enumerate(SAMPLE_MARKS, 2):
        for column, text in zip("BCD", texts, strict=True):
            here = cell(page, f"{column}{row}")
            if here.input_value() != text or "look" in (here.get_attribute("aria-label") or ""):
                tell(page, f"{column}{row}", text)
    for name, head in zip(("B1", "C1", "D1"), ("Test 1", "Test 2", "Sum"), strict=True):
        tell(page, name, head)
    expect(page.get_by_text("nothing to look at")).to_be_visible()
    settled(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download Excel").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    sheet = book.worksheets[0]
    found = [list(row[1:]) for row in sheet.iter_rows(values_only=True)]
    assert found[0] == ["Test 1", "Test 2", "Sum"]
    assert [tuple(map(str, row)) for row in found[1:]] == [*SAMPLE_MARKS]


def test_a_sheet_without_a_table_says_so(visit: Opened, files: dict[str, Path]) -> None:
    page = visit()
    turn_to(page, "Table")
    expect(page.get_by_text("From a sheet to a spreadsheet")).to_be_visible()
    upload(page, files["scribble"], files["broken"])
    expect(page.get_by_role("alert")).to_contain_text("broken <i>.png")
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_what_is_being_typed_stays_while_the_table_is_told_anew(visit: Opened, photo: Path) -> None:
    page = visit(**SCREENS["desktop"])
    turn_to(page, "Table")
    expect(page.get_by_text("From a sheet to a spreadsheet")).to_be_visible()
    upload(page, photo)
    expect(page.get_by_text("6 rows, 4 columns")).to_be_visible()
    cell(page, "B2").fill("8")
    cell(page, "D6").click()  # B2 is told, the page is made anew
    page.keyboard.press("Control+A")
    page.keyboard.type("123")
    expect(page.get_by_role("textbox", name="B2: you say 8")).to_be_visible()
    settled(page)
    expect(cell(page, "D6")).to_have_value("123")
    expect(cell(page, "D6")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="D6: you say 123")).to_be_visible()
