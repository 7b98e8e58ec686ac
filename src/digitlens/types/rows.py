"""The rows that a table has of a reading: one for the page, for each number on it, or for each glyph."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, TypeAlias

from digitlens.types import Box, Doubt, Glyph, Line, Number, Reading, Reason, RowKind

__all__ = [
    "ROW_CLASSES",
    "GlyphRow",
    "NumberRow",
    "PageRow",
    "Row",
    "RowKind",
    "columns",
    "encodable",
    "rows_of",
    "values",
]


@dataclass(frozen=True, slots=True)
class PageRow:
    r"""The row of a page: its reading, or its error.

    Attributes:
        file: the input's name exactly as it was given; bytes that are no text are written as ``\\xNN``.
        page: from 1.
        text: lines separated by newlines, one space where the writer left a gap between numbers; ``""`` for a blank
            page, None for one that could not be read.
        confidence: the lowest of its glyphs and fields, 0 to 1; None where there are none.
        accepted: false where a person should look.
        reason: why it was not accepted; None where it was, or could not be read.
        error: ``code: message`` of what kept it from being read, None where nothing did.
        model: ``NAME@VERSION``.
    """

    file: str
    page: int
    text: str | None
    confidence: float | None
    accepted: bool
    reason: Reason | None
    error: str | None
    model: str


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One number of a page; a page without any, or that could not be read, has one row that says so.

    Attributes:
        file, page, error, model: as in `PageRow`.
        line: on which line of the page it stands, from 1; None, as what follows, where there is no number.
        number: which of the line's numbers it is, from 1.
        text: its digits, with the points, dashes and the like among them.
        confidence: how surely all of them are read right, 0 to 1.
        x, y, w, h: its box in pixels of the picture as uploaded.
        accepted: false where a person should look at one of its glyphs, or at its line.
        reason: why it was not accepted; the page's where it has no numbers.
    """

    file: str
    page: int
    line: int | None
    number: int | None
    text: str | None
    confidence: float | None
    x: int | None
    y: int | None
    w: int | None
    h: int | None
    accepted: bool
    reason: Reason | None
    error: str | None
    model: str


@dataclass(frozen=True, slots=True)
class GlyphRow:
    """One glyph of a page; a page without any, or that could not be read, has one row that says so.

    Attributes:
        file, page, error, model: as in `PageRow`.
        line: on which line of the page it stands, from 1; None, as all that follows, where there is no glyph.
        number: which of the line's glyphs it is, from 1.
        label: the label read, ``""`` for what is no glyph of the alphabet.
        confidence: calibrated probability of ``top1``, 0 to 1.
        digit_score: how surely it is a glyph of the alphabet, 0 to 1.
        x, y, w, h: its box in pixels of the picture as uploaded.
        accepted: false where a person should look.
        reason: why it was not accepted; the page's where it has no glyphs.
        top1, top2, top3: the best labels, also where ``label`` is ``""``; None where the alphabet has fewer.
        top2_confidence, top3_confidence: their calibrated probabilities.
    """

    file: str
    page: int
    line: int | None
    number: int | None
    label: str | None
    confidence: float | None
    digit_score: float | None
    x: int | None
    y: int | None
    w: int | None
    h: int | None
    accepted: bool
    reason: Reason | None
    top1: str | None
    top2: str | None
    top2_confidence: float | None
    top3: str | None
    top3_confidence: float | None
    error: str | None
    model: str


Row: TypeAlias = PageRow | NumberRow | GlyphRow

ROW_CLASSES: dict[RowKind, type[Row]] = {"page": PageRow, "number": NumberRow, "glyph": GlyphRow}
"""The class of each kind of row."""


