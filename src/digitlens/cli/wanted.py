"""The options that say what a network made elsewhere wants, for the commands that bring one."""

from collections.abc import Callable
from typing import Any

import click

__all__ = ["wanted_options"]

SCALE_WORDS = ("0..1", "0..255", "-1..1", "mnist", "-0.5..0.5")
POLARITY_WORDS = ("white on black", "black on white")

_WANTED_OPTIONS = (
    click.option("--scale", type=click.Choice(SCALE_WORDS), help="What levels it takes; found if not given."),
    click.option(
        "--polarity", type=click.Choice(POLARITY_WORDS), help="Of ink on paper; found if not given."
    ),
    click.option(
        "--transpose/--no-transpose",
        default=None,
        help="Whether it takes rows for columns, as EMNIST's files have them; found if not given.",
    ),
    click.option(
        "--labels",
        metavar="CHARACTERS",
        help="What its classes stand for, in their order; found for 10, 26, 36, 47, 52 and 62 if not given.",
    ),
)


def wanted_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Put ``--scale``, ``--polarity``, ``--transpose`` and ``--labels`` on a command."""
    for option in reversed(_WANTED_OPTIONS):
        command = option(command)
    return command
