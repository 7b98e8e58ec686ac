"""The fit itself: draw sheets of held-back glyphs, read them, and fit every number by what stands on them."""

import logging
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth.sheets import GlyphBank, Sheet, SheetConfig, draw_whole
from digitlens.imaging import use_one_thread
from digitlens.model import (
    MAX_ERROR,
    OTHER_WRITING,
    SIGNS,
    Alphabet,
    LineNetwork,
    Network,
    PageConfig,
    PageNetwork,
    Threshold,
    fit_risk_steps,
)
from digitlens.reader.acceptance import Thresholds
from digitlens.reader.classifier import Classifier
from digitlens.reader.detect import Detector
from digitlens.reader.heats import LABEL_FLOOR
from digitlens.reader.page import FARTHEST_LABEL, PageReader
from digitlens.reader.recognize import Recognizer
from digitlens.reader.witness import Witness
from digitlens.tune.judges import KNOWN, fit_judges, judged_by_others
from digitlens.tune.observe import (
    CandidateTable,
    ReadSheet,
    choices_of,
    gaps_of,
    observe_candidates,
    read_sheet,
)
from digitlens.tune.reach import MarksOnLines, fit_reach, marks_on_lines
from digitlens.tune.regression import fit_choices, fit_conditional, fit_logistic

__all__ = ["TuningJob", "page_reader", "sheets", "tune"]

log = logging.getLogger("digitlens")

GLYPH = ("heat", "digit_score", "agreement", "rival")
SIGN = ("heat", "rival")
GAP_FEATURES = ("gap", "relative", "pitch")
FOR_GLYPHS = 8
"""One in so many sheets is for the glyphs alone: they are many."""

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class TuningJob:
    """The data and the size of a fit.

    Attributes:
        pages: the page network's file.
        lines: the line network's.
        model: the glyph network's.
        seed: of the sheets.
        sheets: how many.
        workers: processes that draw and read.
    """

    pages: Path
    lines: Path
    model: Path
    seed: int
    sheets: int
    workers: int


