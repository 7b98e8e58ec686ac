"""Sheets as the world has them, drawn from one distribution, with the truth of what stands where.

A sheet is drawn in the order in which the world makes one: paper and its rules, writing, what lies around, light,
lens, sensor and file. What is written is put on layers of the picture's own pixels under the view of the sheet, so
that every box is that of the ink that is seen.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth.sheets import optics, paper, scene
from digitlens.data.synth.sheets.bank import GlyphBank
from digitlens.data.synth.sheets.canvas import Canvas, Region
from digitlens.data.synth.sheets.chance import among, chance, evenly, logarithmic
from digitlens.data.synth.sheets.config import SheetConfig
from digitlens.data.synth.sheets.layouts import LAYOUTS
from digitlens.data.synth.sheets.painting import paint
from digitlens.data.synth.sheets.scribe import Mark, Scribe
from digitlens.data.synth.sheets.writers import OTHER, Writer, new_writer

__all__ = ["Sheet", "draw_sheet", "draw_whole"]


MOSTLY = 0.5
"""The share from which something is mostly hidden."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """A picture and what is written in it.

    Attributes:
        pixels: uint8 (H, W, 3), RGB, or (H, W), grey.
        marks: in reading order.
    """

    pixels: NDArray[np.uint8]
    marks: tuple[Mark, ...]

    @property
    def text(self) -> str:
        """Digits and signs, a line of text a line, one space between numbers."""
        lines: dict[int, list[Mark]] = {}
        for mark in self.marks:
            if mark.label != OTHER:
                lines.setdefault(mark.line, []).append(mark)
        return "\n".join(_told(line) for line in lines.values())


def _told(line: list[Mark]) -> str:
    text, before = "", line[0].number
    for mark in line:
        text += mark.label if mark.number == before else f" {mark.label}"
        before = mark.number
    return text


@dataclass(frozen=True, slots=True)
class _Order:
    """The order for a sheet: the picture's size, the height of its digits, and if it is whole."""

    width: int
    height: int
    digit: float
    layout: str
    inside: bool
    edges: float
    colour: bool


def draw_sheet(  # noqa: PLR0913
    bank: GlyphBank,
    config: SheetConfig,
    rng: np.random.Generator,
    width: int,
    height: int,
    *,
    colour: bool = True,
) -> Sheet:
    """Draw a piece of a sheet, as large as asked for: to train on.

    Args:
        bank: glyphs to write with.
        config: the distribution.
        rng: where chance comes from; the same state gives the same sheet.
        width: pixels.
        height: pixels.
        colour: RGB; else grey, in less time, of the same sheet.
    """
    config = _ordinary(config, rng, config.sheet.everyday)
    how = config.sheet
    digit = logarithmic(rng, how.common if chance(rng, how.common_share) else how.height)
    inside = not chance(rng, how.overhang)
    digit = min(digit, (how.fill if inside else 1.2) * height)
    return _draw(
        bank,
        config,
        rng,
        _Order(width, height, digit, among(rng, how.layouts), inside, config.scene.edges, colour),
    )


def draw_whole(
    bank: GlyphBank, config: SheetConfig, rng: np.random.Generator, *, colour: bool = True
) -> Sheet:
    """Draw a whole picture of any size that the distribution has, from crops of a number to photos of pages.

    Args:
        bank: glyphs to write with.
        config: the distribution.
        rng: where chance comes from; the same state gives the same sheet.
        colour: RGB; else grey, in less time, of the same sheet.
    """
    config = _ordinary(config, rng, config.whole.everyday)
    how = config.whole
    kind = among(rng, how.kinds)
    width = round(logarithmic(rng, how.width[kind]))
    height = max(20, round(width * logarithmic(rng, how.aspect[kind])))
    digit = max(config.sheet.coarsest, min(width, height) * logarithmic(rng, how.digit[kind]))
    layout = among(rng, config.sheet.layouts)
    if kind in ("crop", "column"):
        layout = "single" if kind == "crop" else "column"
    edges = config.scene.whole_edges if kind == "photo" else 0.0
    order = _Order(width, height, digit, layout, chance(rng, how.inside), edges, colour)
    return _draw(bank, config, rng, order)


def _ordinary(config: SheetConfig, rng: np.random.Generator, share: float) -> SheetConfig:
    """The distribution of the next sheet: of ``share`` of them what most people send, where it is told."""
    return config.everyday if config.everyday is not None and chance(rng, share) else config


def _draw(bank: GlyphBank, config: SheetConfig, rng: np.random.Generator, order: _Order) -> Sheet:
    """Draw at the resolution of the sensor, then enlarge."""
    how = config.sheet
    scale = logarithmic(rng, how.enlarged) if chance(rng, how.half_size) else 1.0
    scale = max(1.0, min(scale, order.digit / how.coarsest))
    size = max(8, round(order.width / scale)), max(8, round(order.height / scale))
    scale = order.width / size[0], order.height / size[1]
    small = replace(order, width=size[0], height=size[1], digit=order.digit / scale[1])
    pixels, marks = _compose(bank, config, rng, small)
    if size != (order.width, order.height):
        pixels = optics.enlarged(pixels, (order.width, order.height), config, rng)
        marks = [replace(mark, box=tuple(np.multiply(mark.box, scale * 2).tolist())) for mark in marks]
    return Sheet(pixels, tuple(marks))


