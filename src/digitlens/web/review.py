"""The page where a person decides about what was not accepted, one keystroke each."""

import zipfile
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import streamlit as st

from digitlens.errors import StoreError
from digitlens.html.images import data_uri, image_uri
from digitlens.labels import noun
from digitlens.reader import Reader
from digitlens.store import Counts, Item, KeptPage, Store, export
from digitlens.types import Box
from digitlens.web import render
from digitlens.web.components import Decision, Queue, reviewer
from digitlens.web.corrections import Correction
from digitlens.web.deciding import corrections, fresh, heard
from digitlens.web.phrases import called, percent_in_words
from digitlens.web.queue import keep_waiting, store
from digitlens.web.retyping import labels_typed

__all__ = ["dataset", "settle_items", "settle_lines", "show", "shown"]

AHEAD = 24
"""Items that are in the browser at a time: more than anyone decides before the page answers."""

SETTLED = 24
"""Decisions shown, the last first."""

NO_REVIEW = """
<section class="dl-empty" aria-label="Review">
  <h2>Nothing waits for you.</h2>
  <p>What the network is not sure of, in pictures you upload or read in a batch, comes to this page. You say what it is
  with one key; what you say can be taken home as a dataset, and a network can learn from it.</p>
</section>"""


def show(reader: Reader) -> None:
    """Lay out the page."""
    keep_waiting()
    _queue(store(), reader)


@st.fragment
def _queue(kept: Store, reader: Reader) -> None:
    """The queue and what was decided; a decision draws this part of the page alone."""
    counts, labels = kept.counts(), reader.alphabet.labels
    kind = noun(labels)
    st.markdown(
        f"**{counts.waiting:,} waiting, {counts.settled:,} decided** "
        f"({counts.confirmed:,} as the network read them, {counts.corrected:,} otherwise)."
    )
    waiting = kept.waiting(AHEAD)
    pages = {_page_key(item): kept.page(item.sha256, item.page) for item in waiting}
    items = [shown(item, kind, pages[_page_key(item)]) for item in waiting]
    faces = {key: _face(page) for key, page in pages.items() if page is not None}
    queue = Queue("review", items, faces, labels, f"No {kind}", heard("review"))
    reviewer(queue, partial(settle_items, kept), partial(settle_lines, kept))
    if not items:
        st.html(NO_REVIEW)
    if counts.settled:
        _settled(kept, kind)
    _home(kept, counts, reader)


def settle_items(kept: Store, decisions: list[Decision]) -> None:
    """Write new decisions down, in their order; the readings of this visit have them at once."""
    for decision in fresh("review", decisions):
        try:
            item = kept.item(decision.item)
            page = item.sha256, item.page
            if decision.label is None:
                kept.take_back(item.id)
                corrections().take_back(page, item.box)
            else:
                kept.settle(item.id, decision.label)
                blank = item.reason == "blank" and not decision.label
                say = Correction("page") if blank else Correction("glyph", item.box, decision.label)
                corrections().say(page, say)
        except StoreError as error:  # another visit deleted it meanwhile
            st.toast(render.unmarked(str(error)))


def settle_lines(kept: Store, typed: list[Decision]) -> None:
    """Take lines that were typed: what that says of each item on them is written down."""
    for told in fresh("review-lines", typed):
        try:
            item = kept.item(told.item)
            page = kept.page(item.sha256, item.page)
            line = page and page.line_of(item.box)
            text = told.label or ""
            labels = labels_typed(line, text) if line else {}
            corrections().say(
                (item.sha256, item.page), Correction("line", line.box if line else item.box, text)
            )
            for other in kept.on_page(item.sha256, item.page):
                if other.id == item.id or (other.decision is None and other.box in labels):
                    kept.settle(other.id, labels.get(other.box, item.label if line else ""))
        except StoreError as error:
            st.toast(render.unmarked(str(error)))


def shown(item: Item, kind: str, page: KeptPage | None = None) -> dict[str, Any]:
    """An item as the browser shows it.

    Args:
        item: of the queue.
        kind: what may be written there, as ``digit``.
        page: which it is of; None where none was kept.
    """
    asked, yes = _question(item, kind)
    line = page.line_of(item.box) if page else None
    whole = Box(0, 0, page.width, page.height) if page else item.box
    part = _around(Box.around([line.box, item.box]), whole) if line else whole
    return {
        "id": item.id,
        "crop": data_uri(item.crop, "png"),
        "frame": None if item.frame is None else image_uri(item.frame, 28),
        "read": item.label,
        "asked": asked,
        "yes": yes,
        "told": _told(item, kind),
        "file": item.file + (f", page {item.page}" if item.page > 1 else ""),
        "blank": item.reason == "blank",
        "page": _page_key(item),
        "place": item.box.to_list(),
        "part": part.to_list(),
        "line": line.text if line else "",
    }


