"""The pages of a batch: their table, and the one that is open, to look at and to correct."""

from functools import partial
from math import ceil

import streamlit as st

from digitlens.batch import PageRow
from digitlens.web.components import PageLine, page_table
from digitlens.web.corrections import Correction
from digitlens.web.deciding import corrections, say
from digitlens.web.detail import show_entry
from digitlens.web.job import BatchJob
from digitlens.web.phrases import percent_in_words, sentence
from digitlens.web.result import show_result
from digitlens.web.tray import Kept
from digitlens.web.visit import Entry, Source, entry_at

__all__ = ["OPEN_PAGE", "line_of", "open_next", "show_open", "show_table"]

OPEN_PAGE = "batch-open"
"""Where this visit keeps the number of the page that is open."""

ROWS_A_PAGE = 50
"""Rows of the table on one page of it."""


def open_next(job: BatchJob) -> None:
    """Open the first page, as a person should look at them, that is not accepted yet."""
    said = corrections()
    waiting = (kept for kept in job.tray.doubtful_first(-1) if kept.reading.error is None)
    st.session_state[OPEN_PAGE] = next(
        (kept.id for kept in waiting if not next(kept.rows("page", said)).accepted), None
    )


def show_open(job: BatchJob) -> None:
    """The page that was opened, as on the page Recognise; what is said of it is in the table at once."""
    kept = job.tray.page(st.session_state.get(OPEN_PAGE) or 0)
    if kept is None:
        return
    entry = _entry(job, kept.id, kept.name, kept.page[1])
    with st.container(horizontal=True):
        st.button("Close the page", icon=":material/close:", on_click=st.session_state.pop, args=(OPEN_PAGE,))
        st.button("Next to decide about", icon=":material/skip_next:", on_click=open_next, args=(job,))
    if entry is None:
        st.info("This page cannot be opened again: the batch holds more than is kept of its pictures.")
        return
    show_result(job.reader, entry)
    if not entry.reading.text and not entry.reading.all_doubts:
        agreed = (entry.id, entry.file, entry.reading, Correction("page"))
        st.button(f"Right, there is no {job.kind} here", icon=":material/done:", on_click=say, args=agreed)
    show_entry(job.reader, entry)


def _entry(job: BatchJob, id: int, name: str, page: int) -> Entry | None:
    """A page of the batch, read again, which gives the same; None where its file was not kept."""
    held = st.session_state.get("batch-entry")
    if held and held[0] is job and held[1] == id:
        return held[2]
    data = job.tray.data(id)
    if data is None:
        return None
    entry = entry_at(job.reader, Source(f"batch-{id}", name, data, "upload"), page, single=job.single)
    st.session_state["batch-entry"] = job, id, entry
    return entry


def show_table(job: BatchJob) -> None:
    """The pages, the doubtful first."""
    pages = ceil(job.tray.count() / ROWS_A_PAGE)
    number = st.pagination(pages, key="batch-page") if pages > 1 else 1
    rows = [line_of(kept, job) for kept in job.tray.doubtful_first(ROWS_A_PAGE, ROWS_A_PAGE * (number - 1))]
    page_table(
        "batch-rows", rows, st.session_state.get(OPEN_PAGE), partial(st.session_state.__setitem__, OPEN_PAGE)
    )


def line_of(kept: Kept, job: BatchJob) -> PageLine:
    """A page as a row of the table."""
    said = corrections()
    (row,) = kept.rows("page", said)
    assert isinstance(row, PageRow)
    reading = kept.now(said)
    name = kept.name if reading.page == 1 else f"{kept.name}, page {reading.page}"
    if reading.error:
        note, tone, word = sentence(str(reading.error)), "error", "not read"
    else:
        note = _remark(row.reason, job.kind)
        tone, word = ("sure", "accepted") if row.accepted else ("doubt", "please look")
    if said.of(kept.page):
        note = "corrected by you" if row.accepted else f"{note}, partly corrected by you"
    sure = "" if row.confidence is None else percent_in_words(row.confidence)
    able = reading.error is None
    return PageLine(kept.id, name, kept.thumbnail, row.text or "", sure, word, note, tone, able)


def _remark(reason: str | None, kind: str) -> str:
    """Why a person should look."""
    remarks = {
        "blank": "nothing found",
        "incomplete": "perhaps not all was read",
        "not_a_digit": f"not a {kind}",
        "several": f"more than one {kind}",
        "unsure": "not sure",
    }
    return remarks.get(reason or "", "")
