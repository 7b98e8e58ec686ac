"""The settings of reading: the characters, the network and the care, asked once, for all pages."""

import streamlit as st

from digitlens.errors import ModelNotFound
from digitlens.labels import noun
from digitlens.model import MAX_ERROR, PAGE_MODEL, available, card_path
from digitlens.reader import Reader
from digitlens.web import render
from digitlens.web.phrases import demand, percent_in_words, promise
from digitlens.web.queue import KEEP_DOUBTFUL
from digitlens.web.wanted import able, ask_wanted

__all__ = ["ask_reader"]

AUTOMATIC = "Automatic"
"""In place of a network's name: the one that is used where none is named."""

CARE = {"Relaxed": 0.02, "Normal": MAX_ERROR, "Strict": 0.001}
"""Levels of care, as the error rate wanted among what is accepted."""

LOOK_AGAIN = 3
"""Seconds after which the page looks for networks that were just trained."""


def ask_reader() -> Reader:
    """Ask what is to be read, by which network, and how carefully.

    Raises:
        DigitLensError: there is no network, or the chosen one cannot be used.
    """
    _watch(_stamps())
    with st.popover("Network and care", icon=":material/tune:", width="stretch"):
        if not available():
            raise ModelNotFound(
                "There is no network to read with: run `python train_model.py`, or install anew."
            )
        wanted = ask_wanted()
        name, max_error = _network(wanted.reader(None, MAX_ERROR)), _care()
        reader = wanted.reader(name, max_error)
        st.toggle(
            "Keep what is doubtful for Review",
            value=True,
            key=KEEP_DOUBTFUL,
            help="Whatever was not accepted is kept on this machine, with a picture of its page, until you delete it.",
        )
        _say(reader)
    return reader


def _say(reader: Reader) -> None:
    """Say what is read now, and what is promised."""
    kind = noun(reader.alphabet.labels)
    st.caption(
        f"Now reading: {render.unmarked(reader.network.name)} names each {kind}; of a larger picture, {PAGE_MODEL} "
        "finds them first."
    )
    st.caption(promise(reader.max_error))
    st.caption(demand(reader.alphabet.calibration.threshold(reader.max_error).score, kind))


def _network(usual: Reader) -> str | None:
    """Ask for the network that reads; None for the usual one."""
    name = st.selectbox(
        "Network that reads",
        [AUTOMATIC, *able(usual.alphabet.labels)],
        format_func=lambda name: f"Automatic: {usual.network.path.stem}" if name == AUTOMATIC else name,
        key="network",
        help="The trained neural network, of those that read what you chose. Train your own with "
        "`python train_model.py`: it shows up here by itself when it is done. The page Model tells all about it.",
    )
    return None if name == AUTOMATIC else name


def _care() -> float:
    """Ask how careful to be; the error rate wanted among what is accepted."""
    care = st.segmented_control(
        "How careful to be",
        list(CARE),
        default="Normal",
        required=True,
        key="care",
        help="With more care you are asked to look more often. Of what it accepts, at most this share should be wrong: "
        + ", ".join(f"{word} {percent_in_words(rate)}" for word, rate in CARE.items())
        + ".",
    )
    return CARE[care]


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
