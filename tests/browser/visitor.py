"""What a visitor does and sees: uploads, reads the headline, turns to another page."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from playwright.sync_api import Locator, Page, expect

if TYPE_CHECKING:
    import re

Opened: TypeAlias = Callable[..., Page]

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}

SCREENS = {"desktop": {"viewport": DESKTOP}, "phone": {"viewport": PHONE, "has_touch": True}}
"""Settings of a tab on a desk and on a phone."""

PATIENCE = 1000 * int(os.environ.get("PATIENCE", "90"))
"""Milliseconds to wait; the environment may name more seconds for a machine that has much else to do."""


FADED = """() => document.getAnimations().every(
  ({playState, effect}) => playState != "running" || effect.getComputedTiming().endTime == Infinity)"""
"""Nothing moves or fades but what does so for ever."""


DRESSED = """scheme => {
  const ground = getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor;
  const [red, green, blue] = ground.match(/\\d+/g).map(Number);
  return (red + green + blue > 384) == (scheme == "light");
}"""
"""The app is in its light colours, or in its dark ones."""

Scheme: TypeAlias = Literal["light", "dark"]

SCHEMES: tuple[Scheme, Scheme] = ("light", "dark")


def upload(page: Page, *paths: Path) -> None:
    """Give files to the page's uploader."""
    page.locator("input[type=file]").first.set_input_files([str(path) for path in paths])


def headline(page: Page, text: "str | re.Pattern[str]") -> None:
    """Wait until this is what the result says, and all of the page has been drawn: nothing moves away under a click."""
    expect(result(page).get_by_role("heading")).to_have_text(text)
    ready(page)


def result(page: Page) -> Locator:
    """What was read."""
    return page.get_by_role("status", name="Result")


def turn_to(page: Page, title: str) -> None:
    """Open another page of the app."""
    page.get_by_role("link", name=title, exact=True).click()


def ready(page: Page) -> None:
    """Wait until the script has run to its end, and every picture is there."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.locator("[data-stale=true]")).to_have_count(0)
    page.wait_for_function("[...document.images].every((image) => image.complete)")


def settled(page: Page) -> None:
    """Wait until the page has been drawn; while it is, what is old of it is pale."""
    page.wait_for_timeout(300)
    ready(page)
    page.wait_for_function(FADED)


def dress(page: Page, scheme: Scheme) -> None:
    """Have the app in light or dark colours, as the system may change to any time, and wait until it is drawn."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(DRESSED, arg=scheme)
    settled(page)


def overflow(page: Page) -> int:
    """By how many pixels the page, or the part of it that scrolls, is wider than what shows of it."""
    return page.evaluate(
        "Math.max(...[document.documentElement, document.querySelector('[data-testid=stMain]')]"
        ".map(part => part.scrollWidth - part.clientWidth))"
    )
