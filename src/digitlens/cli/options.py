"""The options of a reading on the command line; apart from ``output``, since their defaults bring the runtime along."""

import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import Any

import click

from digitlens.cli.output import Command
from digitlens.model import DEVICES, MAX_ERROR, PRECISIONS
from digitlens.reader import Reader, ReadOptions

__all__ = ["STDIN", "model_option", "reader_for", "reading_options", "usable"]

STDIN = "-"
"""The name of what is given to the command itself, as a file."""


class FiniteRange(click.FloatRange):
    """Numbers within bounds; unlike click's own it lets no ``nan`` through."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number, checked.

        Args:
            value: as it was given.
            param: the option that it is of.
            ctx: the command that it was given to.

        Raises:
            click.BadParameter: it is no number within the bounds.
        """
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value} is not a number.", param, ctx)
        return number


class Words(click.ParamType):
    """A file of words in UTF-8, one a line; as the words."""

    name = "file"
    file = click.Path(exists=True, dir_okay=False)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """The words of a file.

        Args:
            value: the name of the file.
            param: the option that it is of.
            ctx: the command that it was given to.

        Raises:
            click.BadParameter: it cannot be read as text in UTF-8.
        """
        file = os.fsdecode(self.file.convert(value, param, ctx))
        try:
            return tuple(Path(file).read_text("utf-8-sig").splitlines())
        except UnicodeDecodeError:
            self.fail(f"{file} is not text in UTF-8: save it as that.", param, ctx)


_OPTIONS: dict[str, Callable[[Any], Any]] = {
    "model": click.option(
        "--model", metavar="NAME_OR_FILE", help="The network: a name from `digitlens models list`, or a file."
    ),
    "alphabet": click.option(
        "--alphabet",
        metavar="A",
        help="What is read: digits, letters, alnum, upper, lower, or characters such as 0123456789X-; of signs those "
        "among them; characters that look like a word in quotes of their own, \"'cat'\". If not given, all that the "
        "network reads, and signs.",
    ),
    "pattern": click.option(
        "--pattern",
        metavar="P",
        help="What each line must fit: dd.dd.dddd, with d for a digit, a for a letter, L and l for upper and lower "
        "case, w for any; or a regular expression.",
    ),
    "lexicon": click.option(
        "--lexicon",
        type=Words(),
        metavar="FILE",
        help="Words in UTF-8, one a line: each line read is one of them.",
    ),
    "max_error": click.option(
        "--max-error",
        type=FiniteRange(0, 1, min_open=True),
        metavar="E",
        default=MAX_ERROR,
        show_default=True,
        help="Error rate wanted among what is accepted.",
    ),
    "device": click.option(
        "--device",
        type=click.Choice(DEVICES),
        default="cpu",
        show_default=True,
        help="What the network runs on; a GPU that is not there is an error.",
    ),
    "precision": click.option(
        "--precision",
        type=click.Choice(PRECISIONS),
        default="auto",
        show_default=True,
        help="What the network computes in; auto: in eight bits where that reads alike and is faster here.",
    ),
    "rotate": click.option(
        "--rotate",
        type=FiniteRange(-360, 360),
        metavar="DEGREES",
        help="Turn pages clockwise by so much before reading; if not given, as they read best.",
    ),
}
"""An option for each field of `ReadOptions`, in its order; a test holds the two together."""

model_option = _OPTIONS["model"]
"""For a command that takes a network and does not read with it."""


def reading_options(*without: str) -> Callable[[Command], Command]:
    """Give a command the options of a reading, in one argument ``options``, a `ReadOptions`.

    Args:
        without: names of those that say nothing here, such as ``"rotate"`` where each picture shows one glyph.
    """
    names = [field.name for field in fields(ReadOptions) if field.name not in without]

    def decorate(command: Command) -> Command:
        @wraps(command)
        def with_options(*args: Any, **given: Any) -> Any:
            with usable():
                options = ReadOptions(**{name: given.pop(name) for name in names})
            return command(*args, options=options, **given)

        decorated: Any = with_options
        for name in reversed(names):
            decorated = _OPTIONS[name](decorated)
        return decorated

    return decorate


def reader_for(options: ReadOptions) -> Reader:
    """The reader that was asked for on the command line.

    Raises:
        click.UsageError: an alphabet, pattern or lexicon that cannot be used.
        ModelError: no such network, or one that lacks a label.
    """
    with usable():
        return Reader(options=options)


@contextmanager
def usable() -> Iterator[None]:
    """Tell an option that cannot be used in the block as wrong usage."""
    try:
        yield
    except ValueError as error:
        raise click.UsageError(f"{error}.") from error
