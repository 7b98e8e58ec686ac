"""Finding the fields of a blank form: empty frames, combs of small boxes, boxes to tick."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np

from digitlens.imaging import even_light
from digitlens.types import Box, Gray, Pixels

__all__ = ["Proposal", "marked", "propose_fields"]

PAGE_WIDTH = 1240  # pixels of an A4 page at 150 dots per inch: all lengths below are of such a page
PRINT_BELOW = 200  # level below which something is printed
LEAST_FRAME, MOST_FRAME = 20, 130  # of a frame, pixels
RULE_FROM = 26  # pixels of a straight stroke, from which it is a rule
TICK_SQUARENESS = 0.8  # ratio of a tick box's sides at least
TICK = 60  # pixels of a tick box at most
COMB = 70  # pixels of a comb's box, across, at most
NEXT = 10  # pixels between boxes that hang together
PRINTED_SHARE = 0.006  # share of a frame that is printed: it holds words


class Proposal(NamedTuple):
    """A field that a blank seems to have.

    Attributes:
        box: inside its frame, pixels of the blank.
        kind: ``"number"`` or ``"tick"``.
        comb: boxes that it is divided into; 0 for none.
    """

    box: Box
    kind: str
    comb: int = 0


def propose_fields(blank: Gray) -> list[Proposal]:
    """Propose the fields of a blank page, from top to bottom and left to right.

    Args:
        blank: uint8 (H, W).
    """
    unit = blank.shape[1] / PAGE_WIDTH
    frames = _frames(blank, unit)
    rows = _rows(frames)
    found = [proposal for row in rows for proposal in _in_row(row, unit)]
    return sorted(found, key=lambda one: (round(one.box.y / (20 * unit)), one.box.x))


def _frames(blank: Gray, unit: float) -> list[Box]:
    """The empty rectangles that are framed by rules."""
    dark = (even_light(blank) < PRINT_BELOW).astype(np.uint8)
    length = max(8, round(RULE_FROM * unit))
    level, upright = (
        cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones(kernel, np.uint8))
        for kernel in ((1, length), (length, 1))
    )
    fence = np.asarray(cv2.dilate(cv2.max(level, upright), np.ones((3, 3), np.uint8)), np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(1 - fence, connectivity=4)
    words = dark & (1 - fence)
    found = []
    for x, y, w, h, area in stats[1:].tolist():
        is_frame = (
            area >= 0.95 * w * h and LEAST_FRAME * unit <= h <= MOST_FRAME * unit and w >= LEAST_FRAME * unit
        )
        inside = x > 0 and y > 0 and x + w < blank.shape[1] and y + h < blank.shape[0]
        if is_frame and inside and words[y : y + h, x : x + w].mean() < PRINTED_SHARE:
            found.append(Box(x, y, w, h))
    return found


def _rows(frames: Iterable[Box]) -> list[list[Box]]:
    """Frames of like height side by side, from left to right."""
    rows: list[list[Box]] = []
    for frame in sorted(frames, key=lambda box: (box.x, box.y)):
        for row in rows:
            last = row[-1]
            if abs(last.y - frame.y) <= 0.1 * frame.h and abs(last.h - frame.h) <= 0.1 * frame.h:
                row.append(frame)
                break
        else:
            rows.append([frame])
    return rows


def _runs(row: Sequence[Box], unit: float) -> list[list[Box]]:
    """The boxes of a row, those together that are alike, narrow, and next to each other."""
    runs: list[list[Box]] = [[row[0]]]
    for before, box in pairwise(row):
        near = box.x - before.x - before.w <= NEXT * unit
        alike = abs(box.w - before.w) <= max(2.0, 0.1 * box.w) and box.w <= min(COMB * unit, 1.3 * box.h)
        if near and alike:
            runs[-1].append(box)
        else:
            runs.append([box])
    return runs


def _in_row(row: Sequence[Box], unit: float) -> list[Proposal]:
    """The fields of a row: boxes that hang together are a comb, where they are narrow."""
    found = []
    for run in _runs(row, unit):
        if len(run) >= 2:
            first, last = run[0], run[-1]
            found.append(
                Proposal(Box(first.x, first.y, last.x + last.w - first.x, first.h), "number", len(run))
            )
            continue
        box = run[0]
        square = min(box.w, box.h) >= TICK_SQUARENESS * max(box.w, box.h) and max(box.w, box.h) <= TICK * unit
        found.append(Proposal(box, "tick" if square else "number"))
    return found


def marked(blank: Gray, boxes: Iterable[tuple[str, Box]]) -> Pixels:
    """A blank with its fields framed and named, to be looked at: uint8 (H, W, 3), RGB."""
    shown = np.repeat(blank[..., None], 3, axis=2)
    size = blank.shape[1] / 2000
    for name, box in boxes:
        corner = box.x + box.w, box.y + box.h
        cv2.rectangle(shown, (box.x, box.y), corner, (0, 130, 110), max(1, round(2 * size)))
        at = box.x, max(12, box.y - 3)
        cv2.putText(
            shown, name, at, cv2.FONT_HERSHEY_SIMPLEX, size, (200, 60, 0), max(1, round(size)), cv2.LINE_AA
        )
    return np.asarray(shown, np.uint8)
