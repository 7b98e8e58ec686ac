"""The page that all reports of training share, and how the network is made again."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from digitlens.evaluation_report import report_style
from digitlens.files import atomic_write
from digitlens.html.page import document, element, section, table

__all__ = ["making", "save_page"]


def making(command: str, blocks: Mapping[str, Mapping[str, Any]]) -> Element:
    """Tell everything needed to make the network again: the command, and the settings block by block."""
    columns = [
        element("div", element("h3", name), table((), _flat(values), class_="settings"))
        for name, values in blocks.items()
    ]
    return section(
        "How to make it again",
        "The same seed, data, software and machine give the same weights.",
        element("pre", element("code", command)),
        element("div", *columns, class_="columns"),
    )


def _flat(values: Mapping[str, Any], group: str = "") -> list[tuple[str, str]]:
    """Settings as rows; those of a group are named after it."""
    rows: list[tuple[str, str]] = []
    for key, value in values.items():
        name = f"{group} {key}".strip().replace("_", " ")
        rows += _flat(value, name) if isinstance(value, Mapping) else [(name, str(value))]
    return rows


def save_page(path: Path, title: str, main: Element) -> None:
    """Write what a report has to say as a page of its own, whole or not at all.

    Args:
        path: the HTML file.
        title: of the page.
        main: its content.

    Raises:
        OSError: the folder cannot be written to, or the disk is full.
    """
    css = files("digitlens.train").joinpath("report.css").read_text(encoding="utf-8")
    page = document(title, f"{report_style()}\n{css}", main)
    with atomic_write(path) as temporary:
        # A path in the command may hold bytes that are no text; they are shown as escapes.
        temporary.write_text(page, encoding="utf-8", errors="backslashreplace")
