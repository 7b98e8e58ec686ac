"""Pictures of one glyph each, read by columns: what a reading tells, without an object for each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitlens.errors import ImageError
from digitlens.imaging import FRAME_SIDE, Frame, frame_stack
from digitlens.model import Predictions
from digitlens.reader.classifier import Classifier
from digitlens.reader.single import Alone, opened_single
from digitlens.types import Box, Doubt, Gray, Reason, Source

__all__ = ["Batch", "Opened", "Singles", "batches", "judged", "opened_singles"]

Batch: TypeAlias = "Sequence[Source | ImageError] | Gray"
"""Pictures, or the errors told in their places; or framed ones, uint8 (N, 28, 28)."""


@dataclass(frozen=True, eq=False)
class Opened:
    """Pictures of one glyph each, framed.

    Attributes:
        count: how many pictures there were.
        rows: which of them have ink, (M,).
        frames: of those, uint8 (M, 28, 28).
        boxes: of those, x, y, w, h in pixels as uploaded, (M, 4).
        errors: why others could not be opened, by their number. What is in neither is blank.
        doubts: what speaks against a picture's being one glyph, by its number, where anything does.
    """

    count: int
    rows: NDArray[np.intp]
    frames: Gray
    boxes: NDArray[np.intp]
    errors: Mapping[int, ImageError]
    doubts: Mapping[int, tuple[Doubt, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Singles:
    """The readings of pictures of one glyph each.

    Attributes:
        model: ``NAME@VERSION`` of the network.
        names: the labels of its alphabet.
        opened: the pictures; all that follows is of those that have ink, M of them.
        predictions: what may be said of each.
    """

    model: str
    names: tuple[str, ...]
    opened: Opened
    predictions: Predictions

    @property
    def confidences(self) -> NDArray[np.floating]:
        """The calibrated probability of the best label of each, (M,)."""
        return self.predictions.probabilities.max(axis=1)

    @property
    def labels(self) -> list[str]:
        """The label of each, ``""`` for what is no glyph of the alphabet."""
        pairs = zip(self.predictions.best.tolist(), self.predictions.known.tolist(), strict=True)
        return [self.names[best] if known else "" for best, known in pairs]

    @property
    def reasons(self) -> list[Reason | None]:
        """Why a person should look at each picture, None where none need: its first doubt, or else its glyph."""
        doubts = self.opened.doubts
        told = zip(self.opened.rows.tolist(), self._of_glyphs, strict=True)
        return [doubts[row][0].reason if row in doubts else reason for row, reason in told]

    @property
    def glyph_reasons(self) -> list[Reason | None]:
        """Why a person should look at each glyph; ``several`` where it is not the only one."""
        crowded = {
            row for row, told in self.opened.doubts.items() if any(d.reason == "several" for d in told)
        }
        told = zip(self.opened.rows.tolist(), self._of_glyphs, strict=True)
        return ["several" if row in crowded else reason for row, reason in told]

    @property
    def _of_glyphs(self) -> list[Reason | None]:
        """Why the glyph network itself would have a person look at each."""
        pairs = zip(self.predictions.known.tolist(), self.predictions.confident.tolist(), strict=True)
        return ["not_a_digit" if not known else None if sure else "unsure" for known, sure in pairs]

    def ranked(self, count: int = 3) -> tuple[NDArray[np.intp], NDArray[np.floating]]:
        """The best labels of each, by their places in ``names``, and their probabilities, (M, count) both."""
        order = np.argsort(-self.predictions.probabilities, axis=1, kind="stable")[:, :count]
        return order, np.take_along_axis(self.predictions.probabilities, order, axis=1)


def batches(pictures: "Iterable[Source | ImageError]", size: int) -> Iterator[Batch]:
    """Give ``size`` pictures at a time; of an array of framed ones, uint8 (N, 28, 28), so many of its rows."""
    side = (FRAME_SIDE, FRAME_SIDE)
    if isinstance(pictures, np.ndarray) and pictures.dtype == np.uint8 and pictures.shape[1:] == side:
        yield from (pictures[i : i + size] for i in range(0, len(pictures), size))
        return
    waiting = iter(pictures)
    while batch := list(islice(waiting, size)):
        yield batch


def opened_singles(pictures: "Batch", alone: Alone, max_pixels: int | None, *, forgiving: bool) -> Opened:
    """Open and frame pictures.

    Args:
        pictures: what `open_picture` takes, or why one could not be had. An array (N, 28, 28) is framed at once.
        alone: asked of each that is larger than 28x28, and not blank.
        max_pixels: of each.
        forgiving: whether to keep the error of one that cannot be opened; else it is raised.

    Raises:
        ImageError: a picture cannot be opened.
        InvalidModel: the page network cannot be used.
    """
    if isinstance(pictures, np.ndarray):
        images, boxes = frame_stack(pictures)
        at = np.flatnonzero(boxes[:, 2])
        return Opened(len(pictures), at, images[at], boxes[at], {})
    parted = _parted(pictures, alone, max_pixels, forgiving)
    images, boxes = frame_stack(np.stack(parted.small) if parted.small else _NO_FRAMES)
    inked = np.flatnonzero(boxes[:, 2])
    rows = np.array([*(parted.at[i] for i in inked), *parted.rows], np.intp)
    order = np.argsort(rows)
    frames = np.concatenate([images[inked], *(image[None] for image in parted.frames)])
    places = np.concatenate([boxes[inked], *(np.array([box.to_list()]) for box in parted.boxes)])
    return Opened(len(pictures), rows[order], frames[order], places[order], parted.errors, parted.doubts)


_NO_FRAMES = np.empty((0, FRAME_SIDE, FRAME_SIDE), np.uint8)


@dataclass(eq=False)
class _Parted:
    """Pictures by what is to be done with them, with their numbers.

    Attributes:
        small, at: those that are 28x28 grey already.
        rows, frames, boxes: the others that have ink, framed.
        errors, doubts: as of `Opened`.
    """

    small: list[Gray] = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    frames: list[Gray] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    errors: dict[int, ImageError] = field(default_factory=dict)
    doubts: dict[int, tuple[Doubt, ...]] = field(default_factory=dict)


def _parted(
    pictures: "Iterable[Source | ImageError]", alone: Alone, max_pixels: int | None, forgiving: bool
) -> _Parted:
    parted = _Parted()
    for row, picture in enumerate(pictures):
        one = opened_single(picture, alone, max_pixels, forgiving=forgiving, shown=False)
        if isinstance(one.found, ImageError):
            parted.errors[row] = one.found
        elif not isinstance(one.found, Frame):
            parted.small.append(one.found)
            parted.at.append(row)
        elif one.found.box is not None:
            parted.rows.append(row)
            parted.frames.append(one.found.image)
            parted.boxes.append(one.found.box)
            if one.doubts:
                parted.doubts[row] = one.doubts
    return parted


def judged(pictures: Opened, classifier: Classifier) -> Singles:
    """Classify pictures of one glyph each."""
    frames = pictures.frames
    if not len(frames):
        none = np.empty((0, len(classifier.alphabet.labels)))
        predictions = Predictions(none, none[:, 0], none[:, 0] > 0, none[:, 0] > 0)
    else:
        predictions = classifier.predict(list(frames), tta=True)
    return Singles(classifier.network.name, classifier.alphabet.labels, pictures, predictions)
