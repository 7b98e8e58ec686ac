"""A labelled folder read, and a page of what was read wrong and what was refused, to see where it went wrong."""

from digitlens.error_report.evaluate import EvaluatedPicture, Outcome, OutcomeCounts, evaluate_pictures
from digitlens.error_report.write import MOST_EXAMPLES, write_error_report
from digitlens.renamed import refuse_renamed

__all__ = [
    "MOST_EXAMPLES",
    "EvaluatedPicture",
    "Outcome",
    "OutcomeCounts",
    "evaluate_pictures",
    "write_error_report",
]

refuse_renamed(__name__)
