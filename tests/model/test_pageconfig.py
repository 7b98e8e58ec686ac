"""The numbers of page reading: kept whole in a file, and refused in a sentence where the file is damaged."""

import json
from dataclasses import asdict, replace
from math import inf
from pathlib import Path

import numpy as np
import pytest

from digitlens.errors import InvalidModel
from digitlens.model import Logistic, PageConfig, RiskStep, accepting_threshold, config_path, fit_risk_steps
from digitlens.model.risk import binomial_upper

CONFIG = PageConfig(
    glyph_height=30.0,
    line=Logistic(-1.5, {"weakest": 0.75, "cut": -2.0}, {"weakest": [(1.5, -0.5), (3.0, -0.25)]}),
    glyph_risk=(RiskStep(0.99, 2000, 1, 0.002), RiskStep(0.9, 4000, 30, 0.0103)),
    fitted_on="4 drawn sheets, digitlens tune",
)


def test_what_is_saved_is_loaded_again(tmp_path):
    path = config_path(tmp_path / "pages.onnx")
    CONFIG.save(path)
    assert path == tmp_path / "pages.config.json"
    assert PageConfig.load(path) == CONFIG
    assert [file.name for file in tmp_path.iterdir()] == ["pages.config.json"]


def test_a_term_changes_its_weight_at_its_bends():
    assert CONFIG.line.log_odds({"weakest": 4.0, "cut": 1.0}) == -1.5 + 3 - 2 - 0.5 * 2.5 - 0.25 * 1.0
    assert CONFIG.line.log_odds({"weakest": 1.0, "cut": 0.0}) == -1.5 + 0.75


def test_a_file_of_before_there_were_bends_is_read(tmp_path):
    told = asdict(replace(CONFIG, line=Logistic(-1.5, {"weakest": 0.75})))
    del told["line"]["bends"]
    path = tmp_path / "pages.config.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    assert PageConfig.load(path).line == Logistic(-1.5, {"weakest": 0.75})


def damaged(**changes: object) -> str:
    return json.dumps({**asdict(CONFIG), **changes})


LACKING = json.dumps({name: value for name, value in asdict(CONFIG).items() if name != "overlap"})


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "7",
        "null",
        LACKING,
        damaged(line=3),
        damaged(line={"bias": 1.0}),
        damaged(gap={"bias": "much", "weights": {}}),
        damaged(page_risk=[{"threshold": 1.0}]),
        damaged(page_risk=[7]),
        "[" * 100_000,
        " " * 2**19,
    ],
)
def test_a_damaged_file_is_refused_in_a_sentence(tmp_path, content):
    path = tmp_path / "pages.config.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidModel, match="does not hold the numbers of page reading") as raised:
        PageConfig.load(path)
    assert str(path) in str(raised.value)
    assert str(raised.value).endswith("`digitlens tune` writes them anew.")


def test_a_missing_file_is_told(tmp_path: Path):
    with pytest.raises(InvalidModel, match=r"is missing: .* `digitlens tune` writes them"):
        PageConfig.load(tmp_path / "pages.config.json")


def test_log_odds_are_linear_in_the_features_named():
    logistic = Logistic(-1.0, {"a": 2.0, "b": -0.5})
    assert logistic.log_odds({"a": 3.0, "b": 4.0, "c": 99.0}) == 3.0
    np.testing.assert_allclose(
        logistic.log_odds({"a": np.array([0.0, 1.0]), "b": np.array([2.0, 0.0])}), [-2.0, 1.0]
    )
    assert replace(CONFIG, gap=Logistic(4.0, {})).gap.log_odds({}) == 4.0


@pytest.mark.parametrize(
    ("failed", "count", "upper"), [(0, 60, 0.0487), (1, 100, 0.0466), (5, 1000, 0.01048), (3, 3, 1.0)]
)
def test_the_interval_is_that_of_clopper_and_pearson(failed, count, upper):
    assert binomial_upper(failed, count) == pytest.approx(upper, abs=1e-4)


STEPS = (
    RiskStep(0.999, 50, 0, binomial_upper(0, 50)),  # too few to tell 1 %
    RiskStep(0.99, 1000, 2, binomial_upper(2, 1000)),  # 0.63 %
    RiskStep(0.95, 2000, 10, binomial_upper(10, 2000)),  # 0.85 %
    RiskStep(0.9, 3000, 60, binomial_upper(60, 3000)),  # 2.5 %
    RiskStep(0.5, 9000, 70, binomial_upper(70, 9000)),  # 0.95 %, behind one that failed
)


@pytest.mark.parametrize(
    ("max_error", "threshold"), [(0.01, 0.95), (0.007, 0.99), (0.001, inf), (0.07, 0.5), (0.03, 0.5)]
)
def test_the_lowest_threshold_before_the_first_that_fails_is_accepted(max_error, threshold):
    assert accepting_threshold(STEPS, max_error) == threshold


def test_nothing_is_accepted_where_nothing_was_held_back():
    assert accepting_threshold((), 0.5) == inf


def test_steps_count_what_is_accepted_and_wrong_there():
    acceptance_score = np.linspace(1, 0, 1000)
    steps = fit_risk_steps(acceptance_score, acceptance_score < 0.2)
    (half,) = (step for step in steps if step.accepted == 500)
    assert (half.errors, half.bound) == (0, pytest.approx(1 - 0.05 ** (1 / 500), rel=1e-6))
    assert steps[-1].threshold == 0.0
    assert (steps[-1].accepted, steps[-1].errors) == (1000, 200)
