"""Every page of the app, light and dark, held against WCAG 2.2 at levels A and AA by axe-core."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from visitor import SCHEMES, Opened, dress, result, turn_to, upload

pytestmark = pytest.mark.browser

LEVELS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def faults(page: Page) -> list[str]:
    """What axe-core finds in light and in dark, a line each."""
    found = []
    for scheme in SCHEMES:
        dress(page, scheme)
        found += [
            f"{page.url}, {scheme}: {each['id']}: {node['target']} {node['failureSummary'][:200]}"
            for each in Axe().run(page, options=LEVELS).response["violations"]
            for node in each["nodes"]
        ]
    return found


def test_no_page_has_a_fault(visit: Opened, files: dict[str, Path]) -> None:
    page = visit(viewport={"width": 1280, "height": 900})
    found = faults(page)
    page.get_by_role("button", name="Lines of numbers").click()
    expect(result(page)).to_contain_text("17 digits")
    page.get_by_role("button", name="Network and care").click()
    expect(page.get_by_text("Now reading:")).to_be_visible()
    found += faults(page)
    expect(page.get_by_text("Now reading:")).to_be_visible()  # it was open in both
    page.keyboard.press("Escape")
    page.get_by_role("button", name="A table of marks").click()
    expect(page.get_by_text("rows, ")).to_be_visible()
    found += faults(page)
    turn_to(page, "Batch")
    expect(page.get_by_text("Many pictures at once")).to_be_visible()
    found += faults(page)
    upload(page, files["scribble"], files["pen"])
    page.get_by_role("button", name="Read", exact=True).click()
    expect(page.get_by_text("2 pages in")).to_be_visible()
    found += faults(page)
    turn_to(page, "Review")
    expect(page.get_by_text("waiting,")).to_be_visible()
    found += faults(page)
    turn_to(page, "Model")
    expect(page.get_by_text("Reliability")).to_be_visible()
    found += faults(page)
    assert found == []
