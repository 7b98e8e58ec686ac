"""The camera of the static site: a page that is held still is read, quickly at first."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from app_server import CHROMIUM_ARGS
from fake_camera import film
from playwright.sync_api import Browser, Page, expect
from site_server import Served

import digitlens.site

pytestmark = pytest.mark.browser

EXAMPLE_TEXT = "3725\n648\n7352"
SLOW = 120_000  # ms: on a busy machine the networks take long


@pytest.fixture
def before_camera(browser: Browser, chromium: Path, site: Served, tmp_path: Path) -> Iterator[Page]:
    """The site in a browser before whose camera something moves, and then the example is held."""
    example = (Path(digitlens.site.__file__).parent / "page/example.jpg").read_bytes()
    seen = film(example, tmp_path / "film.mjpeg", moving=2, still=60)
    arguments = [*CHROMIUM_ARGS, f"--use-file-for-fake-video-capture={seen}"]
    with_camera = browser.browser_type.launch(executable_path=chromium, args=arguments)
    page = with_camera.new_page()
    page.set_default_timeout(SLOW)
    page.goto(site.url)
    yield page
    with_camera.close()


def test_a_page_before_the_camera_is_read(before_camera: Page) -> None:
    page = before_camera
    expect(page.locator("#status")).to_have_text("Ready.", timeout=SLOW)
    page.get_by_role("button", name="Camera").click()
    expect(page.locator("#text")).to_have_text(EXAMPLE_TEXT, timeout=SLOW)
    expect(page.locator("#frame rect.sure, #frame rect.doubt")).to_have_count(11)
    size = "document.querySelector('#frame svg').viewBox.baseVal"
    assert page.evaluate(f"[{size}.width, {size}.height]") == [640, 480]


def test_what_is_held_still_is_read_once_quickly_and_where_it_is_not_sure_once_closely(
    before_camera: Page,
) -> None:
    """The camera by itself: what it hands to its reader, of a film of a moving pattern and a page."""
    handed = before_camera.evaluate("""async () => {
        const { Camera } = await import("./camera.js");
        const handed = [], answers = [false, true];
        let enough = () => {}, glances = 0;
        const video = document.createElement("video");
        const camera = new Camera(video, async (frame, quick) => {
            const canvas = new OffscreenCanvas(1, 1), context = canvas.getContext("2d");
            context.drawImage(frame, 0, 0, 1, 1);
            const [level] = context.getImageData(0, 0, 1, 1).data;
            if (level < 150) return true; // not yet the page: of that nothing is doubted
            handed.push([frame.width, quick]);
            frame.close();
            glances = 0;
            return answers.shift();
        });
        const glance = camera.glance.bind(camera);
        camera.glance = () => {
            if (++glances > 15 && handed.length > 1) enough();
            return glance();
        };
        await camera.start();
        await new Promise(done => { enough = done; });
        camera.stop();
        return handed;
    }""")
    assert handed == [[640, True], [640, False]]


def test_a_frame_is_read_with_two_looks_at_most(browser: Browser, site: Served) -> None:
    page = browser.new_page()
    page.set_default_timeout(SLOW)
    page.goto(f"{site.url}package.json")
    texts, looks = page.evaluate("""async () => {
        const { Reader } = await import("./module/digitlens.js");
        const reader = await Reader.load("networks/"), { detector } = reader.lines, { look } = detector, looks = [];
        const picture = await (await fetch("example.jpg")).blob(), texts = [];
        for (const quick of [true, false]) {
            let count = 0;
            detector.look = (...given) => { count++; return look.apply(detector, given); };
            texts.push((await reader.read(picture, { quick })).text);
            looks.push(count);
        }
        return [texts, looks];
    }""")
    assert texts == [EXAMPLE_TEXT, EXAMPLE_TEXT]
    assert looks[0] <= 2 < looks[1]
    page.close()
