"""The columns of a table without rules: straight lines between them, each through the wide spaces of many rows.

How wide a space is tells how likely it lies between two numbers, and not within one. A line that passes glyphs by, and
goes through the spaces of several rows, gathers what speaks for it; the lines are taken one by one, the one that
gathers most first, as long as one gathers enough. They may lean, and the more so the farther they lie to one side, as
columns do that were photographed askew: of all leans that with the most is taken.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import inf

import numpy as np
from numpy.typing import NDArray

from digitlens.types import Box, Glyph, Line

__all__ = ["NUMBER_GAP", "columns_of", "number_gap", "space_between"]

Numbers = NDArray[np.float64]

NUMBER_GAP = 0.3, 1.2
"""Of a digit's height: two numbers that stand apart on a line are at least, at most, so far apart."""

TIGHT = 0.1  # of a digit's height: spaces within numbers are counted as no less

STEEP, LIKELIER = 9.07, 1.53
"""Nats that a space speaks for two numbers, the first times the logarithm of its share of the gap, and the second:
logistic regression over the 3,911 spaces of 89 drawn tables."""

PRICE = 9.0  # nats that must speak for a line at least: of 6 and 9 the better on those tables

STEEPEST_LEAN, LEANS = 0.2, 21
"""Across for one down, that columns lean off the right angle at most, and how many leans are tried."""

WIDEST_FAN, FANS = 0.25, 5  # that the outermost lean more than the middle at most, likewise
CORE = 0.6  # of a glyph's width, its middle: no line between columns goes through it


def columns_of(lines: Sequence[Line]) -> list[list[int]]:
    """The columns of the glyphs of each line, counted from 0, from left to right.

    Numbers that stand side by side in no line are of one column.
    """
    glyphs = [glyph for line in lines for glyph in line.glyphs]
    if not glyphs:
        return [[] for _ in lines]
    row = np.repeat(np.arange(len(lines)), [len(line.glyphs) for line in lines])
    before = np.flatnonzero(row[1:] == row[:-1])
    gap = number_gap(lines)
    spaces = np.array([space_between(glyphs[i], glyphs[i + 1]) for i in before], float)
    evidence = STEEP * np.log(np.maximum(spaces / gap, TIGHT)) + LIKELIER
    boxes = np.array([glyph.box.to_list() for glyph in glyphs], float)
    price = PRICE if len(lines) > 2 else 0.0
    best, most, least = np.zeros(len(glyphs), int), 0.0, inf
    for across in _leant(boxes, _slope(lines)):
        gathered, places = _separators(across, boxes[:, 2], before, evidence, price)
        if gathered > most - 1e-6 and gathered > 0:
            columns = np.searchsorted(places, across)
            width = _width(across, boxes[:, 2], columns)
            if gathered > most + 1e-6 or width < least - 1e-6:
                best, most, least = columns, gathered, width
    return [best[row == i].tolist() for i in range(len(lines))]


def number_gap(lines: Sequence[Line]) -> float:
    """The space from which two glyphs belong to two numbers, pixels: the next larger is so many times as large."""
    glyphs = [glyph for line in lines for glyph in line.glyphs]
    height = float(np.median([glyph.box.h for glyph in glyphs])) if glyphs else 1.0
    spaces = [space_between(*pair) for line in lines for pair in pairwise(line.glyphs)]
    least, most = (share * height for share in NUMBER_GAP)
    found = np.sort(np.maximum(spaces, TIGHT * height))
    middles = np.sqrt(found[1:] * found[:-1])
    able = np.flatnonzero((middles >= least) & (middles <= most))
    if not able.size:
        return least
    return float(middles[able[(found[able + 1] / found[able]).argmax()]])


def space_between(before: Glyph, after: Glyph) -> float:
    """Pixels between two glyphs of a line; less than 0 where they overlap."""
    return after.box.x - before.box.x - before.box.w


def _leant(boxes: Numbers, slope: float) -> list[Numbers]:
    """Where the middles of boxes lie across, columns made upright, at each lean that is tried; the least lean first."""
    across, down = (boxes[:, :2] + boxes[:, 2:] / 2).T
    down = down - np.median(down)
    left, right = across.min(), across.max()
    aside = (2 * across - left - right) / max(1.0, right - left)
    leans = sorted(np.linspace(-STEEPEST_LEAN, STEEPEST_LEAN, LEANS), key=abs)
    fans = sorted(np.linspace(-WIDEST_FAN, WIDEST_FAN, FANS), key=abs)
    return [across + (slope + lean + fan * aside) * down for fan in fans for lean in leans]


def _separators(
    across: Numbers, widths: Numbers, before: NDArray, evidence: Numbers, price: float
) -> tuple[float, Numbers]:
    """Return the evidence for columns less the cost of separating them, nats, and the separators."""
    left, right = across - CORE / 2 * widths, across + CORE / 2 * widths
    start, end = right[before], left[before + 1]
    places = np.unique(np.concatenate([start, end, (start + end) / 2]))
    through = ((places[:, None] > left) & (places[:, None] < right)).any(axis=1)
    places = places[~through]
    parts = (places[:, None] >= start) & (places[:, None] <= end)
    whole, total, found = np.ones(len(before), bool), 0.0, list[float]()
    while len(places):
        gains = (parts & whole) @ evidence - price
        best = int(gains.argmax())
        if gains[best] <= 0:
            break
        alike = (parts == parts[best]).all(axis=1)
        found.append(float(places[alike].mean()))
        total += float(gains[best])
        whole &= ~parts[best]
    return total, np.sort(found)


def _width(across: Numbers, widths: Numbers, columns: NDArray) -> float:
    """That of all columns together."""
    left, right = across - widths / 2, across + widths / 2
    return float(sum(np.ptp([*left[columns == i], *right[columns == i]]) for i in np.unique(columns)))


def _slope(lines: Sequence[Line]) -> float:
    """By how much lines fall, pixels down for one across: the median of those of three glyphs or more."""
    found = [np.array([_middle(glyph.box) for glyph in line.glyphs]).T for line in lines]
    slopes = [
        float(np.polyfit(across, down, 1)[0]) for across, down in (one for one in found if one.size >= 6)
    ]
    return float(np.median(slopes)) if slopes else 0.0


def _middle(box: Box) -> tuple[float, float]:
    return box.x + box.w / 2, box.y + box.h / 2
