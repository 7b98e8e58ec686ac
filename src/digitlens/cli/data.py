"""``digitlens data``: which datasets there are, getting them, and samples of what is drawn."""

import json
from pathlib import Path
from typing import Any

import click

from digitlens.data import DATASETS, find, get, locate
from digitlens.errors import DigitLensError

__all__ = ["command"]

_as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")


@click.group("data", epilog="Example: digitlens data get mnist")
def command() -> None:
    """List datasets, get them, and show what is drawn to learn from."""


@command.command("list", epilog="Example: digitlens data list --json")
@_as_json
def list_datasets(as_json: bool) -> None:
    """List the datasets, and whether they are on this machine."""
    width = max(map(len, DATASETS)) + 2
    for name in DATASETS:
        facts = _facts(name)
        if as_json:
            click.echo(json.dumps(facts))
            continue
        splits = ", ".join(f"{split} {count:,}" for split, count in facts["splits"].items())
        click.echo(
            f"{name:<{width}}{'here' if facts['here'] else 'not here':<10}{splits:<28}{facts['title']}"
        )


@command.command("get", epilog="Example: digitlens data get mnist")
@click.argument("name")
@_as_json
@click.pass_context
def get_dataset(ctx: click.Context, name: str, as_json: bool) -> None:
    """Get the dataset NAME, verify it, and print where its files are.

    Files in the folder DIGITLENS_DATA are used where they lie; others are downloaded into the cache, once.
    """
    try:
        paths = [str(path) for path in get(name)]
    except DigitLensError as error:
        if not as_json:
            raise
        click.echo(json.dumps({"name": name, "error": error.to_dict()}))
        ctx.exit(1)
    if as_json:
        click.echo(json.dumps({"name": name, "files": paths}))
    else:
        click.echo("\n".join(paths))


@command.group("show", epilog="Example: digitlens data show pages -o samples.png --boxes")
def show() -> None:
    """Draw samples of what networks learn from."""


@show.command("pages", epilog="Example: digitlens data show pages -o samples.png --count 60 --seed 7 --boxes")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The picture to write.",
)
@click.option("--count", type=click.IntRange(1, 600), default=36, show_default=True, help="How many samples.")
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Another gives other samples."
)
@click.option("--boxes", is_flag=True, help="Draw the box and the label of each glyph.")
@click.option("--whole", is_flag=True, help="Whole pictures of all sizes, not the pieces to learn from.")
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A changed copy of sheets.toml, which tells how sheets are distributed.",
)
def show_pages(output: Path, count: int, seed: int, boxes: bool, whole: bool, config: Path | None) -> None:
    """Draw sheets as the page network learns from, side by side in one picture.

    Digits have blue boxes, signs green ones, other writing red ones. Needs the datasets of digits and letters
    that the sheets are written with.
    """
    from digitlens.cli.drawn_sheets import save_samples  # noqa: PLC0415

    save_samples(output, count, seed, whole, boxes, config)
    click.echo(str(output))


def _facts(name: str) -> dict[str, Any]:
    """Return a dataset's entry in the registry, for JSON; ``here``: all its files are on this machine."""
    entry = find(name)
    return {
        "name": name,
        "title": entry.title,
        "splits": {split: part.count for split, part in entry.splits.items()},
        "alphabet": "".join(entry.alphabet),
        "licence": entry.licence,
        "citation": entry.citation,
        "here": all(locate(file) for file in entry.files),
    }
