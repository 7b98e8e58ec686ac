"""Glyphs that can be chosen, and dashed boxes where to look, which are in nobody's way."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from app_server import ROOT, served
from playwright.sync_api import expect
from visitor import Opened

pytestmark = pytest.mark.browser

PAGE = Path(__file__).with_name("boxes_page.py")
COMMAND = [sys.executable, "-m", "streamlit", "run", str(PAGE), "--server.headless=true", "--server.port"]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(COMMAND, tmp_path_factory.mktemp("boxes"), PYTHONPATH=str(ROOT / "src")) as found:
        yield found


def test_places_to_look_at_are_boxed_in_dashes_and_a_glyph_beneath_can_be_chosen(
    tab: Opened, url: str
) -> None:
    page = tab()
    page.goto(url)
    picture = page.get_by_role("img", name="A picture").first
    expect(picture).to_be_visible()
    place, marks = picture.bounding_box(), page.locator(".marks i")
    expect(marks).to_have_count(3)
    found = marks.first.bounding_box()
    assert place is not None
    assert found is not None
    assert found["x"] == pytest.approx(place["x"] + 0.35 * place["width"], abs=6)
    assert found["width"] == pytest.approx(0.4 * place["width"], abs=8)
    assert marks.first.evaluate("it => getComputedStyle(it).borderStyle") == "dashed"
    assert [mark.inner_text() for mark in marks.all()] == ["1", "2", "1"]
    page.get_by_role("radio", name="Sign 2 of 2: +").click()  # beneath the first place
    expect(page.get_by_text("chosen: 1")).to_be_visible()
    expect(page.get_by_text("alone: 0")).to_be_visible()
    expect(page.get_by_role("radiogroup")).to_have_count(1)  # where there are glyphs
