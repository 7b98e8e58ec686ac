"""What a form is: its blank pages, its fields and the checks that hold among them, as a TOML file tells.

name = "meter"

[[pages]]
file = "meter.png"            # the blank page, beside this file; of a PDF also page = 2

[[fields]]
name = "reading"
box = [520, 510, 264, 55]     # left, top, width, height in pixels of the blank
kind = "number"               # or code, date, tick
comb = 6                      # boxes it is divided into

[[checks]]
kind = "sum"
of = ["q1", "q2"]
equals = "total"
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from os import PathLike
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from digitlens.errors import FormError
from digitlens.files import printable
from digitlens.types import Box

__all__ = ["Form", "FormCheck", "FormField", "FormPage", "Kind"]

Kind = Literal["number", "code", "date", "tick"]
"""What a field holds: a number, characters that stand for themselves, a day, or a mark in a box."""

CHECKS = ("sum", "range", "luhn", "isbn", "iban", "mod11", "date", "distinct")
KEYS = {"digits": 30, "comb": 60, "page": 1000}  # whole numbers, and the most each may be
Part = TypeVar("Part")


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


@dataclass(frozen=True)
class Form:
    """A form.

    Attributes:
        name: of the form.
        pages: its blank pages, in order.
        fields: its fields, in the order of the table's columns.
        checks: what must hold among them.
        folder: where the files of the pages are.
    """

    name: str
    pages: tuple[FormPage, ...]
    fields: tuple[FormField, ...]
    checks: tuple[FormCheck, ...] = ()
    folder: Path = Path()

    @classmethod
    def load(cls, path: str | PathLike[str]) -> "Form":
        """Read a form from its TOML file.

        Raises:
            FormError: the file is none, or says something that cannot be; names what.
            OSError: it cannot be read.
        """
        path = Path(path)
        try:
            told = tomllib.loads(path.read_text("utf-8-sig"))
            return cls.of(told, path.parent, path.stem)
        except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
            raise FormError(f"{printable(str(path))} is not TOML in UTF-8: {error}.") from error
        except FormError as error:
            raise FormError(f"{printable(str(path))}: {error}") from error

    @classmethod
    def of(cls, told: Mapping[str, Any], folder: Path = Path(), name: str = "form") -> "Form":
        """A form as its TOML file tells it.

        Raises:
            FormError: something is missing, unknown or cannot be.
        """
        if unknown := told.keys() - {"name", "pages", "fields", "checks"}:
            raise FormError(
                f"a form has no {', '.join(sorted(unknown))}: it has name, pages, fields and checks."
            )
        form = cls(
            _text(told.get("name", name), "the form's name"),
            tuple(_part(FormPage, page, f"page {i}") for i, page in enumerate(_rows(told, "pages"), 1)),
            tuple(_part(FormField, field, f"field {i}") for i, field in enumerate(_rows(told, "fields"), 1)),
            tuple(_part(FormCheck, check, f"check {i}") for i, check in enumerate(_rows(told, "checks"), 1)),
            folder,
        )
        form._check()
        return form

    def _check(self) -> None:
        """Whether its parts go together."""
        if not self.pages or not self.fields:
            raise FormError("it has no [[pages]] or no [[fields]]: a form needs one of each at least.")
        names = Counter(field.name for field in self.fields)
        if twice := [name for name, count in names.items() if count > 1]:
            raise FormError(f"two fields are named {twice[0]}: give each a name of its own.")
        for field in self.fields:
            if field.page > len(self.pages):
                raise FormError(f"field {field.name} is on page {field.page} of {len(self.pages)}.")
        for number, check in enumerate(self.checks, 1):
            wanted = [*check.of, *([check.equals] if check.equals else [])]
            if missing := [name for name in wanted if name not in names]:
                raise FormError(f"check {number} is of {missing[0]}, and there is no such field.")


def _rows(told: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    rows = told.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FormError(f"{key} must be tables, each under [[{key}]].")
    return rows


def _part(kind: type[Part], told: Mapping[str, Any], where: str) -> Part:
    """A page, a field or a check from its table."""
    known = {one.name: one for one in fields(kind)}  # type: ignore[arg-type]
    where = f"{where} ({told['name']})" if isinstance(told.get("name"), str) else where
    if unknown := told.keys() - known.keys():
        raise FormError(f"{where} has no {', '.join(sorted(unknown))}: there are {', '.join(known)}.")
    if missing := [name for name, one in known.items() if one.default is MISSING and name not in told]:
        raise FormError(f"{where} lacks {', '.join(missing)}.")
    found = kind(**{name: _value(name, value, where) for name, value in told.items()})
    if isinstance(found, FormField):
        _check_field(found, where)
    elif isinstance(found, FormCheck):
        _check_check(found, where)
    return found


def _value(name: str, value: Any, where: str) -> Any:
    """A value of a table, checked by its name."""
    match name:
        case "box":
            if not (_numbers(value, 4) and min(value) >= 0 and value[2] >= 2 and value[3] >= 2):
                raise FormError(f"{where}: box must be [left, top, width, height] in pixels, not {value!r}.")
            return Box(*map(int, value))
        case "range":
            if not (_numbers(value, 2) and value[0] <= value[1]):
                raise FormError(f"{where}: range must be [least, largest], not {value!r}.")
            return float(value[0]), float(value[1])
        case "of" | "lexicon":
            if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
                raise FormError(f"{where}: {name} must be a list of texts, not {value!r}.")
            return tuple(value)
        case "page" | "digits" | "comb" | "decimals":
            most, least = KEYS.get(name, 10), int(name == "page")
            if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
                raise FormError(
                    f"{where}: {name} must be a whole number of {least} to {most}, not {value!r}."
                )
            return value
        case "trust":
            if not isinstance(value, int | float) or not 0 < value <= 1:
                raise FormError(f"{where}: trust must be above 0 and at most 1, not {value!r}.")
            return float(value)
    return _text(value, f"{where}: {name}")


def _numbers(value: Any, count: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) == count
        and all(
            isinstance(one, int | float) and not isinstance(one, bool) and abs(one) < 1e9 for one in value
        )
    )


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise FormError(f"{what} must be a text in quotes, not {value!r}.")
    return value


def _check_field(field: FormField, where: str) -> None:
    _one_of(field.kind, get_args(Kind), f"{where}: kind")
    if field.kind == "date" and sorted(re.sub("[^DMY]", "", field.format)) not in (
        list("DDMMYY"),
        list("DDMMYYYY"),
    ):
        raise FormError(
            f"{where}: format must have DD, MM and YY or YYYY, as DD.MM.YYYY, not {field.format!r}."
        )


def _check_check(check: FormCheck, where: str) -> None:
    _one_of(check.kind, CHECKS, f"{where}: kind")
    if (check.kind == "sum") != (check.equals is not None):
        raise FormError(f"{where}: a sum has equals, the field of the total, and no other check has.")
    if (check.kind == "range") != (check.range is not None):
        raise FormError(f"{where}: a check of a range has range = [least, largest], and no other has.")


def _one_of(value: str, known: Iterable[str], what: str) -> None:
    if value not in (known := [*known]):
        raise FormError(f"{what} must be one of {', '.join(known)}, not {value!r}.")
