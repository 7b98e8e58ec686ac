"""The page of the static site: what a visitor does and sees, and what travels."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from site_server import Served, serving

from digitlens.data.samples import draw
from digitlens.site import write_site

pytestmark = pytest.mark.browser

MOST_BYTES = 6_000_000
SLOW = 120_000  # ms: on a busy machine the networks take long


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(permissions=["clipboard-read", "clipboard-write", "camera"])
    opened.set_default_timeout(SLOW)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, site: Served) -> Iterator[Page]:
    """The site's page; nothing may go wrong on it, and no request may leave its origin."""
    wrong: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
    context.on(
        "request",
        lambda one: None if one.url.startswith((site.url, "blob:")) else wrong.append(one.url),
    )
    opened.goto(site.url)
    yield opened
    assert wrong == []


def text_is(page: Page, text: str) -> None:
    expect(page.locator("#text")).to_have_text(text, timeout=SLOW)


def test_a_picture_is_read_boxed_copied_and_downloaded_and_little_travels(
    page: Page, site: Served, tmp_path: Path
) -> None:
    page.set_input_files("#file", {"name": "three.jpg", "mimeType": "image/jpeg", "buffer": draw("pen")})
    text_is(page, "3")
    assert 2_000_000 < sum(site.sent.values()) <= MOST_BYTES
    expect(page.locator("#status")).to_contain_text("Read, and sure.")
    expect(page.locator("#frame rect.sure")).to_have_count(1)
    expect(page.get_by_role("rowheader", name="3")).to_be_visible()
    page.get_by_role("button", name="Copy the text").click()
    expect(page.locator("#status")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == "3"
    with page.expect_download() as download:
        page.get_by_role("link", name="Download JSON").click()
    reading = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert (reading["file"], reading["text"], reading["accepted"]) == ("three.jpg", "3", True)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    rows = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert rows[0] == "line,label,confidence,accepted,x,y,w,h"
    assert rows[1].startswith("1,3,0.9")


def test_what_is_drawn_is_read_and_undone(page: Page) -> None:
    box = page.locator("#sheet").bounding_box()
    assert box is not None
    for stroke in ([(0.45, 0.2), (0.6, 0.2), (0.5, 0.8)],):
        (first, *rest) = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        page.mouse.move(*first)
        page.mouse.down()
        for point in rest:
            page.mouse.move(*point, steps=6)
        page.mouse.up()
    text_is(page, "7")
    page.keyboard.press("Control+z")
    text_is(page, "")
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


def test_a_picture_is_pasted_and_dropped_and_what_is_none_is_told(page: Page) -> None:
    give = """([type, bytes, kind, name]) => {
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(bytes)], name, { type: kind }));
        const settings = { clipboardData: data, dataTransfer: data, bubbles: true };
        document.body.dispatchEvent(new (type === "paste" ? ClipboardEvent : DragEvent)(type, settings));
    }"""
    page.evaluate(give, ["paste", list(draw("chalk")), "image/jpeg", "chalk.jpg"])
    text_is(page, "2")
    page.evaluate(give, ["drop", list(draw("marker")), "image/jpeg", "marker.jpg"])
    text_is(page, "8")
    page.evaluate(give, ["drop", list(b"nothing"), "image/png", "broken.png"])
    expect(page.locator("#status")).to_contain_text("no picture that the browser can decode")
    text_is(page, "")


def test_it_works_without_a_network_after_the_first_visit(
    context: BrowserContext, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("site")
    write_site(folder)
    with serving(folder) as served:
        page = context.new_page()
        page.goto(served.url)
        expect(page.get_by_text("It works without a network too.")).to_be_visible(timeout=SLOW)
    page.reload()  # nobody serves it any more
    page.get_by_role("button", name="Show an example").click()
    text_is(page, "3725\n648\n7352")
    assert page.evaluate("crossOriginIsolated")  # so that it may use threads
    assert page.evaluate("document.querySelector('#frame svg').viewBox.baseVal.width") == 640


def test_a_network_that_is_not_the_one_of_its_card_is_told(
    context: BrowserContext, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("site")
    write_site(folder)
    (network,) = (folder / "networks").glob("robust-*.onnx.gz")
    network.write_bytes(b"another network")
    with serving(folder) as served:
        page = context.new_page()
        page.goto(served.url)
        expect(page.locator("#status")).to_contain_text("is not the network its card describes", timeout=SLOW)


def test_the_policy_of_the_page_lets_no_text_become_code(page: Page) -> None:
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    assert policy is not None
    assert "'unsafe-eval'" not in policy.replace("'wasm-unsafe-eval'", "")
    assert "unsafe-inline" not in policy
    assert "default-src 'none'" in policy


def test_it_is_used_by_keyboard_and_named_for_a_screen_reader(page: Page) -> None:
    names = []
    for _ in range(6):
        page.keyboard.press("Tab")
        names.append(
            page.evaluate("document.activeElement.textContent.trim() || document.activeElement.ariaLabel")
        )
    assert names[:4] == ["Width of the pen", "Choose a picture", "Camera", "Show an example"]
    expect(page.get_by_role("img", name="Sheet to draw digits on")).to_be_visible()
    page.get_by_role("button", name="Show an example").focus()
    page.keyboard.press("Enter")
    text_is(page, "3725\n648\n7352")
    assert page.locator("table caption").inner_text().startswith("Each digit")


def test_the_camera_shows_and_is_left(page: Page) -> None:
    page.get_by_role("button", name="Camera").click()
    expect(page.get_by_label("What the camera sees")).to_be_visible()
    expect(page.locator("#sheet")).to_be_hidden()
    page.get_by_role("button", name="Camera").click()
    expect(page.locator("#sheet")).to_be_visible()
    assert page.evaluate("document.querySelector('video').srcObject") is None
