"""What speaks against a line or page: a glyph missed, one cut, opinions that differ, writing beside it."""

from dataclasses import replace
from math import log

import numpy as np
import pytest

from digitlens.imaging import FRAME_SIDE
from digitlens.model import Detections, PageConfig, RiskStep
from digitlens.reader.acceptance import ABSENT, FARTHEST_HEARD, Thresholds, line_evidence, page_features
from digitlens.reader.candidates import Candidates
from digitlens.reader.detect import Found
from digitlens.reader.layout import find_text_lines
from digitlens.reader.page import Page, TextLine
from digitlens.reader.witness import Heard

OTHER = 2  # of the labels "0", "1" and other writing
FRAME = np.zeros((FRAME_SIDE, FRAME_SIDE), np.uint8)


def logit(p: float) -> float:
    return log(p / (1 - p))


def place(column: float, row: float = 0) -> list[float]:
    """A box of 20 by 30 pixels, 30 to the next, 60 to the next line."""
    return [100 + 30 * column, 100 + 60 * row, 20, 30]


def page(
    boxes: list[list[float]],
    taken: list[tuple[int, ...]],
    heat: dict[int, tuple[float, float, float]] | None = None,
    glyph: dict[int, tuple[float, float]] | None = None,
    signs: dict[int, str] | None = None,
    log_odds: dict[int, float] | None = None,
) -> Page:
    """A page of 400 by 400 with candidates that are 0 as both networks say, but those of whom it is told otherwise."""
    count = len(boxes)
    heats = np.array([(heat or {}).get(i, (0.9, 0.0, 0.0)) for i in range(count)])
    opinions = np.array([(glyph or {}).get(i, (0.99, 0.01)) for i in range(count)])
    candidates = Candidates(
        np.array(boxes, float),
        heats,
        np.array([(0.98, 0.02)] * count),
        np.array([(log_odds or {}).get(i, 4.0) for i in range(count)]),
        tuple((signs or {}).get(i) for i in range(count)),
        (FRAME,) * count,
        {},
        opinions,
        heats[:, :2],
        np.zeros_like(opinions),
    )
    pixels = np.full((400, 400), 255, np.uint8)
    detections = Detections(np.array(boxes, np.float32), heats.astype(np.float32))
    read = [row for line in taken for row in line]
    return Page(
        Found(detections, pixels.astype(np.float32), 1.0),
        pixels,
        np.eye(2, 3),
        candidates,
        tuple(TextLine(line, line, 5.0) for line in taken),
        find_text_lines(np.array(boxes, float)[read], 0.72, 0.88),
    )


def evidence(page: Page, line: int = 0):
    taken = page.lines[line].taken
    return line_evidence(page, page.lines[line], OTHER, ["0"] * len(taken))


def test_a_line_with_nothing_against_it():
    told = evidence(page([place(0), place(1), place(2)], [(0, 1, 2)]))
    assert (told.missed, told.cut) == (None, None)
    features = told.features
    assert features["missed"] == features["other"] == ABSENT
    assert features["cut"] == features["differ"] == features["signs"] == 0
    assert features["few"] == pytest.approx(1 / 3)
    assert features["margin"] == 5.0
    sure = 0.98 / (1 + np.exp(-4.0))
    assert features["weakest"] == pytest.approx(logit(sure))
    assert features["together"] == pytest.approx(3 * log(sure))
    assert features["together_odds"] == pytest.approx(logit(sure**3))


def test_the_weakest_glyph_is_named():
    told = evidence(page([place(0), place(1), place(2)], [(0, 1, 2)], log_odds={1: -1.0}))
    assert told.weakest == 1
    assert told.features["weakest"] == pytest.approx(logit(0.98 / (1 + np.exp(1.0))))


@pytest.mark.parametrize("column", [-1, 1.5, 5])
def test_a_glyph_missed_on_the_line_counts_and_is_named(column):
    boxes = [place(0), place(1), place(2.5 if column == 1.5 else 2), place(3.5), place(column)]
    if column == 1.5:
        boxes[4] = place(1.8)
    told = evidence(page(boxes, [(0, 1, 2, 3)], heat={4: (0.1, 0.6, 0.2)}))
    assert told.missed == 4
    assert told.features["missed"] == pytest.approx(logit(0.6))
    assert told.features["other"] == pytest.approx(logit(0.2))


def test_other_writing_beside_the_line_counts_and_is_named():
    told = evidence(page([place(0), place(1), place(2)], [(0, 1)], heat={2: (0.05, 0.05, 0.9)}))
    assert told.missed == 2
    assert told.features["other"] == pytest.approx(logit(0.9))
    assert told.features["missed"] == pytest.approx(logit(0.05))


