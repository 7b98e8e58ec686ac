"""Figures of pages: answers known by hand, and the same numbers as scoring from outside gives."""

import re
from collections import defaultdict
from dataclasses import asdict

import numpy as np
import pytest

from digitlens.metrics import FIGURES, PageFigures, PageReport, Rate, score_page, wilson


def sure(text: str, but: str = ""):
    """The glyphs of a text, accepted but for the labels in ``but``."""
    return [(label, label not in but) for label in text]


def test_a_page_read_right_with_its_lines():
    page = score_page("4071\n22", "4071\n22", sure("407122"), accepted=True, kind="photo", source="Ann")
    assert asdict(page) == {
        "failed": False,
        "exact": True,
        "lines": True,
        "accepted": True,
        "digits": 6,
        "digit_errors": 0,
        "characters": 7,
        "character_errors": 0,
        "glyphs_accepted": 6,
        "glyphs_accepted_wrong": 0,
        "kind": "photo",
        "source": "Ann",
    }


def test_lines_run_together_are_exact_but_for_the_lines():
    page = score_page("40\n71", "4071")
    assert (page.exact, page.lines, page.digit_errors, page.character_errors) == (True, False, 0, 1)


def test_signs_count_among_characters_alone():
    page = score_page("12x34-5", "12345", sure("12345"))
    assert (page.exact, page.lines, page.digit_errors) == (True, True, 0)
    assert (page.characters, page.character_errors) == (7, 2)


@pytest.mark.parametrize(
    ("wanted", "read"),
    [
        ("8x5", "8×5"),
        ("8*5", "8X5"),
        ("63÷7", "63:7"),
        ("5-3", "5−3"),
        ("1 2  3", " 1 2 3 "),
        ("1\n2", "1\n\n2\n"),
    ],
)
def test_one_sign_written_in_several_ways_is_one(wanted, read):
    assert score_page(wanted, read).character_errors == 0


def test_gaps_count_unless_the_text_tells_none():
    assert score_page("1 2 10", "1210").character_errors == 2
    assert score_page("1210", "1 2 10").character_errors == 2
    without = score_page("1210", "1 2 10", spaces=False)
    assert (without.characters, without.character_errors) == (4, 0)
    assert score_page("12\n10", "12 10", spaces=False).character_errors == 1


def test_signs_are_passed_over_where_the_text_tells_none():
    page = score_page("121 0", "12+1 0=x", signs=False)
    assert (page.characters, page.character_errors) == (5, 0)


def test_a_page_that_could_not_be_read_lacks_everything_even_where_nothing_is_written():
    page = score_page("407", None, accepted=True)
    assert (page.failed, page.exact, page.lines, page.accepted, page.digit_errors) == (
        True,
        False,
        False,
        False,
        3,
    )
    empty = score_page("", None)
    assert (empty.failed, empty.exact, empty.lines, empty.digit_errors) == (True, False, False, 0)
    assert score_page("", "").exact


def test_accepted_glyphs_are_held_against_the_digits_that_they_stand_for():
    """Read 4171 for 4071: the first 1 is wrong, on whichever page and however sure the others are."""
    assert score_page("4071", "4171", sure("4171")).glyphs_accepted_wrong == 1
    page = score_page("4071", "4171", sure("4171", but="1"))
    assert (page.glyphs_accepted, page.glyphs_accepted_wrong) == (2, 0)
    one_too_many = score_page("42", "412", sure("412"), accepted=True)
    assert (one_too_many.glyphs_accepted, one_too_many.glyphs_accepted_wrong) == (3, 1)
    one_left_out = score_page("4071", "407", sure("407"))
    assert (one_left_out.glyphs_accepted, one_left_out.glyphs_accepted_wrong) == (3, 0)


def test_signs_and_what_is_no_glyph_are_not_held_against_digits():
    page = score_page("6.5", "6.5", [("6", True), (".", True), ("", True), ("x", True), ("5", True)])
    assert (page.glyphs_accepted, page.glyphs_accepted_wrong) == (2, 0)


PAGES = [
    score_page("12", "12", sure("12"), accepted=True, kind="photo", source="Ann"),
    score_page("12\n3", "123", sure("123"), accepted=True, kind="photo", source="Ann"),
    score_page("45", "4", sure("4"), accepted=True, kind="scan", source="Ann"),
    score_page("6789", "6189", sure("6189", but="1"), kind="scan", source="Bob"),
    score_page("0", None, kind="", source="Cleo"),
]


def test_sums_by_hand():
    figures = PageFigures.of(PAGES)
    assert (figures.count, figures.failures) == (5, 1)
    assert figures.rates() == {
        "exact": Rate(2, 5),
        "lines": Rate(1, 5),
        "digit_error_rate": Rate(3, 12),
        "character_error_rate": Rate(4, 13),
        "accepted": Rate(3, 5),
        "accepted_right": Rate(2, 3),
        "glyphs_accepted_wrong": Rate(0, 9),
    }


