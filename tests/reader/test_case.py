"""Cases told by height."""

import numpy as np
import pytest

from digitlens.reader.case import MOST_HEIGHT_COST, has_cases, height_odds

LABELS = tuple("0CchosSO")


def settled(heights: list[float], read: str) -> str:
    """What a line reads when nothing but heights tells both cases apart."""
    odds = height_odds(np.array(heights), read, LABELS)
    assert odds is not None
    plain = np.array([[label.casefold() == one.casefold() for label in LABELS] for one in read])
    return "".join(LABELS[i] for i in (plain * odds).argmax(axis=1))


def test_what_is_small_beside_a_tall_letter_is_lower_case() -> None:
    assert settled([50, 30, 31], "hCO") == "hco"
    assert settled([50, 49, 52], "hco") == "hCO"
    assert settled([20, 20, 31], "oSh") == "osh"


def test_where_all_look_alike_the_highest_is_a_capital() -> None:
    assert settled([30, 48, 29], "sSo") == "sSo"
    assert height_odds(np.array([30.0, 33.0]), "sS", LABELS) is None
    assert height_odds(np.array([30.0]), "h", LABELS) is None


def test_a_height_never_rules_a_label_out() -> None:
    odds = height_odds(np.array([10.0, 80.0]), "hh", LABELS)
    assert odds is not None
    assert odds.min() == pytest.approx(np.exp(-MOST_HEIGHT_COST))
    assert odds.max() <= 1


def test_only_alphabets_with_both_cases_are_weighed() -> None:
    assert has_cases(LABELS)
    assert not has_cases("0123456789")
    assert not has_cases("ABC")
    assert not has_cases("abc0")
