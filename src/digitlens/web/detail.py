"""One page that was read: the digits in it, what each may be, why, and the steps on the way."""

import streamlit as st

from digitlens.errors import DigitLensError
from digitlens.reader import Reader
from digitlens.types import Glyph
from digitlens.web import render
from digitlens.web.components import Face, Spot, boxes
from digitlens.web.queue import correct
from digitlens.web.sheet import Sheet
from digitlens.web.visit import Entry
from digitlens.web.words import article, of_glyph, told, verdict

__all__ = ["show_entry"]


@st.fragment
def show_entry(reader: Reader, entry: Entry) -> None:
    """Lay out what was read in one page; choosing a digit draws this part of the page alone."""
    reading = entry.reading
    st.html(render.result(verdict(reading), entry.name, reading))
    if entry.sheet is None:
        return
    if reading.glyphs:
        picture, digit = st.columns(2, gap="medium")
        with picture:
            chosen = _boxes(entry, entry.sheet)
            st.html(
                '<h3 class="dl-label">How sure it is of each digit</h3>' + render.bars(reading.glyphs[chosen])
            )
        with digit:
            _digit(entry, entry.sheet, chosen)
            _correct(entry, chosen)
            _why(reader, reading.glyphs[chosen], f"why-{entry.key}-{chosen}")
    st.html('<h2 class="dl-label">Step by step</h2>' + render.steps(entry.sheet.plates))
    st.caption(f"Read by {reading.model} in {reading.ms:.0f} ms.")


def _boxes(entry: Entry, sheet: Sheet) -> int:
    """The picture with a box round each digit; the one that is chosen, the first doubtful to begin with."""
    glyphs = entry.reading.glyphs
    spots = [_spot(glyph, sheet, f"{number} of {len(glyphs)}") for number, glyph in enumerate(glyphs, 1)]
    first = next((i for i, glyph in enumerate(glyphs) if not glyph.accepted), 0)
    face = Face(sheet.image, f"Your picture: {entry.name}", sheet.tiny)
    return boxes(f"boxes-{entry.key}", face, spots, first)


def _spot(glyph: Glyph, sheet: Sheet, place: str) -> Spot:
    return Spot(
        100 * glyph.box.x / sheet.width,
        100 * glyph.box.y / sheet.height,
        100 * glyph.box.w / sheet.width,
        100 * glyph.box.h / sheet.height,
        glyph.label or "?",
        "sure" if glyph.accepted else "doubt",
        f"Digit {place}: {told(glyph)}",
    )


def _digit(entry: Entry, sheet: Sheet, chosen: int) -> None:
    """One digit: its pictures and the best three; where it is the only one, all else is said already."""
    glyph = entry.reading.glyphs[chosen]
    words = of_glyph(glyph) if len(entry.reading.glyphs) > 1 else None
    st.html(render.digit(words, sheet.crops[chosen], glyph))
    st.html('<h3 class="dl-label">The likeliest three</h3>' + render.top_three(glyph))


def _correct(entry: Entry, chosen: int) -> None:
    """A way to say what it is, whatever was read: kept for Review, and for a network to learn from."""
    key, number = f"{entry.key}-{chosen}", chosen + 1
    decided: dict[str, str] = st.session_state.setdefault("corrected", {})
    with st.popover("Not right? Say what it is", icon=":material/edit:", key=f"correct-{key}"):
        with st.container(horizontal=True, gap="small", key="labels"):
            for label in (*entry.reading.glyphs[chosen].probabilities, ""):
                st.button(
                    label or "no digit",
                    key=f"is-{label or 'none'}-{key}",
                    on_click=_settle,
                    args=(entry, number, label, decided, key),
                )
        st.caption(
            "The picture of this digit and your label are then kept on this machine, on the page Review."
        )
    if key in decided:
        st.success(f"Kept: you say it is {decided[key] or 'no digit'}.", icon=":material/check:")


def _settle(entry: Entry, number: int, label: str, decided: dict[str, str], key: str) -> None:
    try:
        correct(entry.source.data, entry.reading, entry.source.name, number, label)
    except DigitLensError as error:
        st.toast(render.unmarked(str(error)))
    else:
        decided[key] = label


def _why(reader: Reader, glyph: Glyph, key: str) -> None:
    """What in the digit speaks for the label read, or for any other."""
    best = glyph.top(1)[0][0]
    label = st.segmented_control(
        f"Why {article(best)} {best}, and why not another?",
        list(glyph.probabilities),
        default=best,
        required=True,
        key=key,
        width="stretch",
        help="Grad-CAM shows where the network's last layer finds what speaks for a digit. The second picture "
        "shows what happens when ink is wiped away: orange speaks for the digit, striped blue against it.",
    )
    st.html(render.why(reader.explain(glyph, label)))
