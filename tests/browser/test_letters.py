"""Letters and fields: read, explained and settled by key, as a person does it."""

from pathlib import Path

import pytest
from app_server import DIGITLENS, served
from PIL import Image
from playwright.sync_api import Page, expect
from visitor import Opened, overflow, result, settled, turn_to, upload

from digitlens.store import Store
from written import page_of

pytestmark = pytest.mark.browser


def written(folder: Path, *lines: str) -> Path:
    """A picture of these lines."""
    path = folder / f"{'-'.join(lines)}.png"
    Image.fromarray(page_of(lines)).save(path)
    return path


def choose(page: Page, what: str) -> None:
    """Choose what is read."""
    page.get_by_role("button", name="Network and care").click()
    page.get_by_role("combobox", name="What is read").click()
    page.get_by_role("option", name=what, exact=True).click()


def test_a_field_is_read_after_a_wrong_pattern_was_told(visit: Opened, tmp_path: Path) -> None:
    page = visit()
    choose(page, "A pattern, such as a date")
    pattern = page.get_by_role("textbox", name="The pattern that each line fits")
    pattern.fill("dd.(dd")
    pattern.press("Enter")
    expect(page.get_by_text("Until then digits and signs are read.")).to_contain_text("cannot be understood")
    pattern.fill("dd.dd.dddd")
    pattern.press("Enter")
    expect(page.get_by_text("Until then digits and signs are read.")).to_have_count(0)
    page.keyboard.press("Escape")
    upload(page, written(tmp_path, "0512.2024"))
    expect(result(page).get_by_label("The text read")).to_contain_text("05.12.2024")
    expect(result(page)).to_contain_text("by itself 0512.2024")
    page.get_by_role("radio", name="Sign 5 of 9").click()
    expect(page.get_by_text("is a sign, told by its shape")).to_be_visible()


def test_a_letter_is_read_explained_and_settled_by_key(
    visit: Opened, screen: dict[str, object], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with served(DIGITLENS, home, DIGITLENS_HOME=str(home)) as url:
        page = visit(url, **screen)
        choose(page, "Letters")
        page.get_by_text("Strict").click()
        page.keyboard.press("Escape")
        upload(page, written(tmp_path, "A"), written(tmp_path, "T"))
        expect(page.get_by_role("list", name="The ten likeliest").get_by_role("listitem")).to_have_count(10)
        expect(page.get_by_label("Why", exact=True)).to_contain_text("where it finds a")
        assert overflow(page) <= 0
        turn_to(page, "Review")
        expect(page.get_by_text("2 waiting, 0 decided")).to_be_visible()
        expect(page.get_by_role("heading", name="Is this a")).to_be_visible()
        assert overflow(page) <= 0
        page.keyboard.press("r")
        page.keyboard.press("Shift+C")  # either would run the page again, or clear its cache
        expect(page.get_by_text("0 waiting, 2 decided")).to_be_visible()
        settled(page)
        expect(page.get_by_role("dialog")).to_have_count(0)
    with Store(home / "corrections.db") as store:
        assert sorted(str(item.decision.label) for item in store.settled() if item.decision) == ["C", "r"]
