"""``digitlens evaluate``: figures of a network on labelled glyphs, or of the reader on labelled pages."""

import sys
from dataclasses import replace

import click

from digitlens.cli.options import reader_for, reading_options
from digitlens.cli.output import emit, json_option
from digitlens.cli.pages import page_tables, wrong_pages
from digitlens.evaluate import DRAWN, Evaluation, PageEvaluation, evaluate, evaluate_pages, page_set
from digitlens.metrics import wilson
from digitlens.model import DEFAULT_MODEL
from digitlens.reader import Reader, ReadOptions
from digitlens.wording import percent

__all__ = ["command"]


@click.command(name="evaluate")
@click.argument("model", default=DEFAULT_MODEL)
@click.option("--dataset", metavar="NAME_OR_PATH", help="A dataset of glyphs: its name, a file or a folder.")
@click.option("--split", default="test", show_default=True, help="Which part of the dataset.")
@click.option(
    "--pages",
    metavar="NAME_OR_FOLDER",
    help="Pages to measure on: a folder with index.csv, one in DIGITLENS_DATA, or drawn.",
)
@click.option("--errors", is_flag=True, help="With --pages: list each page that was not read exactly.")
@click.option(
    "--sheets",
    type=click.IntRange(min=1),
    metavar="N",
    default=100,
    show_default=True,
    help=f"Sheets to draw for --pages {DRAWN}.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="N",
    default=0,
    show_default=True,
    help="The same seed draws the same sheets.",
)
@reading_options("model")
@json_option
def command(
    model: str,
    dataset: str | None,
    split: str,
    pages: str | None,
    errors: bool,
    sheets: int,
    seed: int,
    options: ReadOptions,
    as_json: bool,
) -> None:
    """Measure MODEL, a name or an .onnx file, on a labelled dataset, or the reading of whole pages with it.

    \b
    Examples:
      digitlens evaluate classic --dataset mnist
      digitlens evaluate robust --pages photos --errors
    """
    if (dataset is None) == (pages is None):
        raise click.UsageError("Say what to measure on: either --dataset or --pages.")
    if errors and pages is None:
        raise click.UsageError("--errors lists pages: it goes with --pages.")
    if dataset is not None:
        _check_for_glyphs(options)
        result = evaluate(
            model, dataset, split, max_error=options.max_error, threads=2, device=options.device
        )
        _tell_glyphs(result, as_json)
    else:
        result = _read_pages(reader_for(replace(options, model=model)), str(pages), sheets, seed)
        _tell_pages(result, errors, as_json)
        sys.exit(1 if result.report.total.failures else 0)


def _check_for_glyphs(options: ReadOptions) -> None:
    """Refuse what says how pages are read: a dataset brings its alphabet, and its network is measured as it is."""
    if options != ReadOptions(max_error=options.max_error, device=options.device):
        raise click.UsageError(
            "Of the options of a reading, --dataset takes --max-error and --device; the others go with --pages."
        )


def _read_pages(reader: Reader, name: str, sheets: int, seed: int) -> PageEvaluation:
    """Read the pages, with a bar on standard error where a person looks at it."""
    found = page_set(name, sheets=sheets, seed=seed)
    shown = sys.stderr.isatty()
    with click.progressbar(found.pages, length=found.count, file=sys.stderr, hidden=not shown) as pages:
        return evaluate_pages(reader, replace(found, pages=pages))


def _tell_pages(result: PageEvaluation, errors: bool, as_json: bool) -> None:
    if as_json:
        wrong = {"errors": [page.to_dict() for page in result.wrong]} if errors else {}
        emit({**result.to_dict(), **wrong})
    else:
        click.echo("\n".join([*page_tables(result), *(wrong_pages(result.wrong) if errors else ())]))


def _tell_glyphs(result: Evaluation, as_json: bool) -> None:
    if as_json:
        emit(result.to_dict())
    else:
        click.echo("\n".join([*_summary(result), "", *_per_label(result), "", *_confusion(result)]))


def _summary(result: Evaluation) -> list[str]:
    """The figures, a line each."""
    f = result.figures
    low, high = f.interval
    accepted = round(f.accepted * f.count)
    curve = ", ".join(f"{percent(risk, 3)} of {percent(share)}" for share, risk in f.curve)
    return [
        f"{result.model} on {result.dataset}, {result.split}: {f.count:,} glyphs in {result.seconds:.1f} s",
        f"accuracy            {percent(f.accuracy, 2)}   95 % interval {percent(low, 2)} to {percent(high, 2)}, "
        f"{f.errors} wrong",
        f"calibration error   {percent(f.ece, 2)}   before calibration {percent(f.ece_uncalibrated, 2)}",
        f"log loss            {f.nll:.4f}",
        f"risk-coverage area  {f.aurc:.6f}",
        f"risk and coverage   wrong are {curve}",
        f"accepted            {percent(f.accepted, 2)}   {f.accepted_errors} of {accepted:,} wrong "
        f"({percent(f.accepted_errors / max(1, accepted), 3)}), aimed for {percent(result.max_error, 2)}",
    ]


def _per_label(result: Evaluation) -> list[str]:
    """A line for each label."""
    lines = ["label   glyphs    right  accuracy  95 % interval"]
    for label, (count, right) in result.figures.per_label.items():
        low, high = wilson(right, count)
        share = right / count if count else 0.0
        lines.append(
            f"{label:>5}  {count:>7,}  {right:>7,}  {share:>8.2%}  {percent(low, 2)} to {percent(high, 2)}"
        )
    return lines


def _confusion(result: Evaluation) -> list[str]:
    """The confusion matrix: rows are true, columns are read."""
    head = "true \\ read" + "".join(f"{label:>7}" for label in result.labels)
    rows = zip(result.labels, result.figures.confusion, strict=True)
    return [head, *(f"{label:>11}" + "".join(f"{n:>7}" for n in row) for label, row in rows)]
