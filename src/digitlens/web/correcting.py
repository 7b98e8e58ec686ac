"""Saying what a place of a page is, whatever was read: by button, from a list, or the whole line typed anew."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from digitlens.labels import noun
from digitlens.types import Reading
from digitlens.web import render
from digitlens.web.components import Decision
from digitlens.web.corrections import Correction
from digitlens.web.deciding import corrections, fresh, say
from digitlens.web.place import Place
from digitlens.web.visit import Entry

__all__ = ["offer_labels", "offer_line"]


def offer_labels(entry: Entry, place: Place, labels: Sequence[str]) -> None:
    """Buttons that say what it is, whatever was read.

    Args:
        entry: the page of the visit.
        place: the place on it that was chosen.
        labels: those that the network reads.
    """
    kind, glyph = noun(labels), place.read
    many = len(labels) > render.MANY
    near = [label for label in render.likeliest(glyph) if label in labels] if many and glyph else labels
    present = place.now.label if place.now else None if place.doubt else ""
    key = f"{entry.key}-{'-'.join(map(str, place.box.to_list()))}"
    st.html('<h3 class="dl-label">Not right? Say what it is</h3>')
    with st.container(horizontal=True, gap="xsmall", key="labels"):
        for label in (*near, ""):
            st.button(
                render.unmarked(label) or ("nothing" if glyph is None else f"no {kind}"),
                key=f"is-{label or 'none'}-{key}",
                type="primary" if label == present else "secondary",
                on_click=_say,
                args=(entry, Correction("glyph", place.box, label)),
            )
    if many:
        another = f"another-{key}-{corrections().revision(entry.id)}"
        st.selectbox(
            f"Another {kind}",
            labels,
            index=None,
            placeholder="Choose, or type it",
            key=another,
            on_change=_hear_field,
            args=(entry, Correction("glyph", place.box), another),
        )


def offer_line(entry: Entry, present: Reading, place: Place) -> None:
    """The line that the place is on, to be typed anew: a digit missed, one too many, two taken for one.

    Args:
        entry: the page of the visit.
        present: its reading, with what was corrected so far.
        place: the place on it that was chosen.
    """
    inside = lambda line: any(glyph.box == place.box for glyph in line.glyphs)  # noqa: E731
    line = next(filter(inside, present.lines), None)
    if line is None or len(present.glyphs) < 2:
        return
    key = f"line-{entry.key}-{'-'.join(map(str, line.box.to_list()))}-{corrections().revision(entry.id)}"
    st.text_input(
        "The line it is on, all of it",
        line.text,
        key=key,
        on_change=_hear_field,
        args=(entry, Correction("line", line.box, line.text), key),
        help="Type what the line says where a digit was missed, one is too many, or two were taken for one.",
    )


def _hear_field(entry: Entry, correction: Correction, key: str) -> None:
    """Take down what a field says, once, and not what it was shown with.

    Streamlit tells of a field that has left the page as if it had changed, where another run of the page began before
    this one's end.

    Args:
        entry: the page.
        correction: what the field was shown with.
        key: of the field, never given again once it was heard.
    """
    text = st.session_state[key]
    if text is not None and text != correction.text and fresh(key, [Decision(1, 0, text)]):
        _say(entry, replace(correction, text=text))


def _say(entry: Entry, correction: Correction) -> None:
    say(entry.id, entry.file, entry.reading, correction)
