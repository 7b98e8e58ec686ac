"""From a photograph of a page to a corrected CSV in five clicks, the outline of its sheet, and twenty pages at once."""

import csv
import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from visitor import Opened, result, settled, turn_to, upload

from digitlens.data.samplepages import SAMPLE_PAGES, draw_sample_page
from written import page_of

pytestmark = pytest.mark.browser

COUNT = "window.clicks = 0; addEventListener('click', () => window.clicks++, {capture: true})"
"""Counts what a person clicks, in the page and in its components."""


def saved(page: Page, title: str) -> list[dict[str, str]]:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=title, exact=True).click()
    return list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text(encoding="utf-8"))))


def test_a_photograph_of_a_page_is_a_corrected_csv_after_five_clicks(
    visit: Opened, screen: dict[str, object], tmp_path: Path
) -> None:
    photo = tmp_path / "desk.jpg"
    photo.write_bytes(draw_sample_page("desk"))
    lines = SAMPLE_PAGES["desk"].reads.splitlines()
    page = visit(**screen)
    page.evaluate(COUNT)
    upload(page, photo)  # the first click opens the chooser of files
    text = result(page).get_by_label("The text read").locator("p")
    expect(text).to_have_text(lines)
    expect(page.get_by_role("img", name="The outline of the sheet")).to_be_visible()
    settled(page)
    page.get_by_role("radio", name="Digit 1 of 22").click()
    page.keyboard.press("9")
    expect(text).to_have_text(["9071 22", *lines[1:]])
    settled(page)
    rows = saved(page, "CSV")
    assert [row["text"] for row in rows] == ["9071", "22", *" ".join(lines[1:]).split()]
    assert page.evaluate("window.clicks") + 1 <= 5


def test_buttons_stay_where_they_are_while_a_picture_comes(visit: Opened, tmp_path: Path) -> None:
    path = tmp_path / "tall.png"
    Image.fromarray(page_of(["40", "71", "22", "38"])).save(path)
    page = visit(viewport={"width": 1280, "height": 900})
    page.add_init_script("Object.defineProperty(HTMLImageElement.prototype, 'naturalHeight', {get: () => 0})")
    page.reload()
    upload(page, path)
    picture = page.get_by_role("img", name="Your picture: tall.png")
    expect(picture).to_be_visible()
    box = picture.bounding_box()
    with Image.open(path) as image:
        wide, high = image.size
    assert box is not None
    assert box["height"] == pytest.approx(box["width"] * high / wide, rel=0.02)
    assert (picture.get_attribute("width"), picture.get_attribute("height")) == (str(wide), str(high))


def test_a_batch_of_twenty_pages_of_a_pdf_has_a_row_for_each_and_opens_the_last(
    visit: Opened, tmp_path: Path
) -> None:
    path = tmp_path / "pages.pdf"
    pages = [Image.fromarray(page_of([f"{4000 + 7 * i}"])) for i in range(20)]
    pages[0].save(path, save_all=True, append_images=pages[1:], resolution=150)
    page = visit()
    turn_to(page, "Batch")
    expect(page.get_by_text("Many pictures at once")).to_be_visible()
    upload(page, path)
    page.get_by_role("button", name="Read", exact=True).click()
    expect(page.get_by_text(re.compile("20 pages in"))).to_be_visible()
    settled(page)
    rows = saved(page, "Download CSV")
    assert [int(row["page"]) for row in rows] == [*range(1, 21)]
    right = [row["text"] == str(4000 + 7 * i) for i, row in enumerate(rows)]
    assert sum(right) >= 19
    page.get_by_role("button", name="pages.pdf, page 20").click()
    expect(result(page).get_by_label("The text read")).to_have_text(rows[19]["text"])
