"""Pictures of one glyph each: opened, framed, classified, and what speaks against their being one."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from digitlens.errors import ImageError
from digitlens.imaging import FRAME_SIDE, Frame, Picture, frame, frame_each, open_picture
from digitlens.reader.lines import LineReader
from digitlens.types import Box, Doubt, Gray, Line, Reading, Source, View

__all__ = ["Alone", "Single", "opened_single", "path_of", "read_singles"]

Alone: TypeAlias = "Callable[[Picture, Box], tuple[Doubt, ...]]"
"""Tells what speaks against a picture's being one glyph, whose box is given: `LineReader.alone`."""


@dataclass(frozen=True, eq=False)
class Single:
    """A picture of one glyph.

    Attributes:
        found: its glyph, framed, the box in pixels of the upload; the picture itself, uint8 (28, 28), if it may be
            framed already; or why it could not be opened.
        doubts: what speaks against its being one glyph.
        view: how it shows itself; None where it could not be opened, or is not to be shown.
    """

    found: Frame | Gray | ImageError
    doubts: tuple[Doubt, ...] = ()
    view: View | None = None


def opened_single(
    picture: "Source | Picture | ImageError",
    alone: Alone,
    max_pixels: int | None,
    *,
    forgiving: bool,
    shown: bool,
) -> Single:
    """Open and frame one picture, but leave one that may be framed already.

    Args:
        picture: what `open_picture` takes, or why it could not be had.
        alone: asked of each that is larger than 28x28, and not blank.
        max_pixels: of the picture.
        forgiving: whether to give back the error of one that cannot be opened; else it is raised.
        shown: whether it is shown afterwards; to shrink it for that takes time.

    Raises:
        ImageError: the picture cannot be opened.
        InvalidModel: the page network cannot be used.
    """
    try:
        if isinstance(picture, ImageError):
            raise picture
        opened = open_picture(picture, max_pixels)
    except ImageError as error:
        if not forgiving:
            raise
        return Single(error)
    view = opened.view if shown else None
    if opened.pixels.shape == (FRAME_SIDE, FRAME_SIDE) and opened.scale == (1, 1):
        return Single(opened.pixels, view=view)
    found = frame(opened.pixels)
    if found.box is None:
        return Single(found, view=view)
    box = opened.uploaded(found.box)
    return Single(replace(found, box=box), alone(opened, box), view)


def _all_framed(pictures: Iterable[Single]) -> list[Frame | ImageError]:
    """The glyphs or errors of pictures, those framed too that may be framed already, together."""
    found = [picture.found for picture in pictures]
    left = [one for one in found if isinstance(one, np.ndarray)]
    framed = iter(frame_each(np.stack(left)) if left else ())
    return [one if isinstance(one, Frame | ImageError) else next(framed) for one in found]


def read_singles(
    pictures: "Sequence[Source | Picture]", lines: LineReader, max_pixels: int | None, *, forgiving: bool
) -> Iterator[Reading]:
    """Frame each picture, run the network once, and tell what it made of each.

    Args:
        pictures: what `open_picture` takes, one at least.
        lines: has the network, and what a line may say.
        max_pixels: of each picture.
        forgiving: whether a picture that cannot be opened gives a reading with its error; else it is raised.

    Raises:
        ImageError: a picture cannot be opened.
        InvalidModel: a network's file cannot be used.
    """
    began, classifier = time.perf_counter(), lines.classifier
    singles = [
        opened_single(picture, lines.alone, max_pixels, forgiving=forgiving, shown=True)
        for picture in pictures
    ]
    framed = _all_framed(singles)
    inked = [(found.image, found.box) for found in framed if isinstance(found, Frame) and found.box]
    judged = iter(classifier.classified(*zip(*inked, strict=True)) if inked else ())
    spent = 1e3 * (time.perf_counter() - began) / len(pictures)
    for picture, single, found in zip(pictures, singles, framed, strict=True):
        reading = Reading(path_of(picture), classifier.network.name, view=single.view)
        if isinstance(found, ImageError):
            yield replace(reading, error=found)
        elif found.box is None:
            yield replace(reading, ms=spent, steps=found.steps)
        else:
            line = lines.decode_line(Line((next(judged),), found.box))
            yield replace(reading, lines=(line,), ms=spent, steps=found.steps, doubts=single.doubts)


def path_of(picture: "Source | Picture") -> str | None:
    """The path of a picture that was given by it."""
    return os.fspath(picture) if isinstance(picture, str | os.PathLike) else None
