"""Several digits in a picture, why, the canvas, the clipboard, the camera: as a person uses them."""

import base64
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from visitor import Opened, headline, result, upload

from digitlens.data.samples import draw
from written import page_of

pytestmark = pytest.mark.browser


@pytest.fixture
def note(tmp_path: Path) -> Path:
    """A picture of two lines of digits."""
    path = tmp_path / "note.png"
    Image.fromarray(page_of(["4071", "223"])).save(path)
    return path


def text(page: Page) -> str:
    return result(page).get_by_label("The text read").inner_text()


def test_a_picture_of_several_digits_is_read_boxed_and_each_digit_can_be_chosen(
    visit: Opened, screen: dict[str, object], note: Path
) -> None:
    page = visit(**screen)
    upload(page, note)
    headline(page, re.compile("^7 digits"))
    assert text(page).split() == ["4071", "223"]
    digits = page.get_by_role("radio", name="Digit ")
    expect(digits).to_have_count(7)
    third = page.get_by_role("radio", name="Digit 3 of 7: 7")
    boxes = [digit.bounding_box() for digit in digits.all()]
    picture = page.get_by_role("img", name="Your picture: note.png").bounding_box()
    assert picture is not None
    for box in boxes:
        assert box is not None
        assert picture["x"] <= box["x"]
        assert box["x"] + box["width"] <= picture["x"] + picture["width"] + 8
    third.click()
    chosen = page.get_by_label("What you chose")
    expect(chosen).to_contain_text("7")
    page.keyboard.press("ArrowRight")
    expect(chosen).to_contain_text("1")
    expect(page.get_by_role("radio", name="Digit 4 of 7")).to_be_checked()


def test_why_and_why_not_another(visit: Opened, files: dict[str, Path]) -> None:
    page = visit()
    upload(page, files["pen"])
    headline(page, "This is a 3.")
    why = page.get_by_label("Why", exact=True)
    expect(why).to_contain_text("where it finds a 3")
    before = [image.get_attribute("src") for image in why.locator("img").all()]
    assert len(before) == 2
    page.get_by_role("group", name="Why a 3").or_(
        page.get_by_label("Why a 3, and why not another?")
    ).get_by_role("radio", name="7", exact=True).click()
    expect(why).to_contain_text("where it finds a 7")
    after = [image.get_attribute("src") for image in why.locator("img").all()]
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_a_picture_in_the_clipboard_is_pasted_anywhere_on_the_page(visit: Opened) -> None:
    page = visit()
    expect(page.get_by_text("Ctrl V")).to_be_visible()
    page.evaluate(PASTE, base64.b64encode(draw("marker")).decode())
    headline(page, "This is an 8.")


PASTE = """data => {
  const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
  const clipboard = new DataTransfer();
  clipboard.items.add(new File([bytes], "pasted.jpg", {type: "image/jpeg"}));
  document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clipboard, bubbles: true, cancelable: true}));
}"""


def test_a_photo_is_taken_and_read(visit: Opened, screen: dict[str, object]) -> None:
    page = visit(permissions=["camera"], **screen)
    page.get_by_role("radio", name="Camera").click()
    page.wait_for_function(STREAMING)
    shutter = page.get_by_role("button", name="Take Photo")
    for _ in range(10):  # a camera that has just been switched on may give no picture yet
        if result(page).is_visible():
            break
        if shutter.is_visible() and shutter.is_enabled():
            shutter.click()
        page.wait_for_timeout(2_000)
    expect(result(page)).to_be_visible()  # of the test pattern of Chromium's pretended camera
    expect(page.get_by_text("Read by")).to_be_visible()


STREAMING = (
    "() => [...document.querySelectorAll('video')].some(video => video.readyState > 2 && video.videoWidth)"
)


def test_two_visits_at_once_do_not_mix(visit: Opened, files: dict[str, Path]) -> None:
    one, other = visit(), visit()
    upload(one, files["pen"])
    upload(other, files["marker"])
    headline(one, "This is a 3.")
    headline(other, "This is an 8.")
    other.get_by_role("button", name="Remove this one").click()
    expect(other.get_by_text("What does it say?")).to_be_visible()
    headline(one, "This is a 3.")


def test_digits_drawn_with_the_mouse_are_read_as_the_pen_is_lifted(visit: Opened) -> None:
    page = visit()
    page.get_by_role("radio", name="Draw").click()
    sheet = page.locator("canvas")
    sheet.scroll_into_view_if_needed()
    stroke(page, sheet.bounding_box(), "10,18 28,10 44,20 42,38 26,47 46,58 48,76 32,90 8,82")
    headline(page, "This is a 3.")
    expect(page.get_by_role("button", name="Drawing 1")).to_have_count(1)


def stroke(page: Page, place: object, points: str) -> None:
    """Draw a digit, its points in hundredths of its height, in the middle of a place on the page."""
    assert isinstance(place, dict)
    height = 0.6 * place["height"]
    left, top = place["x"] + place["width"] / 2 - 0.3 * height, place["y"] + 0.2 * place["height"]
    path = [tuple(map(float, point.split(","))) for point in points.split()]
    for i, (x, y) in enumerate(path):
        page.mouse.move(left + x * height / 100, top + y * height / 100, steps=6)
        if i == 0:
            page.mouse.down()
    page.mouse.up()


def test_a_huge_photo_is_read(visit: Opened, tmp_path: Path) -> None:
    path = tmp_path / "huge.jpg"
    Image.fromarray(page_of(["4071"])).resize((6000, 3000)).save(path, quality=80)
    page = visit()
    upload(page, path)
    headline(page, re.compile("^4 digits"))
    assert text(page) == "4071"


@pytest.mark.data
def test_a_photo_by_a_stranger_is_read(visit: Opened, data_dir: Path) -> None:
    page = visit()
    upload(page, data_dir / "real_multi" / "parker-smith02__02.jpg")
    headline(page, re.compile("^6 digits"))
    assert text(page).replace(" ", "") == "745382"
