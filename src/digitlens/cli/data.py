"""``digitlens data``: which datasets there are, and getting them."""

import json
from typing import Any

import click

from digitlens.data import DATASETS, find, get, locate
from digitlens.errors import DigitLensError

__all__ = ["command"]

_as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")


@click.group("data", epilog="Example: digitlens data get mnist")
def command() -> None:
    """List datasets and get them."""


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


def _facts(name: str) -> dict[str, Any]:
    """What the registry knows of a dataset, for JSON; ``here``: all its files are on this machine."""
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
