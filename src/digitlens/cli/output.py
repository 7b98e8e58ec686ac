"""What commands share: JSON lines on stdout, options of the reader."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

import click

__all__ = ["emit", "json_option", "max_error_option", "model_option"]

Command = TypeVar("Command", bound=Callable[..., Any])


def emit(value: dict[str, Any]) -> None:
    """One JSON object on a line of its own, flushed, so that whoever reads along sees it at once."""
    click.echo(json.dumps(value, ensure_ascii=False))


def json_option(command: Command) -> Command:
    """``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object a line on standard output.")(
        command
    )


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
        default=0.005,
        show_default=True,
        help="Error rate wanted among accepted glyphs.",
    )(command)
