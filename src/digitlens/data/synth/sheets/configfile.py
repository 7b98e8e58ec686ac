"""Reads frozen dataclasses from tables of a TOML file, field by field: no more and no fewer."""

from dataclasses import MISSING, fields, is_dataclass
from math import isfinite
from typing import Any, TypeGuard, TypeVar, cast, get_args, get_origin, get_type_hints

from digitlens.errors import DatasetError

__all__ = ["config_section"]

Section = TypeVar("Section")


def config_section(kind: type[Section], found: dict[str, Any], source: str, where: str) -> Section:
    """A dataclass from a table that has its fields, no fewer and no more; those with a default are not read.

    Args:
        kind: its fields are numbers, texts, ranges, lists of texts, or tables in turn.
        found: the table as ``tomllib`` gives it.
        source: the file's name, for errors.
        where: the table's name in the file with a dot behind it, for errors; empty for the whole file.

    Raises:
        DatasetError: a field is missing or unknown, or a value is not what it must be; the message names it.
    """
    hints = get_type_hints(kind)
    own = fields(kind)  # pyright: ignore[reportArgumentType]
    names = [field.name for field in own if field.default is MISSING]
    for name in [*found, *names]:
        if name not in names:
            raise DatasetError(f"{source}: {where}{name} is unknown; known are {', '.join(names)}.")
        if name not in found:
            raise DatasetError(
                f"{source}: {where}{name} is missing; sheets.toml of the package has them all."
            )
    return kind(**{name: _value(hints[name], found[name], source, where + name) for name in names})


def _value(kind: Any, found: Any, source: str, where: str) -> Any:
    """A value of the type that a field has."""
    if is_dataclass(kind) and isinstance(found, dict):
        return config_section(kind, found, source, f"{where}.")  # pyright: ignore[reportArgumentType]
    if get_origin(kind) is dict and isinstance(found, dict) and found:
        return {
            str(key): _value(get_args(kind)[1], one, source, f"{where}.{key}")
            for key, one in cast("dict[str, Any]", found).items()
        }
    if kind is str and isinstance(found, str) and found:
        return found
    if (
        kind == tuple[str, ...]
        and isinstance(found, list)
        and found
        and all(isinstance(one, str) for one in found)
    ):
        return tuple(found)
    if kind is float and _is_number(found):
        return float(found)
    if kind == tuple[float, float] and isinstance(found, list):
        pair = [float(one) for one in cast("list[Any]", found) if _is_number(one)]
        if len(pair) == len(found) == 2 and pair[0] <= pair[1]:
            return pair[0], pair[1]
    raise DatasetError(f"{source}: {where} is {found!r}, but must be {_expected(kind)}.")


def _expected(kind: Any) -> str:
    """Describe a value of a type as it looks in the file."""
    if get_origin(kind) is dict or is_dataclass(kind):
        return "a table that is not empty"
    known = {
        float: "a number",
        str: "text",
        tuple[float, float]: "[low, high], both numbers, the lower one first",
    }
    return known.get(kind, "a list of texts")


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
