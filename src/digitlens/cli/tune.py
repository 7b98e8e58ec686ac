"""``digitlens tune``: fit the numbers of page reading beside a page network."""

import json
import shlex
from dataclasses import replace
from pathlib import Path

import click

from digitlens.model import LINE_MODEL, PAGE_MODEL, PageCard, PageConfig, card_path, config_path, find

__all__ = ["command"]


@click.command("tune", short_help="Fit the numbers of page reading on drawn sheets.")
@click.option(
    "--pages", "pages", default=PAGE_MODEL, show_default=True, help="Page network, by name or file."
)
@click.option("--model", default="robust", show_default=True, help="Glyph network that is asked again.")
@click.option("--sheets", default=3_000, show_default=True, type=click.IntRange(100), help="Sheets to draw.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="Of the sheets.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="Processes.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Where to write; left out, beside the network."
)
def command(pages: str, model: str, sheets: int, seed: int, workers: int, output: Path | None) -> None:
    """Fit the numbers of page reading on drawn sheets of held-back glyphs.

    How much each network's opinion weighs, where a gap between numbers is, how surely a line or a page is right, and
    what error rates thresholds can promise: all of it is fitted. It takes about half a second a sheet. How well the
    sheets were read goes into the card beside the network.

    \b
    Example:
      digitlens tune --sheets 3000 --seed 1 -o pages.config.json
    """
    from digitlens.tune import TuningJob, tune  # noqa: PLC0415  it draws and reads

    path = find(pages)
    target = output or config_path(path)
    start = PageConfig.load(config_path(path)) if config_path(path).is_file() else PageConfig()
    words = ["digitlens", "tune", "--model", model, "--sheets", str(sheets), "--seed", str(seed)]
    tuned, figures = tune(
        TuningJob(path, find(LINE_MODEL), find(model), seed, sheets, workers), start, shlex.join(words)
    )
    tuned.save(target)
    if output is None:
        card = PageCard.load(card_path(path))
        replace(card, metrics={**card.metrics, "sheets": figures}).save(card_path(path))
    click.echo(json.dumps(figures, indent=1))
    click.echo(f"Wrote {target}: fitted on {tuned.fitted_on}.", err=True)
