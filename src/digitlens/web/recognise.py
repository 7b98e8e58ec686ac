"""The first page: bring a picture, see what it says, how sure that is, and why."""

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

import streamlit as st

from digitlens.data.samplepages import SAMPLE_PAGES, draw_sample_page
from digitlens.data.samples import SAMPLES, draw
from digitlens.errors import UnreadableImage
from digitlens.html.images import data_uri, image_uri
from digitlens.imaging import MAX_BYTES, open_picture
from digitlens.labels import noun
from digitlens.reader import Reader
from digitlens.web import render
from digitlens.web.batch import start
from digitlens.web.canvas import draw_area
from digitlens.web.components import paste_into
from digitlens.web.detail import show_entry, show_steps
from digitlens.web.job import QueuedFile
from digitlens.web.queue import keep_waiting, keeping, later
from digitlens.web.result import now_of, show_result, take_all_home
from digitlens.web.sheet import THUMBNAIL
from digitlens.web.table import BROUGHT
from digitlens.web.visit import MOST_PAGES, MOST_PICTURES, Entry, Origin, Source, Visit
from digitlens.web.wanted import name_of, wanted
from digitlens.web.words import verdict

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["show"]

KINDS = (
    "PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF, PDF, and HEIC where it is installed. Dark on light or light on dark, "
    "of any size; drop several at once, or paste one. A zip archive of them is read on the page Batch."
)

ARCHIVES = "archives-brought"
"""Where this visit keeps archives that were brought here, until the page Batch has them."""

PACKED = (b"PK\x03\x04", b"PAR1")
"""The first bytes of zip archives and Parquet tables: files of many pictures, and none of their own."""


def show(reader: Reader) -> None:
    """Lay out the page."""
    visit: Visit = st.session_state.setdefault("visit", Visit(_queue))
    if files := st.session_state.pop(ARCHIVES, None):
        start(reader, files)
    if BROUGHT in st.session_state:
        st.switch_page(st.session_state["pages"]["table"])
    bring, result = st.columns([1, 1.9], gap="medium")
    kind = noun(reader.alphabet.labels)
    with bring:
        _ways_in(visit, kind)
    with result:
        progress = st.empty()
        for done, count in visit.read(reader, wanted()):
            if count > 1:
                progress.progress(done / count, f"{done} of {count} pictures read")
        progress.empty()
        if entry := visit.in_view:
            show_result(reader, entry)
        else:
            st.html(render.empty(kind))
    if entry:
        show_entry(reader, entry)
        show_steps(entry)
    _history(visit, reader)
    _samples(visit)
    keep_waiting()


def _queue(source: Source, entries: list[Entry]) -> None:
    """Keep what should be looked at; not of samples, nor of drawings, which are read before they are done."""
    if source.origin in ("upload", "camera") and keeping():
        later(source.data, [entry.reading for entry in entries], source.name)


def _ways_in(visit: Visit, kind: str) -> None:
    """Upload, draw or camera; ``kind`` is what is read."""
    ways: dict[str, Callable[[Visit, str], None]] = {
        ":material/upload: Upload": _upload,
        ":material/draw: Draw": _draw,
        ":material/photo_camera: Camera": _camera,
    }
    way = st.segmented_control(
        "How to bring a picture",
        list(ways),
        default=next(iter(ways)),
        required=True,
        key="way",
        width="stretch",
    )
    ways[way](visit, kind)


def _upload(visit: Visit, kind: str) -> None:
    """Files, dropped, chosen or pasted; they move on into the history, and the uploader is empty again."""
    key = _fresh("upload")
    st.file_uploader(
        f"Pictures with handwritten {kind}s",
        accept_multiple_files=True,
        max_upload_size=MAX_BYTES >> 20,
        key=key,
        on_change=_take,
        args=(visit, key, "upload"),
        help=KINDS,
    )
    paste_into(key)
    if st.session_state.pop("too-many", None):
        st.info(f"The newest {MOST_PICTURES} pictures are kept here. For more at once, use the page Batch.")


def _camera(visit: Visit, kind: str) -> None:
    """A photo, taken now."""
    key = _fresh("camera")
    st.camera_input(
        f"Photograph {kind}s, close and in good light",
        key=key,
        help="The outline of the sheet that is found is drawn in the photo. Take it again by bringing another.",
        on_change=_take,
        args=(visit, key, "camera"),
    )


def _take(visit: Visit, key: str, origin: Origin) -> None:
    """Move what was brought into the visit."""
    brought = st.session_state[key] or []
    for upload in brought if isinstance(brought, list) else [brought]:
        data = upload.getvalue()
        if data.startswith(PACKED):
            st.session_state.setdefault(ARCHIVES, []).append(QueuedFile(upload.name, BytesIO(data)))
        else:
            visit.add(Source(f"{origin}-{upload.file_id}", upload.name, data, origin))
    st.session_state["too-many"] = isinstance(brought, list) and len(brought) > MOST_PICTURES
    st.session_state[_taken(origin)] = st.session_state.get(_taken(origin), 0) + 1


