"""A batch that runs while the page goes on: files in, pages out, each to be opened again."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from threading import Event, Thread
from typing import IO, Literal, TypeAlias

from PIL import Image

from digitlens.batch import Item, find_inputs
from digitlens.errors import DigitLensError, ImageError
from digitlens.html.images import image_uri
from digitlens.labels import noun
from digitlens.reader import Reader
from digitlens.types import Pixels, Reading
from digitlens.web.sheet import THUMBNAIL
from digitlens.web.tray import Tray

__all__ = ["BatchJob", "Outcome", "QueuedFile", "outcome"]

log = logging.getLogger("digitlens")

Outcome: TypeAlias = Literal["accepted", "look", "failed"]
"""The outcome of a page: accepted, for a person to look at, not readable."""


@dataclass(frozen=True, slots=True)
class QueuedFile:
    """A file to read: a picture, a PDF, or an archive of them."""

    name: str
    data: IO[bytes]


class BatchJob:
    """Reads files in a thread of its own, one after another.

    Args:
        reader: that reads them.
        files: to be read; let go of when the job has ended.
        single: whether each picture is of one glyph.
        heard: is given every picture file with its readings, as they are made, and its name.

    Attributes:
        kind: what is read: ``digit``, ``letter`` or ``character``.
        tray: the pages so far.
        single: whether each picture is of one glyph.
        reader: that reads them.
        outcomes: how many pages came to which.
        problem: a sentence where an archive could not be read to its end, or something else went wrong.
    """

    def __init__(
        self,
        reader: Reader,
        files: Sequence[QueuedFile],
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
        self.reader, self.single, self._files, self._heard = reader, single, list(files), heard
        self._stop = Event()
        self._began = self._ended = time.monotonic()
        self._thread = Thread(target=self._run, name="digitlens-batch", daemon=True)

    def start(self) -> "BatchJob":
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
        """True while it goes on."""
        return self._thread.is_alive()

    @property
    def cancelled(self) -> bool:
        """True if it was stopped before its end."""
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
            self.total = sum(found.info().count for found in inputs)
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
            file = self.tray.add_file(item.name, None)
            self._note(file, Reading(None, self.reader.network.name, error=error))
        else:
            data = picture if isinstance(picture, bytes) else _png(picture)
            file = self.tray.add_file(item.name, data)
            readings = self._readings(picture, file)
            if isinstance(picture, bytes):
                self._heard(picture, readings, item.name)
            for _ in readings:  # whoever heard may have stopped listening
                pass
        self.done += 1

    def _readings(self, picture: bytes | Pixels, file: int) -> Iterator[Reading]:
        """The reading of each page, noted as it comes; its steps are let go."""
        read = self.reader.classify_many if self.single else self.reader.read_many
        for reading in read([picture], errors="yield"):
            self._note(file, reading)
            yield replace(reading, steps=())

    def _note(self, file: int, reading: Reading) -> None:
        thumbnail = image_uri(reading.steps[0].image, THUMBNAIL) if reading.steps else None
        self.tray.add(file, reading, thumbnail)
        self.outcomes[outcome(reading)] += 1


def outcome(reading: Reading) -> Outcome:
    """Return the outcome of a page."""
    return "failed" if reading.error else "accepted" if reading.accepted else "look"


def _png(pixels: Pixels) -> bytes:
    """A picture that came as pixels, as a file."""
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()
