"""Measures networks on labelled glyphs and readers on labelled pages: no Keras needed."""

from digitlens.evaluate.glyphs import Evaluation, Trial, evaluate, try_on
from digitlens.evaluate.pages import (
    DRAWN,
    LabelledPage,
    PageEvaluation,
    PageSet,
    WrongPage,
    evaluate_pages,
    page_set,
)

__all__ = [
    "DRAWN",
    "Evaluation",
    "LabelledPage",
    "PageEvaluation",
    "PageSet",
    "Trial",
    "WrongPage",
    "evaluate",
    "evaluate_pages",
    "page_set",
    "try_on",
]
