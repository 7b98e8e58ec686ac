"""Review: deciding by keystroke, two tabs at once, and decisions that outlast the app."""

from pathlib import Path

import pytest
from app_server import DIGITLENS, served
from PIL import Image
from playwright.sync_api import Page, expect
from visitor import Opened, headline, overflow, result, turn_to, upload

from digitlens.store import Store
from written import page_of

pytestmark = pytest.mark.browser

ASKED = "Is this really no digit?"


@pytest.fixture
def doubtful(tmp_path: Path, files: dict[str, Path]) -> list[Path]:
    """Pictures that no network is sure of, each another."""
    paths = []
    for i in range(4):
        path = tmp_path / f"scribble {i}.png"
        Image.open(files["scribble"]).rotate(3 * i, fillcolor=(244, 241, 232)).save(path)
        paths.append(path)
    return paths


def review(page: Page) -> None:
    turn_to(page, "Review")
    expect(page.get_by_text("waiting,")).to_be_visible()


def told(page: Page, text: str) -> None:
    expect(page.get_by_text("waiting,")).to_contain_text(text)


def test_keys_decide_and_decisions_outlast_the_app(
    visit: Opened, doubtful: list[Path], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with served(DIGITLENS, home, DIGITLENS_HOME=str(home)) as url:
        page = visit(url)
        upload(page, *doubtful)
        expect(page.get_by_role("button", name="no digit scribble 0")).to_be_visible()
        review(page)
        told(page, "4 waiting, 0 decided")
        expect(page.get_by_text(ASKED)).to_be_visible()
        for key in ("4", "Enter", "7"):  # faster than the page answers
            page.keyboard.press(key)
        told(page, "1 waiting, 3 decided")
        expect(page.get_by_text("(1 as the network read them, 2 otherwise)")).to_be_visible()
        page.keyboard.press("Backspace")
        told(page, "2 waiting, 2 decided")
        page.keyboard.press("9")
        told(page, "1 waiting, 3 decided")
    with Store(home / "corrections.db") as store:
        assert sorted(str(item.decision.label) for item in store.settled() if item.decision) == ["", "4", "9"]
    with served(DIGITLENS, home, DIGITLENS_HOME=str(home)) as url:
        page = visit(url)
        review(page)
        told(page, "1 waiting, 3 decided")
        expect(page.get_by_role("button", name="9 was no digit")).to_be_visible()
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Download as a dataset").click()
        assert waiting.value.suggested_filename == "corrections.zip"
        page.get_by_role("button", name="Delete everything").click()
        page.get_by_role("button", name="Yes, delete them").click()
        expect(page.get_by_text("Nothing waits for you.")).to_be_visible()


def test_two_tabs_at_once_lose_nothing(visit: Opened, doubtful: list[Path], tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with served(DIGITLENS, home, DIGITLENS_HOME=str(home)) as url:
        one, other = visit(url), visit(url)
        upload(one, *doubtful)
        expect(one.get_by_role("button", name="no digit scribble 0")).to_be_visible()
        review(one)
        review(other)
        told(other, "4 waiting")
        for tab in (one, other):
            expect(tab.get_by_text(ASKED)).to_be_visible()
        one.keyboard.press("1")
        other.keyboard.press("Space")
        other.keyboard.press("2")
        told(one, "decided")
        told(other, "2 waiting, 2 decided")
    with Store(home / "corrections.db") as store:
        assert sorted(str(item.decision.label) for item in store.settled() if item.decision) == ["1", "2"]


def test_a_line_is_typed_for_all_of_its_digits(
    visit: Opened, screen: dict[str, object], tmp_path: Path
) -> None:
    """Whoever types the line says at once what each of its digits is."""
    home, note = tmp_path / "home", tmp_path / "note.png"
    home.mkdir()
    Image.fromarray(page_of(["4071"])).save(note)
    with served(DIGITLENS, home, DIGITLENS_HOME=str(home)) as url:
        page = visit(url, **screen)
        page.get_by_role("button", name="Network and care").click()
        page.get_by_text("Strict").click()  # some of it is left to a person
        page.keyboard.press("Escape")
        upload(page, note)
        expect(result(page).get_by_label("The text read")).to_contain_text("4071")
        review(page)
        told(page, ", 0 decided")
        expect(page.get_by_role("img", name="Its line")).to_be_visible()
        expect(page.get_by_role("img", name="Its page")).to_be_visible()
        line = page.get_by_role("textbox", name="The line it is on, all of it")
        expect(line).to_have_value("4071")
        line.fill("9382")
        line.press("Enter")
        told(page, "0 waiting, ")
        assert overflow(page) <= 0
    with Store(home / "corrections.db") as store:
        items = store.settled()
        assert items
        labels = [item.decision and item.decision.label for item in items]
        assert labels == ["9382"[item.number - 1] for item in items]


def test_what_is_not_to_be_kept_is_not(visit: Opened, files: dict[str, Path], tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with served(DIGITLENS, home, DIGITLENS_HOME=str(home)) as url:
        page = visit(url)
        page.get_by_role("button", name="Network and care").click()
        page.get_by_text("Keep what is doubtful for Review").click()
        page.keyboard.press("Escape")
        upload(page, files["scribble"])
        headline(page, "This does not look like a digit.")
        review(page)
        told(page, "0 waiting, 0 decided")