def test_by_kind_by_source_and_the_mean_over_sources():
    report = PageReport.of(PAGES)
    assert {kind: figures.exact for kind, figures in report.by_kind.items()} == {
        "": Rate(0, 1),
        "photo": Rate(2, 2),
        "scan": Rate(0, 2),
    }
    assert {source: figures.count for source, figures in report.by_source.items()} == {
        "Ann": 3,
        "Bob": 1,
        "Cleo": 1,
    }
    means = report.mean_over_sources()
    assert means["exact"] == pytest.approx((2 / 3 + 0 + 0) / 3)
    assert means["digit_error_rate"] == pytest.approx((1 / 7 + 1 / 4 + 1) / 3)
    assert means["accepted_right"] == pytest.approx(2 / 3)  # Bob and Cleo have no accepted page
    assert list(report.by_source) == ["Ann", "Bob", "Cleo"]


def test_no_pages_are_no_error():
    report = PageReport.of([])
    assert report.total.rates() == dict.fromkeys(FIGURES, Rate(0, 0))
    assert report.mean_over_sources() == dict.fromkeys(FIGURES)
    assert report.to_dict()["by_source"] == {}


def test_plain_values_have_every_figure_with_its_interval():
    told = PageReport.of(PAGES).to_dict()
    low, high = wilson(2, 5)
    assert told["exact"] == {"value": 0.4, "count": 2, "of": 5, "interval": [round(low, 6), round(high, 6)]}
    assert set(FIGURES) < set(told)
    assert told["mean_over_sources"]["exact"] == 0.222222
    assert told["by_kind"]["photo"]["exact"]["value"] == 1
    assert told["by_source"]["Cleo"]["failures"] == 1


def test_the_same_numbers_as_from_outside():
    """Scored from the JSON of the command line alone, by the arithmetic of those who do so."""
    rng = np.random.default_rng(7)
    rows = [made_up(rng) for _ in range(300)]
    report = PageReport.of(
        [
            score_page(wanted, None if failed else read, accepted=accepted, source=source, kind=source[:1])
            for wanted, read, accepted, failed, source in rows
        ]
    )
    found, expected = report.total, from_outside(rows)
    assert 0 < found.failures < 100 < found.exact.count < 250
    assert {
        "n": found.count,
        "exact": round(found.exact.value, 4),
        "by_kind": {kind: round(figures.exact.value, 4) for kind, figures in report.by_kind.items()},
        "by_source": round(report.mean_over_sources()["exact"] or 0, 4),
        "lines": round(found.lines.value, 4),
        "digit_error_rate": round(found.digit_error_rate.value, 4),
        "coverage": round(found.accepted.value, 4),
        "accepted_precision": round(found.accepted_right.value, 4),
        "failures": found.failures,
    } == expected


def made_up(rng: np.random.Generator) -> tuple[str, str, bool, bool, str]:
    """Lines of digits and signs, and them misread: digits changed, left out, put in, lines joined, signs lost."""
    wanted = "\n".join(
        "".join(rng.choice(list("0123456789+ x,"), rng.integers(0, 8))) for _ in range(rng.integers(1, 4))
    )
    read, worse = "", rng.choice([0.0, 0.1])
    for sign in wanted:
        read += str(rng.choice([sign, "", "7", sign + "1"], p=[1 - worse, worse / 2, worse / 4, worse / 4]))
    if rng.random() < 0.3:
        read = read.replace("+", "").replace("\n", "", 1)
    accepted, failed = rng.random() < 0.6, rng.random() < 0.05
    return wanted, read, bool(accepted), bool(failed), str(rng.choice(["", "Ann", "Al", "Bob"]))


def from_outside(rows) -> dict[str, object]:
    """The figures of the readings, by arithmetic that shares nothing with the library."""
    tally, by = defaultdict(int), {"kind": defaultdict(list), "source": defaultdict(list)}
    for wanted, text, sure_of_it, failed, source in rows:
        have = [re.sub(r"\D", "", line) for line in ("" if failed else text).split("\n")]
        want = [re.sub(r"\D", "", line) for line in wanted.split("\n")]
        accepted = sure_of_it and not failed
        right = not failed and "".join(want) == "".join(have)
        row = list(range(len("".join(want)) + 1))
        for i, x in enumerate("".join(have), 1):
            diagonal, row[0] = row[0], i
            for j, y in enumerate("".join(want), 1):
                diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
        for name, more in {
            "right": right,
            "lines": not failed and want == have,
            "failures": failed,
            "accepted": accepted,
            "accepted_right": accepted and right,
            "digits": len("".join(want)),
            "errors": row[-1],
        }.items():
            tally[name] += more
        by["kind"][source[:1]].append(right)
        by["source"][source].append(right)
    means = {name: {key: sum(v) / len(v) for key, v in groups.items()} for name, groups in by.items()}
    n = len(rows)
    return {
        "n": n,
        "exact": round(tally["right"] / n, 4),
        "by_kind": {key: round(mean, 4) for key, mean in means["kind"].items()},
        "by_source": round(
            sum(round(mean, 4) for mean in means["source"].values()) / len(means["source"]), 4
        ),
        "lines": round(tally["lines"] / n, 4),
        "digit_error_rate": round(tally["errors"] / tally["digits"], 4),
        "coverage": round(tally["accepted"] / n, 4),
        "accepted_precision": round(tally["accepted_right"] / tally["accepted"], 4),
        "failures": tally["failures"],
    }
