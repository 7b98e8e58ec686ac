"""What people check by hand: sums, ranges, check digits, dates that exist, numbers that must differ."""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import log

from digitlens.forms.form import Form, FormCheck, FormField

__all__ = [
    "Check",
    "checks_of",
    "is_date",
    "is_iban",
    "is_isbn",
    "is_luhn",
    "is_mod11",
    "number",
    "sum_check",
]

STRONG = {"sum": 100.0, "luhn": 10.0, "isbn": 11.0, "iban": 97.0, "mod11": 11.0}
"""Checks that hold by chance once in so many times."""

WEAK = {"date": 27.0, "range": 1.0, "distinct": 1.0}
"""Those that say something against a reading, but little for it."""


@dataclass(frozen=True)
class Check:
    """Something that must hold among cells.

    Attributes:
        kind: its name.
        names: the cells.
        holds: whether it does, given the text of each.
        trust: how often it holds where people write.
        sentence: what it says, for people.
    """

    kind: str
    names: tuple[str, ...]
    holds: Callable[[Sequence[str]], bool]
    trust: float = 0.98
    sentence: str = ""

    @property
    def is_strong(self) -> bool:
        """Whether it speaks for a reading that fits."""
        return self.kind in STRONG

    @property
    def chance(self) -> float:
        """How often it holds of a wrong reading."""
        return 1 / (STRONG | WEAK)[self.kind]

    @property
    def penalty(self) -> float:
        """What speaks against a reading for which it does not hold, nats."""
        return -log(max(1 - self.trust, 1e-6) * self.chance)


def number(text: str, decimals: int = 0) -> Decimal | None:
    """The number that a text says; nothing, or a dash, is 0; None where it says none.

    Args:
        text: digits, with a point or comma before the decimal places.
        decimals: places that a text without a sign has.
    """
    if text in ("", "-"):
        return Decimal(0)
    try:
        found = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return found.scaleb(-decimals) if decimals and not re.search("[.,]", text) else found


def sum_check(
    of: Sequence[str], equals: str, decimals: Mapping[str, int] | None = None, trust: float = 0.98
) -> Check:
    """That cells add up to another one; one without any of them written adds up to nothing that is written."""
    places = decimals or {}

    def holds(texts: Sequence[str]) -> bool:
        named = zip((*of, equals), texts, strict=True)
        *parts, total = (number(text, places.get(name, 0)) for name, text in named)
        return total is not None and None not in parts and sum(filter(None, parts)) == total

    return Check("sum", (*of, equals), holds, trust, f"{' + '.join(of)} = {equals}")


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
    """Whether a number's last digit is its check digit by Luhn (US patent 2,950,048, 1960), as on payment cards."""
    digits = _digits(text)[::-1]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return len(digits) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def is_isbn(text: str) -> bool:
    """Whether it is an ISBN of 10 or 13 places (ISO 2108)."""
    plain = re.sub("[^0-9Xx]", "", text).upper()
    if re.fullmatch("[0-9]{13}", plain):
        return sum(int(digit) * (1, 3)[i % 2] for i, digit in enumerate(plain)) % 10 == 0
    return bool(re.fullmatch("[0-9]{9}[0-9X]", plain)) and _weighed(plain) % 11 == 0


def is_mod11(text: str) -> bool:
    """Whether digits weighed by 2, 3, 4 ... from the right make a multiple of 11; the last may be X, for ten."""
    plain = re.sub("[^0-9Xx]", "", text).upper()
    return bool(re.fullmatch("[0-9]+[0-9X]", plain)) and _weighed(plain) % 11 == 0


def _weighed(plain: str) -> int:
    return sum(
        (10 if digit == "X" else int(digit)) * weight for weight, digit in enumerate(reversed(plain), 1)
    )


def is_iban(text: str) -> bool:
    """Whether it is an IBAN by its check digits (ISO 13616, ISO 7064 MOD 97-10)."""
    plain = re.sub("[^0-9A-Za-z]", "", text).upper()
    if not re.fullmatch("[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}", plain):
        return False
    return int("".join(str(int(character, 36)) for character in plain[4:] + plain[:4])) % 97 == 1


def is_date(text: str, written: str = "DD.MM.YYYY") -> bool:
    """Whether a day exists; of years of two digits, in this century or the last."""
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
