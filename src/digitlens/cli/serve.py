"""``digitlens serve``: the HTTP API."""

from dataclasses import fields
from typing import Any

import click

from digitlens.api.settings import VARIABLE_PREFIX, Settings
from digitlens.cli.output import Command
from digitlens.model import DEVICES, PRECISIONS

__all__ = ["command"]

CHOICES = {"device": DEVICES, "precision": PRECISIONS}
"""The settings that are one of a few words."""


def _options(command: Command) -> Command:
    """An option for each setting; those left out are looked for in the environment."""
    for each in reversed([each for each in fields(Settings) if each.metadata]):
        least, most = each.metadata["least"], each.metadata["most"]
        number = click.FloatRange if isinstance(each.default, float) else click.IntRange
        command = click.option(
            f"--{each.name.replace('_', '-')}",
            type=click.Choice(CHOICES[each.name])
            if each.name in CHOICES
            else number(least, most)
            if most
            else str,
            metavar=None if each.name in CHOICES else "N" if most else each.name.rpartition("_")[2].upper(),
            help=f"{each.metadata['about']}  [{each.default or 'none'}; {VARIABLE_PREFIX}{each.name.upper()}]",
        )(command)
    return command


@click.command(name="serve")
@_options
def command(**given: Any) -> None:
    """Serve the HTTP API: POST /v1/read and /v1/classify; SIGTERM or Ctrl-C ends it when all is answered.

    Each option may also be given as the variable named with it; a key that clients have to show as DIGITLENS_API_KEY.

    \b
    Examples:
      digitlens serve
      digitlens serve --host 0.0.0.0 --key-file keys.txt --workers 4
      curl -F files=@photo.jpg http://127.0.0.1:8000/v1/read
    """
    from digitlens.api.serve import serve  # noqa: PLC0415  # the server is an extra: help works without it

    serve(Settings.load(given))
