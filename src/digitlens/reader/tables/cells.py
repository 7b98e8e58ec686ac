"""The reading of one cell, from the lines that were read in it, and cells that need not be read."""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np

from digitlens.model import SIGNS
from digitlens.reader.grammar import Grammar
from digitlens.reader.median import median
from digitlens.reader.tables.cell import EMPTY_CELL, Candidate, Cell, likely_of
from digitlens.reader.tables.cutting import Cut
from digitlens.types import Box, Line, Reason

__all__ = ["cell_of", "is_dash", "plain_cell"]

LEAST_HEIGHT = 0.5  # of the glyphs' usual height: ink as high as this was written to be read
LEAST_CONFIDENCE = 0.9  # that a text as a whole is read with, where each of its glyphs is accepted
DASHED = 0.99  # confidence of a dash
FLAT = 2.2  # times its height: a dash is wider


def cell_of(lines: Sequence[Line], cut: Cut | None, grammar: Grammar | None) -> Cell:
    """Make a cell of the lines read in one cut, and tell if nothing is missing in it.

    Args:
        lines: those read in the cut.
        cut: the cell's picture; None where there is none, and then nothing counts as missing.
        grammar: what is allowed; None for anything.
    """
    if not lines:
        return Cell("", 0.0, False, "not_a_digit")
    line = max(lines, key=lambda line: (len(line.glyphs), line.box.h))
    candidates = likely_of(line.glyphs, grammar)
    text = line.text
    confidence = line.field.confidence if line.field else float(np.prod([g.confidence for g in line.glyphs]))
    if not any(one.text == text for one in candidates):
        candidates = (
            Candidate(text, -1e-3),
            *(one._replace(log_probability=one.log_probability - 7) for one in candidates),
        )
    fits = line.field is None or bool(line.field.text)
    reason = _glyph_doubt(line)
    if reason is None and (not fits or confidence < LEAST_CONFIDENCE):
        reason = "unsure"
    if line.field is None and " " in text:  # a figure beside one that was struck out, for one
        reason = reason or "several"
    if len(lines) > 1 or (cut is not None and _left_over(cut, line)):
        reason = "incomplete"
    return Cell(text, confidence, reason is None, reason, candidates=_first(candidates, text))


def _glyph_doubt(line: Line) -> Reason | None:
    """Why a person should look at a glyph; not for an unsure one of a line that says what it must, and is right.

    Whether a whole line is right the page's thresholds say. Of 1,298 fields with a pattern, of drawn forms that chose
    nothing, 1,259 were, and none of these was wrong; the glyphs' own thresholds accepted 929.
    """
    whole = line.field is not None and line.confidence is not None and not line.doubts
    reasons: list[Reason] = [glyph.reason for glyph in line.glyphs if glyph.reason is not None]
    return next((reason for reason in reasons if not (whole and reason == "unsure")), None)


def _first(candidates: Sequence[Candidate], text: str) -> tuple[Candidate, ...]:
    """The candidates, the one that was read in front."""
    return tuple(sorted(candidates, key=lambda one: one.text != text))


def plain_cell(cut: Cut) -> Cell | None:
    """An empty cell, or one with a dash, that no network need be asked about; None of any other."""
    if cut.is_blank:
        return EMPTY_CELL
    return Cell("-", DASHED, True, candidates=(Candidate("-", 0.0),)) if is_dash(cut) else None


def is_dash(cut: Cut) -> bool:
    """Tell if all that is written is one level stroke: people cross out an empty cell so."""
    stats = cut.pieces.stats
    pieces = stats[stats[:, cv2.CC_STAT_AREA] > 0.002 * cut.inside.w * cut.inside.h]
    if len(pieces) != 1:
        return False
    wide, high = pieces[0, cv2.CC_STAT_WIDTH], pieces[0, cv2.CC_STAT_HEIGHT]
    return bool(wide >= FLAT * high and high < 0.4 * cut.inside.h)


def _left_over(cut: Cut, line: Line) -> bool:
    """Tell if ink as high as a digit stands outside all glyphs, or two such pieces side by side in one."""
    stats, centres = cut.pieces
    heights = [glyph.box.h for glyph in line.glyphs if glyph.label not in SIGNS]
    least = LEAST_HEIGHT * median(heights) if heights else 0.0
    boxes = [glyph.box for glyph in line.glyphs]
    high = stats[:, cv2.CC_STAT_HEIGHT] >= max(least, 1)
    if any(not any(_within(x, y, box) for box in boxes) for x, y in centres[high]):
        return True
    for box in boxes:
        inside = [
            stats[i] for i in np.flatnonzero(high) if _within(float(centres[i, 0]), float(centres[i, 1]), box)
        ]
        ends = sorted(
            (piece[cv2.CC_STAT_LEFT], piece[cv2.CC_STAT_LEFT] + piece[cv2.CC_STAT_WIDTH]) for piece in inside
        )
        if any(after[0] >= before[1] for before, after in pairwise(ends)):
            return True
    return False


def _within(x: float, y: float, box: Box) -> bool:
    return box.x - 2 <= x <= box.x + box.w + 2 and box.y - 2 <= y <= box.y + box.h + 2
