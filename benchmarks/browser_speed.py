"""How long the site takes: a drawing, a photo, a page held before the camera, and a first visit.

    python benchmarks/browser_speed.py [drawing] [photo] [camera] [visit] [--threads] [--slowed 4] [--rounds 7]

All where none is named; needs Chromium, no data. ``photo`` is the example enlarged to one megapixel. ``camera`` counts
from the first frame that shows the example to its text, once the camera has been read before, with the page's processes
running one ``--slowed``-th of the time: Chromium's own throttling leaves out workers, which read. ``visit``
counts from an address to the first reading, each time in a browser that has nothing. ``--threads`` serves the site so
that its pages may use them. The least of the rounds is what the machine can do, the middle one what it did.
"""

import argparse
import base64
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(
    0, str(Path(__file__).parents[1] / "tests/browser")
)  # the site's server and camera are the tests'

from app_server import CHROMIUM_ARGS
from fake_camera import film
from site_server import LOAD, serving

from digitlens.data.samples import draw
from digitlens.site import write_site
from slowed import children, slowed

PATIENCE = 180_000  # ms
PHOTO_PIXELS = 1e6
MOVING, STILL = 3.0, 30.0  # seconds of the film
EXAMPLE_TEXT = "3725\n648\n7352"

READ = """async ([how, text]) => {
    const picture = new Blob([Uint8Array.from(atob(text), one => one.charCodeAt(0))]);
    return (await globalThis.reader[how](picture)).ms;
}"""
WATCH = """expected => {
    const video = document.getElementById("camera"), text = document.getElementById("text");
    const small = new OffscreenCanvas(8, 6).getContext("2d", { willReadFrequently: true });
    let began = null;
    globalThis.delay = null;
    const look = () => {
        small.drawImage(video, 0, 0, 8, 6);
        const { data } = small.getImageData(0, 0, 8, 6);
        if (data.reduce((sum, one) => sum + one, 0) / data.length > 170) began = performance.now();
        else video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
    new MutationObserver((_, watching) => {
        if (began === null || text.textContent !== expected) return;
        globalThis.delay = performance.now() - began;
        watching.disconnect();
    }).observe(text, { childList: true });
}"""


@dataclass(frozen=True)
class Place:
    """Where it is measured: a site that is served at ``url``, and a browser, of which new ones can be opened."""

    url: str
    browser: Browser
    open_browser: Callable[[], Browser]
    slowed: float


def drawing(place: Place, rounds: int) -> list[float]:
    """Milliseconds of classifying a drawing of 28x28 pixels, warm."""
    return _read(place, "classify", draw("mnist"), rounds)


def photo(place: Place, rounds: int) -> list[float]:
    """Milliseconds of reading the example enlarged to a megapixel, warm."""
    pixels = cv2.imdecode(np.frombuffer(_example(place), np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    scale = (PHOTO_PIXELS / (pixels.shape[0] * pixels.shape[1])) ** 0.5
    large = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return _read(place, "read", cv2.imencode(".jpg", large)[1].tobytes(), rounds)


def camera(place: Place, rounds: int) -> list[float]:
    """Milliseconds from the first frame that shows the example to its text, the page slowed."""
    page = place.browser.new_page()
    page.goto(place.url)
    page.locator("#status").get_by_text("Ready.").wait_for(timeout=PATIENCE)
    times = []
    for number in range(rounds + 1):  # the first time the networks run slower than ever after
        page.get_by_role("button", name="Camera").click()
        page.evaluate(WATCH, EXAMPLE_TEXT)
        with slowed(children(os.getpid(), "--type=renderer"), place.slowed if number else 1):
            times.append(_delay(page))
        page.get_by_role("button", name="Camera").click()
    page.close()
    return times[1:]


def visit(place: Place, rounds: int) -> list[float]:
    """Milliseconds from an address to the reading of the example, in a browser that has nothing."""
    times = []
    for _ in range(rounds):
        browser = place.open_browser()
        page = browser.new_page()
        began = time.perf_counter()
        page.goto(place.url)
        page.get_by_role("button", name="Show an example").click()
        page.locator("#text").get_by_text("3725").wait_for(timeout=PATIENCE)
        times.append(1e3 * (time.perf_counter() - began))
        browser.close()
    return times


WAYS: dict[str, Callable[[Place, int], list[float]]] = {
    "drawing": drawing,
    "photo": photo,
    "camera": camera,
    "visit": visit,
}


def _read(place: Place, how: str, picture: bytes, rounds: int) -> list[float]:
    page: Page = place.browser.new_page()
    page.goto(f"{place.url}package.json")
    page.evaluate(LOAD)
    given = [how, base64.b64encode(picture).decode()]
    times = [page.evaluate(READ, given) for _ in range(rounds + 3)]
    page.close()
    return times[3:]


def _delay(page: Page) -> float:
    """Wait for the text; a page whose policy forbids `eval` cannot be told to."""
    deadline = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < deadline:
        if (found := page.evaluate("globalThis.delay")) is not None:
            return found
        time.sleep(0.25)
    raise TimeoutError("The page before the camera was not read as it should be.")


def _example(place: Place) -> bytes:
    page = place.browser.new_page()
    answer = page.goto(f"{place.url}example.jpg")
    assert answer is not None
    content = answer.body()
    page.close()
    return content


def _main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("what", nargs="*", choices=[*WAYS, []], help="what is measured")
    arguments.add_argument("--threads", action="store_true", help="serve so that the page may use threads")
    arguments.add_argument("--slowed", type=float, default=4, metavar="N", help="times, of the camera's page")
    arguments.add_argument("--rounds", type=int, default=7, metavar="N")
    given = arguments.parse_args()
    chromium = os.environ.get("DIGITLENS_CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = write_site(Path(name) / "site").folder
        seen = film((folder / "example.jpg").read_bytes(), Path(name) / "film.mjpeg", MOVING, STILL)
        options = [*CHROMIUM_ARGS, f"--use-file-for-fake-video-capture={seen}"]
        with serving(folder, given.threads) as site:

            def open_browser() -> Browser:
                return playwright.chromium.launch(executable_path=chromium, args=options)

            place = Place(site.url, open_browser(), open_browser, given.slowed)
            for what in given.what or WAYS:
                times = WAYS[what](place, given.rounds)
                print(
                    f"{what}: {min(times):.0f} ms at least, {statistics.median(times):.0f} in the middle",
                    flush=True,
                )


if __name__ == "__main__":
    _main()
