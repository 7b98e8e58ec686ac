"""Options of the commands that read; apart from ``output``, since their defaults bring the runtime along."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, cast

import click

from digitlens.cli.output import Command
from digitlens.model import DEVICES, MAX_ERROR, PRECISIONS
from digitlens.reader import Reader

__all__ = [
    "FiniteRange",
    "alphabet_option",
    "choice_options",
    "device_option",
    "max_error_option",
    "model_option",
    "reader_for",
    "settled",
    "usable",
]


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


def alphabet_option(command: Command) -> Command:
    """``--alphabet A``."""
    return click.option(
        "--alphabet",
        metavar="A",
        help="What is read: digits, letters, alnum, upper, lower, or characters such as 0123456789X-; of signs "
        "those among them. If not given, all that the network reads, and signs.",
    )(command)


def choice_options(command: Command) -> Command:
    """``--alphabet A --pattern P --lexicon FILE --precision P``, in one argument ``choice`` for `reader_for`."""

    @wraps(command)
    def chosen(*args: Any, **given: Any) -> Any:
        choice = {name: given.pop(name) for name in ("alphabet", "pattern", "lexicon", "precision")}
        return command(*args, choice=choice, **given)

    words = click.option(
        "--lexicon",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        metavar="FILE",
        help="Words in UTF-8, one a line: each line read is one of them.",
    )
    pattern_option = click.option(
        "--pattern",
        metavar="P",
        help="What each line must fit: dd.dd.dddd, with d for a digit, a for a letter, L and l for upper and lower "
        "case, w for any; or a regular expression.",
    )
    precision = click.option(
        "--precision",
        type=click.Choice(PRECISIONS),
        default="auto",
        show_default=True,
        help="What the network computes in; auto: in eight bits where that reads alike and is faster here.",
    )
    return cast("Command", alphabet_option(pattern_option(words(precision(chosen)))))


def settled(choice: Mapping[str, Any]) -> dict[str, Any]:
    """What `choice_options` gave, with the words of the lexicon, as `Reader` takes it.

    Raises:
        click.UsageError: the lexicon is no text.
    """
    lexicon = choice.get("lexicon")
    try:
        words = None if lexicon is None else tuple(lexicon.read_text("utf-8-sig").splitlines())
    except UnicodeDecodeError as error:
        raise click.UsageError(f"--lexicon {lexicon} is not text in UTF-8: save it as that.") from error
    return {**choice, "lexicon": words}


def reader_for(model: str | None, choice: Mapping[str, Any], **settings: Any) -> Reader:
    """The reader that was asked for on the command line.

    Raises:
        click.UsageError: an alphabet, pattern or lexicon that cannot be used.
        ModelError: no such network, or one that lacks a label.
    """
    with usable():
        return Reader(model, **settled(choice), **settings)


@contextmanager
def usable() -> Iterator[None]:
    """Tell an alphabet, a pattern or a lexicon that cannot be used in the block as wrong usage."""
    try:
        yield
    except ValueError as error:
        raise click.UsageError(f"{error}.") from error
