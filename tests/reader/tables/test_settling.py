"""The joint search: what cells say once it is known what must hold among them."""

from math import log

import pytest

from digitlens.forms.rules import is_luhn
from digitlens.reader.tables import Candidate, Cell, Check, settle, sum_check


def cell(*chances: tuple[str, float], accepted: bool = True) -> Cell:
    """A cell that says the first of some texts, each with its probability."""
    told = tuple(Candidate(text, log(p)) for text, p in chances)
    return Cell(chances[0][0], chances[0][1], accepted, None if accepted else "unsure", candidates=told)


def sure(text: str) -> Cell:
    return cell((text, 0.9999), ("0", 0.0001))


def test_a_total_chooses_the_reading_that_fits_and_bears_out_the_whole_row():
    row = {"a": sure("12"), "b": cell(("41", 0.8), ("47", 0.2), accepted=False), "total": sure("59")}
    found = settle(row, [sum_check(["a", "b"], "total")])
    assert found.cells["b"].text == "47"
    assert found.cells["b"].second == "41"
    assert all(one.accepted for one in found.cells.values())
    assert found.doubts == ("b was read as 41 and is taken for 47",)


def test_a_cell_in_doubt_is_accepted_because_its_total_fits():
    row = {"a": cell(("7", 0.9), ("1", 0.1), accepted=False), "b": sure("5"), "total": sure("12")}
    found = settle(row, [sum_check(["a", "b"], "total")]).cells["a"]
    assert (found.text, found.accepted, found.reason) == ("7", True, None)
    assert found.confidence > 0.995


def test_two_readings_that_both_fit_stay_in_doubt():
    row = {
        "a": cell(("1", 0.6), ("7", 0.4), accepted=False),
        "b": cell(("7", 0.5), ("1", 0.5), accepted=False),
        "total": sure("8"),
    }
    found = settle(row, [sum_check(["a", "b"], "total")]).cells
    assert not found["a"].accepted
    assert not found["b"].accepted


def test_a_sum_that_no_likely_reading_makes_fit_is_the_writers_and_is_told():
    row = {"a": sure("12"), "b": sure("41"), "total": sure("59")}
    found = settle(row, [sum_check(["a", "b"], "total")])
    assert [one.text for one in found.cells.values()] == ["12", "41", "59"]
    assert {one.reason for one in found.cells.values()} == {"sum"}
    assert found.doubts == ("a + b = total does not hold",)


def test_rows_that_add_up_leave_the_doubt_to_the_total_below():
    cells = {
        "a1": sure("1"),
        "b1": sure("2"),
        "t1": sure("3"),
        "a2": sure("4"),
        "b2": sure("5"),
        "t2": sure("9"),
    }
    cells |= {"a": sure("5"), "b": sure("8")}
    rows = [sum_check(["a1", "b1"], "t1"), sum_check(["a2", "b2"], "t2")]
    found = settle(cells, [*rows, sum_check(["a1", "a2"], "a"), sum_check(["b1", "b2"], "b")]).cells
    assert [name for name, one in found.items() if not one.accepted] == ["b"]


def test_rows_and_columns_together_find_what_neither_does():
    """1 and 7 changed in one row fit its total; the columns tell which is which."""
    doubt = cell(("1", 0.5), ("7", 0.5), accepted=False), cell(("7", 0.5), ("1", 0.5), accepted=False)
    cells = {
        "a1": doubt[0],
        "b1": doubt[1],
        "t1": sure("8"),
        "a2": sure("2"),
        "b2": sure("3"),
        "t2": sure("5"),
    }
    cells |= {"a": sure("9"), "b": sure("4")}
    checks = [sum_check(["a1", "b1"], "t1"), sum_check(["a2", "b2"], "t2")]
    checks += [sum_check(["a1", "a2"], "a"), sum_check(["b1", "b2"], "b")]
    found = settle(cells, checks).cells
    assert (found["a1"].text, found["b1"].text) == ("7", "1")
    assert all(one.accepted for one in found.values())


def test_a_check_digit_chooses():
    number = cell(
        ("4539578763621488", 0.7), ("4539578763621486", 0.29), ("4539578763621480", 0.01), accepted=False
    )
    check = Check("luhn", ("card",), lambda texts: is_luhn(texts[0]), 0.999)
    found = settle({"card": number}, [check]).cells["card"]
    assert found.text == "4539578763621486"
    assert found.confidence == pytest.approx(0.99, abs=0.02)


def test_a_range_takes_and_never_gives():
    check = Check("range", ("a",), lambda texts: int(texts[0]) <= 20)
    found = settle({"a": cell(("17", 0.9), ("11", 0.1), accepted=False)}, [check]).cells["a"]
    assert (found.text, found.accepted) == ("17", False)
    found = settle({"a": cell(("99", 0.999), ("20", 0.001))}, [check]).cells["a"]
    assert (found.text, found.accepted, found.reason) == ("99", False, "range")


def test_checks_of_cells_that_are_not_there_are_left_out():
    found = settle({"a": sure("1")}, [sum_check(["a", "b"], "total")])
    assert found.cells["a"] == sure("1")
    assert found.doubts == ()
