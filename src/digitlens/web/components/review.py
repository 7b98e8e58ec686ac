"""Items to decide about, one after another by keystroke."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from digitlens.web.components.base import Decision, component, decisions_in, edits_in

__all__ = ["Queue", "reviewer"]


@dataclass(frozen=True, slots=True)
class Queue:
    """Items to decide about.

    Attributes:
        key: of the queue.
        items: ``id``, ``crop``, ``frame``, ``read``, ``asked``, ``yes``, ``told``, ``file`` and ``blank`` of each;
            ``page``, the key of its page, with ``place`` and ``part``, the boxes of the item and of its line there;
            and ``line``, what that says.
        pages: by key the ``picture``, a ``data:`` address, the ``width`` and the ``height`` of each.
        labels: that may be given.
        none: what it is called that it is none of them.
        before: the number of the last decision that was heard; new ones count on from it.
    """

    key: str
    items: Sequence[dict[str, Any]]
    pages: Mapping[str, dict[str, Any]]
    labels: Sequence[str]
    none: str
    before: int


def reviewer(
    queue: Queue, decided: Callable[[list[Decision]], None], typed: Callable[[list[Decision]], None]
) -> None:
    """Show items to decide about.

    The next ones are in the browser already, so that no key waits for the answer to the one before.

    Args:
        queue: what is to be decided.
        decided: is told every decision so far, before the page runs again because there is another.
        typed: is told every line that was typed so far, likewise; its item is the one that stands on the line.
    """
    known = {*queue.labels, *(item["read"] for item in queue.items)}  # read when others were

    def hear() -> None:
        decided(decisions_in(st.session_state[queue.key].get("decisions"), known))

    def hear_line() -> None:
        typed(edits_in(st.session_state[queue.key].get("lines"), sys.maxsize))

    component("reviewer")(
        key=queue.key,
        data=asdict(queue),
        default={"decisions": [], "lines": []},
        on_decisions_change=hear,
        on_lines_change=hear_line,
    )
