"""The page for many pictures at once: a job in the background, its table, and the table to take home."""

from collections import Counter
from io import BytesIO

import streamlit as st

from digitlens.batch import RowKind, table
from digitlens.imaging import MAX_BYTES
from digitlens.labels import noun
from digitlens.reader import Reader
from digitlens.web import render
from digitlens.web.batchpages import OPEN_PAGE, line_of, open_next, show_open, show_table
from digitlens.web.components import page_table
from digitlens.web.corrections import Corrections
from digitlens.web.deciding import corrections
from digitlens.web.job import BatchJob, Outcome, QueuedFile, outcome
from digitlens.web.phrases import duration, promise
from digitlens.web.queue import keep_doubtful, keeping

__all__ = ["show", "start"]


PULSE = 0.5
"""Seconds from one look at the job to the next."""

BATCH_DOWNLOADS = {"CSV": ".csv", "JSON Lines": ".jsonl", "Excel": ".xlsx"}

NO_BATCH = """
<section class="dl-empty" aria-label="Batch">
  <h2>Many pictures at once</h2>
  <p>Drop pictures, PDF files or zip archives of them, and press Read. You get a table of what each page says, the
  doubtful ones first, as CSV, JSON Lines or Excel. You may go to another page meanwhile.</p>
</section>"""


def show(reader: Reader) -> None:
    """Lay out the page."""
    job: BatchJob | None = st.session_state.get("job")
    if job is None:
        _ask(reader)
    elif job.running:
        _progress(job)
    else:
        _done(job)


def _ask(reader: Reader) -> None:
    """Files, and how to read them."""
    kind = noun(reader.alphabet.labels)
    st.html(NO_BATCH)
    uploads = st.file_uploader(
        "Pictures, PDF files, zip archives",
        accept_multiple_files=True,
        max_upload_size=MAX_BYTES >> 20,
        key="batch-files",
        help="PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF, PDF, zip; also Parquet tables with a column of pictures.",
    )
    single = st.toggle(
        f"Each picture is of a single {kind}",
        key="batch-single",
        help=f"Then no time is spent looking for lines of {kind}s, and what is no {kind} gets a row that says so.",
    )
    if st.button("Read", type="primary", icon=":material/play_arrow:", disabled=not uploads):
        st.session_state["job"] = _job(
            reader, [QueuedFile(upload.name, upload) for upload in uploads], single
        )
        st.rerun()


def start(reader: Reader, files: list[QueuedFile]) -> None:
    """Read files here that were brought to another page, and turn to this one; a batch that runs is let run first."""
    job: BatchJob | None = st.session_state.get("job")
    if job is not None and job.running:
        st.warning("A batch is running on the page Batch: bring this one when it is done.")
        return
    st.session_state["job"] = _job(reader, files, single=False)
    st.session_state.pop(OPEN_PAGE, None)
    st.switch_page(st.session_state["pages"]["batch"])


def _job(reader: Reader, files: list[QueuedFile], single: bool) -> BatchJob:
    heard = keep_doubtful if keeping() else (lambda *_: None)
    return BatchJob(reader, files, single=single, heard=heard).start()


@st.fragment(run_every=PULSE)
def _progress(job: BatchJob) -> None:
    """Show the progress, and a way to stop it; the rest of the page is drawn again when it has ended."""
    if not job.running:
        st.rerun()
    total, left = job.total, job.seconds_left
    if total is None:
        st.progress(0.0, "Looking at what there is …")
    else:
        rest = "" if left is None else f", about {duration(left)} left"
        st.progress(min(1.0, job.done / max(1, total)), f"{job.done:,} of {total:,} files read{rest}")
    st.button("Stop; keep what is done", icon=":material/stop_circle:", on_click=job.cancel)
    rows = job.tray.doubtful_first(8)
    if rows:
        page_table("batch-going", [line_of(row, job) for row in rows], None, lambda _: None)


def _done(job: BatchJob) -> None:
    """Show the result: the page that was opened, the table, and the table to download."""
    _told(job)
    if job.tray.count():
        show_open(job)
        show_table(job)
        _downloads(job)
    st.button("Read more", icon=":material/restart_alt:", on_click=_again)


def _again() -> None:
    for key in ("job", OPEN_PAGE):
        st.session_state.pop(key, None)


OUTCOMES: dict[Outcome, str] = {
    "accepted": "accepted",
    "look": "for you to look at",
    "failed": "not readable",
}
"""The outcomes of pages, in a sentence."""


def _told(job: BatchJob) -> None:
    """Tell the result, in a sentence or two, and where to go on."""
    counts = _outcomes(job)
    pages = sum(counts.values())
    parts = ", ".join(f"{counts[key]:,} {words}" for key, words in OUTCOMES.items() if counts[key])
    stopped = f" You stopped it: {job.done:,} of {job.total:,} files were read." if job.cancelled else ""
    if job.problem:
        st.error(render.unmarked(job.problem), icon=":material/error:")
    if pages:
        plural = "page" if pages == 1 else "pages"
        st.markdown(f"**{pages:,} {plural} in {duration(job.seconds)}: {parts}.**{stopped}")
        st.caption(promise(job.reader.max_error))
    elif not job.problem:
        st.info(f"There was no picture in what you gave.{stopped}")
    if counts["look"]:
        with st.container(horizontal=True):
            _offer_deciding(job, counts["look"])


def _offer_deciding(job: BatchJob, count: int) -> None:
    """Offer to decide about what is doubtful: on this page, or in Review where it is kept."""
    st.button(
        f"Decide about the {count:,}, page by page",
        type="primary",
        icon=":material/find_in_page:",
        on_click=open_next,
        args=(job,),
    )
    if keeping():
        review, label = st.session_state["pages"]["review"], f"Decide about the {count:,} in Review"
        st.page_link(review, label=label, icon=":material/fact_check:")


def _outcomes(job: BatchJob) -> Counter[Outcome]:
    """Count the pages by outcome, with this visit's corrections."""
    counts, said = Counter(job.outcomes), corrections()
    for kept in (kept for page in said.pages() for kept in job.tray.of(page)):
        counts[outcome(kept.reading)] -= 1
        (row,) = kept.rows("page", said)
        counts["accepted" if row.accepted else outcome(kept.now(said))] += 1
    return counts


def _downloads(job: BatchJob) -> None:
    """The whole table, in the order of the files, with what a person said."""
    kinds: dict[str, RowKind] = {
        "a row a page": "page",
        "a row a number": "number",
        f"a row a {job.kind}": "glyph",
    }
    said = corrections()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control("In the table", list(kinds), default="a row a page", required=True)
        for title, suffix in BATCH_DOWNLOADS.items():
            st.download_button(
                f"Download {title}",
                lambda suffix=suffix, kind=kinds[kind]: _file(job, kind, suffix, said),
                f"digitlens{suffix}",
                icon=":material/download:",
                on_click="ignore",
            )


def _file(job: BatchJob, kind: RowKind, suffix: str, said: Corrections) -> bytes:
    """The table as a file."""
    file = BytesIO()
    with table(file, kind, suffix) as rows:
        rows.write(job.tray.rows(kind, said))
    return file.getvalue()
