"""Readings, pictures and archives for the tests of batch work."""

import os
import signal
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from digitlens.batch import Job
from digitlens.batch.chunks import Chunk
from digitlens.batch.job import Result, work
from digitlens.errors import UnreadableImage
from digitlens.reader import Reader
from digitlens.reader.singles import Singles
from digitlens.types import Box, Glyph, Line, Reading, Reason


def png(pixels: np.ndarray) -> bytes:
    return cv2.imencode(".png", pixels)[1].tobytes()


def bar(column: int = 14, ink: int = 255) -> np.ndarray:
    """A one as MNIST has it, uint8 (28, 28)."""
    image = np.zeros((28, 28), np.uint8)
    image[4:24, column - 1 : column + 1] = ink
    return image


ONE = png(bar())


def glyph(label: str, confidence: float = 0.9, reason: Reason | None = None) -> Glyph:
    rest = (1 - confidence) / 2
    best = label or "8"
    others = [other for other in "350" if other != best][:2]
    probabilities = {best: confidence, others[0]: rest, others[1]: rest}
    return Glyph(label, confidence, 0.75, Box(1, 2, 3, 4), reason is None, reason, probabilities)


def reading(*lines: list[Glyph], file: str | None = "a.png", page: int = 1) -> Reading:
    made = tuple(Line(tuple(line), Box(0, 0, 9, 9)) for line in lines)
    return Reading(file, "m@1", page, made)


def failure(message: str = "a.png is empty.", file: str | None = "a.png", page: int = 1) -> Reading:
    return Reading(file, "m@1", page, error=UnreadableImage(message))


class InProcess:
    """An engine without processes; it may be interrupted after so many chunks, and forgets their order."""

    def __init__(self, stop: int | None = None) -> None:
        self.stop, self.read = stop, 0

    def results(self, job: Job, chunks: Iterator[Chunk]) -> Iterator[Result]:
        reader = job.warm_reader()
        while some := list(islice(chunks, 3)):
            for chunk in reversed(some):
                if self.read == self.stop:
                    raise KeyboardInterrupt
                self.read += 1
                yield work(reader, job, chunk)


class Deadly(Job):
    """A job whose workers die of some pictures: of ``DEADLY`` always, of ``ONCE`` when they meet it first."""

    def reader(self) -> Reader:
        return DeadlyReader(options=self.options)


class DeadlyReader(Reader):
    def classify_columns(self, pictures: Iterable, **options) -> Iterator[Singles]:
        for picture in pictures:
            data = Path(picture).read_bytes()
            if data == b"ONCE":
                Path(picture).write_bytes(ONE)
            if data in (b"DEADLY", b"ONCE"):
                os.kill(os.getpid(), signal.SIGKILL)
            if data == b"FAULTY":
                raise ZeroDivisionError("a fault of ours")
            yield from super().classify_columns([picture], errors="yield")
