"""The network that reads, how carefully, and pages to try: told before anything is brought."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from visitor import Opened, headline, overflow, ready, result, turn_to, upload

from digitlens.data.samplepages import SAMPLE_PAGES

pytestmark = pytest.mark.browser


def test_settings_name_the_network_and_green_says_at_which_rate(
    visit: Opened, screen: dict[str, object], files: dict[str, Path]
) -> None:
    page = visit(**screen)
    upload(page, files["pen"])
    headline(page, "This is a 3.")
    expect(result(page)).to_contain_text("at most 0.5% should be wrong")
    page.get_by_role("button", name="Network and care").click()
    expect(page.get_by_text("Now reading: robust")).to_contain_text("names each digit")
    page.get_by_text("Relaxed").click()
    expect(result(page)).to_contain_text("Of all that is accepted with this care, at most 2.0%")
    page.get_by_role("combobox", name="What is read").click()
    page.get_by_role("option", name="Letters", exact=True).click()
    expect(page.get_by_text("Now reading: characters")).to_contain_text("names each letter")
    page.keyboard.press("Escape")
    assert overflow(page) <= 0


def test_each_page_to_try_reads_as_it_is_written(visit: Opened, screen: dict[str, object]) -> None:
    page = visit(**screen)
    for sample in SAMPLE_PAGES.values():
        page.get_by_role("button", name=sample.title, exact=True).click()
        if sample.table:
            expect(page.get_by_role("textbox", name="B2:")).to_have_value("7")
            turn_to(page, "Recognise")
        else:
            text = result(page).get_by_label("The text read").locator("p")
            expect(text).to_have_text(sample.reads.splitlines())
        ready(page)
        assert overflow(page) <= 0
