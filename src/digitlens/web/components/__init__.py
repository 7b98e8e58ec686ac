"""Small parts of the page that Streamlit has none of its own for: HTML, CSS and JavaScript beside this file.

Whatever a browser sends back is not to be trusted: each function here checks it before anyone uses it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from xml.etree.ElementTree import Element, tostring

import streamlit as st
from streamlit.components.v2 import component as register

from digitlens import judged
from digitlens.html.page import style as page_style

__all__ = [
    "Decision",
    "Face",
    "Mark",
    "Queue",
    "Spot",
    "boxes",
    "component",
    "decisions_in",
    "exhibit",
    "index_in",
    "paste_into",
    "reviewer",
]


@dataclass(frozen=True, slots=True)
class Face:
    """A picture as it is shown.

    Attributes:
        image: a ``data:`` address.
        alt: what it shows, in words.
        tiny: whether its pixels are to be seen one by one.
    """

    image: str
    alt: str
    tiny: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on a picture, boxed in dashes.

    Attributes:
        x, y, w, h: its box, in percent of the picture's width and height.
        label: what stands on its tag.
    """

    x: float
    y: float
    w: float
    h: float
    label: str


@dataclass(frozen=True, slots=True)
class Spot(Mark):
    """A glyph on a picture that can be chosen; its box is not dashed.

    Attributes:
        tone: ``sure`` or ``doubt``.
        told: what a screen reader says of it.
    """

    tone: str
    told: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about one item of the queue.

    Attributes:
        number: counts the decisions of this queue from 1, in their order.
        item: the item's id.
        label: the person's label, ``""`` for none of what is read; None takes the last decision about it back.
    """

    number: int
    item: int
    label: str | None


@dataclass(frozen=True, slots=True)
class Queue:
    """Items to decide about.

    Attributes:
        key: of the queue.
        items: ``id``, ``crop``, ``frame``, ``read``, ``asked``, ``yes``, ``told`` and ``file`` of each.
        labels: that may be given.
        none: what it is called that it is none of them.
        before: the number of the last decision that was heard; new ones count on from it.
    """

    key: str
    items: Sequence[dict[str, Any]]
    labels: Sequence[str]
    none: str
    before: int


def boxes(key: str, picture: Face, spots: Sequence[Spot], first: int, marks: Sequence[Mark] = ()) -> int:
    """A picture with a button on each glyph; the one chosen.

    Args:
        key: tells it from other pictures.
        picture: as it is shown.
        spots: its glyphs.
        first: the one that is chosen to begin with; also returned where there are none.
        marks: places to look at besides.
    """
    shown = {"spots": [asdict(spot) for spot in spots], "marks": [asdict(mark) for mark in marks]}
    data = {**asdict(picture), **shown, "first": first}
    result = component("boxes")(key=key, data=data, default={"chosen": first}, on_chosen_change=lambda: None)
    return index_in(result.chosen, len(spots), first)


def exhibit(key: str, page: Element) -> None:
    """A part of a report, in the style of reports; its style and the page's don't touch each other."""
    css = (page_style(), judged.style())
    component("exhibit", css)(key=key, data={"html": tostring(page, encoding="unicode", method="html")})


def paste_into(uploader: str) -> None:
    """Let pictures be pasted anywhere on the page into the file uploader of this key."""
    component("paste")(key=f"paste-{uploader}", data={"uploader": uploader})


def reviewer(queue: Queue, decided: Callable[[list[Decision]], None]) -> None:
    """Items to decide about, one after another by keystroke.

    The next ones are in the browser already, so that no key waits for the answer to the one before.

    Args:
        queue: what is to be decided.
        decided: is told every decision so far, before the page runs again because there is another.
    """
    known = {*queue.labels, *(item["read"] for item in queue.items)}  # read when others were

    def hear() -> None:
        decided(decisions_in(st.session_state[queue.key].get("decisions"), known))

    component("reviewer")(
        key=queue.key, data=asdict(queue), default={"decisions": []}, on_decisions_change=hear
    )


def decisions_in(raw: object, labels: Collection[str]) -> list[Decision]:
    """The decisions in what a browser sent, without what is none."""
    decisions = []
    for told in raw if isinstance(raw, list) else []:
        match told:
            case {"number": number, "item": item, "label": None | str() as label} if type(number) is type(
                item
            ) is int and label in (None, "", *labels):
                decisions.append(Decision(number, item, label))
    return decisions


def index_in(raw: object, count: int, otherwise: int) -> int:
    """The index below ``count`` in what a browser sent, ``otherwise`` where it is none."""
    return raw if type(raw) is int and 0 <= raw < count else otherwise


@cache
def component(name: str, more_css: tuple[str, ...] = ()) -> Any:
    """The component whose files are ``NAME.html``, ``NAME.css`` and ``NAME.js``, what there is of them."""
    html, css, js = (_text(f"{name}.{kind}") for kind in ("html", "css", "js"))
    return register(f"digitlens_{name}", html=html, css="\n".join([*more_css, css or ""]), js=js)


def _text(name: str) -> str | None:
    """A file beside this one; None where there is none."""
    file = files("digitlens.web.components").joinpath(name)
    return file.read_text(encoding="utf-8") if file.is_file() else None
