"""The tables of a form's TOML file as its parts, or a sentence that says what in them cannot be."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeVar, get_args

from digitlens.errors import FormError
from digitlens.forms.parts import CHECKS, FormCheck, FormField, Kind
from digitlens.types import Box

__all__ = ["parts_of", "text_of"]

KEYS = {"digits": 30, "comb": 60, "page": 1000}  # whole numbers, and the most each may be
Part = TypeVar("Part")


def parts_of(kind: type[Part], told: Mapping[str, Any], name: str) -> tuple[Part, ...]:
    """The pages, fields or checks of a form from their tables.

    Args:
        kind: of the parts.
        told: the form's own table.
        name: what to call one of them; their key in it is the plural.

    Raises:
        FormError: there is something else under the key, or something in a table is missing, unknown or cannot be.
    """
    key = f"{name}s"
    rows = told.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FormError(f"{key} must be tables, each under [[{key}]].")
    return tuple(_part(kind, row, f"{name} {i}") for i, row in enumerate(rows, 1))


def _part(kind: type[Part], told: Mapping[str, Any], where: str) -> Part:
    """One of them from its table; ``where`` is what to call it."""
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
    return text_of(value, f"{where}: {name}")


def _numbers(value: Any, count: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) == count
        and all(
            isinstance(one, int | float) and not isinstance(one, bool) and abs(one) < 1e9 for one in value
        )
    )


def text_of(value: Any, what: str) -> str:
    """A text of one line that is not empty.

    Raises:
        FormError: it is none.
    """
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
