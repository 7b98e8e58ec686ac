"""Glyphs that a person should look at, kept on this machine: the store that all visits share."""

import logging
from collections.abc import Iterable, Mapping

import streamlit as st

from digitlens.errors import DigitLensError
from digitlens.store import Store
from digitlens.types import Box, Reading

__all__ = ["KEEP_DOUBTFUL", "keep_doubtful", "keep_waiting", "keeping", "later", "store", "teach"]

log = logging.getLogger("digitlens")

KEEP_DOUBTFUL = "keep-doubtful"
"""The setting of this visit: whether what was not accepted is kept."""


WAITING = "waiting-to-be-kept"
"""Where this visit keeps what was read and is not kept yet."""


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The store of this machine, opened once a process.

    Raises:
        StoreError: it cannot be opened; another try is made the next time.
    """
    return Store()


def keeping() -> bool:
    """Tell if this visit keeps what it should look at."""
    return bool(st.session_state.get(KEEP_DOUBTFUL, True))


def keep_doubtful(picture: bytes, readings: Iterable[Reading], name: str) -> None:
    """Put what was not accepted in a picture into the queue; where that fails, reading goes on and the log says why.

    Args:
        picture: the bytes of its file.
        readings: of its pages.
        name: of the file.
    """
    try:
        store().add(picture, readings, name)
    except DigitLensError as error:
        log.warning("What should be looked at in %s is not kept: %s", name, error)


def later(picture: bytes, readings: Iterable[Reading], name: str) -> None:
    """Have `keep_waiting` keep it: what was read is shown first.

    Args:
        picture: the bytes of its file.
        readings: of its pages.
        name: of the file.
    """
    st.session_state.setdefault(WAITING, {})[object()] = picture, [*readings], name


def keep_waiting() -> None:
    """Keep what waits to be kept.

    A touch of the page may end this at any time, and what is left waits for the next; it may also begin the next
    while this one is still at work, and what both keep is kept once.
    """
    waiting = st.session_state.get(WAITING, {})
    for key, what in [*waiting.items()]:
        keep_doubtful(*what)
        waiting.pop(key, None)


def teach(picture: bytes, reading: Reading, name: str, labels: Mapping[Box, str | None]) -> None:
    """Put a person's labels down for places of a page, whether they were accepted or not.

    Args:
        picture: the file's bytes.
        reading: of the page.
        name: the file's name.
        labels: what each place says, ``""`` for no glyph, None to take back what was said before; places that were
            neither read nor doubted are passed over.

    Raises:
        StoreError: it cannot be kept.
    """
    numbers = {number for number, glyph in enumerate(reading.glyphs, 1) if glyph.box in labels}
    kept = store()
    for item in map(kept.item, kept.add(picture, [reading], name, also=numbers)):
        if item.box not in labels:
            continue
        label = labels[item.box]
        if label is not None:
            kept.settle(item.id, label)
        elif item.decision is not None:
            kept.take_back(item.id)
