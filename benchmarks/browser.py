"""The reader in the browser beside Python's: the same texts, and how long each takes, on labelled pictures.

    python benchmarks/browser.py [single] [multi] [--every N] [--threads]

Both where none is named; they need DIGITLENS_DATA and Chromium. ``--threads`` serves the site so that the page may use
them. A picture that the browser cannot decode counts as one that differs. How long one takes is measured
by `browser_speed.py`.
"""

import argparse
import base64
import csv
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/browser"))  # the site's server is the tests'

from app_server import CHROMIUM_ARGS
from site_server import serving

from digitlens import Reader
from digitlens.site import write_site

__all__ = ["Compared", "compare"]

WAYS = {"single": ("real_single", "classify"), "multi": ("real_multi", "read")}

LOAD = """async () => {
    const began = performance.now(), { Reader } = await import("./module/digitlens.js");
    globalThis.reader = await Reader.load("networks/");
    return performance.now() - began;
}"""
READ = """async ([how, text]) => {
    const picture = new Blob([Uint8Array.from(atob(text), one => one.charCodeAt(0))]);
    try {
        const { text, accepted, reason, ms } = await globalThis.reader[how](picture);
        return { text, accepted, reason, ms };
    } catch (error) {
        return { text: null, accepted: null, reason: error.message, ms: 0 };
    }
}"""


@dataclass
class Compared:
    """What came of a folder of pictures.

    Attributes:
        count: how many pictures.
        texts: how many of them read as the same text.
        verdicts: how many of these are accepted, or not and why, alike.
        browser: milliseconds that the browser took, all together.
        python: likewise of Python, one thread.
        differing: the pictures whose texts differ.
    """

    count: int
    texts: int
    verdicts: int
    browser: float
    python: float
    differing: list[str]


def compare(page: Page, reader: Reader, files: list[Path], how: str) -> Compared:
    """Read pictures in the browser and in Python.

    Args:
        page: of a site, with ``reader`` loaded.
        reader: Python's.
        files: the pictures.
        how: ``read`` or ``classify``.
    """
    result = Compared(len(files), 0, 0, 0.0, 0.0, [])
    for file in files:
        found: dict[str, Any] = page.evaluate(READ, [how, base64.b64encode(file.read_bytes()).decode()])
        began = time.perf_counter()
        expected = getattr(reader, how)(file)
        result.python += 1e3 * (time.perf_counter() - began)
        result.browser += found["ms"]
        if found["text"] == expected.text:
            result.texts += 1
            result.verdicts += (found["accepted"], found["reason"]) == (expected.accepted, expected.reason)
        else:
            result.differing.append(file.name)
    return result


def _files(folder: Path, every: int) -> list[Path]:
    with (folder / "index.csv").open(encoding="utf-8-sig", newline="") as table:
        return [folder / one["file"] for one in csv.DictReader(table)][::every]


def _pages(threads: bool) -> Iterator[Page]:
    """A page of a site just written, its reader loaded."""
    chromium = os.environ.get("DIGITLENS_CHROMIUM") or shutil.which("chromium")
    with (
        tempfile.TemporaryDirectory() as name,
        serving(write_site(Path(name)).folder, threads) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        page = browser.new_page()
        page.goto(f"{site.url}package.json")
        print(f"The networks are there after {page.evaluate(LOAD):.0f} ms, in a browser that had nothing.")
        yield page
        browser.close()


def _main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("what", nargs="*", choices=[*WAYS, []], help="which pictures")
    arguments.add_argument("--every", type=int, default=1, metavar="N", help="every N-th of them alone")
    arguments.add_argument("--threads", action="store_true", help="serve so that the page may use threads")
    given = arguments.parse_args()
    reader = Reader(precision="float")
    for page in _pages(given.threads):
        for what in given.what or WAYS:
            name, how = WAYS[what]
            found = compare(page, reader, _files(Path(os.environ["DIGITLENS_DATA"]) / name, given.every), how)
            print(
                f"{what}: {found.texts} of {found.count} texts the same, {found.verdicts} verdicts; "
                f"{found.browser / found.count:.0f} ms a picture, {found.browser / found.python:.2f} times Python's"
            )
            print(*(f"  {name}" for name in found.differing), sep="\n")


if __name__ == "__main__":
    _main()