def rows_of(reading: Reading, kind: RowKind = "page", file: str | None = None) -> Iterator[Row]:
    """The rows of a reading, at least one: no input is left out of a table.

    Args:
        reading: of a page.
        kind: whether to give a row for the page, or one for each of its numbers or glyphs.
        file: the name of the input, where the reading has none because it was read from bytes.
    """
    name = encodable(reading.file or "" if file is None else file)
    error = encodable(f"{reading.error.code}: {reading.error}") if reading.error is not None else None
    if kind == "page":
        yield _page_row(reading, name, error)
        return
    common = {"file": name, "page": reading.page, "error": error, "model": reading.model}
    parts = [] if error else list(_numbers(reading) if kind == "number" else _glyphs(reading))
    whole = {"accepted": reading.accepted, "reason": None if error else reading.reason}
    for part in parts or [{**dict.fromkeys(columns(kind)), **whole}]:
        yield ROW_CLASSES[kind](**{**part, **common})


def _page_row(reading: Reading, name: str, error: str | None) -> PageRow:
    found = (line.field for line in reading.lines if line.field is not None)
    lowest = min((part.confidence for part in (*reading.glyphs, *found)), default=None)
    confidence = None if lowest is None else round(lowest, 6)
    text = reading.text if error is None else None
    reason = reading.reason if error is None else None
    accepted = reason is None and error is None
    return PageRow(name, reading.page, text, confidence, accepted, reason, error, reading.model)


def _numbers(reading: Reading) -> Iterator[dict[str, Any]]:
    """Yield the rows of the numbers."""
    several = _several(reading)
    for row, line in enumerate(reading.lines, start=1):
        for place, number in enumerate(line.numbers, start=1):
            told = {"line": row, "number": place, "reason": _reason(line, number)}
            yield {**told, **_placed(number.to_dict()), **several}


def _reason(line: Line, number: Number) -> Reason | None:
    """Why a number was not accepted: what speaks against its line, or else against the first glyph of it that does."""
    inside = (glyph for glyph in line.glyphs if Box.around([number.box, glyph.box]) == number.box)
    told: tuple[Doubt | Glyph, ...] = (*line.doubts, *inside)
    reasons: list[Reason] = [each.reason for each in told if each.reason is not None]
    return reasons[0] if reasons and not number.accepted else None


def _glyphs(reading: Reading) -> Iterator[dict[str, Any]]:
    """Yield the rows of the glyphs."""
    several = _several(reading)
    for row, line in enumerate(reading.lines, start=1):
        for number, glyph in enumerate(line.glyphs, start=1):
            yield {"line": row, "number": number, **_told(glyph), **several}


def _several(reading: Reading) -> dict[str, Any]:
    """Return the fields for the one glyph that a picture of several was taken for, whatever else is known of it."""
    found = any(doubt.reason == "several" for doubt in reading.doubts)
    return {"accepted": False, "reason": "several"} if found else {}


def _told(glyph: Glyph) -> dict[str, Any]:
    """Return the fields of a glyph."""
    told = _placed(glyph.to_dict())
    (first, _), (second, p2), (third, p3) = [*told.pop("top"), (None, None), (None, None)][:3]
    return {
        **told,
        **{"top1": first, "top2": second, "top2_confidence": p2, "top3": third, "top3_confidence": p3},
    }


def _placed(told: dict[str, Any]) -> dict[str, Any]:
    """The same with its box in four columns."""
    return {**dict(zip("xywh", told.pop("box"), strict=True)), **told}


def columns(kind: RowKind) -> tuple[str, ...]:
    """The names of the columns, in order."""
    return tuple(field.name for field in fields(ROW_CLASSES[kind]))


def values(kind: RowKind) -> Callable[[Row], tuple[Any, ...]]:
    """A function from a row to its values, in the order of the columns."""
    return attrgetter(*columns(kind))


def encodable(name: str) -> str:
    r"""A name as text that any file can hold: bytes of a path that are no UTF-8 are told by their codes.

    >>> printable("a\udcff.png")
    'a\\udcff.png'
    """
    return name if name.isascii() else name.encode("utf-8", "backslashreplace").decode("utf-8")
