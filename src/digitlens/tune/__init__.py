"""Fit the numbers of page reading on drawn sheets: what `digitlens.model.PageConfig` holds."""

from digitlens.renamed import refuse_renamed
from digitlens.tune.run import TuningJob, tune

__all__ = ["TuningJob", "tune"]

refuse_renamed(__name__)