def _page_key(item: Item) -> str:
    return f"{item.sha256}-{item.page}"


def _face(page: KeptPage) -> dict[str, Any]:
    return {"picture": data_uri(page.picture, "webp"), "width": page.width, "height": page.height}


def _around(box: Box, page: Box) -> Box:
    """A box with some of what is around it, on its page."""
    margin = round(0.4 * box.h)
    left, top = max(0, box.x - margin), max(0, box.y - margin)
    right, bottom = min(page.w, box.x + box.w + margin), min(page.h, box.y + box.h + margin)
    return Box(left, top, max(1, right - left), max(1, bottom - top))


def _question(item: Item, kind: str) -> tuple[str, str]:
    """Return the question about an item, and the label of the button that agrees with the machine."""
    if item.label:
        it = called(item.label, item.is_sign)
        return f"Is this {it}?", f"Yes, it is {it}"
    if item.reason == "blank":
        return f"Is there really no {kind} here?", f"Right, there is no {kind}"
    if item.reason == "incomplete":
        return f"Is a {kind} here that was not read?", "No, there is none"
    return f"Is this really no {kind}?", f"Right, no {kind}"


def _told(item: Item, kind: str) -> str:
    """Why a person should look."""
    match item.reason:
        case "blank":
            return f"No {kind} was found in it."
        case "not_a_digit":
            return f"There is ink, but it did not look like a {kind}."
        case "several":
            return f"There is more than one {kind} in this picture, and it was to be a single one."
        case "incomplete":
            return "Perhaps not all that is written here was read."
    return f"The network was {percent_in_words(item.confidence)} sure that it is {called(item.label, item.is_sign)}."


def _settled(kept: Store, kind: str) -> None:
    """Show the decisions, the last first; pressing one puts it back into the queue."""
    items = kept.settled(SETTLED)
    faces = {
        f"tile-settled-{item.id}": (data_uri(item.crop, "png"), "doubt" if item.corrected else "sure")
        for item in items
    }
    st.html('<h2 class="dl-label">Decided; press one to decide it again</h2>' + render.pictured(faces))
    with st.container(key="tiles"):
        for key, item in zip(faces, items, strict=True):
            was = f" :small[was {_short(item.label, kind)}]" if item.corrected else ""
            label = item.decision and item.decision.label
            st.button(
                f"{_short(label, kind)}{was}",
                key=key,
                on_click=_reopen,
                args=(kept, item),
                width="stretch",
            )


def _reopen(kept: Store, item: Item) -> None:
    """Put an item back into the queue."""
    kept.take_back(item.id)
    corrections().take_back((item.sha256, item.page), item.box)


def _short(label: str | None, kind: str) -> str:
    """A label on a button, which takes Markdown: there ``+`` and ``-`` begin a list."""
    return render.unmarked(label or f"no {kind}")


def _home(kept: Store, counts: Counts, reader: Reader) -> None:
    """Show the decisions as a dataset to train on, and a way to delete everything."""
    with st.container(horizontal=True, key="home"):
        st.download_button(
            "Download as a dataset",
            lambda: dataset(kept),
            "corrections.zip",
            icon=":material/download:",
            on_click="ignore",
            disabled=not counts.settled,
            help="Unpack it and let a network learn from it: "
            f"`digitlens train --from {reader.network.path.stem} --extra corrections/`.",
        )
        _delete(kept, counts.waiting + counts.settled)


def _delete(kept: Store, count: int) -> None:
    with st.popover("Delete everything", icon=":material/delete_forever:", disabled=not count):
        st.markdown(
            f"All {count:,} that are kept on this machine, with what was decided, will be gone for good."
        )
        st.button("Yes, delete them", type="primary", on_click=_forget, args=(kept,))


def _forget(kept: Store) -> None:
    kept.forget_all()


def dataset(kept: Store) -> bytes:
    """The dataset folder that ``digitlens train --extra`` takes, as a zip file."""
    file = BytesIO()
    with TemporaryDirectory() as place, zipfile.ZipFile(file, "w") as archive:
        folder = Path(place) / "corrections"
        export(kept, folder)
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(place))
    return file.getvalue()
