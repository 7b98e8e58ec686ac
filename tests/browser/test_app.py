"""The web app as people meet it: the real program in its own process, a real Chromium in front of it."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from app_server import STREAMLIT, served
from playwright.sync_api import Browser, expect
from visitor import PATIENCE, PHONE, SCHEMES, Opened, dress, headline, overflow, turn_to, upload

from digitlens.model import card_path, find

pytestmark = pytest.mark.browser


def test_an_upload_shows_the_digit_ten_bars_the_best_three_and_the_steps(
    visit: Opened, files: dict[str, Path]
) -> None:
    page = visit()
    upload(page, files["marker"])
    headline(page, "This is an 8.")
    bars = page.get_by_role("list", name="How sure it is of each digit").get_by_role("listitem")
    expect(bars).to_have_count(10)
    lengths = [bar.locator("u").evaluate("bar => bar.getBoundingClientRect().width") for bar in bars.all()]
    assert lengths.index(max(lengths)) == 8
    best = page.get_by_role("list", name="The likeliest three").get_by_role("listitem")
    expect(best).to_have_count(3)
    expect(best.first).to_contain_text("8")
    steps = page.get_by_role("list", name=re.compile("Steps from the picture")).get_by_role("listitem")
    assert steps.count() >= 4
    for step in steps.all():
        assert step.get_by_role("img").evaluate("image => image.complete && image.naturalWidth > 0")
        assert len(step.locator("p").inner_text()) > 15


def test_a_sample_is_tried_with_the_keyboard_alone(visit: Opened) -> None:
    page = visit()
    sample = page.get_by_role("button", name="A 3, in pen")
    for _ in range(24):
        page.keyboard.press("Tab")
        if sample.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    headline(page, "This is a 3.")


def test_a_blank_page_and_a_file_that_is_no_picture_say_what_to_do(
    visit: Opened, files: dict[str, Path]
) -> None:
    page = visit()
    page.get_by_role("button", name="A blank page").click()
    headline(page, "Nothing is written here.")
    expect(page.get_by_text("write with a darker pen")).to_be_visible()
    upload(page, files["broken"])
    headline(page, "This file could not be read.")
    expect(page.get_by_role("status", name="Result")).to_contain_text("broken <i>.png")
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_several_files_are_shown_and_each_can_be_opened(visit: Opened, files: dict[str, Path]) -> None:
    page = visit()
    upload(page, *files.values())
    expect(page.get_by_role("button", name="not readable broken <i>.png")).to_be_visible()
    page.get_by_role("button", name=re.compile("^6 .*corner")).click()
    headline(page, "This is a 6.")
    page.get_by_role("button", name=re.compile("^2 .*chalk")).click()
    headline(page, "This is a 2.")
    page.get_by_role("button", name="Remove this one").click()
    expect(page.get_by_role("button", name=re.compile("^2 .*chalk"))).to_have_count(0)
    page.get_by_role("button", name=re.compile("Bring back")).click()
    expect(page.get_by_role("button", name=re.compile("^2 .*chalk"))).to_be_visible()


def test_on_a_phone_nothing_is_wider_than_the_screen(visit: Opened, files: dict[str, Path]) -> None:
    page = visit(viewport=PHONE, device_scale_factor=2, has_touch=True)
    assert overflow(page) <= 0
    upload(page, files["pencil"])
    headline(page, "This is a 7.")
    assert overflow(page) <= 0
    upload(page, *files.values())
    expect(page.get_by_role("button", name="not readable broken <i>.png")).to_be_visible()
    assert overflow(page) <= 0
    for title in ("Table", "Batch", "Review", "Model"):
        turn_to(page, title)
        page.wait_for_timeout(1_000)
        assert overflow(page) <= 0


def test_every_text_can_be_told_from_its_ground(visit: Opened, files: dict[str, Path]) -> None:
    """Contrast of at least 4.5 to 1, as WCAG 2.2 asks at level AA, in light and in dark."""
    page = visit()
    ratios: dict[str, list[list[Any]]] = {scheme: [] for scheme in SCHEMES}

    def look() -> None:
        for scheme in SCHEMES:
            dress(page, scheme)
            ratios[scheme] += page.evaluate(CONTRASTS)

    page.get_by_role("button", name="A blank page").click()
    headline(page, "Nothing is written here.")
    look()
    page.get_by_role("button", name="A 3, in pen").click()
    headline(page, "This is a 3.")
    page.get_by_role("button", name="Network and care").click()
    expect(page.get_by_text("A digit is accepted when")).to_be_visible()
    look()
    upload(page, *files.values())
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="not readable broken <i>.png")).to_be_visible()
    look()
    for scheme in SCHEMES:
        assert len(ratios[scheme]) > 90
        assert [(scheme, *told) for told in ratios[scheme] if told[0] < 4.5] == []


CONTRASTS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = colour => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].map((v, i) => i == 3 ? v / 255 : v);
  };
  const over = (top, ground) => top.slice(0, 3).map((v, i) => v * top[3] + ground[i] * (1 - top[3]));
  const light = colour => colour.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = element => {
    const own = element ? rgba(getComputedStyle(element).backgroundColor) : [255, 255, 255, 1];
    return own[3] == 1 || !element ? own.slice(0, 3) : over(own, ground(element.parentElement));
  };
  const texts = document.querySelectorAll(
    ".dl-header :is(h1, p), .dl-result :is(h2, p, .dl-sign), .dl-label, .dl-bars :is(b, span), .dl-top :is(b, span), "
    + ".dl-steps :is(h3, p), .dl-text p, .dl-digit :is(h2, p, figcaption), "
    + "[class*=st-key-sample-] p, [class*=st-key-tile-] span, "
    + "[data-testid=stCaptionContainer] p");
  return [...texts].map(element => {
    const style = getComputedStyle(element), under = ground(element), colour = rgba(style.color);
    for (let at = element; at; at = at.parentElement) colour[3] *= getComputedStyle(at).opacity;
    const [high, low] = [light(over(colour, under)), light(under)].sort((a, b) => b - a);
    return [(high + 0.05) / (low + 0.05), element.className || element.tagName, element.textContent];
  });
}"""


def test_a_network_trained_while_the_page_is_open_is_offered_without_a_reload(
    visit: Opened, folder: Path
) -> None:
    page = visit()
    page.get_by_role("button", name="A 3, in pen").click()
    headline(page, "This is a 3.")
    shutil.copy(card_path(find()), folder / "fresh.card.json")
    shutil.copy(find(), folder / "fresh.onnx")
    page.get_by_role("button", name="Network and care").click()
    page.get_by_role("combobox", name=re.compile("Network that reads")).click()
    page.get_by_role("option", name="fresh").click(timeout=PATIENCE)
    expect(page.get_by_text("Read by fresh@")).to_be_visible(timeout=PATIENCE)


def test_streamlit_run_from_another_folder_serves_the_same_page(browser: Browser, tmp_path: Path) -> None:
    with served(STREAMLIT, tmp_path) as url:
        page = browser.new_page()
        page.goto(url)
        page.get_by_role("button", name="A 5, 28×28").click()
        headline(page, "This is a 5.")
        assert page.title() == "DigitLens"
        background = page.locator("[data-testid=stApp]").evaluate(
            "app => getComputedStyle(app).backgroundColor"
        )
        assert background == "rgb(250, 248, 244)"  # the settings beside app.py were found
        page.close()