def _compose(
    bank: GlyphBank, config: SheetConfig, rng: np.random.Generator, order: _Order
) -> tuple[NDArray[np.uint8], list[Mark]]:
    plain = chance(rng, config.sheet.plain)
    size = order.width, order.height
    canvas = Canvas(*size, _view(size, config, rng, plain))
    around = scene.Surroundings(_whole(size)) if plain else scene.plan_scene(config, rng, size, order.edges)
    scribe = Scribe(canvas, bank, config, rng)
    writer = new_writer(config, rng, order.digit)
    if not chance(rng, config.sheet.blank):
        LAYOUTS[order.layout](scribe, writer, _region(around.inside, order, rng), plain)
    if not plain:
        paper.pattern(canvas, writer.height, config, rng, _baseline(scribe, writer))
    picture, exposure = paint(scribe, writer, around, order.colour, plain)
    pixels = optics.taken(picture, exposure, _gentle(config) if plain else config, rng)
    if around.beyond:
        _forget_hidden(scribe, around.hides((order.height, order.width)))
    return pixels, _in_order(scribe.marks)


def _forget_hidden(scribe: Scribe, hidden: NDArray[np.uint8]) -> None:
    """Drop the marks of what lies beyond the sheet for the most part."""
    seen = []
    for mark in scribe.marks:
        x, y, w, h = map(int, mark.box)
        if hidden[y : y + h, x : x + w].mean() < 255 * MOSTLY:
            seen.append(mark)
    scribe.marks[:] = seen


def _whole(size: tuple[int, int]) -> Region:
    return 0.0, 0.0, float(size[0]), float(size[1])


def _view(
    size: tuple[int, int], config: SheetConfig, rng: np.random.Generator, plain: bool
) -> NDArray[np.float64]:
    """From the sheet's pixels to the picture's: a turn about the middle, and seen from aside."""
    how, (wide, high) = config.sheet, size
    turn = evenly(rng, how.turn) if not plain and chance(rng, how.turned) else 0.0
    turn = float(np.clip(turn, -25 * high / wide, 25 * high / wide))
    view = np.vstack([cv2.getRotationMatrix2D((wide / 2, high / 2), turn, 1.0), (0, 0, 1)])
    if plain or not chance(rng, how.oblique):
        return view
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    moved = corners + how.perspective * rng.uniform(-1, 1, (4, 2)) * min(size)
    return np.asarray(cv2.getPerspectiveTransform(corners, moved.astype(np.float32)), np.float64) @ view


def _region(inside: Region, order: _Order, rng: np.random.Generator) -> Region:
    """Where to write: within the sheet's edges, or on beyond the picture's."""
    room = order.digit * (rng.uniform(0.05, 0.3) if order.inside else -rng.uniform(0.2, 1.2))
    room = min(room, 0.06 * order.height) if order.inside else room
    left, top, right, bottom = inside
    return (
        left + (room if order.inside or left == 0 else 0),
        top + (room if order.inside or top == 0 else 0),
        right - (room if order.inside or right == order.width else 0),
        bottom - (room if order.inside or bottom == order.height else 0),
    )


def _baseline(scribe: Scribe, writer: Writer) -> float | None:
    """Where the first digit stands, near enough for rules of paper."""
    del writer
    for mark in scribe.marks:
        if mark.label.isdigit():
            return mark.box[1] + mark.box[3]
    return None


def _gentle(config: SheetConfig) -> SheetConfig:
    """Optics of a plain sheet: a little of each, at most."""
    how = config.optics
    gentle = replace(
        how,
        blur=(how.blur[0], 2 * how.blur[0]),
        motion=0.0,
        noise=(how.noise[0], 4 * how.noise[0]),
        sharpened=0.0,
    )
    return replace(config, optics=replace(gentle, jpeg=(60.0, how.jpeg[1]), gammas=0.0))


def _in_order(marks: list[Mark]) -> list[Mark]:
    """By lines, as they were written; what is in no line comes last. Lines and numbers are counted anew."""
    ordered = sorted(marks, key=lambda mark: (mark.line < 0, mark.line))
    lines = {line: i for i, line in enumerate(dict.fromkeys(mark.line for mark in ordered if mark.line >= 0))}
    numbers = {
        at: i for i, at in enumerate(dict.fromkeys(mark.number for mark in ordered if mark.number >= 0))
    }
    return [
        replace(mark, line=lines.get(mark.line, -1), number=numbers.get(mark.number, -1)) for mark in ordered
    ]
