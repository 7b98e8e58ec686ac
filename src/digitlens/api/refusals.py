"""The sentences that refuse a request: what is wrong with it, and what is known; no value is sent back."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import NoReturn

from pydantic import ValidationError

from digitlens.api.errors import InvalidRequest, TooManyFiles

__all__ = ["GONE", "quoted", "refuse", "shortened", "too_many", "unknown_name"]

GONE = {"signs": "signs are always read now; alphabet=digits leaves them out"}
"""Options that there were once, and what is said of them."""

_SHOULD = re.compile(r"^[A-Z][a-z]+ should")
"""The beginning of pydantic's messages of a wrong type: Input, String, List."""


def too_many(most: int) -> TooManyFiles:
    """The error of a request with more pictures than it may have."""
    return TooManyFiles(f"At most {most:,} pictures are read in one request: send several requests.")


def refuse(error: ValidationError, known: list[str], before: str = "") -> NoReturn:
    """Tell the first thing that is wrong, and where a name is, those that are known; no value is sent back.

    Args:
        error: found by pydantic.
        known: names that may stand there.
        before: where the value stands, with its last dot.

    Raises:
        InvalidRequest: always.
    """
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    name = before + ".".join(map(str, first["loc"]))
    where = shortened(name)
    if first["type"] == "extra_forbidden":
        raise unknown_name(name, known) from None
    if first["type"] == "missing":
        raise InvalidRequest(f"{where} is missing.") from None
    said, found = _SHOULD.subn("must", first["msg"])
    raise InvalidRequest(f"{where} {said}." if found else f"{where}: {first['msg']}.") from None


def unknown_name(name: str, known: list[str]) -> InvalidRequest:
    """A field that nobody knows, or that is gone; with the one that may be meant, and all that are known."""
    if name in GONE:
        return InvalidRequest(f"{shortened(name)}: {GONE[name]}.")
    close = get_close_matches(name.rpartition(".")[2][:60], known, 1)
    hint = f"did you mean {close[0]!r}? Known" if close else "known"
    return InvalidRequest(f"{shortened(name)} is not known here; {hint} are {', '.join(known)}.")


def quoted(names: Iterable[str]) -> str:
    """Names in quotes, as those of which one is expected."""
    return " or ".join(map(repr, names))


def shortened(name: str) -> str:
    """A name as it may stand in a message: not longer than a line, and without what cannot be printed."""
    return repr(name if len(name) <= 60 else f"{name[:60]}...")
