"""A labelled folder read, and a page of what was read wrong and what was refused, to see where it went wrong."""

from digitlens.error_report.evaluate import EvaluatedPicture, Outcome, OutcomeCounts, evaluate_pictures
from digitlens.error_report.write import MOST, write_error_report

__all__ = ["MOST", "EvaluatedPicture", "Outcome", "OutcomeCounts", "evaluate_pictures", "write_error_report"]
