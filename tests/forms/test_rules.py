"""Checks that people do by hand: what holds and what does not."""

from decimal import Decimal

import pytest

from digitlens.forms import Form
from digitlens.forms.rules import checks_of, is_date, is_iban, is_isbn, is_luhn, is_mod11
from digitlens.reader.tables.checks import number, sum_check


@pytest.mark.parametrize(
    ("test", "right", "wrong"),
    [
        (is_luhn, "4539578763621486", "4539578763621487"),
        (is_isbn, "0-306-40615-2", "0-306-40615-3"),
        (is_isbn, "080442957X", "0804429579"),
        (is_isbn, "978-0-306-40615-7", "978-0-306-40615-1"),
        (is_iban, "GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765423"),
        (is_mod11, "0306406152", "0306406125"),
        (is_date, "29.02.2024", "29.02.2023"),
        (is_date, "31.12.1999", "31.11.1999"),
        (is_date, "01.01.2024", "1.1.2024"),
    ],
)
def test_check_digits_and_dates(test, right, wrong):
    assert test(right)
    assert not test(wrong)


def test_a_date_is_read_as_it_is_written():
    assert is_date("2024-02-29", "YYYY-MM-DD")
    assert not is_date("2024-29-02", "YYYY-MM-DD")
    assert is_date("290224", "DDMMYY")
    assert not is_date("290223", "DDMMYY")


@pytest.mark.parametrize(
    ("text", "decimals", "value"),
    [
        ("12", 0, "12"),
        ("12,50", 0, "12.5"),
        ("1250", 2, "12.5"),
        ("12.5", 2, "12.5"),
        ("", 0, "0"),
        ("-", 2, "0"),
    ],
)
def test_numbers(text, decimals, value):
    assert number(text, decimals) == Decimal(value)


def test_what_is_no_number_is_none():
    assert number("1-2") is None
    assert number("x") is None


def test_sums_with_and_without_a_sign():
    check = sum_check(["a", "b"], "c", {"a": 2})
    assert check.names == ("a", "b", "c")
    assert check.holds(("1250", "2,5", "15"))
    assert not check.holds(("1250", "2,5", "16"))
    assert not check.holds(("12x", "1", "13"))


def test_a_form_brings_its_checks():
    form = Form.of(
        {
            "pages": [{"file": "a.png"}],
            "fields": [
                {"name": "a", "box": [0, 0, 9, 9], "range": [0, 20]},
                {"name": "b", "box": [0, 0, 9, 9], "kind": "date", "comb": 8},
                {"name": "c", "box": [0, 0, 9, 9]},
            ],
            "checks": [{"kind": "luhn", "of": ["a", "c"]}, {"kind": "distinct", "of": ["a", "c"]}],
        }
    )
    found = {(check.kind, check.names): check for check in checks_of(form)}
    assert set(found) == {
        ("luhn", ("a",)),
        ("luhn", ("c",)),
        ("distinct", ("a", "c")),
        ("range", ("a",)),
        ("date", ("b",)),
    }
    assert found["range", ("a",)].holds(["20"])
    assert not found["range", ("a",)].holds(["21"])
    assert found["date", ("b",)].holds(["29022024"])
    assert found["distinct", ("a", "c")].holds(["", ""])
    assert not found["distinct", ("a", "c")].holds(["7", "7"])
