"""``digitlens models``: which networks there are, and their cards."""

import json
from dataclasses import asdict

import click

from digitlens.cli.output import emit, json_option
from digitlens.model import DEFAULT_MODEL, Card, available, card_path, find

__all__ = ["command"]


@click.group(name="models")
def command() -> None:
    """List networks and show their cards.

    \b
    Example:
      digitlens models list
    """


@command.command(name="list")
@json_option
def list_models(as_json: bool) -> None:
    """List every network that can be named, the default marked with *.

    \b
    Example:
      digitlens models list --json
    """
    for name, path in available().items():
        card = Card.load(card_path(path))
        row = {"name": name, "default": name == DEFAULT_MODEL, **card.summary(), "file": str(path)}
        if as_json:
            emit(row)
        else:
            mark = "*" if name == DEFAULT_MODEL else " "
            accuracy = "-" if row["accuracy"] is None else f"{row['accuracy']:.2%}"
            click.echo(
                f"{mark} {name}@{card.version}  test {accuracy}  {card.parameters:,} parameters  {path}"
            )


@command.command(name="show")
@click.argument("name", default=DEFAULT_MODEL)
@json_option
def show(name: str, as_json: bool) -> None:
    """Show the card of a network, by name or file.

    \b
    Example:
      digitlens models show classic
    """
    path = find(name)
    card = Card.load(card_path(path))
    values = {"name": path.stem, "version": card.version, "file": str(path), **asdict(card)}
    if as_json:
        emit(values)
    else:
        click.echo(json.dumps(values, indent=2, ensure_ascii=False))
