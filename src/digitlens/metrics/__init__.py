"""Figures of what was read against what is written: pure functions on texts and counts, no pictures, no networks."""

from digitlens.metrics.edits import edit_distance, matched
from digitlens.metrics.pages import FIGURES, PageFigures, PageReport, PageScore, score_page
from digitlens.metrics.rates import Rate, wilson

__all__ = [
    "FIGURES",
    "PageFigures",
    "PageReport",
    "PageScore",
    "Rate",
    "edit_distance",
    "matched",
    "score_page",
    "wilson",
]
