"""Rows of pictures of one glyph each, written from columns: the same lines, in a tenth of the time of objects."""

from collections.abc import Callable, Iterator
from json import JSONEncoder
from typing import get_args

from digitlens.batch.table import encoded
from digitlens.reader.singles import Singles
from digitlens.types import Reading, Reason
from digitlens.types.rows import RowKind, encodable, rows_of

__all__ = ["single_lines"]

said = JSONEncoder(ensure_ascii=False).encode


def single_lines(singles: Singles, names: tuple[str, ...], kind: RowKind) -> bytes:
    """The rows of pictures of one glyph each, a JSON object a line, as `encoded` writes those of their readings.

    Args:
        singles: what was read.
        names: of the pictures.
        kind: of the rows.
    """
    lines = [""] * len(names)
    for row, line in zip(singles.opened.rows.tolist(), _LINES[kind](singles, names), strict=True):
        lines[row] = line
    for row, line in enumerate(lines):
        if not line:  # blank, or not to be opened: there are few
            error = singles.opened.errors.get(row)
            reading = Reading(None, singles.model, error=error)
            lines[row] = encoded(rows_of(reading, kind, names[row]), kind).decode()
    return "".join(lines).encode()


def _page_lines(singles: Singles, names: tuple[str, ...]) -> Iterator[str]:
    texts = {label: said(label) for label in ("", *singles.names)}
    end = f'"error": null, "model": {said(singles.model)}}}\n'
    columns = zip(
        singles.opened.rows.tolist(),
        singles.labels,
        singles.confidences.tolist(),
        singles.reasons,
        strict=True,
    )
    for row, label, confidence, reason in columns:
        yield (
            f'{{"file": {said(encodable(names[row]))}, "page": 1, "text": {texts[label]}, '
            f'"confidence": {round(confidence, 6)}, {_ACCEPTED[reason]}, {end}'
        )


def _number_lines(singles: Singles, names: tuple[str, ...]) -> Iterator[str]:
    texts = {label: said(label) for label in singles.names}
    end = f'"error": null, "model": {said(singles.model)}}}\n'
    rows, boxes = singles.opened.rows.tolist(), singles.opened.boxes.tolist()
    found = singles.labels, singles.confidences.tolist(), boxes, singles.glyph_reasons, singles.reasons
    for row, label, confidence, (x, y, w, h), reason, whole in zip(rows, *found, strict=True):
        file = said(encodable(names[row]))
        if label.isalnum():
            yield (
                f'{{"file": {file}, "page": 1, "line": 1, "number": 1, "text": {texts[label]}, '
                f'"confidence": {round(confidence, 6)}, "x": {x}, "y": {y}, "w": {w}, "h": {h}, '
                f"{_ACCEPTED[reason]}, {end}"
            )
        else:
            yield f'{{"file": {file}, "page": 1, {_NO_NUMBER}, {_ACCEPTED[whole]}, {end}'


def _glyph_lines(singles: Singles, names: tuple[str, ...]) -> Iterator[str]:
    texts = {label: said(label) for label in ("", *singles.names)}
    end = f'"error": null, "model": {said(singles.model)}}}\n'
    order, probabilities = singles.ranked()
    found = singles.labels, singles.predictions.digit_scores.tolist(), singles.opened.boxes.tolist()
    best = singles.glyph_reasons, order.tolist(), probabilities.tolist()
    columns = zip(singles.opened.rows.tolist(), *found, *best, strict=True)
    for row, label, score, (x, y, w, h), reason, places, shares in columns:
        first, second, third = [*(texts[singles.names[place]] for place in places), *_NONE][:3]
        p1, p2, p3 = [*(round(p, 6) for p in shares), *_NONE][:3]
        yield (
            f'{{"file": {said(encodable(names[row]))}, "page": 1, "line": 1, "number": 1, '
            f'"label": {texts[label]}, "confidence": {p1}, "digit_score": {round(score, 6)}, '
            f'"x": {x}, "y": {y}, "w": {w}, "h": {h}, {_ACCEPTED[reason]}, '
            f'"top1": {first}, "top2": {second}, "top2_confidence": {p2}, '
            f'"top3": {third}, "top3_confidence": {p3}, {end}'
        )


_NONE = ("null", "null")
_NO_NUMBER = ", ".join(f'"{name}": null' for name in ("line", "number", "text", "confidence", *"xywh"))
_ACCEPTED: dict[Reason | None, str] = {
    None: '"accepted": true, "reason": null',
    **{reason: f'"accepted": false, "reason": "{reason}"' for reason in get_args(Reason)},
}
_LINES: dict[RowKind, Callable[[Singles, tuple[str, ...]], Iterator[str]]] = {
    "page": _page_lines,
    "number": _number_lines,
    "glyph": _glyph_lines,
}
