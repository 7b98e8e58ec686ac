"""The readings of drawn sheets, beside the truth."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth.sheets import OTHER, Sheet
from digitlens.imaging import boxes_under, intersection_over_union, intersections
from digitlens.model import OTHER_WRITING
from digitlens.reader.acceptance import LineEvidence, line_evidence
from digitlens.reader.layout import gap_features
from digitlens.reader.page import Page, PageReader, TextLine

__all__ = [
    "CandidateTable",
    "ReadSheet",
    "choices_of",
    "gaps_of",
    "hidden_points",
    "match",
    "observe_candidates",
    "read_sheet",
]

Floats = NDArray[np.floating]

SAME_MARK = 0.4  # intersection over union from which a candidate is a mark
SAME_SMALL = 0.1  # ... for points and the like, whose boxes are a few pixels
SLENDEST = 1 / 4  # of its longer side is the shorter one of a box at least while boxes are compared
READABLE = 0.5  # share of a mark within the picture from which it is missed if it is not read


@dataclass
class CandidateTable:
    """Candidates of many sheets.

    Attributes:
        features: by name, one array a sheet.
        heat: logarithms of the named heat of the labels, (n, L) a sheet.
        glyph: of the glyph network's probabilities, likewise.
        told: of the line network's, 0 where it was not asked, likewise.
        labels: the index of the label that is right, -1 where the candidate is no digit.
        signs: the sign that is right, "" where it is none.
        named: the sign that each is taken for, None where it is taken for a digit.
    """

    features: dict[str, list[Floats]] = field(default_factory=dict)
    heat: list[Floats] = field(default_factory=list)
    glyph: list[Floats] = field(default_factory=list)
    told: list[Floats] = field(default_factory=list)
    labels: list[NDArray[np.intp]] = field(default_factory=list)
    signs: list[str] = field(default_factory=list)
    named: list[str | None] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class ReadSheet:
    """A sheet as it was read.

    Attributes:
        page: what was read, without pixels.
        lines: the evidence of its lines.
        good: whether each line is right as a whole.
        right: whether all of the sheet is right.
        glyphs: the confidence of each digit read, and whether it is right.
    """

    page: Page
    lines: tuple[LineEvidence, ...]
    good: tuple[bool, ...]
    right: bool
    glyphs: tuple[tuple[float, bool], ...]


def match(boxes: Floats, sheet: Sheet) -> NDArray[np.intp]:
    """Find the mark of each of the boxes, (N, 4) in pixels: its index or -1, (N,); each mark is one box's at most.

    Slender boxes are widened first: two of the same bar that are a pixel or two apart would share next to nothing.
    """
    marks = _widened(np.array([mark.box for mark in sheet.marks], float).reshape(-1, 4))
    found = np.full(len(boxes), -1, np.intp)
    if not len(marks) or not len(boxes):
        return found
    boxes = _widened(boxes)
    share = intersection_over_union(boxes, marks)
    small = np.array([mark.label in ".,-:=" for mark in sheet.marks])
    least = np.where(small, SAME_SMALL, SAME_MARK)
    taken = np.zeros(len(marks), bool)
    for row, column in zip(*np.unravel_index(np.argsort(-share, axis=None), share.shape), strict=True):
        if share[row, column] <= 0:
            break
        if found[row] < 0 and not taken[column] and share[row, column] >= least[column]:
            found[row], taken[column] = column, True
    return found


def _widened(boxes: Floats) -> Floats:
    """Boxes, (N, 4), about the same middles, none of them slender."""
    sides = np.maximum(boxes[:, 2:], SLENDEST * boxes[:, 2:].max(axis=1, keepdims=True))
    return np.concatenate([boxes[:, :2] - (sides - boxes[:, 2:]) / 2, sides], axis=1)


def observe_candidates(table: CandidateTable, page: Page, sheet: Sheet, labels: Sequence[str]) -> None:
    """Put down the candidates of a sheet.

    Args:
        table: to which they are added.
        page: the sheet as it was read.
        sheet: the truth.
        labels: the L labels of the alphabet, in the order of the candidates' probabilities.
    """
    candidates = page.candidates
    where = match(boxes_under(candidates.boxes, page.to_picture), sheet)
    right = [sheet.marks[i].label if i >= 0 else OTHER for i in where.tolist()]
    for name, values in candidates.features.items():
        table.features.setdefault(name, []).append(values)
    table.heat.append(candidates.named)
    table.glyph.append(candidates.glyph_probabilities)
    table.told.append(candidates.told)
    table.labels.append(
        np.array([labels.index(label) if label in labels else -1 for label in right], np.intp)
    )
    table.signs += [label if label not in labels else "" for label in right]
    table.named += candidates.signs


def read_sheet(reader: PageReader, sheet: Sheet) -> ReadSheet:
    """Read a sheet, and hold what was read against what stands on it."""
    page = reader.read(sheet.pixels)
    other = reader.detector.network.labels.index(OTHER_WRITING)
    labels, candidates = reader.recognizer.classifier.alphabet.labels, page.candidates
    rows = [row for line in page.lines for row in line.taken]
    where = np.full(len(candidates), -1, np.intp)  # what was left out takes no mark from what was read
    where[rows] = match(boxes_under(candidates.boxes[rows], page.to_picture), sheet)
    best = candidates.probabilities.argmax(axis=1) if len(candidates) else np.zeros(0, int)
    says = [sign or labels[i] for sign, i in zip(candidates.signs, best.tolist(), strict=True)]
    right = [i >= 0 and sheet.marks[i].label == say for i, say in zip(where.tolist(), says, strict=True)]
    confidences = candidates.confidences if len(candidates) else np.zeros(0)
    wanted = {i for i, mark in enumerate(sheet.marks) if mark.label != OTHER and mark.visible >= READABLE}
    wanted -= hidden_points(sheet)
    order = [int(where[row]) for row in rows]
    good = (all(right[row] for row in line.taken) for line in page.lines)
    whole = (_complete(line, where, wanted - set(order), sheet) for line in page.lines)
    return ReadSheet(
        page.without_pixels(),
        tuple(line_evidence(page, line, other, [says[row] for row in line.taken]) for line in page.lines),
        tuple(a and b for a, b in zip(good, whole, strict=True)),
        all(right[row] for row in rows) and wanted <= set(order) and _in_order(order, sheet),
        tuple((float(confidences[row]), right[row]) for row in rows if candidates.signs[row] is None),
    )


def hidden_points(sheet: Sheet) -> set[int]:
    """The points, commas and colons of a sheet that lie within another mark for the most part: nobody can tell them."""
    boxes = np.array([mark.box for mark in sheet.marks], float).reshape(-1, 4)
    points = [i for i, mark in enumerate(sheet.marks) if mark.label and mark.label in ".,:"]
    others = [i for i, mark in enumerate(sheet.marks) if not mark.label or mark.label not in ".,:"]
    if not points or not others:
        return set()
    shared = intersections(boxes[points], boxes[others]).max(axis=1) / boxes[points, 2:].prod(axis=1)
    return {i for i, share in zip(points, shared.tolist(), strict=True) if share > READABLE}


def choices_of(page: Page, sheet: Sheet, labels: Sequence[str]) -> list[tuple[Floats, int]]:
    """The segmentations of each line among which the line network had a say, if one of them alone is right.

    Args:
        page: the sheet as it was read.
        sheet: the truth.
        labels: the L labels of the alphabet, in the order of the candidates' probabilities.

    Returns:
        For each such line the gain and the likelihood of each, (N, 2), and which is right.
    """
    right, found = _right(page, sheet, labels), []
    for line in page.lines:
        possible = {row for each in line.hypotheses for row in each.taken if right[row]}
        good = [i for i, each in enumerate(line.hypotheses) if set(each.taken) == possible]
        if len(good) == 1 and len(line.hypotheses) > 1:
            scores = np.array([(each.gain, each.likelihood) for each in line.hypotheses])
            found.append((scores, good[0]))
    return found


def _right(page: Page, sheet: Sheet, labels: Sequence[str]) -> list[bool]:
    """Tell of each candidate of a page if it is a mark of the sheet, under its label."""
    candidates = page.candidates
    where = match(boxes_under(candidates.boxes, page.to_picture), sheet)
    best = candidates.probabilities.argmax(axis=1)
    return [
        i >= 0 and sheet.marks[i].label == (sign or labels[k])
        for i, sign, k in zip(where.tolist(), candidates.signs, best.tolist(), strict=True)
    ]


def gaps_of(sheet: Sheet) -> tuple[dict[str, Floats], NDArray[np.bool_]]:
    """The M spaces between neighbours on a sheet's lines, as `gap_features` has them, (M,) each; and which are gaps."""
    features: dict[str, list[Floats]] = {"gap": [], "relative": [], "pitch": []}
    gaps: list[bool] = []
    lines: dict[int, list] = {}
    for mark in sheet.marks:
        if mark.line >= 0 and mark.label != OTHER and mark.visible >= READABLE:
            lines.setdefault(mark.line, []).append(mark)
    for marks in lines.values():
        marks.sort(key=lambda mark: mark.box[0] + mark.box[2] / 2)
        if len(marks) > 1:
            boxes = np.array([mark.box for mark in marks], float)
            for name, values in gap_features(boxes, float(np.median(boxes[:, 3]))).items():
                features[name].append(values)
            gaps += [a.number != b.number for a, b in pairwise(marks)]
    joined = {name: np.concatenate([*values, np.zeros(0)]) for name, values in features.items()}
    return joined, np.array(gaps, bool)


def _in_order(order: Sequence[int], sheet: Sheet) -> bool:
    """Tell if the marks of each line of a sheet were read from left to right; cells of rows that overlap may mix."""
    lines: dict[int, list[int]] = {}
    for mark in order:
        lines.setdefault(sheet.marks[mark].line, []).append(mark)
    return all(marks == sorted(marks) for marks in lines.values())


def _complete(line: TextLine, where: NDArray[np.intp], missed: set[int], sheet: Sheet) -> bool:
    """Tell if none of the marks that were missed stands on a line of the sheet that a line's glyphs are of."""
    lines = {sheet.marks[where[row]].line for row in line.taken if where[row] >= 0}
    return not any(sheet.marks[i].line in lines for i in missed)