def tune(job: TuningJob, config: PageConfig, command: str) -> tuple[PageConfig, dict[str, Any]]:
    """Fit all regressions, and bound error rates by what regressions say of sheets that they were not fitted on.

    Lines and pages are judged twofold: each half of the sheets by regressions of the other half. The error rates of
    these judgements are bounded, and the regressions that are kept are fitted on all.

    Args:
        job: what to fit on.
        config: the numbers that stay as they are: scales and limits.
        command: what makes the result again.

    Returns:
        The numbers; and for the card of the page network how well the sheets were read.
    """
    config = _fit_lines_of_glyphs(job, config)
    log.info("Glyphs of %d sheets are fitted.", job.sheets // FOR_GLYPHS)
    numbers = range(job.sheets // FOR_GLYPHS, job.sheets)
    read = [sheet for sheet in _shared(_read, job, config, numbers) if sheet.lines]
    other = PageNetwork.load(job.pages).labels.index(OTHER_WRITING)
    line, alone, page = fit_judges(read, other)
    judged = judged_by_others(read, other)
    bounded = replace(
        config,
        line=line,
        line_alone=alone,
        page=page,
        glyph_risk=fit_risk_steps(*judged["glyphs"]),
        line_risk=fit_risk_steps(*judged["lines"]),
        page_risk=fit_risk_steps(*judged["pages"]),
        fitted_on=f"{job.sheets} drawn sheets, {command}",
    )
    return bounded, _figures(bounded, judged, job)


def _fit_lines_of_glyphs(job: TuningJob, config: PageConfig) -> PageConfig:
    """Fit the numbers of glyphs, gaps, segmentations and reaches of lines, on the first of the sheets."""
    table, gaps = CandidateTable(), list[tuple[dict[str, Floats], NDArray[np.bool_]]]()
    choices, marks = list[tuple[Floats, int]](), list[MarksOnLines]()
    for part, spaces, chosen, written in _shared(_observe, job, config, range(job.sheets // FOR_GLYPHS)):
        _extend(table, part)
        gaps += spaces
        choices += chosen
        marks += written
    line_reach, mark_reach = fit_reach(marks, (config.line_reach, config.mark_reach))
    return replace(
        _fit_glyphs(config, table),
        line_reach=line_reach,
        mark_reach=mark_reach,
        gap=_fit_gaps(gaps),
        path_line=fit_choices(choices, config.path_line),
    )


def _figures(
    config: PageConfig, judged: dict[str, tuple[Floats, NDArray[np.bool_]]], job: TuningJob
) -> dict[str, Any]:
    """Return the figures of the sheets, and of those accepted at the usual error rate."""
    least = Thresholds.of(config, MAX_ERROR)
    figures: dict[str, Any] = {"dataset": f"drawn sheets, seed {job.seed}", "max_error": MAX_ERROR}
    for name, threshold in (("glyphs", least.glyph), ("lines", least.line), ("pages", least.page)):
        sure, wrong = judged[name]
        accepted = sure >= threshold
        figures[name] = {
            "read": len(sure),
            "right": round(1 - float(wrong.mean()), 4),
            "accepted": round(float(accepted.mean()), 4),
            "accepted_right": round(1 - float(wrong[accepted].mean()), 4) if accepted.any() else None,
        }
    return figures


def page_reader(job: TuningJob, config: PageConfig) -> PageReader:
    """A reader of digits and signs with these numbers."""
    network = Network.load(job.model)
    alphabet = Alphabet.of(network.card)
    detector = Detector(PageNetwork.load(job.pages), config)
    recognizer = Recognizer(
        Classifier(network, alphabet, Threshold(1.0)), detector.network.labels, frozenset(SIGNS), config
    )
    return PageReader(detector, recognizer, Witness(LineNetwork.load(job.lines)))


def sheets(job: TuningJob, numbers: range) -> Iterator[Sheet]:
    """Sheets of held-back glyphs, the same for the same seed and numbers."""
    bank, config = GlyphBank.load("held"), SheetConfig.load()
    for number in numbers:
        yield draw_whole(bank, config, np.random.default_rng([job.seed, number]))


def _fit_glyphs(config: PageConfig, table: CandidateTable) -> PageConfig:
    labels = np.concatenate(table.labels)
    known = labels >= 0
    heat, glyph = (
        np.log(np.maximum(np.concatenate(opinion), LABEL_FLOOR)) for opinion in (table.heat, table.glyph)
    )
    told = np.maximum(np.concatenate(table.told), FARTHEST_LABEL)
    of_heat, of_glyph, of_line = fit_conditional([heat[known], glyph[known], told[known]], labels[known])
    features = {name: np.concatenate(values) for name, values in table.features.items()}
    combined = (of_heat * heat + of_glyph * glyph).argmax(axis=1)
    features["agreement"] = glyph[np.arange(len(glyph)), combined]
    is_sign = np.array([name is not None for name in table.named])
    digits = {name: values[~is_sign] for name, values in features.items()}
    signs = {"heat": features["sign_heat"][is_sign], "rival": features["sign_rival"][is_sign]}
    right = np.array([a == b for a, b in zip(table.signs, table.named, strict=True)])
    return replace(
        config,
        label_heat=of_heat,
        label_glyph=of_glyph,
        label_line=of_line,
        glyph=fit_logistic(digits, known[~is_sign], GLYPH, KNOWN),
        sign=fit_logistic(signs, right[is_sign], SIGN, KNOWN),
    )


def _fit_gaps(gaps: list[tuple[dict[str, Floats], NDArray[np.bool_]]]):  # noqa: ANN202
    features = {name: np.concatenate([part[name] for part, _ in gaps]) for name in GAP_FEATURES}
    return fit_logistic(features, np.concatenate([are for _, are in gaps]), GAP_FEATURES)


def _extend(table: CandidateTable, part: CandidateTable) -> None:
    for name, values in part.features.items():
        table.features.setdefault(name, []).extend(values)
    for name in ("heat", "glyph", "told", "labels", "signs", "named"):
        getattr(table, name).extend(getattr(part, name))


def _observe(job: TuningJob, config: PageConfig, numbers: range):  # noqa: ANN202
    reader, table, gaps, choices, marks = page_reader(job, config), CandidateTable(), [], [], []
    labels = reader.recognizer.classifier.alphabet.labels
    for sheet in sheets(job, numbers):
        page = reader.read(sheet.pixels)
        observe_candidates(table, page, sheet, labels)
        choices += choices_of(page, sheet, labels)
        gaps.append(gaps_of(sheet))
        marks.append(marks_on_lines(sheet))
    return [(table, gaps, choices, marks)]


def _read(job: TuningJob, config: PageConfig, numbers: range) -> list[ReadSheet]:
    reader = page_reader(job, config)
    return [read_sheet(reader, sheet) for sheet in sheets(job, numbers)]


def _shared(work, job: TuningJob, config: PageConfig, numbers: range) -> Iterator:  # noqa: ANN001
    """Share sheets out among processes, fifty at a time; what comes back does not depend on how many there are."""
    chunks = [numbers[i : i + 50] for i in range(0, len(numbers), 50)]
    if job.workers <= 1:
        for chunk in chunks:
            yield from work(job, config, chunk)
        return
    with ProcessPoolExecutor(job.workers, get_context("spawn"), use_one_thread) as pool:
        for done in pool.map(work, [job] * len(chunks), [config] * len(chunks), chunks):
            yield from done
