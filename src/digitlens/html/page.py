"""Pieces of an HTML page, built as a tree: whatever text goes in is escaped when the tree is written."""

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from io import BytesIO
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element, tostring

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitlens import wording
from digitlens.html.images import data_uri

__all__ = [
    "Child",
    "document",
    "element",
    "facts",
    "folded",
    "interval",
    "percentage",
    "picture",
    "scrolling",
    "section",
    "style",
    "table",
]

Child: TypeAlias = Element | str
"""The content of an element: another, or text."""


def element(tag: str, *children: Child, **attributes: Any) -> Element:
    """An element: ``element("td", "4", class_="n", aria_label="four")``.

    Args:
        tag: its name.
        *children: its content, in order.
        **attributes: by name, where underscores stand for dashes and one at the end is dropped.
    """
    node = Element(
        tag, {name.rstrip("_").replace("_", "-"): str(value) for name, value in attributes.items()}
    )
    for child in children:
        if isinstance(child, Element):
            node.append(child)
        elif len(node):
            node[-1].tail = (node[-1].tail or "") + child
        else:
            node.text = (node.text or "") + child
    return node


def document(title: str, css: str, *body: Child) -> str:
    """A whole page that asks nothing of any server: its policy forbids all but its own style and pictures.

    Args:
        title: as the browser shows it.
        css: the style of what only this page has; ``page.css`` has that of all pages.
        *body: the content of the page, in order.
    """
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("link", rel="icon", href="data:,"),
        element("style", f"{style()}\n{css}"),
    )
    root = element("html", head, element("body", *body), lang="en")
    return f"<!DOCTYPE html>\n{tostring(root, encoding='unicode', method='html')}\n"


def style() -> str:
    """``page.css``, the style that all pages share."""
    return files("digitlens.html").joinpath("page.css").read_text(encoding="utf-8")


def table(head: Sequence[str], rows: Iterable[Sequence[Child]], **attributes: Any) -> Element:
    """A table with a line of headings; the first cell of each row is its heading.

    Args:
        head: the headings of the columns; none are shown where it is empty.
        rows: the cells of each, of which there is one at least.
        **attributes: of the table, as those of `element`.
    """
    heading = element("thead", element("tr", *(element("th", text, scope="col") for text in head)))
    body = element("tbody")
    for first, *others in rows:
        body.append(
            element("tr", element("th", first, scope="row"), *(element("td", cell) for cell in others))
        )
    return element("table", *([heading] if head else []), body, **attributes)


def section(title: str, lede: str, *children: Child) -> Element:
    """A part of the page under its heading.

    Args:
        title: the heading.
        lede: says in a few sentences what it shows.
        *children: the content, in order.
    """
    return element("section", element("h2", title), element("p", lede), *children)


def facts(values: Mapping[str, str]) -> Element:
    """Return the figures that matter most, large: the name of each and its value."""
    pairs = [element("div", element("dt", name), element("dd", value)) for name, value in values.items()]
    return element("dl", *pairs, class_="facts")


def folded(summary: str, *children: Child) -> Element:
    """Return an element that a reader may open: the table behind a chart."""
    return element("details", element("summary", summary), *children)


def scrolling(child: Element, label: str) -> Element:
    """Let a wide ``child`` scroll by itself on a narrow screen, by finger or by keyboard."""
    return element("div", child, class_="scroll", role="region", aria_label=label, tabindex="0")


def percentage(share: float, places: int = 2) -> str:
    """``99.57 %`` of 0.9957; what is short of everything is never rounded up to 100 %."""
    return wording.percent(share, places, "\u00a0%")


def interval(ends: tuple[float, float], places: int = 2) -> str:
    """``99.42 – 99.68 %`` of (0.9942, 0.9968)."""
    return f"{percentage(ends[0], places)[:-2]} – {percentage(ends[1], places)}"


def picture(image: NDArray[np.uint8], alt: str) -> Element:
    """An ``img`` that carries its pixels, uint8 (H, W), within itself as PNG."""
    encoded = BytesIO()
    Image.fromarray(image).save(encoded, "PNG", optimize=True)
    height, width = image.shape
    return element("img", src=data_uri(encoded.getvalue(), "png"), alt=alt, width=width, height=height)
