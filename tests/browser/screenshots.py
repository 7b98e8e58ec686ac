"""Makes the pictures of the app in the docs: ``python tests/browser/screenshots.py CHROMIUM [FOLDER]``.

The real app is started, and each of its pages used and kept as a PNG in FOLDER, docs/images if none is named.
"""

import re
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from app_server import DIGITLENS, ROOT, browsing, served
from PIL import Image
from playwright.sync_api import Page, expect
from visitor import PATIENCE, PHONE, headline, settled, turn_to, upload

from digitlens.data.samples import draw

sys.path.insert(0, str(ROOT / "tests"))

from written import page_of

SIZE = {"width": 1200, "height": 980}


def main(chromium: Path, folder: Path) -> None:
    """Take the pictures, each a PNG of under 200 kB."""
    expect.set_options(timeout=PATIENCE)
    with tempfile.TemporaryDirectory() as place, browsing(chromium) as browser:
        home = Path(place)
        with served(DIGITLENS, home, DIGITLENS_HOME=place) as url:
            page = browser.new_page(viewport=SIZE, color_scheme="light")  # pyright: ignore[reportArgumentType]
            page.goto(url)
            _recognise(page, home)
            _keep(page, folder / "app.png")
            page.get_by_role("button", name="A table of marks").click()
            expect(page.get_by_text("6 rows, 4 columns")).to_be_visible()
            _keep(page, folder / "app-table.png")
            turn_to(page, "Batch")
            _batch(page, home)
            _keep(page, folder / "app-batch.png")
            turn_to(page, "Review")
            expect(page.get_by_text("waiting,")).to_be_visible()
            _keep(page, folder / "app-review.png")
            turn_to(page, "Model")
            expect(page.get_by_text("Reliability")).to_be_visible()
            _keep(page, folder / "app-model.png")
            turn_to(page, "Recognise")
            _field(page, home)
            _keep(page, folder / "app-field.png")
            phone = browser.new_page(viewport=PHONE, color_scheme="dark", device_scale_factor=2)  # pyright: ignore[reportArgumentType]
            phone.goto(url)
            phone.get_by_role("radio", name="Draw").click()
            _keep(phone, folder / "app-phone.png")


def _recognise(page: Page, home: Path) -> None:
    note = home / "note.png"
    Image.fromarray(page_of(["40719", "2239"])).save(note)
    upload(page, note)
    headline(page, re.compile("^9 digits"))
    expect(page.get_by_text("Read by")).to_be_visible()
    page.get_by_role("radio", name="Digit 3 of 9").click()


def _field(page: Page, home: Path) -> None:
    page.get_by_role("button", name="Network and care").click()
    page.get_by_role("combobox", name="What is read").click()
    page.get_by_role("option", name="A pattern, such as a date").click()
    pattern = page.get_by_role("textbox", name="The pattern that each line fits")
    pattern.fill("dd.dd.dddd")
    pattern.press("Enter")
    settled(page)
    page.keyboard.press("Escape")
    date = home / "date.png"
    Image.fromarray(page_of(["0512.2024"])).save(date)
    upload(page, date)
    headline(page, re.compile("^8 digits"))
    expect(page.get_by_text("Read by")).to_be_visible()


def _batch(page: Page, home: Path) -> None:
    paths = []
    for name in ("pen", "pencil", "chalk", "scribble", "doubtful", "blank"):
        paths.append(home / f"{name}.jpg")
        paths[-1].write_bytes(draw(name))
    upload(page, *paths)
    page.get_by_role("button", name="Read", exact=True).click()
    expect(page.get_by_text("6 pages in")).to_be_visible()


def _keep(page: Page, path: Path) -> None:
    """What shows now, as a PNG."""
    page.mouse.move(0, 0)
    settled(page)
    palette = (
        Image.open(BytesIO(page.screenshot())).convert("RGB").quantize(256, kmeans=8)
    )  # keeps the rare reds
    palette.save(path, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "docs" / "images")
