"""Crops of a sheet, each one text, read together: one look of the page network at all of them side by side."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import Picture
from digitlens.reader.candidates import Candidates
from digitlens.reader.detect import Found
from digitlens.reader.lines import LineReader, PageReading
from digitlens.types import Box, Gray

__all__ = ["Crop", "read_crops"]

FINER = (
    2.0  # times finer than the page network sees them are glyphs on the canvas: the glyph network sees these
)
CROP_GAP = 16  # pixels, as the page network sees them, between two crops
MOST_CROP_SIDE = 1024  # pixels, likewise, of a canvas across, and down at most


@dataclass(frozen=True, eq=False)
class Crop:
    """One text, cut out of a sheet.

    Attributes:
        picture: dark on white, uint8 (h, w).
        height: about that of its glyphs, pixels.
        reader: reads it, in an alphabet, against a grammar.
    """

    picture: Gray
    height: float
    reader: LineReader

    @property
    def opinion(self) -> Hashable:
        """The key of all that the networks' opinion of it depends on."""
        return self.reader.classifier.alphabet.labels, "".join(sorted(self.reader.signs))


@dataclass(frozen=True, eq=False)
class _Tile:
    """A crop on a canvas.

    Attributes:
        number: of the crop.
        crop: itself.
        box: where it lies on the canvas, in its pixels.
        scale: pixels of the canvas for one of the crop.
    """

    number: int
    crop: Crop
    box: Box
    scale: float


def read_crops(crops: Sequence[Crop]) -> list[PageReading]:
    """Read crops, each as a page that lies level; boxes are in a crop's own pixels, and there are no steps.

    Crops of different alphabets and grammars are read together, those of one alphabet in one batch of the glyph
    network. All must have the same page network.

    Raises:
        InvalidModel: a network's file cannot be used.
    """
    found: dict[int, PageReading] = {}
    for tiles in _canvases(crops):
        found |= _read(tiles)
    return [found[number] for number in range(len(crops))]


def _canvases(crops: Sequence[Crop]) -> Iterator[list[_Tile]]:
    """Crops, scaled to the same height of glyphs, row by row on canvases, the highest first."""
    if not crops:
        return
    tall = FINER * crops[0].reader.detector.config.glyph_height
    scales = [tall / max(crop.height, 1.0) for crop in crops]
    order = sorted(range(len(crops)), key=lambda i: -scales[i] * crops[i].picture.shape[0])
    apart, side = round(FINER * CROP_GAP), round(FINER * MOST_CROP_SIDE)
    tiles, x, y, row = list[_Tile](), apart, apart, 0
    for i in order:
        height, width = (max(1, round(scales[i] * length)) for length in crops[i].picture.shape)
        if x + width > side and x > apart:
            x, y, row = apart, y + row + apart, 0
        if y + height > side and tiles:
            yield tiles
            tiles, x, y, row = [], apart, apart, 0
        tiles.append(_Tile(i, crops[i], Box(x, y, width, height), scales[i]))
        x, row = x + width + apart, max(row, height)
    yield tiles


def _read(tiles: Sequence[_Tile]) -> dict[int, PageReading]:
    """Read one canvas: the readings by the numbers of the crops."""
    canvas = _drawn(tiles)
    seen = tiles[0].crop.reader.detector.look(canvas, 1 / FINER)
    middles = seen.detections.boxes[:, :2] + seen.detections.boxes[:, 2:] / 2
    readings = {}
    for _, group in groupby(sorted(tiles, key=_opinion), _opinion):
        alike = list(group)
        inside = [np.flatnonzero(_within(middles, tile.box)) for tile in alike]
        ends = np.cumsum([0, *map(len, inside)])
        found = replace(seen, detections=seen.detections.rows(np.concatenate(inside)))
        candidates = alike[0].crop.reader.recognizer.candidates(canvas, found)
        for tile, start, end in zip(alike, ends[:-1], ends[1:], strict=True):
            readings[tile.number] = _read_tile(tile, found, candidates, slice(int(start), int(end)))
    return readings


def _opinion(tile: _Tile) -> str:
    return repr(tile.crop.opinion)


def _drawn(tiles: Sequence[_Tile]) -> Gray:
    """The canvas: white, but for the crops."""
    apart = round(FINER * CROP_GAP)
    right, bottom = (
        max(tile.box.x + tile.box.w for tile in tiles),
        max(tile.box.y + tile.box.h for tile in tiles),
    )
    canvas = np.full((bottom + apart, right + apart), 255, np.uint8)
    for tile in tiles:
        x, y, w, h = tile.box.to_list()
        how = cv2.INTER_AREA if tile.scale < 1 else cv2.INTER_CUBIC
        canvas[y : y + h, x : x + w] = cv2.resize(tile.crop.picture, (w, h), interpolation=how)
    return canvas


def _within(middles: NDArray[np.floating], box: Box) -> NDArray[np.bool_]:
    x, y = middles.T
    return (x >= box.x) & (x < box.x + box.w) & (y >= box.y) & (y < box.y + box.h)


def _read_tile(tile: _Tile, found: Found, candidates: Candidates, rows: slice) -> PageReading:
    """Read one crop, of which the networks have said what they see."""
    mine = candidates.part(rows, (tile.box.x, tile.box.y), tile.scale)
    x, y, w, h = (round(found.scale * side) for side in tile.box.to_list())
    own = Found(
        replace(found.detections.rows(np.arange(rows.start, rows.stop)), boxes=mine.boxes),
        found.contrast[y : y + h, x : x + w],
        found.scale * tile.scale,
    )
    return tile.crop.reader.read_candidates(Picture(tile.crop.picture), own, mine)
