"""The outcome of a request: its readings as they will be sent, and their summary for logs and metrics.

A process that reads sends answers to the one that serves as JSON and bytes. It never sends pickles: it decodes
pictures from anywhere, so nothing that it says may run as code where the keys are.
"""

import json
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from digitlens.errors import DigitLensError, error_of

__all__ = ["Fault", "Row", "Told", "packed", "unpacked_answers"]

Row: TypeAlias = dict[str, Any]
"""A reading or an error as the JSON contract has it, just as the command line prints it."""


@dataclass(frozen=True, slots=True)
class Told:
    """The answer to a request.

    Attributes:
        rows: the readings, a JSON array.
        outcomes: how many pictures and pages there are of each: accepted, error, or a reason.
        error: of the first picture, where none could be read.
        codes: of the errors.
    """

    rows: bytes
    outcomes: Mapping[str, int]
    error: dict[str, str] | None
    codes: tuple[str, ...]

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Told":
        """The answer that these rows are."""
        errors = [row["error"] for row in rows if "error" in row]
        outcomes = Counter(map(_outcome, rows))
        error = errors[0] if errors and len(errors) == len(rows) else None
        codes = tuple(sorted({error["code"] for error in errors}))
        return cls(json.dumps(rows, ensure_ascii=False).encode(), outcomes, error, codes)


def _outcome(row: Row) -> str:
    """Name the outcome of a row for metrics; a table or a sheet has several reasons, or none."""
    if "error" in row:
        return "error"
    return row.get("reason") or ("accepted" if row.get("accepted", True) else "unsure")


class Fault(Exception):
    """A fault of ours in another process; the message is its traceback."""


def packed(answers: Sequence[Told | Exception]) -> bytes:
    """Answers as bytes: a line of JSON about each, then their rows."""
    lines = (json.dumps(_line(answer)).encode() + b"\n" for answer in answers)
    return b"".join([*lines, *(answer.rows for answer in answers if isinstance(answer, Told))])


def unpacked_answers(data: bytes, count: int) -> list[Told | Exception]:
    """So many answers from bytes.

    Raises:
        ValueError, KeyError, TypeError: they are none.
    """
    *lines, rows = data.split(b"\n", count)
    if len(lines) != count:
        raise ValueError(f"There are {len(lines)} answers to {count} tasks.")
    return list(_answers([json.loads(line) for line in lines], rows))


def _line(answer: Told | Exception) -> dict[str, Any]:
    if isinstance(answer, Told):
        size = len(answer.rows)
        return {"size": size, "outcomes": answer.outcomes, "error": answer.error, "codes": answer.codes}
    if isinstance(answer, DigitLensError):
        return answer.to_dict()
    return {"fault": "".join(traceback.format_exception(answer))}


def _answers(lines: Sequence[dict[str, Any]], rows: bytes) -> Iterator[Told | Exception]:
    at = 0
    for line in lines:
        if "fault" in line:
            yield Fault(line["fault"])
        elif "code" in line:
            yield error_of(**line)
        else:
            yield Told(rows[at : at + line["size"]], line["outcomes"], line["error"], tuple(line["codes"]))
            at += line["size"]
