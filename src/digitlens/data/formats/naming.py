"""From labels as a dataset counts them to what they stand for: one character each."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitlens.errors import CorruptDataset

__all__ = ["Names", "Zero", "codes", "label_text", "label_texts", "mapping_beside", "text_of"]

Names: TypeAlias = Mapping[int, str]
"""The label behind each number."""

Zero: TypeAlias = Literal["ten", "first"]
"""Where labels go from 1 to 10, the 10 is a 0 (as in MATLAB's files), or the 1 is (as in LIBSVM's USPS)."""

_MOST_BYTES = 2**16
_ENDING = "mapping.txt"  # of the files that EMNIST has beside each of its sets


def text_of(value: str | float) -> str:
    """A label as a text: whole numbers without a point.

    >>> text_of(7.0), text_of("'7'"), text_of(" 6.0000")
    ('7', '7', '6')
    """
    if isinstance(value, str):
        value = value.strip().strip("'\"")
        if "." not in value:
            return value
        try:
            value = float(value)
        except ValueError:
            return str(value)
    return str(int(value)) if float(value).is_integer() else str(value)


def label_text(value: str | float, names: Names | None, zero: Zero | None = None) -> str:
    """Return the label's text, by the names that the dataset gives.

    Args:
        value: the label as the file has it, a number or a text.
        names: the label behind each number, which counts before ``zero``; a number that has none stays as it is.
        zero: which number is the 0 where labels go from 1 to 10; None: numbers are as they look.
    """
    text = text_of(value)
    number = int(text) if text.isdecimal() else None
    if number is not None and names is not None:
        return names.get(number, text)
    if number is not None and zero is not None:
        return str(number % 10 if zero == "ten" else number - 1)
    return text


def label_texts(values: NDArray[Any], names: Names | None, name: str) -> list[str]:
    """Return the texts of an array of labels.

    Args:
        values: (N,) or (N, 1) numbers or texts; (N, K) where just one of each row is 1, the others 0 or -1, as a
            network's targets; (N, K) whose first column is the label, as QMNIST has them.
        names: what numbers stand for, where that is told.
        name: what to call the labels in errors.

    Raises:
        CorruptDataset: they are no labels.
    """
    flat = _flat(values)
    if flat.dtype.kind in "OV" or flat.ndim != 1:
        raise CorruptDataset(f"{name} holds {values.dtype} of the shape {values.shape}, which are no labels.")
    if flat.dtype.kind == "S":
        flat = np.char.decode(flat, "utf-8", "replace")
    if flat.dtype.kind == "U":
        return [label_text(str(value), names) for value in flat]
    if flat.dtype.kind == "f" and not np.array_equal(flat, np.rint(flat)):
        raise CorruptDataset(f"{name} holds fractions, where labels were expected.")
    from_one = names is None and len(flat) > 0 and (flat.min(), flat.max()) == (1, 10)
    return [label_text(int(value), names, "ten" if from_one else None) for value in flat]


def _flat(values: NDArray[Any]) -> NDArray[Any]:
    if values.ndim != 2:
        return values
    if values.shape[1] == 1:
        return values[:, 0]
    if values.dtype.kind in "biuf" and values.size:
        one, other = values.max(), values.min()
        if one == 1 and other in (0, -1) and ((values == 1).sum(axis=1) == 1).all():
            return values.argmax(axis=1)
    return values[:, 0]


def mapping_beside(path: Path) -> Names | None:
    """Return the labels by the file ``NAME-mapping.txt`` beside ``NAME-...``: a label a line, then its code.

    Raises:
        CorruptDataset: there is such a file, and it is none.
    """
    for found in sorted(path.parent.glob(f"*{_ENDING}")):
        if path.name.startswith(found.name.removesuffix(_ENDING).rstrip("-_")):
            return _mapping(found)
    return None


def _mapping(file: Path) -> Names:
    try:
        with file.open(encoding="ascii") as lines:
            rows = [line.split() for line in lines.read(_MOST_BYTES).splitlines() if line.strip()]
        return codes([[int(number) for number in row] for row in rows])
    except (OSError, ValueError, IndexError, OverflowError) as error:
        raise CorruptDataset(
            f"{file} cannot be read: it must have a label and the code of its character on each line ({error})."
        ) from error


def codes(rows: Sequence[Sequence[int]]) -> Names:
    """Return the labels by rows of a label and the code of its character; a second code is the other case."""
    return {int(row[0]): chr(int(row[1])) for row in rows}
