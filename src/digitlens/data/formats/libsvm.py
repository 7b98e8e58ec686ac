"""LIBSVM's texts: a label, then the position and value of each pixel that is not 0, as USPS comes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from math import isqrt

import numpy as np

from digitlens.data.formats.naming import label_text
from digitlens.data.formats.pixels import LEAST_PIXELS, Block, rows_at_once, samples_of
from digitlens.data.formats.sample import File, Shard
from digitlens.data.formats.streams import lines_of
from digitlens.errors import CorruptDataset

__all__ = ["is_libsvm", "shards_of"]

MOST_PIXELS = 2**20
"""A picture may have this many."""

_LIBSVM_LINE = re.compile(rb"[+-]?\d+(?:\.\d*)? +\d+:\S+ +\d+:")


@dataclass(frozen=True)
class _Survey:
    """A summary of a file: rows, the first (0 or 1) and last position, and if labels go from 1 to 10."""

    rows: int = 0
    first: int = 1
    last: int = 0
    least: float = float("inf")
    most: float = float("-inf")

    @property
    def pixels(self) -> int:
        """Pixels of a picture: the next square number, since the last of them may always be 0."""
        side = isqrt(max(LEAST_PIXELS, self.last - self.first + 1) - 1) + 1
        return side * side


def is_libsvm(head: bytes) -> bool:
    """Tell if a file that begins so is in LIBSVM's format."""
    return _LIBSVM_LINE.match(head) is not None


def shards_of(file: File) -> list[Shard]:
    """The rows of a file, whose positions count from 0 where one of them is 0, else from 1.

    A file that counts from 0 and never has a value there cannot be told from one that counts from 1: its images come
    one pixel further left. See ``findings/svmlight_shifts_digits.sh``.
    """

    @cache
    def survey() -> _Survey:
        found = _Survey()
        for _, label, positions, _ in _rows(file):
            found = replace(
                found,
                rows=found.rows + 1,
                first=min(found.first, positions[0] if len(positions) else 1),
                last=max(found.last, positions[-1] if len(positions) else 0),
                least=min(found.least, label),
                most=max(found.most, label),
            )
        return found

    return [
        Shard(
            file.name,
            file.split,
            labelled=True,
            count=lambda: survey().rows,
            samples=lambda: samples_of(_blocks(file, survey()), file.name),
            file=file.path,
        )
    ]


def _blocks(file: File, survey: _Survey) -> Iterator[Block]:
    step = rows_at_once(4 * survey.pixels)
    zero = "first" if (survey.least, survey.most) == (1, 10) else None
    values = np.zeros((step, survey.pixels), np.float32)
    labels: list[str] = []
    for _, label, positions, pixels in _rows(file):
        values[len(labels), positions - survey.first] = pixels
        labels.append(label_text(label, None, zero))
        if len(labels) == step:
            yield Block(values, labels)
            values, labels = np.zeros_like(values), []
    if labels:
        yield Block(values[: len(labels)], labels)


def _rows(file: File) -> Iterator[tuple[int, float, np.ndarray, np.ndarray]]:
    """The number of each line, its label, and the positions and values of its pixels."""
    for number, line in enumerate(lines_of(file.path, file.name), start=1):
        if not line.strip():
            continue
        label, _, rest = line.partition("#")[0].strip().partition(" ")
        try:
            pairs = np.array(rest.replace(":", " ").split(), np.float64).reshape(-1, 2)
            with np.errstate(invalid="ignore"):  # what is no number becomes one that does not rise
                positions = pairs[:, 0].astype(np.int64)
            told = float(label)
        except ValueError as error:
            raise CorruptDataset(
                f"{file.name}: line {number} is no label and pairs of position and value ({error})."
            ) from error
        if not (np.diff(positions, prepend=-1, append=MOST_PIXELS + 1) > 0).all():
            raise CorruptDataset(
                f"{file.name}: line {number} has positions that do not rise from 0 or 1 to {MOST_PIXELS:,} at most."
            )
        yield number, told, positions, pairs[:, 1].astype(np.float32)
