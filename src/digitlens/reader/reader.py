"""The reader: pictures in, readings out. Every face of DigitLens uses this one object."""

import os
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Literal

import numpy as np

from digitlens.errors import ImageError, NothingToExplain
from digitlens.imaging import (
    FRAME_SIDE,
    Frame,
    Picture,
    frame,
    frame_each,
    open_pages,
    open_picture,
)
from digitlens.labels import noun
from digitlens.model import MAX_ERROR, SIGNS, Alphabet, Device, Network, card_path
from digitlens.reader.choice import Choice
from digitlens.reader.classifier import Classifier
from digitlens.reader.explain import explain
from digitlens.reader.lines import LineReader
from digitlens.types import Explanation, Glyph, Gray, Line, Reading, Source

__all__ = ["Reader"]


class Reader:
    """Reads pictures with one network; built once, safe to use from several threads.

    Args:
        model: the name of a network, or the path of an ``.onnx`` file with its card beside it. Left out, the default,
            or, for an alphabet that it does not read, the smallest network that does.
        max_error: the error rate wanted among accepted glyphs, above 0 and at most 1.
        threads: threads that the network may use for one batch.
        device: what the network runs on, ``"cpu"`` or ``"cuda"``.
        max_pixels: pixels that a picture may have at most, if fewer than may be read at all.
        alphabet: what is read: ``"digits"``, ``"letters"``, ``"alnum"``, ``"upper"``, ``"lower"``, or characters such
            as ``"0123456789X-"``; signs among them are read without being asked for. Left out, all that the network
            reads, or what a pattern or lexicon holds.
        pattern: what each line must fit: see `digitlens.reader.pattern`.
        lexicon: words of which each line must be one.

    Raises:
        ModelNotFound: there is no such network.
        DeviceNotFound: the device is not there; that a driver is missing shows when the first picture is read.
        InvalidModel: its card cannot be used.
        AlphabetMismatch: it lacks a label of the alphabet.
        ValueError: ``max_error`` is out of its range, or the alphabet, pattern or lexicon cannot be used.
    """

    def __init__(  # noqa: PLR0913 - all but the first by their names
        self,
        model: str | os.PathLike[str] | None = None,
        *,
        max_error: float = MAX_ERROR,
        threads: int = 1,
        device: Device = "cpu",
        max_pixels: int | None = None,
        alphabet: str | None = None,
        pattern: str | None = None,
        lexicon: Iterable[str] | None = None,
    ) -> None:
        if not 0 < max_error <= 1:
            raise ValueError(f"max_error is {max_error}; it must be above 0 and at most 1")
        choice = Choice.of(model, alphabet, pattern, lexicon)
        self.network = _load(choice.path, threads, device)
        self.alphabet = Alphabet.of(self.network.card, choice.alphabet, self.network.name)
        self.max_error = max_error
        self.max_pixels = max_pixels
        self._signs = choice.signs
        least = self.alphabet.calibration.threshold(max_error)
        self._classifier = Classifier(self.network, self.alphabet, least)
        self._lines = LineReader(self._classifier, choice.grammar)

    def classify(self, picture: "Source | Picture") -> Reading:
        """Read a picture of a single glyph: one line with one glyph, or no line where it is blank.

        Args:
            picture: as `read` takes it.

        Raises:
            ImageError: the picture cannot be read.
            InvalidModel: the network's file cannot be used.
        """
        return next(self.classify_many([picture]))

    def classify_many(
        self,
        pictures: Iterable["Source | Picture"],
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

    def read(
        self, picture: "Source | Picture", *, rotate: float | None = None, signs: bool = False
    ) -> Reading:
        """Read every digit in a picture, line by line; of a document, its first page.

        What is no digit is left out; whatever is found is boxed in the pixels of the picture as uploaded.

        Args:
            picture: path, bytes, binary file, PIL image, uint8 array (H, W), (H, W, 3) or (H, W, 4), or one of the
                pages that `digitlens.imaging.open_pages` gives.
            rotate: degrees by which to turn it clockwise before reading. Left out, pictures that lie on their side or
                upside down are turned where they read clearly better so, and those that are askew are levelled.
            signs: whether to report points, commas, dashes and slashes between digits as glyphs too.

        Raises:
            ImageError: the picture cannot be read.
            InvalidModel: the network's file cannot be used.
        """
        with closing(self.read_many([picture], rotate=rotate, signs=signs)) as readings:
            return next(readings)

    def read_many(
        self,
        pictures: Iterable["Source | Picture"],
        *,
        errors: Literal["raise", "yield"] = "raise",
        rotate: float | None = None,
        signs: bool = False,
    ) -> Generator[Reading, None, None]:
        """Read every digit in pictures and documents, a reading a page, in order; one page is in memory at once.

        Args:
            pictures: what `read` takes.
            errors: what to do with a page that cannot be read: raise its error, or yield a reading that carries it.
            rotate: as in `read`.
            signs: as in `read`.
        """
        for picture in pictures:
            file = os.fspath(picture) if isinstance(picture, str | os.PathLike) else None
            number = 1
            try:
                began = time.perf_counter()
                wanted = frozenset(SIGNS) if signs else self._signs
                for page in open_pages(picture, self.max_pixels):
                    lines, steps = self._lines.read(page, rotate, wanted)
                    spent = 1e3 * (time.perf_counter() - began)
                    yield Reading(file, self.network.name, number, lines, spent, steps)
                    number, began = number + 1, time.perf_counter()
            except ImageError as error:
                if errors == "raise":
                    raise
                yield Reading(file, self.network.name, number, error=error)

    def explain(self, picture: "Source | Glyph", label: str | None = None) -> Explanation:
        """Why a glyph reads as it does: what in it speaks for the label read, or for any other.

        Args:
            picture: of a single glyph, as `classify` takes it; or a glyph of a reading.
            label: the label to explain, ``""`` for none of them where the network has a class for that; None for
                the one read.

        Raises:
            ImageError: the picture cannot be read.
            NothingToExplain: it is blank, or the glyph is a sign between digits.
            UnknownLabel: the network doesn't know the label.
            InvalidModel: the network's file cannot be used, or doesn't give what Grad-CAM needs.
        """
        if isinstance(picture, Glyph):
            return explain(self.network, picture, label)
        if glyphs := self.classify(picture).glyphs:
            return explain(self.network, glyphs[0], label)
        raise NothingToExplain(
            "Nothing is written in this picture, so there is nothing to explain. "
            f"Give one that shows a {noun(self.alphabet.labels)}."
        )

    def _batch(self, pictures: list["Source | Picture"], errors: str) -> Iterator[Reading]:
        """Frame each picture, run the network once, and tell what it made of each."""
        began = time.perf_counter()
        framed = _frames([_open(picture, errors, self.max_pixels) for picture in pictures])
        inked = [(found.image, found.box) for found in framed if isinstance(found, Frame) and found.box]
        judged = iter(self._classifier.classified(*zip(*inked, strict=True)) if inked else ())
        spent = 1e3 * (time.perf_counter() - began) / len(pictures)
        model = self.network.name
        for picture, found in zip(pictures, framed, strict=True):
            file = os.fspath(picture) if isinstance(picture, str | os.PathLike) else None
            if isinstance(found, ImageError):
                yield Reading(file, model, error=found)
            elif found.box is None:
                yield Reading(file, model, ms=spent, steps=found.steps)
            else:
                line = self._lines.fitted(Line((next(judged),), found.box))
                yield Reading(file, model, lines=(line,), ms=spent, steps=found.steps)


@lru_cache(maxsize=8)
def _shared(path: Path, threads: int, device: Device, _stamps: tuple[int, ...]) -> Network:
    """One network a process for each file: a session is expensive and threads may share it."""
    return Network.load(path, threads, device)


def _load(path: Path, threads: int, device: Device) -> Network:
    """The network of that file, as it is on disk now."""
    stamps = (file.stat().st_mtime_ns for file in (path, card_path(path)) if file.exists())
    return _shared(path, threads, device, tuple(stamps))


def _open(picture: "Source | Picture", errors: str, max_pixels: int | None) -> Gray | Frame | ImageError:
    """Open and frame one picture, but leave one that may be framed already; its error, if those are to be yielded."""
    try:
        opened = open_picture(picture, max_pixels)
    except ImageError as error:
        if errors == "raise":
            raise
        return error
    if opened.pixels.shape == (FRAME_SIDE, FRAME_SIDE) and opened.reduction == 1:
        return opened.pixels
    found = frame(opened.pixels)
    return replace(found, box=found.box and opened.uploaded(found.box))


def _frames(opened: Sequence[Gray | Frame | ImageError]) -> list[Frame | ImageError]:
    """The same with those framed too that were left, together."""
    left = [one for one in opened if isinstance(one, np.ndarray)]
    framed = iter(frame_each(np.stack(left)) if left else ())
    return [next(framed) if isinstance(one, np.ndarray) else one for one in opened]
