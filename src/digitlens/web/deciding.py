"""Decisions of this visit: heard from the browser, counted in its readings, and kept for a network to learn from."""

from collections.abc import Iterable

import streamlit as st

from digitlens.errors import DigitLensError
from digitlens.types import Reading
from digitlens.web import render
from digitlens.web.components import Decision
from digitlens.web.corrections import Correction, Corrections, Page, corrected, corrected_labels
from digitlens.web.queue import keeping, teach

__all__ = ["corrections", "fresh", "heard", "now", "say", "undo"]


def corrections() -> Corrections:
    """All that was said in this visit."""
    return st.session_state.setdefault("corrections", Corrections())


def now(page: Page, reading: Reading) -> Reading:
    """A reading of a page as this visit has it."""
    return corrected(reading, corrections().of(page))


def heard(key: str) -> int:
    """The number of the last decision that was heard of the component with this key."""
    return st.session_state.setdefault("heard", {}).get(key, 0)


def fresh(key: str, decisions: Iterable[Decision]) -> list[Decision]:
    """Those that were not heard before, in their order; they are from here on."""
    found = [decision for decision in decisions if decision.number > heard(key)]
    if found:
        st.session_state["heard"][key] = found[-1].number
    return found


def say(page: Page, file: tuple[str, bytes], reading: Reading, correction: Correction) -> None:
    """Take a correction down.

    Args:
        page: of which it is.
        file: its name and bytes.
        reading: of the page, as it was read.
        correction: what a person says.
    """
    corrections().say(page, correction)
    _teach(file, reading, corrected_labels(reading, [correction]))


def undo(page: Page, file: tuple[str, bytes], reading: Reading) -> None:
    """Take the last correction of a page back, where there is one.

    Args:
        page: of which it is.
        file: its name and bytes.
        reading: of the page, as it was read.
    """
    if not corrections().of(page):
        return
    gone = corrected_labels(reading, [corrections().undo(page)])
    left = corrected_labels(reading, corrections().of(page))
    _teach(file, reading, {box: left.get(box) for box in gone})


def _teach(file: tuple[str, bytes], reading: Reading, labels: dict) -> None:
    """Keep what can be learnt, where this visit keeps anything."""
    if not labels or not keeping():
        return
    name, data = file
    try:
        teach(data, reading, name, labels)
    except DigitLensError as error:
        st.toast(render.unmarked(f"Corrected here, but not kept for Review: {error}"))
