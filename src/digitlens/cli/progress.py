"""The progress of a batch, on standard error."""

import sys
import time
from types import TracebackType
from typing import Self

import click

from digitlens.batch import Progress
from digitlens.files import printable
from digitlens.wording import percent

__all__ = ["ProgressLine"]

MOST_ERRORS = 20
"""Errors that are told as they happen; the table has them all."""

EVERY = 0.2, 30.0
"""Seconds between two lines, on a terminal and elsewhere."""


class ProgressLine:
    """Tells how far a batch is: on a terminal in one line that changes, elsewhere in a line now and then.

    Args:
        table: where the rows will be.
    """

    def __init__(self, table: str) -> None:
        self._table = table
        self._terminal = sys.stderr.isatty()
        self._next, self._told, self._shown = 0.0, 0, 0
        self._last: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._last is not None:
            self.say(_whole(self._last, self._table))
        self._clear()

    def tell(self, progress: Progress) -> None:
        """Show how far it is, if it is time, and the errors that there were."""
        self._last = progress
        for error in progress.errors[: MOST_ERRORS - self._told]:
            self.say(error.partition(": ")[2])
            self._told += 1
        if self._told == MOST_ERRORS:
            self.say("Further errors are told in the table alone.")
            self._told += 1
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY[not self._terminal]
            self._show(_sentence(progress))

    def say(self, sentence: str) -> None:
        """A line that stays."""
        self._clear()
        click.echo(sentence, err=True)

    def _show(self, sentence: str) -> None:
        if self._terminal:
            click.echo("\r" + sentence.ljust(self._shown), err=True, nl=False)
            self._shown = len(sentence)
        else:
            click.echo(sentence, err=True)

    def _clear(self) -> None:
        if self._shown:
            click.echo("\r" + " " * self._shown + "\r", err=True, nl=False)
            self._shown = 0


def _sentence(progress: Progress) -> str:
    """``1,200 of 5,000 (24 %), 310 a second, 0:00:12 left, 3 failed``."""
    parts = [f"{progress.done:,} of {progress.total:,} ({percent(progress.done / progress.total, 0)})"]
    if progress.left is not None:
        parts += [f"{progress.rate:,.4g} a second", f"{_clock(progress.left)} left"]
    return ", ".join(parts + _failed(progress))


def _whole(progress: Progress, table: str) -> str:
    """Tell what came out: ``1,200 done in 0:00:12: 1,100 accepted, 98 doubtful, 2 unreadable. Look at read.csv``."""
    earlier = f" ({progress.resumed:,} of them earlier)" if progress.resumed else ""
    done = f"{progress.total:,} done in {_clock(progress.seconds)}{earlier}"
    rows = f"{progress.accepted:,} accepted, {progress.doubtful:,} doubtful, {progress.failed:,} unreadable"
    return f"{done}: {rows}. Look at {printable(table)}"


def _failed(progress: Progress) -> list[str]:
    return [f"{progress.failed:,} failed"] if progress.failed else []


def _clock(seconds: float) -> str:
    """``1:02:03``."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
