"""Options of the commands that read; apart from ``output``, since their defaults bring the runtime along."""

import math
from typing import Any

import click

from digitlens.cli.output import Command
from digitlens.model import DEVICES, MAX_ERROR

__all__ = ["FiniteRange", "device_option", "max_error_option", "model_option"]


class FiniteRange(click.FloatRange):
    """Numbers within bounds; unlike click's own it lets no ``nan`` through."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number, checked."""
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value} is not a number.", param, ctx)
        return number


def model_option(command: Command) -> Command:
    """``--model NAME_OR_FILE``."""
    return click.option(
        "--model", metavar="NAME_OR_FILE", help="The network: a name from `digitlens models list`, or a file."
    )(command)


def max_error_option(command: Command) -> Command:
    """``--max-error E``."""
    return click.option(
        "--max-error",
        type=FiniteRange(0, 1, min_open=True),
        metavar="E",
        default=MAX_ERROR,
        show_default=True,
        help="Error rate wanted among accepted glyphs.",
    )(command)


def device_option(command: Command) -> Command:
    """``--device cpu|cuda``."""
    return click.option(
        "--device",
        type=click.Choice(DEVICES),
        default="cpu",
        show_default=True,
        help="What the network runs on; a GPU that is not there is an error.",
    )(command)
