"""Rules of tables, fields, frames, and what people draw round figures."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth.sheets.canvas import Cover, Region
from digitlens.data.synth.sheets.chance import among, chance, evenly
from digitlens.data.synth.sheets.scribe import Row, Scribe
from digitlens.data.synth.sheets.writers import Writer
from digitlens.data.synth.sheets.writing import shape

__all__ = ["RulePen", "beside_lines", "field", "round_number", "row_rules", "rule", "table_rules"]

Points = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class RulePen:
    """Draws rules: width in pixels, level 0 to 255; kind: single, double, broken or dotted."""

    width: float
    level: int
    kind: str


def rule(scribe: Scribe, layer: Cover, ends: Points, pen: RulePen) -> None:
    """Draw a rule.

    Args:
        scribe: whose canvas is drawn on.
        layer: of that canvas; is changed.
        ends: (2, 2), x before y, in pixels of the sheet.
        pen: its width, level and kind.
    """
    draw = scribe.canvas.line
    if pen.kind in ("broken", "dotted"):
        _pieces(scribe, layer, ends, pen)
        return
    draw(layer, ends, pen.width, pen.level)
    if pen.kind == "double":
        along = ends[1] - ends[0]
        across = np.array([-along[1], along[0]]) / max(1.0, float(np.hypot(*along)))
        draw(layer, ends + across * (2 * pen.width + 1.5), pen.width, pen.level)


def _pieces(scribe: Scribe, layer: Cover, ends: Points, pen: RulePen) -> None:
    length = float(np.hypot(*(ends[1] - ends[0])))
    dotted = pen.kind == "dotted"
    period = max(3.0, pen.width * scribe.rng.uniform(*((2, 4) if dotted else (5, 14))))
    shares = np.arange(0, 1, period / max(length, period))
    starts = ends[0] + shares[:, None] * (ends[1] - ends[0])
    if dotted:
        scribe.canvas.dots(layer, starts, max(1, round(pen.width)), pen.level)
        return
    reach = (ends[1] - ends[0]) / max(length, 1.0) * period * 0.6
    scribe.canvas.line(layer, np.stack([starts, starts + reach], axis=1), pen.width, pen.level)


def _pen(scribe: Scribe, height: float) -> RulePen:
    """Draw a pen for rules round digits of so many pixels."""
    how, rng = scribe.config.forms, scribe.rng
    width = min(evenly(rng, how.rule_pen), how.most_pen * height)
    return RulePen(width, round(255 * evenly(rng, how.rule_ink)), among(rng, how.rules))


def table_rules(scribe: Scribe, size: tuple[float, float, float, float], count: tuple[int, int]) -> None:
    """Draw rules round the cells of a table, or only between rows.

    Args:
        scribe: whose canvas is drawn on, by whose distribution and chance.
        size: left and top of the table, width and height of a cell, in pixels of the sheet.
        count: columns and rows.
    """
    (left, top, wide, high), rng = size, scribe.rng
    pen = _pen(scribe, high / 1.5)
    right, bottom = left + count[0] * wide, top + count[1] * high
    upright, shaky = not chance(rng, 0.15), 0.01 * chance(rng, 0.3)
    for index in range(count[1] + 1):
        y = top + index * high + rng.normal(0, 1, 2) * shaky * high
        rule(scribe, scribe.canvas.rules, np.array([[left, y[0]], [right, y[1]]]), pen)
    for place in range((count[0] + 1) * upright):
        x = left + place * wide + rng.normal(0, 1, 2) * shaky * high
        rule(scribe, scribe.canvas.rules, np.array([[x[0], top], [x[1], bottom]]), pen)


def row_rules(scribe: Scribe, size: tuple[float, float, float, float], rows: int) -> None:
    """Draw rules across a column, from above its first row to below its last.

    Args:
        scribe: whose canvas is drawn on, by whose distribution and chance.
        size: left, top and right of the column, and the height of a row, in pixels of the sheet.
        rows: how many.
    """
    left, top, right, high = size
    pen = _pen(scribe, high / 1.5)
    shift = scribe.rng.uniform(-0.3, 0.3) * high
    for index in range(-1, rows + 2):
        y = top + index * high + shift
        rule(scribe, scribe.canvas.rules, np.array([[left, y], [right, y]]), pen)
    if chance(scribe.rng, 0.4):
        x = scribe.rng.choice((left, right)) + scribe.rng.uniform(-1, 1) * high
        scribe.canvas.line(
            scribe.canvas.rules, np.array([[x, top - high], [x, top + rows * high]]), pen.width, pen.level
        )


def field(scribe: Scribe, size: tuple[float, float, float, float], count: int) -> None:
    """Draw the boxes or ticks of one field.

    Args:
        scribe: whose canvas is drawn on, by whose distribution and chance.
        size: left and top of the field, width and height of a box, in pixels of the sheet.
        count: boxes.
    """
    (x, y, wide, high), rng, how = size, scribe.rng, scribe.config.forms
    pen = _pen(scribe, high / 1.5)
    right, bottom = x + count * wide, y + high
    edges = [x + place * wide for place in range(count + 1)]
    if chance(rng, how.comb_ticks):
        rule(scribe, scribe.canvas.rules, np.array([[x, bottom], [right, bottom]]), pen)
        tall = rng.uniform(0.15, 0.6) * high
        ends = [np.array([[at, bottom - tall], [at, bottom]]) for at in edges]
    elif chance(rng, how.comb_apart):
        gap = 0.05 * wide
        for at in edges[:-1]:
            corners = [[at + gap, y], [at + wide - gap, y], [at + wide - gap, bottom], [at + gap, bottom]]
            scribe.canvas.line(scribe.canvas.rules, np.array([*corners, corners[0]]), pen.width, pen.level)
        return
    else:
        ends = [np.array([[at, y], [at, bottom]]) for at in edges]
        ends += [np.array([[x, at], [right, at]]) for at in (y, bottom)]
    for pair in ends:
        rule(scribe, scribe.canvas.rules, pair, pen)


def round_number(scribe: Scribe, writer: Writer, row: Row, span: tuple[float, float]) -> None:
    """Draw, perhaps, a frame, a ring, an underline or a leader for one number.

    Args:
        scribe: whose canvas is drawn on, by whose distribution and chance.
        writer: of the number; what is drawn by hand is drawn with its pen.
        row: the line that it stands on.
        span: its left and right end, in pixels of the sheet.
    """
    rng, how, height = scribe.rng, scribe.config.forms, writer.height
    left, right = span
    if right - left < 0.2 * height:
        return
    base = row.at((left + right) / 2, height)
    region = left - 0.25 * height, base - 1.25 * height, right + 0.3 * height, base + 0.25 * height
    own = scribe.pen(writer)
    if chance(rng, how.frame):
        _frame(scribe, region, own)
    if chance(rng, how.circle):
        scribe.ring(region, own)
    if chance(rng, how.underline):
        y = np.array([row.at(left, height), row.at(right, height)]) + height * rng.uniform(-0.02, 0.3)
        ends = np.array([[left - 0.3 * height, y[0]], [right + 0.3 * height, y[1]]])
        for step in range(1 + chance(rng, 0.2)):
            scribe.canvas.line(scribe.canvas.ink, ends + np.array([0, step * 0.15 * height]), own)
    if chance(rng, how.leader):
        pen = replace(_pen(scribe, height), kind="dotted")
        y = np.array([row.at(left, height), row.at(right, height)]) - height * rng.uniform(-0.1, 0.15)
        ends = np.array([[left - height, y[0]], [right + height, y[1]]])
        rule(scribe, scribe.canvas.rules, ends, replace(pen, level=max(pen.level, 120)))


def _frame(scribe: Scribe, region: Region, own: float) -> None:
    left, top, right, bottom = region
    pen = _pen(scribe, (bottom - top) / 1.5)
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom], [left, top]])
    if chance(scribe.rng, 0.3):
        scribe.canvas.line(scribe.canvas.ink, corners, own)
        return
    for place in range(4):
        rule(scribe, scribe.canvas.rules, corners[place : place + 2], pen)


def beside_lines(scribe: Scribe, writer: Writer, region: Region) -> None:
    """Draw, perhaps, a brace at the left of lines, or a stroke that crosses them.

    Args:
        scribe: whose canvas is drawn on, by whose distribution and chance.
        writer: of the lines; what is drawn is drawn with its pen.
        region: from the left end of the lines to the right one, from the first line's top to the last one's baseline.
    """
    rng, how, height = scribe.rng, scribe.config.forms, writer.height
    left, top, right, bottom = region
    if chance(rng, how.brace) and bottom > top:
        one = shape("brace", writer, scribe.bank, scribe.config, rng)
        tall = (bottom - top + 0.6 * height) / (one.tall * height)
        size = type(one)(one.label, one.image, one.tall * tall, one.drop, one.width * min(tall, 2.0))
        scribe.stamp(size, left - 0.6 * height - size.width * height, Row(-1, bottom), writer, -1)
    if chance(rng, how.crossed):
        ends = np.array(
            [[left + rng.uniform(0, 0.5) * (right - left), rng.uniform(top, bottom)], [right, bottom]]
        )
        scribe.canvas.line(scribe.canvas.ink, ends + rng.normal(0, 0.3 * height, (2, 2)), scribe.pen(writer))
