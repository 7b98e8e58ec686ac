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
from numpy.typing import NDArray

from digitlens.errors import ImageError, NothingToExplain
from digitlens.imaging import (
    FRAME_SIDE,
    Frame,
    Picture,
    frame,
    frame_each,
    open_pages,
    open_picture,
    page_steps,
    views,
)
from digitlens.model import MAX_ERROR, SIGNS, Alphabet, Device, Network, Verdicts, card_path, pooled
from digitlens.reader.case import has_cases, height_odds
from digitlens.reader.choice import Choice
from digitlens.reader.explain import explain
from digitlens.reader.fields import fitted
from digitlens.reader.page import Page, Spot, read_page
from digitlens.types import Box, Explanation, Glyph, Gray, Line, Reading, Reason, Source, Step

__all__ = ["Reader"]

SIGN_CONFIDENCE = 0.95  # of the signs reported in 500 numbers drawn with training digits, so many were there
SECOND_LOOK = 0.9  # glyphs that read less well are looked at in other ways too: one in ten of MNIST's
MOST_OF_ONE = 3  # digits that one, torn apart, is taken for


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
        self._signs, self._grammar = choice.signs, choice.grammar
        self._least = self.alphabet.calibration.threshold(max_error)

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
                    lines, steps = self._page(page, rotate, wanted)
                    lines = tuple(map(self._fitted, lines))
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
            label: the label to explain, ``""`` for "not a digit" where the network has a class for it; None for
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
            "Nothing is written in this picture, so there is nothing to explain. Give one that shows a digit."
        )

    def _page(
        self, picture: Picture, rotate: float | None, signs: frozenset[str]
    ) -> tuple[tuple[Line, ...], tuple[Step, ...]]:
        """The lines of one page, and the steps on the way to them."""
        if not rotate and (whole := self._framed_already(picture)):
            return whole
        page = self._cased(read_page(picture.pixels, self._verdicts, rotate))
        if page.verdicts is None and page.large:  # a pattern
            return (), page_steps(picture.pixels, page.ink, (), ())
        if page.verdicts is None or (not rotate and len(page.digits) <= MOST_OF_ONE):
            single, steps = self._single(picture)
            if page.verdicts is None or self._is_single(page, single):
                return single, steps
        lines = []
        for found in page.lines:
            spots = [spot for spot in found if spot.sign is None or spot.sign in signs]
            boxes = [picture.uploaded(page.ink.in_picture(*spot.box)) for spot in spots]
            glyphs = (self._spot(page, spot, box) for spot, box in zip(spots, boxes, strict=True))
            lines.append(Line(tuple(glyphs), _around(boxes)))
        shown = [spot for spot in page.digits if spot.row is not None]
        frames = [page.frames[spot.row] for spot in shown if spot.row is not None]
        return tuple(lines), page_steps(picture.pixels, page.ink, [spot.box for spot in shown], frames)

    def _cased(self, page: Page) -> Page:
        """The page, its glyphs of like shapes told apart by their heights where the alphabet has both cases."""
        if page.verdicts is None or not has_cases(self.alphabet.labels):
            return page
        odds = np.ones_like(page.verdicts.probabilities)
        best = page.verdicts.probabilities.argmax(axis=1)
        for line in page.lines:
            told = [(spot.row, spot.box[3]) for spot in line if spot.row is not None]
            rows = [row for row, _ in told]
            read = [self.alphabet.labels[best[row]] for row in rows]
            found = height_odds(np.array([height for _, height in told], float), read, self.alphabet.labels)
            if found is not None:
                odds[rows] = found
        weighed = self.alphabet.calibration.reweighed(page.verdicts, odds, self._least)
        return replace(page, verdicts=weighed)

    def _fitted(self, line: Line) -> Line:
        """The line as the pattern or lexicon allows it, if there is one."""
        return line if self._grammar is None else fitted(line, self._grammar, self._sure)

    def _sure(self, confidence: float, digit_score: float) -> bool:
        enough = self.alphabet.calibration.enough(np.array(confidence), np.array(digit_score), self._least)
        return bool(enough)

    def _spot(self, page: Page, spot: Spot, box: Box) -> Glyph:
        """A digit or a sign found on a page."""
        if page.verdicts is None or spot.sign is not None or spot.row is None:
            sign = spot.sign or ""
            return Glyph(sign, SIGN_CONFIDENCE, 0.0, box, True, None, {sign: SIGN_CONFIDENCE})
        return self._glyphs(page.verdicts, page.frames, [spot.row], [box])[0]

    def _framed_already(self, picture: Picture) -> tuple[tuple[Line, ...], tuple[Step, ...]] | None:
        """The reading of a picture that is framed as MNIST's are, where it is accepted as one digit."""
        if picture.pixels.shape[:2] != (FRAME_SIDE, FRAME_SIDE):
            return None
        lines, steps = self._single(picture)
        return (lines, steps) if lines and lines[0].glyphs[0].accepted else None

    @staticmethod
    def _is_single(page: Page, single: tuple[Line, ...]) -> bool:
        """Whether a picture of few digits is of one: so it seems, or it reads well as one and not as several."""
        rows = [spot.row for spot in page.digits if spot.row is not None]
        if len(rows) <= 1:
            return page.large <= MOST_OF_ONE
        if not single or page.verdicts is None or page.verdicts.accepted[rows].all():
            return False
        whole = single[0].glyphs[0]
        found = _around([page.ink.in_picture(*spot.box) for spot in page.digits])
        return whole.accepted and _covers(whole.box, found)

    def _single(self, picture: Picture) -> tuple[tuple[Line, ...], tuple[Step, ...]]:
        """A picture of no more than one digit is read as `classify` reads it; what is no digit is left out."""
        found = frame(picture.pixels)
        if found.box is None:
            return (), found.steps
        box = picture.uploaded(found.box)
        (glyph,) = self._framed([found.image], [box])
        return ((Line((glyph,), box),) if glyph.label else ()), found.steps

    def _batch(self, pictures: list["Source | Picture"], errors: str) -> Iterator[Reading]:
        """Frame each picture, run the network once, and tell what it made of each."""
        began = time.perf_counter()
        framed = _frames([_open(picture, errors, self.max_pixels) for picture in pictures])
        inked = [(found.image, found.box) for found in framed if isinstance(found, Frame) and found.box]
        judged = iter(self._framed(*zip(*inked, strict=True)) if inked else ())
        spent = 1e3 * (time.perf_counter() - began) / len(pictures)
        model = self.network.name
        for picture, found in zip(pictures, framed, strict=True):
            file = os.fspath(picture) if isinstance(picture, str | os.PathLike) else None
            if isinstance(found, ImageError):
                yield Reading(file, model, error=found)
            elif found.box is None:
                yield Reading(file, model, ms=spent, steps=found.steps)
            else:
                line = self._fitted(Line((next(judged),), found.box))
                yield Reading(file, model, lines=(line,), ms=spent, steps=found.steps)

    def _framed(self, frames: Sequence[Gray], boxes: Sequence[Box]) -> list[Glyph]:
        return self._glyphs(self._verdicts(frames, again=True), frames, range(len(boxes)), boxes)

    def _verdicts(
        self, frames: Sequence[Gray], odds: NDArray[np.floating] | float = 1.0, again: bool = False
    ) -> Verdicts:
        """What the network makes of framed glyphs, uint8 (28, 28) each, given what speaks for digits beside it.

        With ``again``, those that don't read well are looked at in other ways too, and the mean opinion counts.
        """
        calibration, images = self.alphabet.calibration, np.stack(frames)
        logits = self._logits(images)
        if again:
            doubtful = np.flatnonzero(calibration.judge(logits, self._least).readable < SECOND_LOOK)
            if doubtful.size:
                other = np.stack([views(images[i]) for i in doubtful], axis=1)
                looks = self._logits(other.reshape(-1, FRAME_SIDE, FRAME_SIDE))
                looks = looks.reshape(len(other), doubtful.size, -1)
                logits = logits.copy()
                logits[doubtful] = pooled(np.concatenate([logits[None, doubtful], looks]))
        return calibration.judge(logits, self._least, odds)

    def _logits(self, images: Gray) -> NDArray[np.floating]:
        return self.alphabet.restrict(self.network.logits(images))

    def _glyphs(
        self, verdicts: Verdicts, frames: Sequence[Gray], rows: Sequence[int], boxes: Sequence[Box]
    ) -> list[Glyph]:
        """What may be said of some of the glyphs judged: the label of each, and whether a person should look."""
        glyphs = []
        labels = self.alphabet.labels
        columns = (
            verdicts.probabilities,
            verdicts.best,
            verdicts.digit_scores,
            verdicts.known,
            verdicts.sure,
        )
        for box, at, row, best, score, known, sure in zip(
            boxes, rows, *(column[list(rows)].tolist() for column in columns), strict=True
        ):
            probabilities = dict(zip(labels, row, strict=True))
            reason: Reason | None = "not_a_digit" if not known else None if sure else "unsure"
            said = labels[best] if known else ""
            glyphs.append(
                Glyph(said, row[best], score, box, reason is None, reason, probabilities, frames[at])
            )
        return glyphs


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


def _around(boxes: Sequence[Box]) -> Box:
    """The box around boxes."""
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.w for box in boxes), max(box.y + box.h for box in boxes)
    return Box(left, top, right - left, bottom - top)


def _covers(box: Box, other: Box) -> bool:
    """Whether nine tenths of the other box's width and height lie within a box."""
    wide = min(box.x + box.w, other.x + other.w) - max(box.x, other.x)
    high = min(box.y + box.h, other.y + other.h) - max(box.y, other.y)
    return wide >= 0.9 * other.w and high >= 0.9 * other.h
