"""The page for many pictures at once: a job in the background, its table, and the table to take home."""

from io import BytesIO
from math import ceil

import streamlit as st

from digitlens.batch import PageRow, RowKind, table
from digitlens.imaging import MAX_BYTES
from digitlens.labels import noun
from digitlens.reader import Reader
from digitlens.web import render
from digitlens.web.job import File, Job, Outcome
from digitlens.web.queue import keep, keeping
from digitlens.web.words import duration

__all__ = ["show"]

ROWS = 100
"""Rows of the table on one page of it."""

PULSE = 0.5
"""Seconds from one look at the job to the next."""

NEARLY = 0.9999
"""The highest confidence in the table: what is nearly certain is not shown as 100 %."""

FORMATS = {"CSV": ".csv", "JSON Lines": ".jsonl", "Excel": ".xlsx"}

NOTHING = """
<section class="dl-empty" aria-label="Batch">
  <h2>Many pictures at once</h2>
  <p>Drop pictures, PDF files or zip archives of them, and press Read. You get a table of what each page says, the
  doubtful ones first, as CSV, JSON Lines or Excel. You may go to another page meanwhile.</p>
</section>"""


def show(reader: Reader) -> None:
    """Lay out the page."""
    job: Job | None = st.session_state.get("job")
    if job is None:
        _ask(reader)
    else:
        _watch(job)


def _ask(reader: Reader) -> None:
    """Files, and how to read them."""
    kind = noun(reader.alphabet.labels)
    st.html(NOTHING)
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
        files = [File(upload.name, upload) for upload in uploads]
        heard = keep if keeping() else (lambda *_: None)
        st.session_state["job"] = Job(reader, files, single=single, heard=heard).start()
        st.rerun()


def _watch(job: Job) -> None:
    """The job as it goes, then its table."""
    if job.running:
        _progress(job)
        return
    _told(job)
    if job.tray.count():
        _table(job)
        _downloads(job)
    st.button("Read more", icon=":material/restart_alt:", on_click=st.session_state.pop, args=("job",))


@st.fragment(run_every=PULSE)
def _progress(job: Job) -> None:
    """How far it is, and a way to stop it; the rest of the page is drawn again when it has ended."""
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
        _rows(rows, job.kind)


def _told(job: Job) -> None:
    """What came of it, in a sentence or two."""
    pages = sum(job.outcomes.values())
    named: dict[Outcome, str] = {
        "accepted": "accepted",
        "look": "for you to look at",
        "failed": "not readable",
    }
    parts = ", ".join(f"{job.outcomes[key]:,} {words}" for key, words in named.items() if job.outcomes[key])
    stopped = f" You stopped it: {job.done:,} of {job.total:,} files were read." if job.cancelled else ""
    if job.problem:
        st.error(render.unmarked(job.problem), icon=":material/error:")
    if pages:
        plural = "page" if pages == 1 else "pages"
        st.markdown(f"**{pages:,} {plural} in {duration(job.seconds)}: {parts}.**{stopped}")
    elif not job.problem:
        st.info(f"There was no picture in what you gave.{stopped}")


def _table(job: Job) -> None:
    """The pages, the doubtful first."""
    pages = ceil(job.tray.count() / ROWS)
    number = st.pagination(pages, key="batch-page") if pages > 1 else 1
    _rows(job.tray.doubtful_first(ROWS, ROWS * (number - 1)), job.kind)


def _rows(rows: list[PageRow], kind: str) -> None:
    st.dataframe(
        {
            "file": [row.file for row in rows],
            "page": [row.page for row in rows],
            "text": [row.text for row in rows],
            "lowest confidence": [row.confidence and min(row.confidence, NEARLY) for row in rows],
            "accepted": [row.accepted for row in rows],
            "what to know": [_remark(row, kind) for row in rows],
        },
        hide_index=True,
        column_config={
            "lowest confidence": st.column_config.ProgressColumn(min_value=0, max_value=1, format="percent"),
        },
        alt="What was read, a row a page, the doubtful first",
    )


def _remark(row: PageRow, kind: str) -> str:
    """The error, or why a person should look."""
    if row.error is not None:
        return row.error
    remarks = {
        "blank": "nothing found",
        "incomplete": "perhaps not all was read",
        "not_a_digit": f"not a {kind}",
        "several": f"more than one {kind}",
        "unsure": "not sure",
    }
    return remarks.get(row.reason or "", "")


def _downloads(job: Job) -> None:
    """The whole table, in the order of the files."""
    kinds: dict[str, RowKind] = {
        "a row a page": "page",
        "a row a number": "number",
        f"a row a {job.kind}": "glyph",
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control("In the table", list(kinds), default="a row a page", required=True)
        for title, suffix in FORMATS.items():
            st.download_button(
                f"Download {title}",
                lambda suffix=suffix, kind=kinds[kind]: _file(job, kind, suffix),
                f"digitlens{suffix}",
                icon=":material/download:",
                on_click="ignore",
            )


def _file(job: Job, kind: RowKind, suffix: str) -> bytes:
    """The table as a file."""
    file = BytesIO()
    with table(file, kind, suffix) as rows:
        rows.write(job.tray.rows(kind))
    return file.getvalue()
