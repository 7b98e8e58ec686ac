"""A table with a row a page; a row opens its page."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from digitlens.web.components.base import component

__all__ = ["PageLine", "page_table"]


@dataclass(frozen=True, slots=True)
class PageLine:
    """A page in the table.

    Attributes:
        id: its number.
        name: of its file, with its page.
        thumbnail: a ``data:`` address, or None.
        text: what it says.
        sure: how sure the least sure of it is, in words.
        verdict: accepted, please look, or not read.
        note: why, in a sentence; ``""`` for nothing.
        tone: ``sure``, ``doubt`` or ``error``.
        openable: whether it can be opened.
    """

    id: int
    name: str
    thumbnail: str | None
    text: str
    sure: str
    verdict: str
    note: str
    tone: str
    openable: bool


def page_table(
    key: str, rows: Sequence[PageLine], open_row: int | None, opened: Callable[[int], None]
) -> None:
    """Show the table of pages.

    Args:
        key: tells it from other components of the visit.
        rows: one a page.
        open_row: the number of the row that is open; None for none.
        opened: is told the number of a row that was pressed, before the page runs again.
    """
    known = {row.id for row in rows}

    def hear() -> None:
        number = st.session_state[key].get("opened")
        if type(number) is int and number in known:
            opened(number)

    data = {"rows": [asdict(row) for row in rows], "open": open_row}
    component("rows")(key=key, data=data, on_opened_change=hear)
