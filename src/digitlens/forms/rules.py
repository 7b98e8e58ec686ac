"""Checks that people make by hand: sums, ranges, check digits, dates that exist, numbers that must differ."""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from digitlens.forms.form import Form
from digitlens.forms.parts import FormCheck, FormField
from digitlens.reader.tables.checks import Check, number, sum_check

__all__ = ["checks_of", "is_date", "is_iban", "is_isbn", "is_luhn", "is_mod11"]


def checks_of(form: Form) -> tuple[Check, ...]:
    """The checks of a form: those that it names, the ranges of its fields, and that its dates exist."""
    fields = {field.name: field for field in form.fields}
    own = (check for field in form.fields for check in _of_field(field))
    named = (check for told in form.checks for check in _named(told, fields))
    return (*named, *own)


def _of_field(field: FormField) -> Iterator[Check]:
    if field.range is not None:
        yield _range(field.name, field.range, _places(field))
    if field.kind == "date":
        written = field.format if not field.comb else re.sub("[^DMY]", "", field.format)
        yield Check(
            "date", (field.name,), _each(lambda text: is_date(text, written)), 0.995, f"{field.name} exists"
        )


def _named(told: FormCheck, fields: Mapping[str, FormField]) -> Iterator[Check]:
    """The checks that a table of the TOML file tells."""
    if told.kind == "sum" and told.equals is not None:
        yield sum_check(
            told.of, told.equals, {name: _places(field) for name, field in fields.items()}, told.trust
        )
    elif told.kind == "distinct":
        yield Check("distinct", told.of, _differ, told.trust, f"{', '.join(told.of)} differ")
    elif told.kind == "range" and told.range is not None:
        yield from (_range(name, told.range, _places(fields[name]), told.trust) for name in told.of)
    else:
        test = {"luhn": is_luhn, "isbn": is_isbn, "iban": is_iban, "mod11": is_mod11}.get(told.kind)
        for name in told.of:
            one = test or (lambda text, written=fields[name].format: is_date(text, written))
            yield Check(told.kind, (name,), _each(one), told.trust, f"{told.kind} of {name}")


def _places(field: FormField) -> int:
    return field.decimals if field.comb else 0


def _range(name: str, limits: tuple[float, float], decimals: int, trust: float = 0.98) -> Check:
    least, most = limits

    def holds(text: str) -> bool:
        found = number(text, decimals)
        return found is not None and least <= found <= most

    return Check("range", (name,), _each(holds), trust, f"{name} from {least:g} to {most:g}")


def _each(test: Callable[[str], bool]) -> Callable[[Sequence[str]], bool]:
    """A test of one cell, which holds where nothing is written."""
    return lambda texts: texts[0] in ("", "-") or test(texts[0])


def _differ(texts: Sequence[str]) -> bool:
    written = [text for text in texts if text not in ("", "-")]
    return len({*written}) == len(written)


def _digits(text: str) -> list[int]:
    return [int(character) for character in text if character.isdecimal()]


def is_luhn(text: str) -> bool:
    """Tell if a number's last digit is its check digit by Luhn (US patent 2,950,048, 1960), as on payment cards."""
    digits = _digits(text)[::-1]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return len(digits) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def is_isbn(text: str) -> bool:
    """Tell if it is an ISBN of 10 or 13 places (ISO 2108)."""
    plain = re.sub("[^0-9Xx]", "", text).upper()
    if re.fullmatch("[0-9]{13}", plain):
        return sum(int(digit) * (1, 3)[i % 2] for i, digit in enumerate(plain)) % 10 == 0
    return bool(re.fullmatch("[0-9]{9}[0-9X]", plain)) and _weighed(plain) % 11 == 0


def is_mod11(text: str) -> bool:
    """Tell if digits weighed by 2, 3, 4 ... from the right make a multiple of 11; the last may be X, for ten."""
    plain = re.sub("[^0-9Xx]", "", text).upper()
    return bool(re.fullmatch("[0-9]+[0-9X]", plain)) and _weighed(plain) % 11 == 0


def _weighed(plain: str) -> int:
    return sum(
        (10 if digit == "X" else int(digit)) * weight for weight, digit in enumerate(reversed(plain), 1)
    )


def is_iban(text: str) -> bool:
    """Tell if it is an IBAN by its check digits (ISO 13616, ISO 7064 MOD 97-10)."""
    plain = re.sub("[^0-9A-Za-z]", "", text).upper()
    if not re.fullmatch("[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}", plain):
        return False
    return int("".join(str(int(character, 36)) for character in plain[4:] + plain[:4])) % 97 == 1


def is_date(text: str, written: str = "DD.MM.YYYY") -> bool:
    """Tell if a day exists; of years of two digits, in this century or the last."""
    if len(text) != len(written):
        return False
    parts = {key: "".join(c for c, place in zip(text, written, strict=True) if place == key) for key in "DMY"}
    if not all(part.isdecimal() for part in parts.values()):
        return False
    year = int(parts["Y"]) + (2000 if len(parts["Y"]) == 2 else 0)
    try:
        return 1900 <= datetime.date(year, int(parts["M"]), int(parts["D"])).year <= 2100
    except ValueError:
        return False