def _draw(visit: Visit, _kind: str) -> None:
    """A drawing, read whenever the pen is lifted; one on a sheet that was wiped is another."""
    try:
        drawing = draw_area("drawing")
    except UnreadableImage as error:
        st.error(render.unmarked(str(error)), icon=":material/error:")
        return
    state = st.session_state.setdefault("drawings", {"number": 1, "last": None, "wiped": False})
    if drawing is None:
        state["wiped"] = state["last"] is not None
    elif drawing != state["last"]:
        state["number"] += state["wiped"]
        visit.add(Source(f"drawing-{state['number']}", f"Drawing {state['number']}", drawing, "drawing"))
        state["last"], state["wiped"] = drawing, False
    else:  # the sheet was put away for a while, or wiping it was undone
        state["wiped"] = False


def _samples(visit: Visit) -> None:
    """A button with its picture for each sample: pages, then single digits."""
    pages = {f"sample-page-{key}": (_face(key), "quiet") for key in SAMPLE_PAGES}
    glyphs = {f"sample-{key}": (data_uri(draw(key), it.kind), "quiet") for key, it in SAMPLES.items()}
    st.html(
        '<h2 class="dl-label">No picture at hand? Try one of these</h2>' + render.pictured(pages | glyphs)
    )
    with st.container(key="samples"):
        for key, page in SAMPLE_PAGES.items():
            st.button(
                page.title, key=f"sample-page-{key}", on_click=_try_page, args=(visit, key), width="stretch"
            )
        for key, sample in SAMPLES.items():
            source = Source(f"sample-{key}", sample.title, draw(key), "sample")
            st.button(sample.title, key=f"sample-{key}", on_click=visit.add, args=(source,), width="stretch")


@cache
def _face(key: str) -> str:
    """A sample page, small, as a ``data:`` address."""
    return image_uri(open_picture(draw_sample_page(key)).pixels, 2 * THUMBNAIL)


def _try_page(visit: Visit, key: str) -> None:
    """Take a sample page in: a table on the page Table, capitals as capitals."""
    page = SAMPLE_PAGES[key]
    source = Source(f"sample-page-{key}", page.title, draw_sample_page(key), "sample")
    if page.table:
        st.session_state[BROUGHT] = source
        return
    if page.alphabet is not None:
        st.session_state["alphabet"] = name_of(page.alphabet)
        st.toast(f"What is read is now: {name_of(page.alphabet)}. Network and care has the choice.")
    visit.add(source)


def _history(visit: Visit, reader: Reader) -> None:
    """The pictures of this visit, newest first, with what was read in each; and ways to be rid of them."""
    entries = visit.entries
    if not entries and not visit.undoable:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="history-head"):
        st.html('<h2 class="dl-label">This visit</h2>')
        if undoable := visit.undoable:
            st.button(f"Bring back {render.unmarked(undoable)}", icon=":material/undo:", on_click=visit.undo)
        if entries:
            st.button("Remove this one", icon=":material/close:", on_click=visit.remove_in_view)
        if len(entries) > 1:
            st.button("Remove all", icon=":material/delete_sweep:", on_click=visit.remove)
            take_all_home(entries)
    _tiles(visit, entries)
    for source in {entry.source.key: entry.source for entry in entries if entry.page == MOST_PAGES}.values():
        st.caption(f"Of {render.unmarked(source.name)} the first {MOST_PAGES} pages are read here.")
        if st.button("Read all of it on the page Batch", key=f"batch-{source.key}", icon=":material/stacks:"):
            start(reader, [QueuedFile(source.name, BytesIO(source.data))])


def _tiles(visit: Visit, entries: list[Entry]) -> None:
    """A button with its picture for each page read."""
    present = [now_of(entry) for entry in entries]
    told = [verdict(page.reading, said=len(page.corrections)) for page in present]
    in_view = visit.in_view
    faces = {
        f"tile-{i}": (entry.sheet and entry.sheet.thumbnail, words.tone)
        for i, (entry, words) in enumerate(zip(entries, told, strict=True))
    }
    st.html(render.pictured(faces))
    with st.container(key="tiles"):
        for key, entry, words in zip(faces, entries, told, strict=True):
            st.button(
                f"{render.unmarked(words.short)} :small[{render.unmarked(entry.name)}]",
                key=key,
                type="primary" if entry is in_view else "secondary",
                on_click=setattr,
                args=(visit, "chosen", entry.key),
                width="stretch",
            )


def _fresh(origin: Origin) -> str:
    """The key of a widget that starts anew whenever what it brought was taken."""
    return f"{origin}-{st.session_state.get(_taken(origin), 0)}"


def _taken(origin: Origin) -> str:
    """Where this visit counts how often something was taken from a widget."""
    return f"{origin}-taken"
