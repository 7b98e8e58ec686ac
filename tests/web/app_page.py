"""What a test sees of the page that AppTest drives, and brings to it."""

import re
from html import unescape
from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]


def said(page: AppTest) -> str:
    """All that the page's own HTML says, without its tags and styles."""
    bodies = " ".join(element.proto.body for element in page.get("html"))
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", bodies)).split())


def bars(page: AppTest) -> list[str]:
    """The labels of the bars."""
    return re.findall(
        r"<li[^>]*><b>([^<]+)</b><i", " ".join(element.proto.body for element in page.get("html"))
    )


def upload(page: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """Upload files."""
    page.file_uploader[0].set_value([(name, content, "image/png") for name, content in files])
    return page.run()
