"""``digitlens batch``: any number of pictures into a table."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from digitlens.batch import Engine, Job, LocalEngine, Progress, RayEngine, RowKind, find_inputs, run_batch
from digitlens.batch.pool import cores
from digitlens.cli.options import STDIN, reading_options, usable
from digitlens.cli.output import emit, json_option
from digitlens.cli.progress import ProgressLine
from digitlens.forms import Form
from digitlens.reader import ReadOptions

__all__ = ["command"]


@click.command(name="batch")
@click.argument("source", metavar="SRC")
@click.argument("target", metavar="[DST]", required=False)
@click.option(
    "-o",
    "--submission",
    metavar="FILE.csv",
    help="Instead of DST: ImageId,Label as Kaggle's competition wants it, each picture a single digit.",
)
@click.option(
    "--single", is_flag=True, help="Each picture is of one glyph; if not given, whole pages are read."
)
@click.option(
    "--rows",
    type=click.Choice(["page", "number", "glyph"]),
    default="page",
    show_default=True,
    help="What a row of the table stands for.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 1024),
    metavar="N",
    help="Processes that read; if not given, one a core.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="Read in processes of this machine, or on a Ray cluster (extra ray).",
)
@click.option(
    "--address",
    metavar="HOST:PORT",
    help="Of the Ray cluster, or auto for the one that runs here; if not given, one is started for the batch.",
)
@click.option(
    "--column", metavar="NAME", help="Of a Parquet table, the column of pictures; found out if not given."
)
@click.option(
    "--form",
    "forms",
    multiple=True,
    metavar="FORM.toml",
    help="Each page is a filled sheet of this form, or of one of several: a row a sheet, a column a field.",
)
@click.option("--restart", is_flag=True, help="Throw away what an earlier run has done and not finished.")
@click.option("--force", is_flag=True, help="Write over a table that is there already.")
@reading_options()
@json_option
def command(
    source: str,
    target: str | None,
    submission: str | None,
    single: bool,
    rows: RowKind,
    workers: int | None,
    engine: str,
    address: str | None,
    column: str | None,
    forms: tuple[str, ...],
    restart: bool,
    force: bool,
    options: ReadOptions,
    as_json: bool,
) -> None:
    """Read any number of pictures into a table.

    SRC is a folder, a glob in quotes, a list of files (.txt, or - for one on standard input), a zip or tar archive, a
    dataset (Parquet, Arrow, CSV, IDX, NumPy, MATLAB, LIBSVM), or one picture or PDF. DST is CSV, JSON Lines, Parquet or
    Excel by its suffix: .csv, .jsonl, .parquet, .xlsx.

    Stopped or killed at any time, the same command goes on after what was done.

    \b
    Examples:
      digitlens batch scans/ read.csv
      digitlens batch --single fields.parquet read.parquet
      digitlens batch --single --pattern dddd postcodes/ read.csv
      digitlens batch test.csv -o submission.csv
      digitlens batch --form meter.toml scans/ readings.xlsx
      find scans -name '*.jpg' | digitlens batch - read.jsonl
    """
    written = _written(target, submission)
    if submission is not None:
        single, rows = True, "glyph"
    job, where = _job(single, rows, options, forms), _engine(engine, workers, address)
    how = {"restart": restart, "overwrite": force, "submission": submission is not None}
    read = partial(run_batch, target=written, job=job, engine=where, **how)
    done = _read(source, column, read, ProgressLine(written))
    if as_json:
        emit(_summary(source, written, done))
    sys.exit(1 if done.failed else 0)


def _written(target: str | None, submission: str | None) -> str:
    """Return the table to be written, of the two ways to name one."""
    written = target if submission is None else submission
    if written is None or (target and submission):
        raise click.UsageError("Name one table to be written: DST, or -o FILE.csv to submit to Kaggle.")
    return written


def _read(source: str, column: str | None, read: Callable[..., Progress], shown: ProgressLine) -> Progress:
    """Read the inputs of a source, and show how far it is; Ctrl-C ends the program."""
    with _named(source) as name, shown as line:
        try:
            return read(find_inputs(name, column=column), on_progress=line.tell)
        except KeyboardInterrupt:
            line.say(
                "Stopped. What is done is kept: the same command goes on after it, --restart begins anew."
            )
            sys.exit(130)


def _job(single: bool, rows: RowKind, options: ReadOptions, forms: tuple[str, ...]) -> Job:
    """Return the work on each input, with a reader that can be made."""
    if single and options.rotate is not None:
        raise click.UsageError("--rotate turns pages: pictures of a single glyph are taken as they lie.")
    if forms and (single or rows != "page"):
        raise click.UsageError("--form says what is read: leave out --single, --rows and -o.")
    job = Job(single, rows, options, tuple(map(Form.load, forms)))
    with usable():
        job.reader()
    return job


def _engine(engine: str, workers: int | None, address: str | None) -> Engine:
    """Return where to read: processes of this machine, or a Ray cluster."""
    if engine == "local" and address:
        raise click.UsageError("--address is of a Ray cluster: give --engine ray too.")
    if engine == "ray" and workers:
        raise click.UsageError("--workers is for --engine local: a Ray cluster reads on all of its cores.")
    return LocalEngine(workers or cores()) if engine == "local" else RayEngine(address)


@contextmanager
def _named(source: str) -> Iterator[str]:
    """The source; a list on standard input as a file, for it is gone through more than once."""
    if source != STDIN:
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="digitlens-") as folder:
        path = Path(folder) / "standard input.txt"
        with path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield str(path)


def _summary(source: str, target: str, done: Progress) -> dict[str, object]:
    """The outcome for machines."""
    return {
        "source": source,
        "table": target,
        "inputs": done.total,
        "resumed": done.resumed,
        "accepted": done.accepted,
        "doubtful": done.doubtful,
        "failed": done.failed,
        "seconds": round(done.seconds, 3),
    }
