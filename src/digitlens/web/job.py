"""A batch that runs while the page goes on: files in, rows out, and nothing kept of a picture that is done."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Event, Thread
from typing import IO, Literal, TypeAlias

from digitlens.batch import Item, find_inputs, rows_of
from digitlens.errors import DigitLensError, ImageError
from digitlens.labels import noun
from digitlens.reader import Reader
from digitlens.types import Gray, Reading
from digitlens.types.rows import ROWS
from digitlens.web.tray import Tray

__all__ = ["File", "Job", "Outcome"]

log = logging.getLogger("digitlens")

Outcome: TypeAlias = Literal["accepted", "look", "failed"]
"""What became of a page: accepted, for a person to look at, not readable."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to read: a picture, a PDF, or an archive of them."""

    name: str
    data: IO[bytes]


class Job:
    """Reads files in a thread of its own, one after another.

    Args:
        reader: that reads them.
        files: to be read; let go of when the job has ended.
        single: whether each picture is of one glyph.
        heard: is given every picture file with its readings, as they are made, and its name.

    Attributes:
        kind: what is read: ``digit``, ``letter`` or ``character``.
        tray: the rows so far.
        outcomes: how many pages came to which.
        problem: a sentence where an archive could not be read to its end, or something else went wrong.
    """

    def __init__(
        self,
        reader: Reader,
        files: Sequence[File],
        *,
        single: bool = False,
        heard: Callable[[bytes, Iterable[Reading], str], object] = lambda *_: None,
    ) -> None:
        self.kind = noun(reader.alphabet.labels)
        self.tray = Tray()
        self.outcomes: Counter[Outcome] = Counter()
        self.problem: str | None = None
        self.done = 0
        self.total: int | None = None
        self._reader, self._files, self._single, self._heard = reader, list(files), single, heard
        self._stop = Event()
        self._began = self._ended = time.monotonic()
        self._thread = Thread(target=self._run, name="digitlens-batch", daemon=True)

    def start(self) -> "Job":
        """Begin."""
        self._thread.start()
        return self

    def cancel(self) -> None:
        """Stop after the picture that is being read; what is done is kept."""
        self._stop.set()

    def wait(self, timeout: float | None = None) -> None:
        """Until it has ended, or ``timeout`` seconds have passed."""
        self._thread.join(timeout)

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self._thread.is_alive()

    @property
    def cancelled(self) -> bool:
        """Whether it was stopped before its end."""
        return self._stop.is_set() and not self.running and self.done != self.total

    @property
    def seconds(self) -> float:
        """Since it began, until it ended."""
        return (time.monotonic() if self.running else self._ended) - self._began

    @property
    def seconds_left(self) -> float | None:
        """At the rate so far; None where that is not known yet."""
        if not self.done or self.total is None:
            return None
        return self.seconds / self.done * (self.total - self.done)

    def _run(self) -> None:
        try:
            inputs = [find_inputs(file.data, name=file.name) for file in self._files]
            self.total = sum(found.survey().count for found in inputs)
            for item in (item for found in inputs for item in found):
                if self._stop.is_set():
                    break
                self._take(item)
        except DigitLensError as error:
            self.problem = str(error)
        except Exception as error:  # a thread has nobody to raise to, and the page must say something
            log.exception("A batch ended early.")
            self.problem = (
                f"The batch ended early, by a mistake of ours ({type(error).__name__}). What is done is kept."
            )
        finally:
            self._files.clear()
            self._ended = time.monotonic()

    def _take(self, item: Item) -> None:
        """Read one input, which may be a document of many pages."""
        try:
            picture = item.load()
        except ImageError as error:
            self._note(Reading(item.name, self._reader.network.name, error=error), item.name)
        else:
            readings = self._readings(picture, item.name)
            if isinstance(picture, bytes):
                self._heard(picture, readings, item.name)
            for _ in readings:  # whoever heard may have stopped listening
                pass
        self.done += 1

    def _readings(self, picture: bytes | Gray, name: str) -> Iterator[Reading]:
        """The reading of each page, noted as it comes; its steps are let go."""
        read = self._reader.classify_many if self._single else self._reader.read_many
        for reading in read([picture], errors="yield"):
            self._note(reading, name)
            yield replace(reading, steps=())

    def _note(self, reading: Reading, name: str) -> None:
        for kind in ROWS:
            self.tray.add(kind, rows_of(reading, kind, file=name))
        self.outcomes["failed" if reading.error else "accepted" if reading.accepted else "look"] += 1
