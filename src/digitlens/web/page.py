"""The page: pictures on the left, what was read in them on the right. Streamlit runs it at every touch."""

from math import ceil
from pathlib import Path

import streamlit as st

from digitlens.data.samples import SAMPLES, draw
from digitlens.errors import DigitLensError, ModelNotFound
from digitlens.html.images import data_uri
from digitlens.imaging import MAX_BYTES
from digitlens.model import DEFAULT_MODEL, MAX_ERROR, available, card_path
from digitlens.reader import Reader
from digitlens.web import render
from digitlens.web.desk import Desk, Entry, Picture
from digitlens.web.words import demand, facts, percent, tally, verdict

__all__ = ["main"]

CARE = {"Relaxed": 0.02, "Normal": MAX_ERROR, "Strict": 0.001}
"""How careful to be, as the error rate wanted among accepted digits."""

TILES = 12
"""Pictures on one page of the gallery."""

LOOK_AGAIN = 3
"""Seconds after which the page looks for networks that were just trained."""

PROMISE = (
    ":material/lock: Your pictures are read on the computer that runs this page, and forgotten when you "
    "leave. Nothing is sent to anyone else."
)


def main() -> None:
    """Lay out the page; what goes wrong is said in a sentence."""
    st.set_page_config("DigitLens", render.ICON, layout="wide")
    st.html(Path(__file__).with_name("style.css"))
    heading, settings = st.columns([3.4, 1], vertical_alignment="center")
    heading.html(render.header())
    left, right = st.columns([1, 1.75], gap="medium")
    with left:
        pictures = _pictures()
    try:
        with settings:
            reader = _reader()
        with right:
            _show(pictures, _desk(reader))
    except DigitLensError as error:
        right.error(render.unmarked(str(error)), icon=":material/error:")


def _pictures() -> list[Picture]:
    """Ask for pictures, or offer samples; whichever was chosen last counts."""
    uploads = st.file_uploader(
        "Pictures of one handwritten digit each",
        accept_multiple_files=True,
        max_upload_size=MAX_BYTES >> 20,
        key="uploads",
        on_change=lambda: st.session_state.pop("sample", None),
        help="A photo, a scan, a drawing or an image in MNIST's format: PNG, JPEG, WebP, GIF, BMP or TIFF. "
        "Dark on light or light on dark, of any size.",
    )
    _offer_samples()
    st.caption(PROMISE)
    if chosen := st.session_state.get("sample"):
        return [Picture(f"sample-{chosen}", SAMPLES[chosen].title, lambda: draw(chosen))]
    return [Picture(upload.file_id, upload.name, upload.getvalue) for upload in uploads]


def _offer_samples() -> None:
    """A button with its picture for each sample."""
    faces = {f"sample-{key}": (data_uri(draw(key), it.kind), "quiet") for key, it in SAMPLES.items()}
    st.html('<h2 class="dl-label">No picture at hand? Try one of these</h2>' + render.pictured(faces))
    with st.container(key="samples"):
        for key, sample in SAMPLES.items():
            _choice(f"sample-{key}", sample.title, "sample", key)


def _choice(key: str, label: str, state: str, value: str) -> None:
    """A button that puts ``value`` into the visit's ``state``; it stands out while that is there."""
    st.button(
        label,
        key=key,
        type="primary" if st.session_state.get(state) == value else "secondary",
        on_click=st.session_state.update,
        args=({state: value},),
        width="stretch",
    )


