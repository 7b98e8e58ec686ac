"""Acceptance of whole lines and pages: what speaks against them, how surely they are right, and where to look.

The evidence of a line or page is weighed by a logistic regression that was fitted on drawn sheets, and held against a
threshold whose error rate is bounded there (Geifman and El-Yaniv, Selective Classification, 2017).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import expm1, isfinite, log

import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import smaller_overlap
from digitlens.model import PageConfig, accepting_threshold, measured_threshold
from digitlens.reader.candidates import Candidates
from digitlens.reader.median import median
from digitlens.reader.page import Page, TextLine

__all__ = ["LineEvidence", "Thresholds", "line_evidence", "page_features"]

Floats = NDArray[np.floating]

BESIDE_A_LINE = 1.5  # heights of a glyph to either side of a line within which ink belongs to it
AT_EDGE = 0.04  # heights of a glyph from a picture's edge within which one may be cut by it
FARTHEST_HEARD = -15.0  # nats by which the line network speaks against a line at most
ABSENT = -10.0  # log-odds that stand for no such thing


@dataclass(frozen=True)
class Thresholds:
    """The lowest confidences that keep errors among what is accepted to the rate wanted.

    Attributes:
        glyph: of a glyph, 0 to 1; infinite where no error rate can be promised.
        line: of a line.
        page: of a page.
    """

    glyph: float
    line: float
    page: float

    @classmethod
    def of(cls, config: PageConfig, max_error: float) -> "Thresholds":
        """Those that promise an error rate of at most ``max_error``.

        Where none can promise it for whole lines or pages, that is taken from which no more than
        `PageConfig.whole_error` times as many are expected to be wrong. What was measured, `PageConfig.line_risk` and
        `PageConfig.page_risk` tell.
        """
        whole_error = max_error * config.whole_error
        wholes = (
            threshold
            if isfinite(threshold := accepting_threshold(risk, max_error))
            else measured_threshold(risk, whole_error)
            for risk in (config.line_risk, config.page_risk)
        )
        return cls(accepting_threshold(config.glyph_risk, max_error), *wholes)


@dataclass(frozen=True, eq=False)
class LineEvidence:
    """The evidence for and against a line as it was read.

    Attributes:
        features: for `PageConfig.line`, by name.
        missed: the candidate on the line, read neither by itself nor as a part of what was, that looks most like a
            glyph or other writing; None where there is none.
        cut: the glyph that the picture's edge may cut; None where there is none.
        weakest: the glyph that is least sure.
    """

    features: dict[str, float]
    missed: int | None
    cut: int | None
    weakest: int


def line_evidence(page: Page, line: TextLine, other: int, text: Sequence[str]) -> LineEvidence:
    """Gather the evidence of a line of a page.

    Args:
        page: the page.
        line: one of its lines.
        other: the column of other writing among the heat maps.
        text: the label of each glyph that is read.
    """
    candidates, rows, size = page.candidates, list(line.taken), page.pixels.shape[:2]
    boxes = candidates.boxes[rows]
    confidences = candidates.confidences[rows]
    weakest = rows[int(confidences.argmin())]
    odds = log(max(float(confidences.min()), 1e-6) / max(1 - float(confidences.min()), 1e-6))
    label = candidates.probabilities[rows].argmax(axis=1)
    glyph = candidates.glyph_probabilities[rows].argmax(axis=1)
    is_sign = np.array([candidates.signs[row] is not None for row in rows])
    tall = boxes[~is_sign, 3]
    height = median(tall) if len(tall) else page.layout.height
    missed, missed_heat, other_heat = _missed(candidates, rows, height, other)
    cut = _cut(candidates.boxes, rows, height, size)
    together = float(np.log(np.maximum(confidences, 1e-6)).sum())
    heard = max(FARTHEST_HEARD, line.heard.likelihood(text)) if line.heard else None
    features = {
        "weakest": odds,
        "together": together,
        "together_odds": _odds_of(together),
        "margin": min(line.margin, 10.0),
        "missed": missed_heat,
        "other": other_heat,
        "cut": float(cut is not None),
        "differ": float(((label != glyph) & ~is_sign).sum()),
        "signs": float(is_sign.sum()),
        "few": 1.0 / len(rows),
        "small": max(0.0, log(20.0 / max(height, 1.0))),
        "heard": heard or 0.0,
        "heard_odds": 0.0 if heard is None else _odds_of(heard),
        "heard_other": _log_odds(float(line.heard.other.max())) if line.heard else ABSENT,
    }
    return LineEvidence(features, missed, cut, weakest)


def page_features(
    page: Page, lines: Sequence[LineEvidence], log_odds: Sequence[float], other: int
) -> tuple[dict[str, float], int | None]:
    """Sum up a page for `PageConfig.page`.

    Args:
        page: the page, with one line at least.
        lines: the evidence of its lines.
        log_odds: that each is right, nats.
        other: the column of other writing among the heat maps.

    Returns:
        The features by name; and the candidate on no line that looks most like a glyph, None where there is none.
    """
    right = 1 / (1 + np.exp(-np.array(log_odds)))
    free = page.unread
    heat = np.delete(page.candidates.heat[free], other, axis=1).max(axis=1, initial=0.0)
    left = int(free[heat.argmax()]) if len(free) else None
    unread = _log_odds(float(heat.max(initial=0.0)))
    return _page_features(lines, log_odds, right, unread, len(page.candidates)), left


def _page_features(
    lines: Sequence[LineEvidence], log_odds: Sequence[float], right: Floats, unread: float, found: int
) -> dict[str, float]:
    return {
        "weakest": float(min(log_odds)),
        "together": float(np.log(np.maximum(right, 1e-6)).sum()),
        "missed": max(line.features["missed"] for line in lines),
        "other": max(line.features["other"] for line in lines),
        "unread": unread,
        "lines": log(len(lines)),
        "crowded": log(1 + found),
    }


def _missed(
    candidates: Candidates, rows: list[int], height: float, other: int
) -> tuple[int | None, float, float]:
    """The likeliest glyph beside those read, the log-odds of its heat, and those of other writing there."""
    near = _near(candidates.boxes, rows, height)
    if not near.any():
        return None, ABSENT, ABSENT
    heat = candidates.heat.copy()
    writing = heat[:, other].copy()
    heat[:, other] = 0.0
    best = np.where(near, heat.max(axis=1), 0.0)
    writing[~near] = 0.0
    missed = int(np.maximum(best, writing).argmax())
    return missed, _log_odds(float(best.max())), _log_odds(float(writing.max()))


def _near(boxes: Floats, rows: list[int], height: float) -> NDArray[np.bool_]:
    """Mark the boxes that stand on a line or beside it, and on none of those read."""
    left, right = boxes[rows, 0].min() - BESIDE_A_LINE * height, (boxes[rows, 0] + boxes[rows, 2]).max()
    middles = boxes[:, :2] + boxes[:, 2:] / 2
    near = (middles[:, 0] >= left) & (middles[:, 0] <= right + BESIDE_A_LINE * height)
    nearest = np.abs(middles[:, None, 0] - middles[None, rows, 0]).argmin(axis=1)
    beside = boxes[np.array(rows)[nearest]]
    near &= np.abs(middles[:, 1] - beside[:, 1] - beside[:, 3] / 2) <= np.maximum(beside[:, 3], height) / 2
    near[rows] = False
    return near & (smaller_overlap(boxes, boxes[rows]).max(axis=1, initial=0.0) < 0.5)


def _cut(boxes: Floats, rows: list[int], height: float, size: tuple[int, int]) -> int | None:
    """The glyph that touches the edge of the picture."""
    slack = max(1.0, AT_EDGE * height)
    ends = boxes[rows, :2] + boxes[rows, 2:]
    beyond = (boxes[rows, :2] <= slack).any(axis=1) | (ends >= np.array(size[::-1]) - slack).any(axis=1)
    return rows[int(np.flatnonzero(beyond)[0])] if beyond.any() else None


def _odds_of(likelihood: float) -> float:
    """The log-odds of what has that logarithm of its probability."""
    return max(ABSENT, min(likelihood - log(-expm1(min(likelihood, -1e-9))), -ABSENT))


def _log_odds(p: float) -> float:
    return max(ABSENT, log(max(p, 1e-5) / max(1 - p, 1e-5)))
