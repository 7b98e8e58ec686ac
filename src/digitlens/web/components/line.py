"""A line of text to be typed anew."""

from collections.abc import Callable

import streamlit as st

from digitlens.web.components.base import Decision, component, edits_in

__all__ = ["line_field"]


def line_field(key: str, text: str, before: int, typed: Callable[[list[Decision]], None]) -> None:
    """Show what a line says, to be typed anew; Streamlit's own field may send the text of another line by itself.

    Args:
        key: tells it from others.
        text: what the line says.
        before: the number of the last text that was heard; new ones count on from it.
        typed: is told every text so far that was sent off, before the page runs again.
    """

    def hear() -> None:
        typed(edits_in(st.session_state[key].get("texts"), 1))

    component("line")(
        key=key,
        data={"key": key, "text": text, "before": before},
        default={"texts": []},
        on_texts_change=hear,
    )
