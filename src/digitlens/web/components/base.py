"""The base of all components: their files, and the checks of what a browser sends back."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from streamlit.components.v2 import component as register

__all__ = ["Decision", "component", "decisions_in", "edits_in", "index_in"]

LONGEST_DECISION = 200
"""Characters that a cell or a line may have."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's decision about one item.

    Attributes:
        number: counts the decisions of this queue or picture from 1, in their order.
        item: the item's id.
        label: the person's label, ``""`` for none of what is read; None takes the last decision back.
    """

    number: int
    item: int
    label: str | None


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


def edits_in(raw: object, count: int) -> list[Decision]:
    """Texts typed for items below ``count``, as a browser sent them, without what nobody can have typed."""
    edits = []
    for told in raw if isinstance(raw, list) else []:
        match told:
            case {"number": int() as number, "item": int() as item, "label": None | str() as label}:
                plain = label is None or (len(label) <= LONGEST_DECISION and (label.isprintable()))
                if type(number) is type(item) is int and 0 <= item < count and plain:
                    edits.append(Decision(number, item, None if label is None else label.strip()))
    return edits


def index_in(raw: object, count: int, otherwise: int) -> int:
    """An index from a browser, checked.

    Args:
        raw: what the browser sent, which may be anything.
        count: how many there are to choose from.
        otherwise: taken where that is no index below ``count``.
    """
    return raw if type(raw) is int and 0 <= raw < count else otherwise


@cache
def component(name: str, more_css: tuple[str, ...] = (), parts: tuple[str, ...] = ()) -> Any:
    """The component whose files are ``NAME.html``, ``NAME.css`` and ``NAME.js``, what there is of them.

    Args:
        name: of the component.
        more_css: styles before its own.
        parts: names of files that it shares with others, whose style and script come before its own.
    """
    css = [*more_css, *(_text(f"{part}.css") or "" for part in (*parts, name))]
    js = [text for part in (*parts, name) if (text := _text(f"{part}.js"))]
    return register(
        f"digitlens_{name}", html=_text(f"{name}.html"), css="\n".join(css), js="\n".join(js) or None
    )


def _text(name: str) -> str | None:
    """A file beside this one; None where there is none."""
    file = files("digitlens.web.components").joinpath(name)
    return file.read_text(encoding="utf-8") if file.is_file() else None
