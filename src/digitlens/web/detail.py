"""One page that was read: the places in it, what each may be, why, and the steps on the way."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from digitlens.errors import NothingToExplain
from digitlens.labels import noun
from digitlens.model import PAGE_MODEL
from digitlens.reader import Reader
from digitlens.types import Box, Doubt, Glyph
from digitlens.web import render
from digitlens.web.components import Decision, Face, Spot, ViewerContent, view
from digitlens.web.correcting import offer_labels, offer_line
from digitlens.web.corrections import Correction
from digitlens.web.deciding import fresh, heard, now, say, undo
from digitlens.web.phrases import called
from digitlens.web.place import Place, places
from digitlens.web.sheet import PageView, view_size
from digitlens.web.visit import Entry
from digitlens.web.words import of_glyph, told

__all__ = ["show_entry", "show_steps"]


NO_EDGES = (
    "The edges of no sheet were found in this photo. Where all of a sheet is to be read, lay it on a darker ground and "
    "take it so that its four corners are in the picture: they are then outlined here."
)


def show_entry(reader: Reader, entry: Entry) -> None:
    """Lay out the picture of a page, and beneath it all about the place in it that is chosen."""
    present, labels = now(entry.id, entry.reading), reader.alphabet.labels
    if entry.sheet is None:
        return
    found = places(entry.reading, present)
    chosen = _picture(entry, entry.sheet, found, labels)
    if entry.source.origin == "camera" and not entry.sheet.outline:
        st.caption(NO_EDGES)
    if not found:
        return
    about, sure, why = st.columns(3, gap="large")
    place = found[chosen]
    glyph = place.read
    with about:
        _about(entry.sheet, found, chosen)
        offer_labels(entry, place, labels)
        offer_line(entry, present, place)
        if glyph is not None and len(glyph.probabilities) > 1:
            st.html(render.top_three(glyph))
    if glyph is not None:
        with sure:
            if glyph.frame is not None:
                st.html(render.bars(glyph))
        with why:
            _why(reader, glyph, f"why-{entry.key}-{chosen}")


def show_steps(entry: Entry) -> None:
    """The steps that the reader took on a page."""
    if entry.sheet is not None:
        st.html('<h2 class="dl-label">Step by step</h2>' + render.steps(entry.sheet.plates))
        found = "" if entry.sheet.tiny else f"; found by {PAGE_MODEL}"
        st.caption(f"Read by {entry.reading.model}{found}, in {entry.reading.ms:.0f} ms.")


def _picture(entry: Entry, sheet: PageView, found: Sequence[Place], labels: Sequence[str]) -> int:
    """The picture with its places; the one that is chosen, to begin with the first to look at."""
    doubts = now(entry.id, entry.reading).all_doubts
    glyphs = len(entry.reading.glyphs)
    spots = [_spot(i, place, sheet, glyphs, doubts) for i, place in enumerate(found)]
    first = next((spot.id for spot in spots if spot.tone in ("doubt", "against")), 0)
    first = st.session_state.setdefault("first", {}).setdefault(f"{entry.key} {entry.reading.model}", first)
    size = view_size(sheet.width, sheet.height)
    face = Face(sheet.image, f"Your picture: {entry.name}", sheet.tiny, *size, sheet.outline)
    key = f"view-{entry.key}"
    shown = ViewerContent(key, face, spots, min(first, max(0, len(spots) - 1)), labels, heard(key))
    return view(shown, partial(_hear, entry, [place.box for place in found]))


def _hear(entry: Entry, boxes: Sequence[Box], decisions: list[Decision]) -> None:
    """Take what was typed on places of a picture."""
    for decision in fresh(f"view-{entry.key}", decisions):
        if decision.label is None:
            undo(entry.id, entry.file, entry.reading)
        elif decision.item < len(boxes):
            correction = Correction("glyph", boxes[decision.item], decision.label)
            say(entry.id, entry.file, entry.reading, correction)


def _spot(number: int, place: Place, sheet: PageView, count: int, doubts: Sequence[Doubt]) -> Spot:
    """A place as it is shown; one where nothing was read has the number of what is said of it beside the picture."""
    glyph = place.now or place.read
    if glyph is None:
        label = str(doubts.index(place.doubt) + 1) if place.doubt else "×"
        words = f"Place {label}: {place.doubt.message}" if place.doubt else "You say that nothing is there"
        return Spot(number, *_percent(place.box, sheet), label=label, tone=place.tone, told=words)
    kind = "sign" if glyph.is_sign else noun((place.read or glyph).probabilities)
    gone = f"you say that there is none, it was read as {glyph.label}"
    said = {"said": f"you say {glyph.label}", "gone": gone}.get(place.tone, told(glyph))
    where = f"{kind.capitalize()} {number + 1} of {count}" if place.read else kind.capitalize()
    label, read = "×" if place.tone == "gone" else glyph.label or "?", place.read.label if place.read else ""
    box = _percent(place.box, sheet)
    return Spot(number, *box, label=label, tone=place.tone, told=f"{where}: {said}", read=read)


def _percent(box: Box, sheet: PageView) -> tuple[float, float, float, float]:
    """A box in percent of the page's width and height."""
    across, down = 100 / sheet.width, 100 / sheet.height
    return across * box.x, down * box.y, across * box.w, down * box.h


def _about(sheet: PageView, found: Sequence[Place], chosen: int) -> None:
    """The place that is chosen: its pictures, and its verdict where that is not said already."""
    place = found[chosen]
    if place.read is None:
        words = place.doubt.message if place.doubt else "You said what is here."
        st.html(f'<p class="dl-about" aria-label="What you chose">{render.escape(words)}</p>')
        return
    alone = len(found) == 1 and place.doubt is None
    st.html(render.digit(None if alone else of_glyph(place.read), sheet.crops[chosen], place.read))


def _why(reader: Reader, glyph: Glyph, key: str) -> None:
    """Show the saliency of the label read, or of any other; of a sign, why there is none."""
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
    if len(labels) <= render.LABELS_SHOWN:
        label = st.segmented_control(
            question, labels, default=best, required=True, key=key, width="stretch", help=hint
        )
    else:
        label = st.selectbox(question, [label for label, _ in glyph.top(len(labels))], key=key, help=hint)
    st.html(_explained(reader, glyph, label, f"{key} {reader.network.name} {label}"))


def _explained(reader: Reader, glyph: Glyph, label: str | None, key: str) -> str:
    """Why, in HTML; it is worked out once for what is looked at, however often the page is drawn."""
    last, html = st.session_state.get("why-shown", ("", ""))
    if last != key:
        html = render.why(reader.explain(glyph, label))
        st.session_state["why-shown"] = key, html
    return html
