"""The reading of a page: its confidence, a person's corrections, and downloads."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

import streamlit as st

from digitlens.reader import Reader
from digitlens.web import render
from digitlens.web.components import copy_button
from digitlens.web.corrections import Correction
from digitlens.web.deciding import corrections, now, say, undo
from digitlens.web.downloads import Read, as_json, as_picture, as_pictures, as_table, as_text, stem
from digitlens.web.visit import Entry
from digitlens.web.words import verdict

__all__ = ["now_of", "show_result", "take_all_home"]

Format: TypeAlias = tuple[str, str, Callable[[Sequence[Read]], bytes]]
"""A format of downloads: its name, its suffix, and the function that makes it."""

PAGE_DOWNLOADS: tuple[Format, ...] = (
    ("Text", ".txt", as_text),
    ("CSV", ".csv", lambda pages: as_table(pages, ".csv")),
    ("Excel", ".xlsx", lambda pages: as_table(pages, ".xlsx")),
    ("JSON", ".json", as_json),
)


def now_of(entry: Entry) -> Read:
    """A page as this visit has it."""
    name, data = entry.file
    return Read(name, data, now(entry.id, entry.reading), corrections().of(entry.id))


def show_result(reader: Reader, entry: Entry) -> None:
    """Show the reading of a page, and what to do with it."""
    page = now_of(entry)
    words = verdict(page.reading, max_error=reader.max_error, said=len(page.corrections))
    st.html(render.result(words, entry.name, page.reading))
    if page.reading.error is not None:
        return
    with st.container(horizontal=True, key="actions", gap="small", vertical_alignment="center"):
        if page.reading.text:
            copy_button(f"copy-{entry.key}", page.reading.text)
        _home(page, entry)
        if page.reading.glyphs and not page.reading.accepted:
            st.button(
                "All of it is right",
                icon=":material/done_all:",
                on_click=say,
                args=(entry.id, entry.file, entry.reading, Correction("page")),
                help="Everything is taken as it stands, what is marked included.",
            )
        if page.corrections:
            st.button(
                f"Undo: {_told(page.corrections[-1])}",
                icon=":material/undo:",
                on_click=undo,
                args=(entry.id, entry.file, entry.reading),
            )


def _told(correction: Correction) -> str:
    """The last correction on a button."""
    if correction.kind == "page":
        return "all is right"
    return render.unmarked(correction.text) or "nothing there"


def _home(page: Read, entry: Entry) -> None:
    """A download button for each format."""
    name = stem(page.file) + (f"-{entry.page}" if entry.page > 1 else "")
    button = partial(st.download_button, icon=":material/download:", on_click="ignore")
    for title, suffix, make in PAGE_DOWNLOADS:
        button(title, partial(make, [page]), f"{name}{suffix}", key=f"home-{title}-{entry.key}")
    button(
        "Picture",
        partial(as_picture, page),
        f"{name}-read.png",
        key=f"home-picture-{entry.key}",
        help="The picture with every box and label drawn on it.",
    )


def take_all_home(entries: Sequence[Entry]) -> None:
    """The whole visit in each format."""
    pages = [now_of(entry) for entry in reversed(entries)]
    with st.popover("Download all", icon=":material/download:"):
        for title, suffix, make in (*PAGE_DOWNLOADS, ("Pictures", ".zip", as_pictures)):
            st.download_button(
                f"All as {title}",
                lambda make=make: make(pages),
                f"digitlens{suffix}",
                key=f"all-{title}",
                icon=":material/download:",
                on_click="ignore",
                width="stretch",
            )
