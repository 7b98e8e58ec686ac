"""From a picture to a corrected result that is taken home: on a desk and on a phone."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from visitor import PHONE, Opened, headline, overflow, ready, result, settled, turn_to, upload

from digitlens.data.samples import draw
from written import page_of

pytestmark = pytest.mark.browser


@pytest.fixture
def note(tmp_path: Path) -> Path:
    """A picture of two lines of digits."""
    path = tmp_path / "note.png"
    Image.fromarray(page_of(["4071", "223"])).save(path)
    return path


def taken(page: Page, title: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=title, exact=True).click()
    return Path(waiting.value.path()).read_bytes()


def says(page: Page, *lines: str) -> None:
    expect(result(page).get_by_label("The text read").locator("p")).to_have_text([*lines])
    ready(page)


def test_a_correction_is_everywhere_at_once_and_can_be_undone(
    visit: Opened, screen: dict[str, object], note: Path
) -> None:
    page = visit(**screen)
    upload(page, note)
    says(page, "4071", "223")
    page.get_by_role("radio", name="Digit 3 of 7").click()
    page.keyboard.press("5")
    says(page, "4051", "223")
    expect(page.get_by_role("radio", name="Digit 3 of 7: you say 5")).to_be_visible()
    expect(page.get_by_role("button", name="4051 223")).to_be_visible()  # its tile
    page.get_by_role("radio", name="Digit 7 of 7").click()
    line = page.get_by_role("textbox", name="The line it is on, all of it")
    expect(line).to_have_value("223")
    line.fill("22 83")
    page.keyboard.press("Enter")
    says(page, "4051", "22 83")
    settled(page)
    assert taken(page, "Text").decode() == "4051\n22 83\n"
    rows = list(csv.DictReader(io.StringIO(taken(page, "CSV").decode())))
    assert [row["text"] for row in rows] == ["4051", "22", "83"]
    told = json.loads(taken(page, "JSON"))
    assert (told["text"], [each["text"] for each in told["corrections"]]) == ("4051\n22 83", ["5", "22 83"])
    assert (
        Image.open(io.BytesIO(taken(page, "Picture"))).size == Image.open(io.BytesIO(note.read_bytes())).size
    )
    page.get_by_role("button", name="Undo: 22 83").click()
    says(page, "4051", "223")
    page.get_by_role("button", name="Undo: 5").click()
    says(page, "4071", "223")
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    assert overflow(page) <= 0


def test_one_digit_that_is_corrected_says_so_in_its_headline(
    visit: Opened, screen: dict[str, object], files: dict[str, Path]
) -> None:
    page = visit(**screen)
    upload(page, files["chalk"])
    headline(page, "This is a 2.")
    expect(result(page)).to_contain_text("at most 0.5% should be wrong")
    page.get_by_role("button", name="5", exact=True).click()
    headline(page, "This is a 5, as you say.")
    expect(page.get_by_role("button", name="5 · as you say chalk")).to_be_visible()


def test_the_text_is_copied_and_the_whole_visit_taken_home(
    visit: Opened, screen: dict[str, object], files: dict[str, Path]
) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"], **screen)
    upload(page, files["pen"], files["pencil"])
    headline(page, "This is a 7.")
    page.get_by_role("button", name="Copy text").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "7"
    page.get_by_role("button", name="Download all").click()
    assert taken(page, "All as Text").decode() == "pen.jpeg\n3\n\npencil.jpeg\n7\n"
    with zipfile.ZipFile(io.BytesIO(taken(page, "All as Pictures"))) as archive:
        assert archive.namelist() == ["01 pen.png", "02 pencil.png"]


def test_an_archive_goes_to_the_batch_whose_pages_are_opened_and_corrected(
    visit: Opened, screen: dict[str, object], tmp_path: Path
) -> None:
    packed = tmp_path / "all.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("seven.jpg", draw("pencil"))
        archive.writestr("scribble.jpg", draw("scribble"))
        archive.writestr("notes.jpg", b"no picture")
    page = visit(**screen)
    upload(page, packed)
    expect(page.get_by_text("3 pages in")).to_contain_text("1 accepted, 1 for you to look at, 1 not readable")
    expect(page.get_by_role("row").filter(has_text="notes.jpg")).to_contain_text("The data is not an image")
    page.get_by_role("button", name="seven.jpg").click()
    headline(page, "This is a 7.")
    page.get_by_role("button", name="1", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="seven.jpg")).to_contain_text("corrected by you")
    settled(page)
    rows = list(csv.DictReader(io.StringIO(taken(page, "Download CSV").decode())))
    assert [row["text"] for row in rows] == ["1", "", ""]
    assert overflow(page) <= 0


def test_what_is_decided_in_review_is_in_the_batch_at_once(
    visit: Opened, screen: dict[str, object], tmp_path: Path
) -> None:
    path = tmp_path / "blank.png"
    Image.new("L", (213, 131), 250 - len(screen)).save(path)  # another picture on each screen
    page = visit(**screen)
    turn_to(page, "Batch")
    expect(page.get_by_text("Many pictures at once")).to_be_visible()
    upload(page, path)
    page.get_by_role("button", name="Read", exact=True).click()
    expect(page.get_by_text("1 page in")).to_contain_text("1 for you to look at")
    page.get_by_role("link", name="Decide about the 1 in Review").click()
    asked = page.get_by_role("heading", name="Is there really no digit here?")
    for _ in range(40):  # what other tests left comes first
        page.wait_for_timeout(200)
        if asked.is_visible() and page.get_by_text("blank.png").is_visible():
            break
        page.keyboard.press("Space")
    expect(page.get_by_role("group", name="What is it?")).to_be_hidden()
    expect(page.get_by_role("img", name="Its page")).to_be_visible()
    page.keyboard.press("Enter")
    settled(page)
    turn_to(page, "Batch")
    expect(page.get_by_text("1 page in")).to_contain_text("1 accepted")


def test_a_phone_has_samples_within_reach_and_no_keys_that_it_lacks(visit: Opened) -> None:
    page = visit(viewport=PHONE, has_touch=True, is_mobile=True)
    sample = page.get_by_role("button", name="Lines of numbers").bounding_box()
    assert sample is not None
    assert sample["y"] + sample["height"] < PHONE["height"]
    expect(page.get_by_text("Ctrl V")).to_be_hidden()
    page.get_by_role("button", name="Lines of numbers").click()
    expect(page.get_by_role("radio", name="of 17")).to_have_count(17)
    assert overflow(page) <= 0
