"""Makes the README's picture of the app: ``python tests/browser/screenshots.py CHROMIUM [FOLDER]``.

The real app is started, a sample tried, and the page kept as ``app.png`` in FOLDER, docs/images if none is named.
"""

import sys
import tempfile
from io import BytesIO
from pathlib import Path

from app_server import DIGITLENS, ROOT, browsing, served
from PIL import Image
from playwright.sync_api import expect

SIZE = {"width": 1200, "height": 980}


def main(chromium: Path, folder: Path) -> None:
    """Take the picture, as a PNG of under 200 kB."""
    with (
        tempfile.TemporaryDirectory() as home,
        served(DIGITLENS, Path(home)) as url,
        browsing(chromium) as browser,
    ):
        page = browser.new_page(viewport=SIZE, color_scheme="light")  # pyright: ignore[reportArgumentType]
        page.goto(url)
        page.get_by_role("button", name="A 3, in pen").click()
        expect(page.get_by_text("Read by")).to_be_visible()
        page.mouse.move(0, 0)
        page.wait_for_timeout(1_000)  # for the button's colour to fade in
        shot = page.screenshot()
    palette = Image.open(BytesIO(shot)).convert("RGB").quantize(256, kmeans=8)  # kmeans keeps the rare reds
    palette.save(folder / "app.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "docs" / "images")
