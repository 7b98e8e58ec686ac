"""The picture: places to choose, keys that say what they are, zoom and pan, and tags that cover no digit."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from app_server import ROOT, served
from playwright.sync_api import Page, expect
from visitor import DESKTOP, PHONE, Opened

pytestmark = pytest.mark.browser

PAGE = Path(__file__).with_name("viewer_page.py")
COMMAND = [sys.executable, "-m", "streamlit", "run", str(PAGE), "--server.headless=true", "--server.port"]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(COMMAND, tmp_path_factory.mktemp("viewer"), PYTHONPATH=str(ROOT / "src")) as found:
        yield found


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, tab: Opened, url: str) -> Page:
    page = tab(viewport=request.param)
    page.goto(url)
    expect(page.get_by_text("alone: 0")).to_be_visible()
    return page


def told(page: Page, text: str) -> None:
    expect(page.get_by_text("typed:")).to_contain_text(text)


def test_a_key_says_what_stands_in_a_place_and_goes_on_to_the_next_doubtful_one(page: Page) -> None:
    third = page.get_by_role("radio", name="Digit 3", exact=True)
    expect(third).to_be_checked()
    third.press("7")
    told(page, "typed: [(1, 2, '7')]")
    expect(page.get_by_role("radio", name="Digit 32")).to_be_focused()
    page.keyboard.press("Enter")  # right as it was read: nothing, as this place has no reading
    page.keyboard.press("Backspace")
    told(page, "(2, 31, ''), (3, 46, None)]")
    told(page, "chosen: 46")


def test_a_glyph_beneath_a_place_to_look_at_can_be_chosen(page: Page) -> None:
    page.get_by_role("radio", name="Digit 4", exact=True).click()
    told(page, "chosen: 3")
    expect(page.get_by_role("radiogroup").filter(visible=True)).to_have_count(1)  # where there are glyphs


def test_tags_cover_no_digit_and_those_without_room_come_when_it_is_larger(page: Page) -> None:
    small = page.evaluate(TAGS)
    assert small["covered"] == []
    for _ in range(4):
        page.get_by_role("button", name="Larger").first.click()
    large = page.evaluate(TAGS)
    assert large["covered"] == []
    assert large["shown"] == 46 + 1
    assert small["shown"] <= large["shown"]


TAGS = """() => {
  const within = [...document.querySelectorAll("*")].map((each) => each.shadowRoot ?? each).flatMap((root) =>
    root.querySelector?.(":scope .spots, .spots") ? [...root.querySelectorAll(".spots button")] : []);
  const buttons = [...new Set(within)];
  const tags = buttons.map((button) => button.querySelector("span")).filter((tag) => !tag.hidden);
  const rect = (one) => one.getBoundingClientRect();
  const crossed = (a, b) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const glyphs = buttons.filter((button) => !button.classList.contains("against"));
  const covers = (tag) => glyphs.some((glyph) => crossed(rect(tag), rect(glyph)));
  const covered = tags.filter(covers).map((tag) => tag.textContent);
  return { shown: tags.length, covered };
}"""


def test_the_picture_is_as_wide_as_the_window_and_is_enlarged_and_moved(page: Page) -> None:
    picture = page.get_by_role("img", name="A picture").first
    pane = page.get_by_role("group", name="A picture; + and -").first
    at_first = width(picture)
    assert abs(at_first - pane.evaluate("pane => pane.clientWidth")) <= 1
    pane.focus()
    page.keyboard.press("+")
    assert width(picture) == pytest.approx(1.25 * at_first, abs=2)
    pane.hover()
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    page.wait_for_timeout(200)
    assert width(picture) > 2.5 * at_first
    before = pane.evaluate("pane => pane.scrollLeft")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)
    assert pane.evaluate("pane => pane.scrollLeft") > before
    pane.focus()
    page.keyboard.press("0")
    assert width(picture) == pytest.approx(at_first, abs=1)


def width(picture) -> float:
    return picture.evaluate("image => image.getBoundingClientRect().width")
