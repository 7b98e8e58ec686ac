"""The reader: pictures in, readings out. Every face of DigitLens uses this one object."""

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Literal

import numpy as np

from digitlens.errors import ImageError
from digitlens.imaging import Frame, frame, open_picture
from digitlens.model import DEFAULT_MODEL, MAX_ERROR, Network, card_path, find
from digitlens.types import Box, Glyph, Gray, Line, Reading, Reason, Source

__all__ = ["Reader"]


class Reader:
    """Reads pictures with one network; built once, safe to use from several threads.

    Args:
        model: the name of a network, or the path of an ``.onnx`` file with its card beside it.
        max_error: the error rate wanted among accepted glyphs, above 0 and at most 1.
        threads: threads that the network may use for one batch.

    Raises:
        ModelNotFound: there is no such network.
        InvalidModel: its card cannot be used.
        ValueError: ``max_error`` is out of its range.
    """

    def __init__(
        self,
        model: str | os.PathLike[str] = DEFAULT_MODEL,
        *,
        max_error: float = MAX_ERROR,
        threads: int = 1,
    ) -> None:
        if not 0 < max_error <= 1:
            raise ValueError(f"max_error is {max_error}; it must be above 0 and at most 1")
        self.network = _load(model, threads)
        self.max_error = max_error
        self._least = self.network.card.calibration.threshold(max_error)

    def classify(self, picture: Source) -> Reading:
        """Read a picture of a single glyph: one line with one glyph, or no line where it is blank.

        Args:
            picture: path, bytes, binary file, PIL image, or uint8 array (H, W), (H, W, 3) or (H, W, 4).

        Raises:
            ImageError: the picture cannot be read.
            InvalidModel: the network's file cannot be used.
        """
        return next(self.classify_many([picture]))

    def classify_many(
        self,
        pictures: Iterable[Source],
        *,
        errors: Literal["raise", "yield"] = "raise",
        batch_size: int = 128,
    ) -> Iterator[Reading]:
        """Read pictures of a single glyph each, batched through the network, in order.

        Args:
            pictures: what `classify` takes.
            errors: what to do with a picture that cannot be read: raise its error, or yield a reading
                that carries it.
            batch_size: pictures that are in memory at once.
        """
        waiting = iter(pictures)
        while batch := list(islice(waiting, batch_size)):
            yield from self._batch(batch, errors)

    def _batch(self, pictures: list[Source], errors: str) -> Iterator[Reading]:
        """Frame each picture, run the network once, and tell what it made of each."""
        began = time.perf_counter()
        framed = [_frame(picture, errors) for picture in pictures]
        inked = [(found.image, found.box) for found in framed if isinstance(found, Frame) and found.box]
        judged = iter(self._judge(*zip(*inked, strict=True)) if inked else ())
        spent = 1e3 * (time.perf_counter() - began) / len(pictures)
        for picture, found in zip(pictures, framed, strict=True):
            file = os.fspath(picture) if isinstance(picture, str | os.PathLike) else None
            if isinstance(found, ImageError):
                yield Reading(file, self.network.name, error=found)
            elif found.box is None:
                yield Reading(file, self.network.name, ms=spent, steps=found.steps)
            else:
                line = Line((next(judged),), found.box)
                yield Reading(file, self.network.name, lines=(line,), ms=spent, steps=found.steps)

    def _judge(self, frames: Sequence[Gray], boxes: Sequence[Box]) -> list[Glyph]:
        """What may be said of each framed glyph, uint8 (28, 28): its label, and whether a person should look."""
        card = self.network.card
        verdicts = card.calibration.judge(self.network.logits(np.stack(frames)), self._least)
        glyphs = []
        columns = (verdicts.probabilities, verdicts.digit_scores, verdicts.known, verdicts.sure)
        for box, row, score, known, sure in zip(boxes, *(column.tolist() for column in columns), strict=True):
            probabilities = dict(zip(card.labels, row, strict=True))
            label, confidence = max(probabilities.items(), key=lambda pair: pair[1])
            reason: Reason | None = "not_a_digit" if not known else None if sure else "unsure"
            said = label if known else ""
            glyphs.append(Glyph(said, confidence, score, box, reason is None, reason, probabilities))
        return glyphs


@lru_cache(maxsize=8)
def _shared(path: Path, threads: int, _stamps: tuple[int, ...]) -> Network:
    """One network a process for each file: a session is expensive and threads may share it."""
    return Network.load(path, threads)


def _load(model: str | os.PathLike[str], threads: int) -> Network:
    """The network of that name or file, as it is on disk now."""
    path = find(model)
    stamps = (file.stat().st_mtime_ns for file in (path, card_path(path)) if file.exists())
    return _shared(path, threads, tuple(stamps))


def _frame(picture: Source, errors: str) -> Frame | ImageError:
    """Open and frame one picture; its error, where errors are to be yielded."""
    try:
        opened = open_picture(picture)
        found = frame(opened.pixels)
        return replace(found, box=found.box and opened.uploaded(found.box))
    except ImageError as error:
        if errors == "raise":
            raise
        return error
