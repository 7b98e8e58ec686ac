"""Options of the commands that read; apart from ``output``, since their defaults bring the runtime along."""

import click

from digitlens.cli.output import Command
from digitlens.model import MAX_ERROR

__all__ = ["max_error_option", "model_option"]


def model_option(command: Command) -> Command:
    """``--model NAME_OR_FILE``."""
    return click.option(
        "--model", metavar="NAME_OR_FILE", help="The network: a name from `digitlens models list`, or a file."
    )(command)


def max_error_option(command: Command) -> Command:
    """``--max-error E``."""
    return click.option(
        "--max-error",
        type=click.FloatRange(0, 1, min_open=True),
        metavar="E",
        default=MAX_ERROR,
        show_default=True,
        help="Error rate wanted among accepted glyphs.",
    )(command)
