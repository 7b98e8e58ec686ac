"""The frame of the web app: its head, and the page that was asked for. Streamlit runs it at every touch."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import streamlit as st

from digitlens.errors import DigitLensError
from digitlens.web import render
from digitlens.web.settings import ask_reader
from digitlens.web.uploads import keep_upload_addresses

__all__ = ["main"]

Result = TypeVar("Result")

PROMISE = (
    ":material/lock: Your pictures are read on the computer that runs this page. Nothing is sent to anyone else. "
    "What needs a second look is kept there for Review, until you delete it; all else is forgotten when "
    "you leave."
)


PAGES = {
    "recognise": ":material/search:",
    "table": ":material/table:",
    "batch": ":material/stacks:",
    "review": ":material/fact_check:",
    "model": ":material/neurology:",
}
"""The pages, by their addresses, and their icons."""


def main() -> None:
    """Lay out the head, then the page; what goes wrong is said in a sentence."""
    keep_upload_addresses()
    pages = {_page(name, default=name == "recognise"): icon for name, icon in PAGES.items()}
    page = st.navigation(list(pages), position="hidden")
    st.session_state["pages"] = {offered.url_path or "recognise": offered for offered in pages}
    st.set_page_config("DigitLens", render.ICON, layout="wide")
    st.html(Path(__file__).with_name("style.css"))
    with st.container(key="head", horizontal=True, vertical_alignment="center"):
        st.html(render.header(), width="content")
        with st.container(key="ways", horizontal=True, gap=None, width="content"):
            for offered, icon in pages.items():
                st.page_link(offered, icon=icon)  # a page's own icon would be fetched from another server
        with st.container(key="settings", width="content"):
            reader = _or_say(ask_reader)
    if reader is not None:
        st.session_state["reader"] = reader
        _or_say(page.run)
    st.caption(PROMISE)


def _page(module: str, *, default: bool = False) -> st.Page:
    """A page whose module is imported when it is first opened: the first answer should not wait for the others."""

    def show() -> None:
        import_module(f"digitlens.web.{module}").show(st.session_state["reader"])

    return st.Page(show, title=module.capitalize(), url_path=module, default=default)


def _or_say(step: Callable[[], Result]) -> Result | None:
    """Take a step; where it raises an error of ours, say so instead."""
    try:
        return step()
    except DigitLensError as error:
        st.error(render.unmarked(str(error)), icon=":material/error:")
        return None


if __name__ == "__main__":
    main()
