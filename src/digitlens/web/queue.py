"""What a person should look at, kept on this machine: the store that all visits share."""

import logging
from collections.abc import Iterable

import streamlit as st

from digitlens.errors import DigitLensError
from digitlens.store import Store
from digitlens.types import Reading

__all__ = ["KEPT", "correct", "keep", "keeping", "store"]

log = logging.getLogger("digitlens")

KEPT = "keep-doubtful"
"""The setting of this visit: whether what was not accepted is kept."""


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The store of this machine, opened once a process.

    Raises:
        StoreError: it cannot be opened; another try is made the next time.
    """
    return Store()


def keeping() -> bool:
    """Whether this visit keeps what it should look at."""
    return bool(st.session_state.get(KEPT, True))


def keep(picture: bytes, readings: Iterable[Reading], name: str) -> None:
    """Put what was not accepted in a picture into the queue; where that fails, reading goes on and the log says why."""
    try:
        store().add(picture, readings, name)
    except DigitLensError as error:
        log.warning("What should be looked at in %s is not kept: %s", name, error)


def correct(picture: bytes, reading: Reading, name: str, number: int, label: str) -> None:
    """Put a person's label down for one glyph of a page, whether it was accepted or not.

    Args:
        picture: the file's bytes.
        reading: of the page.
        name: the file's name.
        number: of the glyph in reading order, from 1.
        label: what it is, ``""`` for no digit.

    Raises:
        StoreError: it cannot be kept.
    """
    kept, box = store(), reading.glyphs[number - 1].box
    items = map(kept.item, kept.add(picture, [reading], name, also=[number]))
    kept.settle(next(item.id for item in items if item.box == box), label)
