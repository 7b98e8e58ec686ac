"""The regressions that say how surely a line or page is right, by the evidence about it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitlens.model import Logistic, logistic
from digitlens.reader.acceptance import page_features
from digitlens.tune.observe import ReadSheet
from digitlens.tune.regression import fit_logistic

__all__ = ["KNOWN", "fit_judges", "judged_by_others"]

LINE = (
    "weakest",
    "together",
    "together_odds",
    "margin",
    "missed",
    "other",
    "cut",
    "differ",
    "signs",
    "few",
    "small",
)
HEARD_FEATURES = ("heard", "heard_odds", "heard_other")
PAGE_FEATURES = ("weakest", "together", "missed", "other", "unread", "lines", "crowded")
Floats = NDArray[np.floating]

KNOWN = (
    *("weakest", "together", "margin", "-missed", "-other", "-cut", "-differ", "-unread", "heat", "-rival"),
    *("together_odds", "heard", "heard_odds", "-heard_other"),
)
"""Signs of weights that are known beforehand: what speaks against a line cannot speak for it."""

BENDS = (1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6, 0.95)
"""Quantiles of features at which their weight in a judgement may change: of 6,745 drawn lines 35 % could be accepted
with 1.5 % of them wrong, 22 % without bends; four parts or ten do as well."""


def fit_judges(read: Sequence[ReadSheet], other: int) -> tuple[Logistic, Logistic, Logistic]:
    """The regressions for lines, with the line network's word and without, and for pages."""
    evidence = [line.features for sheet in read for line in sheet.lines]
    features = {name: np.array([told[name] for told in evidence]) for name in (*LINE, *HEARD_FEATURES)}
    good = np.array([good for sheet in read for good in sheet.good])
    line, alone = (
        fit_logistic(features, good, names, KNOWN, BENDS) for names in ((*LINE, *HEARD_FEATURES), LINE)
    )
    return line, alone, fit_logistic(*_page_evidence(read, line, other), PAGE_FEATURES, KNOWN, BENDS)


def judged_by_others(read: Sequence[ReadSheet], other: int) -> dict[str, tuple[Floats, NDArray[np.bool_]]]:
    """Return how surely each glyph, line and page is right, by regressions of the other half of the sheets.

    Args:
        read: the sheets as they were read.
        other: the column of other writing among the heat maps.

    Returns:
        For ``glyphs``, ``lines`` and ``pages``, N of each: their probability to be right, 0 to 1, (N,); and which are
        wrong, (N,).
    """
    lines, pages = list[Floats](), list[Floats]()
    halves = read[::2], read[1::2]
    for half, others in (halves, halves[::-1]):
        line, _, page = fit_judges(others, other)
        lines.append(
            np.array([line.log_odds(told.features) for sheet in half for told in sheet.lines], float)
        )
        pages.append(np.asarray(page.log_odds(_page_evidence(half, line, other)[0]), float))
    ordered = [*halves[0], *halves[1]]
    glyphs = [glyph for sheet in ordered for glyph in sheet.glyphs]
    wrong = {
        "glyphs": [not good for _, good in glyphs],
        "lines": [not good for sheet in ordered for good in sheet.good],
        "pages": [not sheet.right for sheet in ordered],
    }
    sure = {
        "glyphs": np.array([confidence for confidence, _ in glyphs]),
        "lines": logistic(np.concatenate(lines)),
        "pages": logistic(np.concatenate(pages)),
    }
    return {name: (sure[name], np.array(wrong[name], bool)) for name in sure}


def _page_evidence(
    sheets: Sequence[ReadSheet], line: Logistic, other: int
) -> tuple[dict[str, Floats], NDArray[np.bool_]]:
    """Gather the features of N pages, given how surely their lines are right.

    Args:
        sheets: as they were read.
        line: the regression that says how surely a line is right.
        other: the column of other writing among the heat maps.

    Returns:
        The features by name, (N,) each; and which pages are right, (N,).
    """
    rows = [
        page_features(
            sheet.page,
            sheet.lines,
            [float(line.log_odds(evidence.features)) for evidence in sheet.lines],
            other,
        )[0]
        for sheet in sheets
    ]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}, np.array(
        [sheet.right for sheet in sheets], bool
    )