def test_what_lies_on_a_glyph_that_was_read_or_elsewhere_is_not_missed():
    part = [105.0, 105.0, 10.0, 12.0]
    told = evidence(page([place(0), place(1), part, place(9), place(0, row=2)], [(0, 1)]))
    assert told.missed is None
    assert told.features["missed"] == ABSENT


@pytest.mark.parametrize("box", [[0, 100, 20, 30], [381, 100, 19, 30], [100, 1, 20, 30], [100, 370, 20, 30]])
def test_a_glyph_at_the_edge_may_be_cut(box):
    told = evidence(page([place(3, row=1), box], [(0, 1)]))
    assert told.cut == 1
    assert told.features["cut"] == 1.0


def test_opinions_that_differ_are_counted_but_not_those_of_signs():
    told = evidence(
        page(
            [place(0), place(1), place(2)], [(0, 1, 2)], glyph={0: (0.2, 0.8), 2: (0.1, 0.9)}, signs={2: "-"}
        )
    )
    assert told.features["differ"] == 1.0
    assert told.features["signs"] == 1.0


def test_small_glyphs_are_told():
    small = [[100.0, 100, 6, 10], [112.0, 100, 6, 10]]
    assert evidence(page(small, [(0, 1)])).features["small"] == pytest.approx(log(2))
    assert evidence(page([place(0), place(1)], [(0, 1)])).features["small"] == 0.0


def test_a_page_is_judged_by_its_worst_line_and_what_was_left_out():
    whole = page(
        [place(0), place(1), place(0, row=1), place(8, row=4)],
        [(0, 1), (2,)],
        heat={3: (0.3, 0.7, 0.9)},
    )
    lines = [evidence(whole, 0), evidence(whole, 1)]
    features, left = page_features(whole, lines, [3.0, 1.0], OTHER)
    assert left == 3
    assert features["unread"] == pytest.approx(logit(0.7))
    assert features["weakest"] == 1.0
    both = log(1 / (1 + np.exp(-3.0))) + log(1 / (1 + np.exp(-1.0)))
    assert features["together"] == pytest.approx(both)
    assert features["lines"] == pytest.approx(log(2))
    assert features["crowded"] == pytest.approx(log(5))


def test_a_page_of_which_all_is_read_has_nothing_left():
    whole = page([place(0), place(1)], [(0, 1)])
    features, left = page_features(whole, [evidence(whole)], [2.0], OTHER)
    assert left is None
    assert features["unread"] == ABSENT


def test_thresholds_are_those_of_glyphs_lines_and_pages():
    config = PageConfig(
        glyph_risk=(RiskStep(0.9, 5000, 0, 0.0006),), line_risk=(RiskStep(0.8, 5000, 20, 0.0058),)
    )
    assert Thresholds.of(config, 0.01) == Thresholds(0.9, 0.8, np.inf)
    assert Thresholds.of(config, 0.001) == Thresholds(0.9, np.inf, np.inf)


def test_where_none_promises_enough_for_lines_and_pages_what_was_measured_counts():
    steps = (
        RiskStep(0.95, 500, 2, 0.0125),
        RiskStep(0.8, 5000, 20, 0.0058),
        RiskStep(0.5, 6000, 90, 0.0179),
        RiskStep(0.4, 7000, 140, 0.0230),
    )
    config = PageConfig(glyph_risk=steps, line_risk=steps, page_risk=steps, whole_error=3.0)
    assert Thresholds.of(config, 0.0052) == Thresholds(np.inf, 0.5, 0.5)  # 90.5 of 6,001 are expected
    assert Thresholds.of(config, 0.0050).line == 0.8
    assert Thresholds.of(config, 0.017).line == 0.8  # it is promised
    assert Thresholds.of(config, 1e-7).page == np.inf


def test_what_the_line_network_says_counts():
    """It is sure of 00 and takes the second for a 1 in one step of ten; beside them it sees other writing."""
    none, zero, one = np.eye(3)[[2, 0, 1]]
    steps = np.stack([none, zero, none, 0.9 * zero + 0.1 * one, none])
    heard = Heard(("0", "1", ""), np.insert(steps, 2, 0.0, axis=1), np.array([0, 0, 0, 0, 0.6]))
    read = page([place(0), place(1)], [(0, 1)])
    line = replace(read.lines[0], heard=heard)
    told = line_evidence(read, line, OTHER, ["0", "0"]).features
    assert told["heard"] == pytest.approx(log(0.9))
    assert told["heard_odds"] == pytest.approx(logit(0.9))
    assert told["heard_other"] == pytest.approx(logit(0.6))
    assert line_evidence(read, line, OTHER, ["0", "1"]).features["heard"] == pytest.approx(log(0.1))
    assert line_evidence(read, line, OTHER, ["1", "1"]).features["heard"] == FARTHEST_HEARD
