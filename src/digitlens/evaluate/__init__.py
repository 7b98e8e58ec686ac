"""Measures networks on labelled glyphs and readers on labelled pages: no Keras needed."""

from digitlens.evaluate.glyphs import DatasetPredictions, Evaluation, evaluate, predict_dataset
from digitlens.evaluate.pages import (
    DRAWN,
    LabelledPage,
    PageEvaluation,
    PageSet,
    WrongPage,
    evaluate_pages,
    page_set,
)
from digitlens.renamed import refuse_renamed

__all__ = [
    "DRAWN",
    "DatasetPredictions",
    "Evaluation",
    "LabelledPage",
    "PageEvaluation",
    "PageSet",
    "WrongPage",
    "evaluate",
    "evaluate_pages",
    "page_set",
    "predict_dataset",
]

refuse_renamed(__name__)
