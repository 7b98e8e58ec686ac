"""``digitlens train``: from data to a network, its card and a report."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digitlens.cli.output import emit, json_option

if TYPE_CHECKING:
    from digitlens.train.progress import ProgressBar
    from digitlens.train.run import TrainingJob
from digitlens.cli.trained import emit_pages, row, tell, tell_pages

__all__ = ["command"]


@click.command(name="train")
@click.argument("data", metavar="[DATA]", required=False)
@click.option("--recipe", metavar="NAME", help="The settings to train by.  [default: classic]")
@click.option(
    "--dataset",
    metavar="DATA",
    help="What to learn: a dataset, or data of your own.  [default: mnist; to fine-tune, what MODEL was trained on]",
)
@click.option(
    "--extra",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="FOLDER",
    help="Pictures by label (0/ to 9/, A/ to Z/, lower_a/ to lower_z/, other/ for no glyph) to learn besides.",
)
@click.option(
    "--from",
    "start",
    metavar="MODEL",
    help="Fine-tune a named network, or a .keras or .h5 file, on --extra; with --recipe, start from its weights.",
)
@click.option(
    "--teacher",
    "teachers",
    multiple=True,
    metavar="MODEL",
    help="A network to learn from besides the labels; give it again for each.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    metavar="DIR",
    help="Where to put the results.  [default: this folder]",
)
@click.option(
    "--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Makes the run repeatable."
)
@click.option(
    "--runs",
    default=1,
    show_default=True,
    type=click.IntRange(min=1),
    help="Train this many seeds from --seed on.",
)
@click.option("--epochs", type=click.IntRange(min=1), help="The most epochs, instead of the recipe's.")
@click.option("--resume", is_flag=True, help="Go on where a run that was stopped broke off.")
@json_option
def command(
    data: str | None,
    recipe: str | None,
    dataset: str | None,
    extra: Path | None,
    start: str | None,
    teachers: tuple[str, ...],
    out: Path,
    seed: int,
    runs: int,
    epochs: int | None,
    resume: bool,
    as_json: bool,
) -> None:
    """Train a network: download, train, keep the best epoch, export, test once, report.

    DATA, or --dataset DATA, is a dataset's name, a folder of pictures by label, or a file or folder of data as they
    come: CSV, NumPy, IDX, Parquet, tar, MATLAB and others.

    Killed at any time, it loses at most the epoch under way: the same command with --resume goes on.
    With --from and --extra, and no --recipe, it fine-tunes: minutes instead of hours, and the exit code is 1 where
    the new network reads worse and is not kept.

    \b
    Examples:
      digitlens train
      digitlens train my_digits/ --epochs 5 --out trained
      digitlens train --from robust --extra corrections/
      digitlens train --recipe pages --out trained
    """
    dataset = _named_once(data, dataset)
    if start and recipe is None and (extra is None or runs > 1):
        raise click.UsageError(
            "--from without --recipe fine-tunes, once, what --extra FOLDER holds; with --recipe NAME it "
            "trains in full, starting from those weights."
        )
    _check(dataset, extra)
    from digitlens.train.courses import DRAWN_RECIPES  # noqa: PLC0415  # TensorFlow takes seconds

    if recipe in DRAWN_RECIPES:
        _takes_nothing_else(recipe, dataset or extra or teachers or runs > 1)
        _train_drawn(recipe, out, seed, epochs, start, resume=resume, as_json=as_json)
    elif start and recipe is None and extra is not None:
        _fine_tune(start, extra, dataset, out, seed, epochs, teachers, resume=resume, as_json=as_json)
    else:
        job = _job(dataset, recipe, out, seed, epochs, extra, start, teachers)
        _train_glyphs(job, runs, resume=resume, as_json=as_json)


def _named_once(data: str | None, dataset: str | None) -> str | None:
    """Return the data that one of both ways to name them names."""
    if data and dataset:
        raise click.UsageError(f"Data are named twice, {data} and --dataset {dataset}: name them once.")
    return data or dataset


def _takes_nothing_else(recipe: str, given: object) -> None:
    """Refuse, for a recipe that draws what it learns, options that say what to learn from."""
    if given:
        raise click.UsageError(
            f"--recipe {recipe} learns from sheets that it draws: of the options that say what to learn "
            "from it takes only --from, --seed, --epochs, --out and --resume."
        )


def _train_drawn(
    recipe: str,
    out: Path,
    seed: int,
    epochs: int | None,
    start: str | None,
    *,
    resume: bool,
    as_json: bool,
) -> None:
    """Train a network on sheets that are drawn, and print its figures."""
    from digitlens.model.registry import find  # noqa: PLC0415
    from digitlens.train.courses import COURSES, DRAWN_RECIPES  # noqa: PLC0415
    from digitlens.train.drawn.run import DrawnJob, train_drawn  # noqa: PLC0415

    page = DRAWN_RECIPES[recipe].again() if start else DRAWN_RECIPES[recipe]
    job = DrawnJob(replace(page, epochs=epochs or page.epochs), out, seed, find(start) if start else None)
    with _progress(job.recipe.epochs) as bar:
        outcome = train_drawn(COURSES[recipe], job, resume=resume, callbacks=[bar])
    (emit_pages if as_json else tell_pages)(outcome)


def _fine_tune(
    start: str,
    extra: Path,
    dataset: str | None,
    out: Path,
    seed: int,
    epochs: int | None,
    teachers: tuple[str, ...],
    *,
    resume: bool,
    as_json: bool,
) -> None:
    """Fine-tune a network on corrections, print the result, and exit: with 1 where the network is not kept."""
    from digitlens.cli.corrected import emit_corrected, tell_corrected  # noqa: PLC0415
    from digitlens.model.registry import keras_file  # noqa: PLC0415
    from digitlens.train.correct import TUNING, CorrectionJob, correct  # noqa: PLC0415

    job = CorrectionJob(keras_file(start), extra, dataset, out, seed, epochs or TUNING.epochs, teachers)
    with _progress(job.epochs) as bar:
        corrected = correct(job, resume=resume, callbacks=[bar])
    (emit_corrected if as_json else tell_corrected)(corrected)
    sys.exit(1 if corrected.refused else 0)


def _job(
    dataset: str | None,
    recipe: str | None,
    out: Path,
    seed: int,
    epochs: int | None,
    extra: Path | None,
    start: str | None,
    teachers: tuple[str, ...],
) -> "TrainingJob":
    """Return the run that the options ask for; of few pictures and no recipe, one that trains the last layer."""
    from digitlens.model.registry import keras_file  # noqa: PLC0415
    from digitlens.train.little import little_job  # noqa: PLC0415
    from digitlens.train.recipes import recipe as find_recipe  # noqa: PLC0415
    from digitlens.train.run import TrainingJob  # noqa: PLC0415

    begin = keras_file(start) if start else None
    chosen = find_recipe(recipe or "classic")
    if epochs is not None:
        chosen = replace(chosen, epochs=epochs)
    job = TrainingJob(chosen, dataset or "mnist", out, seed, extra, begin, teachers)
    if dataset and not (recipe or extra or begin or teachers):
        job = little_job(dataset, out, seed, epochs) or job
    return job


def _train_glyphs(job: "TrainingJob", runs: int, *, resume: bool, as_json: bool) -> None:
    """Train a glyph network, and print its figures."""
    from digitlens.train.runs import train_runs  # noqa: PLC0415

    with _progress(job.recipe.epochs) as bar:
        outcome = train_runs(job, runs, resume=resume, callbacks=[bar])
    if as_json:
        emit(row(outcome))
    else:
        tell(outcome)


def _check(dataset: str | None, extra: Path | None) -> None:
    """Tell at once of data that cannot be learnt, before what takes seconds is imported."""
    from digitlens.data import check  # noqa: PLC0415

    for place in (dataset, extra):
        if place is not None:
            check(place)


@contextmanager
def _progress(epochs: int) -> Iterator["ProgressBar"]:
    """A bar over what is trained in the block; stopped, it is told how to go on."""
    from digitlens.train.progress import progress_bar  # noqa: PLC0415

    try:
        with progress_bar(epochs) as bar:
            yield bar
    except KeyboardInterrupt:
        click.echo("\nStopped. The same command with --resume goes on after the last whole epoch.", err=True)
        sys.exit(130)
