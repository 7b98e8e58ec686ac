"""The web app in a real Chromium: how soon it answers, and how much memory it takes.

Needs Chromium: ``DIGITLENS_CHROMIUM``, or on the path. It is driven by the hands of the browser tests.
"""

import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import numpy as np
from app_server import DIGITLENS, browsing, served
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from visitor import PATIENCE, turn_to, upload

from digitlens import Reader
from digitlens.data.samples import draw
from digitlens.model import MAX_ERROR
from digitlens.web.wanted import DIGITS_AND_SIGNS
from table import Row, row
from written import page_of

__all__ = ["measure"]

RUNS = 5
MANY = 1_000


def measure() -> list[Row]:
    """Times are medians, taken where a person would: in the browser."""
    chromium = (
        os.environ.get("DIGITLENS_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    )
    if chromium is None:
        raise SystemExit("Install Chromium, or set DIGITLENS_CHROMIUM to its program.")
    expect.set_options(timeout=PATIENCE)
    with tempfile.TemporaryDirectory() as place, browsing(Path(chromium)) as browser:
        folder = Path(place)
        starts = [_start(browser, folder) for _ in range(RUNS)]
        with served(DIGITLENS, folder, DIGITLENS_HOME=place) as url:
            page = _visit(browser, url)
            rows = [
                row("digitlens app, process start to a page that can be used", median(starts), "s"),
                row("28x28, upload to result on screen", _answers(page, folder, _framed()), "s"),
                row("1 megapixel, 30 digits, likewise", _answers(page, folder, _page()), "s"),
                *_shares(page, folder),
                row("12 megapixels, 30 digits, likewise", _answers(page, folder, _photo()), "s"),
                row("  memory of the process after them", _resident(), "MB"),
            ]
            _many(page, folder)
            return [*rows, row(f"  after {MANY:,} more pictures in a batch", _resident(), "MB")]


def _start(browser: Browser, folder: Path) -> float:
    """Seconds from the start of the process until the page shows all it has."""
    began = time.perf_counter()
    with served(DIGITLENS, folder, DIGITLENS_HOME=str(folder)) as url:
        page = _visit(browser, url)
        spent = time.perf_counter() - began
        page.context.close()
    return spent


def _visit(browser: Browser, url: str) -> Page:
    page = browser.new_page()
    page.goto(url)
    expect(page.get_by_role("button", name="A 3, in pen")).to_be_visible(timeout=PATIENCE)
    return page


SHOWN = """name => (document.querySelector('[role=status][aria-label=Result]')?.innerText.includes(name) ?? false)
    && document.body.innerText.includes('Read by')"""
"""Asked by the browser at every frame: Playwright's own waiting looks after 100, 350 and 850 ms."""


def _answers(page: Page, folder: Path, pictures: Iterator[Image.Image]) -> float:
    """Median seconds from giving a file until its name and what it says are on the screen."""
    spent = []
    for i in range(RUNS + 1):  # the first warms up
        path = folder / f"{i}-{time.monotonic_ns()}.jpg"
        next(pictures).save(path, quality=92)
        began = time.perf_counter()
        upload(page, path)
        page.wait_for_function(SHOWN, arg=path.name, timeout=PATIENCE)
        spent.append(time.perf_counter() - began)
    return median(spent[1:])


def _shares(page: Page, folder: Path) -> list[Row]:
    """Processor time of the app's process for a page of a megapixel, and how many times that of reading it alone."""
    before = _processor()
    _answers(page, folder, _page())
    spent = (_processor() - before) / (RUNS + 1)
    reader, picture = DIGITS_AND_SIGNS.reader(None, MAX_ERROR), np.asarray(next(_page()))
    reader.read(picture)
    began = time.process_time()
    for _ in range(RUNS):
        reader.read(picture)
    alone = (time.process_time() - began) / RUNS
    return [
        row("  processor time of the app's process", spent, "s"),
        row("  times that of reading the page alone", spent / alone, "times"),
    ]


def _framed() -> Iterator[Image.Image]:
    """Digits as MNIST has them."""
    frame = Reader().classify(draw("pen")).steps[-1].image
    while True:
        yield Image.fromarray(frame)


def _page() -> Iterator[Image.Image]:
    """The page of `_photo`, a megapixel large."""
    while True:
        yield next(_photo()).resize((1200, 900))


def _photo() -> Iterator[Image.Image]:
    """A page of 30 digits, as large as a phone's photo."""
    rng = np.random.default_rng(0)
    page = Image.fromarray(page_of(["40712", "23985", "16704", "52839", "90614", "38275"])).resize(
        (4000, 3000)
    )
    noisy = np.clip(np.asarray(page, np.int16) + rng.integers(-6, 7, (3000, 4000)), 0, 255).astype(np.uint8)
    while True:
        yield Image.fromarray(noisy).convert("RGB")


def _many(page: Page, folder: Path) -> None:
    """A thousand pictures in a batch."""
    packed = folder / "many.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for i in range(MANY):
            archive.writestr(f"{i:04}.jpg", draw("pen"))
    turn_to(page, "Batch")
    expect(page.get_by_text("Many pictures at once")).to_be_visible()
    upload(page, packed)
    page.get_by_role("button", name="Read", exact=True).click()
    expect(page.get_by_text(f"{MANY:,} pages in")).to_be_visible(timeout=20 * PATIENCE)


def _app() -> Path:
    """The app's process, as Linux tells of it."""
    return next(path for path in Path("/proc").glob("[0-9]*") if _is_app(path))


def _processor() -> float:
    """Seconds of processor time that the app's process has had."""
    fields = (_app() / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident() -> float:
    """Megabytes that the app's process holds now."""
    status = (_app() / "status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


def _is_app(process: Path) -> bool:
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
        parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
    except OSError:
        return False
    return b"--no-browser" in words and int(parent) == os.getpid()
