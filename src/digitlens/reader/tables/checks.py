"""Checks: what must hold among cells, such as that some of them add up to another."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from math import log

__all__ = ["Check", "number", "sum_check"]

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
        """True if it speaks for a reading that fits."""
        return self.kind in STRONG

    @property
    def chance(self) -> float:
        """The probability that it holds of a wrong reading."""
        return 1 / (STRONG | WEAK)[self.kind]

    @property
    def penalty(self) -> float:
        """The penalty of a reading for which it does not hold, nats."""
        return -log(max(1 - self.trust, 1e-6) * self.chance)


@lru_cache(4096)
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
    """That cells add up to another one; one without any of them written adds up to nothing that is written.

    Args:
        of: the names of the cells that add up.
        equals: the name of the cell with the sum.
        decimals: places that a text without a sign has, by the name of its cell; 0 if not given.
        trust: how often the sum holds where people write, 0 to 1.
    """
    places = decimals or {}

    def holds(texts: Sequence[str]) -> bool:
        named = zip((*of, equals), texts, strict=True)
        *parts, total = (number(text, places.get(name, 0)) for name, text in named)
        return total is not None and None not in parts and sum(filter(None, parts)) == total

    return Check("sum", (*of, equals), holds, trust, f"{' + '.join(of)} = {equals}")