def _reader() -> Reader:
    """Ask which network is to read, and how carefully.

    Raises:
        DigitLensError: there is no network, or the chosen one cannot be used.
    """
    _watch(_stamps())
    with st.popover("Network and care", icon=":material/tune:", width="stretch"):
        if not (networks := list(available())):
            raise ModelNotFound(
                "There is no network to read with: run `python train_model.py`, or install anew."
            )
        name = st.selectbox(
            "Network that reads",
            networks,
            index=networks.index(DEFAULT_MODEL) if DEFAULT_MODEL in networks else 0,
            key="network",
            help="The trained neural network. Train your own with `python train_model.py`: it shows up here "
            "by itself when it is done.",
        )
        care = st.segmented_control(
            "How careful to be",
            list(CARE),
            default="Normal",
            required=True,
            key="care",
            help="With more care you are asked to look more often. Of the digits it accepts, at most this "
            "share should be wrong: "
            + ", ".join(f"{word} {percent(rate)}" for word, rate in CARE.items())
            + ".",
        )
        reader = Reader(name, max_error=CARE[care])
        st.caption(demand(reader.network.card.calibration.threshold(reader.max_error)))
        st.html(render.facts(facts(reader.network)))
    return reader


@st.fragment(run_every=LOOK_AGAIN)
def _watch(offered: dict[str, list[int]]) -> None:
    """Draw the page again when a network came, went or was trained anew since it was drawn."""
    if _stamps() != offered:
        st.rerun()


def _stamps() -> dict[str, list[int]]:
    """When each network's file and card were written, in nanoseconds."""
    return {
        name: [file.stat().st_mtime_ns for file in (path, card_path(path))]
        for name, path in available().items()
    }


def _desk(reader: Reader) -> Desk:
    """This visit's desk; a new one where another network or another care is to read."""
    desk = st.session_state.get("desk")
    if desk is None or not desk.serves(reader):
        desk = st.session_state["desk"] = Desk(reader)
    return desk


def _show(pictures: list[Picture], desk: Desk) -> None:
    """Everything right of the pictures."""
    if not pictures:
        st.html(render.EMPTY)
    elif len(pictures) == 1:
        _detail(desk.open(pictures[0]))
    else:
        _detail(desk.open(_gallery(pictures, desk)))


def _gallery(pictures: list[Picture], desk: Desk) -> Picture:
    """Read all the pictures and show them, the doubtful first; the one that is chosen."""
    with st.empty():
        for done in desk.read(pictures):
            st.progress(done / len(pictures), f"{done} of {len(pictures)} pictures read")
        entries = desk.doubtful_first()
        st.markdown(f"**{tally([verdict(entry.reading) for entry in entries])}** The doubtful come first.")
    by_key = {picture.key: picture for picture in pictures}
    if st.session_state.get("chosen") not in by_key:
        st.session_state["chosen"] = entries[0].picture
    pages = ceil(len(entries) / TILES)
    page = st.pagination(pages, key="page") if pages > 1 else 1
    _tiles(entries[TILES * (page - 1) : TILES * page])
    return by_key[st.session_state["chosen"]]


def _tiles(entries: list[Entry]) -> None:
    """One page of the gallery: a button with its picture, what was read and the file's name for each."""
    told = [verdict(entry.reading) for entry in entries]
    faces = {f"tile-{i}": (e.thumbnail, v.tone) for i, (e, v) in enumerate(zip(entries, told, strict=True))}
    st.html(render.pictured(faces))
    with st.container(key="tiles"):
        for key, entry, words in zip(faces, entries, told, strict=True):
            label = f"{words.short} :small[{render.unmarked(entry.name)}]"
            _choice(key, label, "chosen", entry.picture)


def _detail(entry: Entry) -> None:
    """One picture: what was read in it, how sure that is, and the way there."""
    reading = entry.reading
    st.html(render.result(verdict(reading), entry.name, entry.thumbnail))
    if reading.glyphs:
        wide, narrow = st.columns([2, 1], gap="medium")
        wide.html('<h2 class="dl-label">How sure it is of each digit</h2>' + render.bars(reading.glyphs[0]))
        narrow.html('<h2 class="dl-label">The likeliest three</h2>' + render.top_three(reading.glyphs[0]))
    if entry.plates:
        st.html('<h2 class="dl-label">Step by step</h2>' + render.steps(entry.plates))
    if reading.error is None:
        st.caption(f"Read by {reading.model} in {reading.ms:.0f} ms.")


if __name__ == "__main__":
    main()
