"""The file of a network's card: JSON, a row of a matrix in one line."""

import json
import re
from pathlib import Path
from typing import Any

from digitlens.errors import InvalidModel
from digitlens.files import atomic_write, open_file

__all__ = ["read_card", "write_card"]

_ROW = re.compile(r'\[\s+((?:(?:[-\d.e+]+|"[^"\\]?"),?\s+)+)\]')
"""A list of numbers and labels; cards have one a line, so that a person may read a matrix."""

MAX_CARD_BYTES = 2**20
"""A card may have this many bytes; they have a few thousand."""


def write_card(path: Path, values: dict[str, Any]) -> None:
    """Write values as JSON, whole or not at all, with rows of a matrix in one line each."""
    with atomic_write(path) as temporary:
        text = _ROW.sub(lambda row: f"[{' '.join(row[1].split())}]", json.dumps(values, indent=2))
        temporary.write_text(f"{text}\n", encoding="utf-8")


def read_card(path: Path) -> dict[str, Any]:
    """The values of a card.

    Raises:
        InvalidModel: there is no such file.
        OSError: it cannot be read.
        ValueError: it is not JSON.
        AttributeError: it holds no values by name.
    """
    try:
        with open_file(path) as file:
            return dict(json.loads(file.read(MAX_CARD_BYTES + 1)).items())
    except FileNotFoundError:
        raise InvalidModel(
            f"{path} is missing: a network needs its card beside it. "
            "`digitlens train` and `digitlens export` write both."
        ) from None
