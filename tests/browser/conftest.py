"""What the browser tests share: the app in its own process, Chromium, and a visitor's eyes and hands."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from app_server import DIGITLENS, browsing, served
from playwright.sync_api import Browser, Page, expect
from site_server import Served, serving
from visitor import PATIENCE, SCREENS, Opened

from digitlens.data.samples import SAMPLES, draw
from digitlens.site import write_site

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the app is started: its working folder and its home."""
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="session")
def address(folder: Path) -> Iterator[str]:
    with served(DIGITLENS, folder, DIGITLENS_HOME=str(folder)) as url:
        yield url


@pytest.fixture(scope="module")  # its event loop must not outlive it: tests of other modules run their own
def browser(chromium: Path) -> Iterator[Browser]:
    with browsing(chromium) as opened:
        yield opened


@pytest.fixture
def tab(browser: Browser) -> Iterator[Opened]:
    """Opens a tab, patient with a busy machine; at the end nothing may have gone wrong in any."""
    complaints: list[str] = []
    contexts = []

    def opened(**settings: object) -> Page:
        context = browser.new_context(**cast("dict", settings))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The static site, served as any web space does."""
    folder = tmp_path_factory.mktemp("site")
    write_site(folder)
    with serving(folder) as served:
        yield served


@pytest.fixture
def visit(tab: Opened, address: str) -> Iterator[Opened]:
    """Opens the page; at the end nothing may have been asked of any other machine."""
    strangers: list[str] = []

    def opened(url: str = address, **settings: object) -> Page:
        page = tab(**settings)
        own = (url, url.replace("http", "ws", 1), "data:", "blob:")
        page.on(
            "request", lambda request: None if request.url.startswith(own) else strangers.append(request.url)
        )
        page.goto(url)
        expect(page.get_by_text("What does it say?")).to_be_visible()
        return page

    yield opened
    assert strangers == []


@pytest.fixture(params=SCREENS)
def screen(request: pytest.FixtureRequest) -> dict[str, object]:
    """A desktop's window, and a phone's."""
    return SCREENS[request.param]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Each sample as a file, and one that is no picture."""
    made = {key: tmp_path / f"{key}.{sample.kind}" for key, sample in SAMPLES.items()}
    for key, path in made.items():
        path.write_bytes(draw(key))
    made["broken"] = tmp_path / "broken <i>.png"
    made["broken"].write_bytes(b"no picture at all")
    return made
