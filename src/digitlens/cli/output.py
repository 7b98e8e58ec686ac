"""What all commands share: JSON lines on stdout."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

import click

__all__ = ["Command", "emit", "json_option"]

Command = TypeVar("Command", bound=Callable[..., Any])


def emit(value: dict[str, Any]) -> None:
    """One JSON object on a line of its own, flushed, so that whoever reads along sees it at once.

    A name need not be UTF-8; Python then has lone surrogates in it, which JSON can only escape, as Python does here.
    """
    text = json.dumps(value, ensure_ascii=False)
    click.echo(text.encode("utf-8", "backslashreplace").decode())


def json_option(command: Command) -> Command:
    """``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object a line on standard output.")(
        command
    )
