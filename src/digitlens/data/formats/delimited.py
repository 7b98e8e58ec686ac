"""Tables of pixels as texts: Kaggle's CSV, OpenML's as CSV or ARFF, and rows parted by blanks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlens.data.formats.naming import Names, label_text, mapping_beside
from digitlens.data.formats.pixels import LEAST_PIXELS, Block, rows_at_once, samples_of
from digitlens.data.formats.sample import File, Shard
from digitlens.data.formats.streams import lines_of
from digitlens.errors import CorruptDataset

__all__ = ["is_arff", "is_delimited", "shards_of"]

LABEL_HEADERS = ("label", "labels", "class", "digit", "target", "character", "y")
"""Names of the column of labels."""

ROW_NAME_HEADERS = ("id", "imageid", "index", "name", "file", "filename", "")
"""Names of the column that names the rows."""

SEPARATORS = (",", ";", "\t", None)
"""Separators of columns; the last is any blanks."""

_ATTRIBUTE = re.compile(r"@attribute\s+('[^']*'|\"[^\"]*\"|\S+)", re.IGNORECASE)
_ARFF = re.compile(rb"\s*(?:%[^\n]*\n\s*)*@relation\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Columns:
    """The layout of the rows of a table.

    Attributes:
        separator: what parts them.
        pixels: the positions of the pixels, in order.
        label: that of the label; None without.
        name: that of the row's name; None without.
        skipped: lines before the first row.
        count: how many columns there are.
    """

    separator: str | None
    pixels: Sequence[int]
    label: int | None
    name: int | None
    skipped: int
    count: int


def is_arff(head: bytes) -> bool:
    """Tell if a file that begins so is a table of Weka's and OpenML's format."""
    return _ARFF.match(head) is not None


def is_delimited(head: bytes) -> bool:
    """Tell if a file that begins so is a text of rows of numbers, with or without the names of the columns."""
    if b"\0" in head:
        return False
    lines = head.decode("utf-8-sig", "replace").splitlines()[:2]
    if not lines or "�" in lines[0]:
        return False
    rows = [_parted(line, _separator(lines[0])) for line in lines]
    return all(len(row) >= LEAST_PIXELS for row in rows) and _are_numbers(rows[-1])


def shards_of(file: File) -> list[Shard]:
    """The rows of a table.

    Raises:
        CorruptDataset: it has no columns that could be the pixels of a square picture.
    """
    columns = _columns(file)
    names = mapping_beside(file.path)
    rows = partial(_rows, file, columns)
    return [
        Shard(
            file.name,
            file.split,
            columns.label is not None,
            lambda: sum(1 for _ in rows()),
            lambda: samples_of(_blocks(rows(), columns, names, file.name), file.name),
            file.path,
        )
    ]


def _columns(file: File) -> _Columns:
    lines = lines_of(file.path, file.name)
    start = [*islice(lines, 1000)]
    if is_arff("\n".join(start[:50]).encode()):
        return _arff(file, chain(start, lines))
    separator = _separator(start[0])
    first = _parted(start[0], separator)
    if _are_numbers(first):
        rows = [row for line in start if len(row := _parted(line, separator)) == len(first)]
        return _unnamed(file, rows, separator)
    return _named(file, first, separator, skipped=1)


def _arff(file: File, lines: Iterator[str]) -> _Columns:
    names: list[str] = []
    for number, line in enumerate(lines):
        if found := _ATTRIBUTE.match(line.strip()):
            names.append(found[1].strip("'\""))
        elif line.strip().lower() == "@data":
            return _named(file, names, ",", skipped=number + 1)
        if len(names) > 2**16:
            break
    raise CorruptDataset(
        f"{file.name} has no line @data that its rows could follow: it is cut off, or no ARFF file."
    )


def _named(file: File, names: list[str], separator: str | None, skipped: int) -> _Columns:
    """By the names that the columns have."""
    lower = [name.strip().strip("'\"").lower() for name in names]
    label = next((lower.index(name) for name in LABEL_HEADERS if name in lower), None)
    name = next((lower.index(name) for name in ROW_NAME_HEADERS if name in lower), None)
    pixels = [position for position in range(len(names)) if position not in (label, name)]
    return _squared(file, _Columns(separator, pixels, label, name, skipped, len(names)))


def _unnamed(file: File, rows: list[list[str]], separator: str | None) -> _Columns:
    """By their number: the label comes first, but last where the first column is always the same."""
    count = len(rows[0])
    if isqrt(count) ** 2 == count:
        return _squared(file, _Columns(separator, range(count), None, None, 0, count))
    first, last = ({row[position] for row in rows} for position in (0, -1))
    behind = len(first) == 1 and len(last) > 1
    label, pixels = (count - 1, range(count - 1)) if behind else (0, range(1, count))
    return _squared(file, _Columns(separator, pixels, label, None, 0, count))


def _squared(file: File, columns: _Columns) -> _Columns:
    pixels = len(columns.pixels)
    if isqrt(pixels) ** 2 != pixels or pixels < LEAST_PIXELS:
        raise CorruptDataset(
            f"{file.name} has {pixels} columns of pixels, which make no square picture: 784 are 28x28. Besides them "
            f"it may have one for the label, called {' or '.join(LABEL_HEADERS[:3])}, and one that "
            "names the rows, called id."
        )
    return columns


def _rows(file: File, columns: _Columns) -> Iterator[tuple[int, str]]:
    """The lines that are rows, with their numbers in the file, from 1; empty ones do not count."""
    for number, line in enumerate(lines_of(file.path, file.name), start=1):
        if number > columns.skipped and line and not line.startswith("%"):
            yield number, line


def _blocks(
    rows: Iterator[tuple[int, str]], columns: _Columns, names: Names | None, name: str
) -> Iterator[Block]:
    step = rows_at_once(8 * len(columns.pixels))
    while some := [*islice(rows, step)]:
        parted = [_parted(line, columns.separator) for _, line in some]
        for (number, _), row in zip(some, parted, strict=True):
            if len(row) != columns.count:
                raise CorruptDataset(
                    f"{name}: line {number} has {len(row)} columns, where {columns.count} were expected: it is damaged "
                    "or cut off."
                )
        label, named = columns.label, columns.name
        yield Block(
            _numbers(some, columns, name),
            None if label is None else [label_text(row[label], names) for row in parted],
            None if named is None else [row[named].strip("'\"") for row in parted],
        )


def _numbers(rows: list[tuple[int, str]], columns: _Columns, name: str) -> NDArray[np.floating[Any]]:
    lines = [line for _, line in rows]
    wanted = {"delimiter": columns.separator, "usecols": columns.pixels, "comments": None, "ndmin": 2}
    try:
        return np.loadtxt(lines, np.float32, **wanted)
    except ValueError as error:
        line = next(
            (number for number, line in rows if not _are_numbers(_parted(line, columns.separator), 2)), 0
        )
        raise CorruptDataset(
            f"{name}: line {line or rows[0][0]} holds what is no number ({error})."
        ) from error


def _separator(line: str) -> str | None:
    return max(SEPARATORS, key=lambda separator: len(_parted(line, separator)))


def _parted(line: str, separator: str | None) -> list[str]:
    return line.split(separator)


def _are_numbers(row: list[str], most: int = 1) -> bool:
    """Tell if all but ``most`` of the texts are numbers: a label may be a letter."""
    other = 0
    for text in row:
        try:
            float(text)
        except ValueError:
            other += 1
    return other <= most
