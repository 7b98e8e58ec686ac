"""The parts of a form: its pages, its fields, and the checks that hold among them."""

import re
from dataclasses import dataclass
from typing import Literal

from digitlens.types import Box

__all__ = ["CHECKS", "FormCheck", "FormField", "FormPage", "Kind"]

Kind = Literal["number", "code", "date", "tick"]
"""The content of a field: a number, characters that stand for themselves, a day, or a mark in a box."""

CHECKS = ("sum", "range", "luhn", "isbn", "iban", "mod11", "date", "distinct")
"""The kinds of checks."""


@dataclass(frozen=True, slots=True)
class FormPage:
    """A blank page.

    Attributes:
        file: the picture or PDF that shows it, a path beside the TOML file.
        page: the page of that file, from 1.
    """

    file: str
    page: int = 1


@dataclass(frozen=True, slots=True)
class FormField:
    """One field.

    Attributes:
        name: its column in the table.
        box: where it is written, pixels of the blank page.
        page: the form's page that it is on, from 1.
        kind: what it holds.
        digits: characters it holds at most.
        comb: boxes in a row that it is divided into; 0 for none.
        decimals: of a number, places behind the decimal sign.
        range: of a number, the least and the largest; None for any.
        pattern: what it must fit, as `digitlens.reader.pattern` has it; None for any digits.
        lexicon: texts of which it is one; empty for any.
        format: of a date, with ``D``, ``M`` and ``Y`` for its digits, as in ``DD.MM.YYYY``.
    """

    name: str
    box: Box
    page: int = 1
    kind: Kind = "number"
    digits: int = 0
    comb: int = 0
    decimals: int = 0
    range: tuple[float, float] | None = None
    pattern: str | None = None
    lexicon: tuple[str, ...] = ()
    format: str = "DD.MM.YYYY"

    @property
    def grammar(self) -> str | None:
        """The pattern that its text must fit, from all that is known of it; None for a tick or a lexicon."""
        if self.pattern is not None or self.lexicon or self.kind == "tick":
            return self.pattern
        if self.kind == "date":
            written = self.format if not self.comb else re.sub("[^DMY]", "", self.format)
            return re.sub("[DMY]", "d", written)
        most = self.digits or self.comb
        if self.kind == "code":
            return "d" * most if most else r"\d+"
        if self.range is not None and not most:
            most = len(str(int(self.range[1])))
        sign = "-?" if self.range is not None and self.range[0] < 0 else ""
        whole = rf"\d{{1,{max(1, most - (0 if self.comb else self.decimals))}}}" if most else r"\d+"
        return sign + whole + (rf"[.,]\d{{{self.decimals}}}" if self.decimals and not self.comb else "")


@dataclass(frozen=True, slots=True)
class FormCheck:
    """Something that must hold among fields.

    Attributes:
        kind: ``"sum"``, ``"range"``, ``"luhn"``, ``"isbn"``, ``"iban"``, ``"mod11"``, ``"date"`` or ``"distinct"``.
        of: names of fields: the summands of a sum; all others hold of each alone, ``"distinct"`` of all together.
        equals: of a sum, the field that holds it.
        range: of a range, the least and the largest.
        trust: how often it holds where people write, 0 to 1: sums are wrong now and then.
    """

    kind: str
    of: tuple[str, ...]
    equals: str | None = None
    range: tuple[float, float] | None = None
    trust: float = 0.98
