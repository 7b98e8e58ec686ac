"""Where things are written: lines, tables, columns, fields, single figures.

Each public function is a `Layout`. It takes a scribe, on whose canvas it writes, by whose distribution and chance,
and who keeps the marks; the writer, whose hand it is and whose height the distances go by; the region to write in; and
if the sheet is plain: then nothing is drawn round what is written, and lines are straight and level.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from digitlens.data.synth.sheets import forms
from digitlens.data.synth.sheets.canvas import Region
from digitlens.data.synth.sheets.chance import among, chance, evenly, logarithmic, whole_number
from digitlens.data.synth.sheets.content import Token, cell, digits, entry, letter
from digitlens.data.synth.sheets.scribe import Row, Scribe
from digitlens.data.synth.sheets.writers import Writer

__all__ = ["LAYOUTS", "Layout", "column", "comb", "grid", "lines", "scattered", "single", "table"]

Layout = Callable[[Scribe, Writer, Region, bool], None]
"""Fills a region of the sheet; plain: without rules and decorations."""


def lines(scribe: Scribe, writer: Writer, region: Region, plain: bool) -> None:
    """Write numbers, sums and words line by line, ragged or aligned."""
    rng, how = scribe.rng, scribe.config.writing
    left, top, right, bottom = region
    height = writer.height
    pitch = height * evenly(rng, (1.25, 2.6))
    room = max(1, int((bottom - top - 0.1 * height) / pitch + 0.35))
    count = room if chance(rng, 0.5) else int(rng.integers(1, room + 1))
    y = top + height * 1.05 + rng.uniform(0, 1) * max(0.0, bottom - top - (count - 1) * pitch - 1.2 * height)
    slope = 0.0 if plain or not chance(rng, how.sloping) else np.tan(np.deg2rad(evenly(rng, how.slope)))
    slope = float(np.clip(slope, *(np.array([-0.6, 0.6]) * (bottom - top) / max(1.0, right - left))))
    start = left + rng.uniform(0, 0.6) * max(0.0, right - left - 2 * height) * chance(rng, 0.6)
    rows = []
    for index in range(count):
        pen = writer
        if chance(rng, how.second_pen):
            pen = writer.with_pen(max(logarithmic(rng, how.pen), how.thinnest / height))
        wave = 0.0 if plain else evenly(rng, how.wave)
        x = max(left, start + rng.normal(0, 0.3) * height)
        row = Row(index, y - slope * (left + right) / 2, slope, wave, rng.uniform(0, 6))
        _line(scribe, pen, row, (x, right), plain)
        rows.append(y)
        y += pitch * rng.uniform(0.92, 1.08)
    if not plain:
        forms.beside_lines(scribe, writer, (start, rows[0] - height, right, rows[-1]))


def _line(scribe: Scribe, writer: Writer, row: Row, span: tuple[float, float], plain: bool) -> None:
    """Entries with gaps between them, as many as there is room for."""
    rng, config = scribe.rng, scribe.config
    x, right = span
    wanted = whole_number(rng, config.content.numbers)
    wide = evenly(rng, config.writing.number_gap)
    for _ in range(wanted):
        for token in entry(config, rng):
            shapes = scribe.shapes(token, writer)
            gaps = scribe.gaps(shapes, writer)
            total = writer.height * (sum(one.width for one in shapes) + sum(gaps))
            if x + total > right:
                ends = np.cumsum([s.width for s in shapes])
                keep = 1 + int(np.searchsorted(ends, (right - x) / writer.height))
                if keep < 2 or rng.random() < 0.5:
                    return
                shapes, gaps = shapes[: keep - 1], gaps[: keep - 1]
            end = scribe.put(shapes, gaps, x, row, writer)
            if not plain:
                forms.round_number(scribe, writer, row, (x, end))
            x = end + writer.height * max(config.writing.number_gap[0], wide * rng.uniform(0.7, 1.3))


def table(scribe: Scribe, writer: Writer, region: Region, plain: bool) -> None:
    """Write into rows and columns of cells, 24 by 12 at most, ruled or not."""
    rng, config = scribe.rng, scribe.config
    height = writer.height
    wide, high = (
        height * evenly(rng, limits) for limits in (config.forms.cell_width, config.forms.cell_height)
    )
    rows = max(1, min(24, int((region[3] - region[1]) / high)))
    columns = max(1, min(12, int((region[2] - region[0]) / wide)))
    left = region[0] + rng.uniform(0, 1) * max(0.0, region[2] - region[0] - columns * wide)
    top = region[1] + rng.uniform(0, 1) * max(0.0, region[3] - region[1] - rows * high)
    _cells(scribe, writer, (left, top, wide, high), (columns, rows), config.content.cells)
    if chance(rng, config.forms.ruled) and not plain:
        forms.table_rules(scribe, (left, top, wide, high), (columns, rows))


def column(scribe: Scribe, writer: Writer, region: Region, plain: bool) -> None:
    """Write figures below each other, with little or no room between them, and rules across; up to 3 columns."""
    rng, config = scribe.rng, scribe.config
    height = writer.height
    high = height * evenly(rng, config.forms.cell_height)
    if chance(rng, config.forms.row_overrun):
        high = height * evenly(rng, config.forms.overrun_pitch)
    wide = height * rng.uniform(1.6, 4)
    columns = max(1, min(3, int((region[2] - region[0]) / wide)))
    left = region[0] + rng.uniform(0, 1) * max(0.0, region[2] - region[0] - columns * wide)
    rows = max(1, int((region[3] - region[1]) / high))
    size = left, region[1], wide, high
    _cells(scribe, writer, size, (columns, rows), config.content.cells)
    if not plain and chance(rng, 0.8):
        forms.row_rules(scribe, (region[0] - height, region[1], region[2] + height, high), rows)


def _cells(
    scribe: Scribe,
    writer: Writer,
    size: tuple[float, float, float, float],
    count: tuple[int, int],
    kinds: Mapping[str, float],
) -> None:
    """Fill cells, each of its own number; few kinds of content a table."""
    rng, (left, top, wide, high) = scribe.rng, size
    height, single = writer.height, chance(rng, 0.45)
    side = rng.uniform(0.1, 0.9) if chance(rng, 0.5) else 0.5
    for index in range(count[1]):
        for place in range(count[0]):
            kind = among(rng, kinds)
            kind = "digit" if single and kind in ("number", "decimal", "word") else kind
            shapes = scribe.shapes(cell(kind, scribe.config, rng), writer)
            while (
                len(shapes) > 1 and height * sum(s.width + max(0, writer.gap) for s in shapes) > 0.95 * wide
            ):
                shapes = shapes[:-1]
            if not shapes or (kind == "word" and height * shapes[0].width > wide):
                continue
            gaps = scribe.gaps(shapes, writer)
            total = height * (sum(one.width for one in shapes) + sum(gaps))
            away = scribe.config.forms.align * height * rng.standard_normal(2)
            x = left + place * wide + np.clip(side * (wide - total) + away[0], 0.02 * wide, None)
            y = top + index * high + (high + height) / 2 + np.clip(away[1], -high / 4, high / 4)
            scribe.put(shapes, gaps, float(x), Row(index, float(y)), writer)


def comb(scribe: Scribe, writer: Writer, region: Region, plain: bool) -> None:
    """Write into fields of up to 10 boxes, one digit a box: a field is one number, and may be left partly empty."""
    rng, config = scribe.rng, scribe.config
    left, top, right, bottom = region
    height = writer.height
    wide, high = height * evenly(rng, config.forms.comb_width), height * rng.uniform(1.1, 1.7)
    pitch = high * rng.uniform(1.1, 2.2)
    y, index = top + rng.uniform(0, 0.5) * max(0.0, bottom - top - high), 0
    while y + high <= bottom + 0.1 * high and index < 12:
        x = left + rng.uniform(0, 0.4) * max(0.0, right - left - 4 * wide) * (index == 0)
        while x + wide <= right:
            count = min(int(rng.integers(1, 11)), int((right - x) / wide))
            filled = count if chance(rng, 0.7) else int(rng.integers(0, count + 1))
            _field(scribe, writer, (x, y, wide, high), digits(rng, filled), index)
            if not plain:
                forms.field(scribe, (x, y, wide, high), count)
            x += count * wide + height * evenly(rng, config.writing.number_gap)
        y, index = y + pitch, index + 1


def _field(
    scribe: Scribe, writer: Writer, size: tuple[float, float, float, float], figures: list[str], index: int
) -> None:
    """One number, a digit in each box."""
    rng, (x, y, wide, high) = scribe.rng, size
    row, number = Row(index, 0.0), scribe.numbers
    for place, figure in enumerate(figures):
        (one,) = scribe.shapes((figure,), writer)
        away = scribe.config.forms.align * writer.height * rng.standard_normal(2) * 0.6
        at = x + (place + 0.5) * wide - one.width * writer.height / 2 + float(away[0])
        base = y + (high + writer.height) / 2 + float(np.clip(away[1], -0.2 * high, 0.2 * high))
        scribe.stamp(one, at, Row(row.index, base), writer, number)
    scribe.numbers += bool(figures)


def scattered(scribe: Scribe, writer: Writer, region: Region, plain: bool) -> None:
    """Write single digits up and down along lines."""
    _singles(
        scribe, writer, region, _Spread((1.5, 3.2), scribe.rng.uniform(0.1, 0.3 if plain else 0.5), 0.35)
    )


def grid(scribe: Scribe, writer: Writer, region: Region, plain: bool) -> None:
    """Write single digits, well apart, in rows and often in columns, often counting up."""
    _singles(
        scribe, writer, region, _Spread((1.35, 2.6), scribe.rng.uniform(0, 0.04 if plain else 0.08), 0.08)
    )


@dataclass(frozen=True, slots=True)
class _Spread:
    """The distances between single digits, and their offsets up and down and aside, in heights."""

    apart: tuple[float, float]
    rise: float
    away: float


def _singles(scribe: Scribe, writer: Writer, region: Region, spread: _Spread) -> None:
    """Single digits, each its own number."""
    rng, height = scribe.rng, writer.height
    left, top, right, bottom = region
    rise = spread.rise
    across, down = height * evenly(rng, spread.apart), height * rng.uniform(1.3 + rise, 2.4 + 2 * rise)
    columns, rows = max(1, int((right - left) / across)), max(1, int((bottom - top) / down))
    counting, thinned = chance(rng, 0.4), rng.uniform(0, 0.3) * chance(rng, 0.5)
    figure, content = int(rng.integers(10)), scribe.config.content
    mixed = content.mixed_letters * chance(rng, content.mixed)
    for index in range(rows):
        for place in range(columns):
            if chance(rng, thinned):
                continue
            figure = (figure + 1) % 10 if counting else int(rng.integers(10))
            symbol = letter(scribe.config, rng) if chance(rng, mixed) else str(figure)
            (one,) = scribe.shapes((symbol,), writer)
            x = left + (place + 0.5) * across + height * spread.away * rng.uniform(-1, 1)
            y = top + (index + 0.5) * down + height / 2 + height * rise * rng.uniform(-1, 1)
            scribe.put([one], [0.0], float(x - one.width * height / 2), Row(index, float(y)), writer)


def single(scribe: Scribe, writer: Writer, region: Region, plain: bool) -> None:
    """Write one number in the middle, as crops have it."""
    rng, height = scribe.rng, writer.height
    left, top, right, bottom = region
    for _ in range(4):
        tokens: list[Token] = entry(scribe.config, rng)
        shapes = scribe.shapes(tokens[0], writer)
        gaps = scribe.gaps(shapes, writer)
        total = height * (sum(one.width for one in shapes) + sum(gaps))
        if total <= right - left:
            break
    else:
        shapes, gaps = scribe.shapes(tuple(digits(rng, 1)), writer), [0.0]
        total = shapes[0].width * height
    x = left + rng.uniform(0.2, 0.8) * max(0.0, right - left - total)
    row = Row(0, (top + bottom + height) / 2 + rng.uniform(-0.3, 0.3) * max(0.0, bottom - top - height))
    end = scribe.put(shapes, gaps, x, row, writer)
    if not plain:
        forms.round_number(scribe, writer, row, (x, end))


LAYOUTS: Mapping[str, Layout] = {
    one.__name__: one for one in (lines, table, column, comb, scattered, grid, single)
}
"""Every kind of sheet by its name in the configuration."""
