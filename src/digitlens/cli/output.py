"""The output common to all commands: JSON lines on stdout, and sentences about glyphs and doubts."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

import click

from digitlens.types import Doubt, Glyph
from digitlens.wording import percent

__all__ = ["Command", "doubt_told", "emit", "glyph_told", "json_option"]

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


def glyph_told(glyph: Glyph, between: str = " ") -> str:
    """Tell what a glyph most likely is, how surely, and what else it may be: ``4 71.3% (9 28.1%, 1 0.3%)``."""
    (best, confidence), *others = glyph.top()
    rest = ", ".join(f"{label} {percent(p)}" for label, p in others)
    return f"{best}{between}{percent(confidence)}" + (f" ({rest})" if rest else "")


def doubt_told(doubt: Doubt) -> str:
    """Tell what speaks against a line or a page, and where to look: left, top, width and height of the box."""
    return f"{doubt.message} (box {', '.join(map(str, doubt.box.to_list()))})"
