"""Small parts of the page that Streamlit has none of its own for: HTML, CSS and JavaScript beside this file.

Whatever a browser sends back is not to be trusted: each function here checks it before anyone uses it.
"""

from xml.etree.ElementTree import Element, tostring

from digitlens import evaluation_report
from digitlens.html.page import style as page_style
from digitlens.web.components.base import Decision, component, decisions_in, edits_in, index_in
from digitlens.web.components.review import Queue, reviewer
from digitlens.web.components.rows import PageLine, page_table
from digitlens.web.components.table import CellSpot, TableView, table_view
from digitlens.web.components.viewer import Face, Spot, ViewerContent, view

__all__ = [
    "CellSpot",
    "Decision",
    "Face",
    "PageLine",
    "Queue",
    "Spot",
    "TableView",
    "ViewerContent",
    "component",
    "copy_button",
    "decisions_in",
    "edits_in",
    "exhibit",
    "index_in",
    "page_table",
    "paste_into",
    "reviewer",
    "table_view",
    "view",
]


def copy_button(key: str, text: str) -> None:
    """A button that puts a text into the clipboard, and says that it did."""
    component("copy")(key=key, data={"text": text}, width="content")


def exhibit(key: str, page: Element) -> None:
    """A part of a report, in the style of reports; its style and the page's don't touch each other."""
    css = (page_style(), evaluation_report.report_style())
    component("exhibit", css)(key=key, data={"html": tostring(page, encoding="unicode", method="html")})


def paste_into(uploader: str) -> None:
    """Let pictures be pasted anywhere on the page into the file uploader of this key."""
    component("paste")(key=f"paste-{uploader}", data={"uploader": uploader})
