"""One page that was read: the glyphs in it, what each may be, why, and the steps on the way."""

from collections.abc import Sequence

import streamlit as st

from digitlens.errors import DigitLensError, NothingToExplain
from digitlens.labels import noun
from digitlens.reader import Reader
from digitlens.types import Box, Glyph
from digitlens.web import render
from digitlens.web.components import Face, Mark, Spot, boxes
from digitlens.web.queue import correct
from digitlens.web.sheet import Sheet
from digitlens.web.visit import Entry
from digitlens.web.words import called, of_glyph, told, verdict

__all__ = ["show_entry"]


@st.fragment
def show_entry(reader: Reader, entry: Entry) -> None:
    """Lay out what was read in one page; choosing a glyph draws this part of the page alone."""
    reading = entry.reading
    st.html(render.result(verdict(reading), entry.name, reading))
    if entry.sheet is None:
        return
    if reading.glyphs or reading.all_doubts:
        picture, digit = st.columns(2, gap="medium")
        with picture:
            chosen = _boxes(entry, entry.sheet)
            if reading.glyphs and reading.glyphs[chosen].frame is not None:
                st.html(render.bars(reading.glyphs[chosen]))
        with digit:
            if reading.glyphs:
                _digit(entry, entry.sheet, chosen)
                _correct(entry, chosen, reader.alphabet.labels)
                _why(reader, reading.glyphs[chosen], f"why-{entry.key}-{chosen}")
    st.html('<h2 class="dl-label">Step by step</h2>' + render.steps(entry.sheet.plates))
    st.caption(f"Read by {reading.model} in {reading.ms:.0f} ms.")


def _boxes(entry: Entry, sheet: Sheet) -> int:
    """The picture with a box round each glyph, and where doubts say to look; the one that is chosen.

    To begin with that is the first doubtful one.
    """
    glyphs = entry.reading.glyphs
    spots = [_spot(glyph, sheet, f"{number} of {len(glyphs)}") for number, glyph in enumerate(glyphs, 1)]
    first = next((i for i, glyph in enumerate(glyphs) if not glyph.accepted), 0)
    face = Face(sheet.image, f"Your picture: {entry.name}", sheet.tiny)
    doubts = enumerate(entry.reading.all_doubts, 1)
    marks = [Mark(*_percent(doubt.box, sheet), str(number)) for number, doubt in doubts]
    return boxes(f"boxes-{entry.key}", face, spots, first, marks)


def _spot(glyph: Glyph, sheet: Sheet, place: str) -> Spot:
    kind = "sign" if glyph.is_sign else noun(glyph.probabilities)
    return Spot(
        *_percent(glyph.box, sheet),
        label=glyph.label or "?",
        tone="sure" if glyph.accepted else "doubt",
        told=f"{kind.capitalize()} {place}: {told(glyph)}",
    )


def _percent(box: Box, sheet: Sheet) -> tuple[float, float, float, float]:
    """A box in percent of the page's width and height."""
    across, down = 100 / sheet.width, 100 / sheet.height
    return across * box.x, down * box.y, across * box.w, down * box.h


def _digit(entry: Entry, sheet: Sheet, chosen: int) -> None:
    """One glyph: its pictures and the best three; where it is all there is, all else is said already."""
    reading, glyph = entry.reading, entry.reading.glyphs[chosen]
    words = of_glyph(glyph) if len(reading.glyphs) > 1 or reading.all_doubts else None
    st.html(render.digit(words, sheet.crops[chosen], glyph))
    if len(glyph.probabilities) > 1:
        st.html(render.top_three(glyph))


def _correct(entry: Entry, chosen: int, labels: Sequence[str]) -> None:
    """A way to say what it is, whatever was read: kept for Review, and for a network to learn from."""
    key, glyph, kind = f"{entry.key}-{chosen}", entry.reading.glyphs[chosen], noun(labels)
    told: dict[str, str] = st.session_state.setdefault("corrected", {})
    near = labels if len(labels) <= render.SHOWN else [x for x in render.likeliest(glyph) if x in labels]
    with st.popover("Not right? Say what it is", icon=":material/edit:", key=f"correct-{key}"):
        with st.container(horizontal=True, gap="small", key="labels"):
            for label in (*near, ""):
                st.button(
                    label or f"no {kind}",
                    key=f"is-{label or 'none'}-{key}",
                    on_click=_settle,
                    args=(entry, chosen + 1, label, told, key),
                )
        if len(near) < len(labels):
            another = f"another-{key}"
            st.selectbox(
                f"Another {kind}",
                labels,
                index=None,
                placeholder="Choose, or type it",
                key=another,
                on_change=lambda: _settle(entry, chosen + 1, st.session_state[another], told, key),
            )
        st.caption("The picture of it and your label are then kept on this machine, on the page Review.")
    if key in told:
        st.success(f"Kept: you say it is {told[key] or f'no {kind}'}.", icon=":material/check:")


def _settle(entry: Entry, number: int, label: str | None, decided: dict[str, str], key: str) -> None:
    if label is None:  # chosen, and then chosen no more
        return
    try:
        correct(entry.source.data, entry.reading, entry.source.name, number, label)
    except DigitLensError as error:
        st.toast(render.unmarked(str(error)))
    else:
        decided[key] = label


def _why(reader: Reader, glyph: Glyph, key: str) -> None:
    """What in the glyph speaks for the label read, or for any other; of a sign, why nothing is told."""
    if glyph.frame is None:
        try:
            reader.explain(glyph)
        except NothingToExplain as error:
            st.caption(render.unmarked(str(error)))
        return
    best, labels, kind = glyph.top(1)[0][0], list(glyph.probabilities), noun(glyph.probabilities)
    question = f"Why {called(best)}, and why not another?"
    hint = (
        f"Grad-CAM shows where the network's last layer finds what speaks for a {kind}. The second picture shows "
        f"what happens when ink is wiped away: orange speaks for the {kind}, striped blue against it."
    )
    if len(labels) <= render.SHOWN:
        label = st.segmented_control(
            question, labels, default=best, required=True, key=key, width="stretch", help=hint
        )
    else:
        label = st.selectbox(question, [label for label, _ in glyph.top(len(labels))], key=key, help=hint)
    st.html(render.why(reader.explain(glyph, label)))
