"""The output of every reader of a format: pictures with their labels, one after another, in shards of a split."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitlens.errors import ImageError

__all__ = ["WHOLE", "Counted", "File", "Sample", "Shard", "split_of"]

WHOLE = "all"
"""The split of what nothing says that it is for training or for testing."""

_SPLIT_NAMES = (
    ("train", r"train(?:ing)?"),
    ("test", r"test(?:ing)?|t10k"),
    ("validation", r"val(?:id(?:ation)?)?|dev"),
)
_SPLIT_WORDS = tuple(
    (split, re.compile(rf"(?<![a-z])[xy]?(?:{words})(?:images?|imgs?|labels?|set|x|y)?(?![a-z])"))
    for split, words in _SPLIT_NAMES
)
_SUFFIXES = {".t": "test", ".tr": "train"}  # of LIBSVM's sets


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture of a dataset.

    Attributes:
        picture: uint8 (H, W) grey or (H, W, 3) RGB; or the bytes or the path of a picture file; or why there is none.
        label: what it shows, as the dataset has it; None where that is not told.
        name: what the dataset calls it; None where it has no name.
    """

    picture: NDArray[np.uint8] | bytes | Path | ImageError
    label: str | None = None
    name: str | None = None


Counted: TypeAlias = Callable[[], int]
"""Tells how many samples there are; may have to go through a file for it."""


@dataclass(frozen=True)
class Shard:
    """Samples of one split that lie together.

    Attributes:
        name: the file, as it was given, and the part of it where it has several.
        split: ``train``, ``test``, ``validation`` or `WHOLE`.
        labelled: whether it has labels.
        count: tells how many samples it has.
        samples: goes through them, from the first; raises `CorruptDataset` where it comes to damage.
        file: that they are in; None where it is not one.
    """

    name: str
    split: str
    labelled: bool
    count: Counted
    samples: Callable[[], Iterator[Sample]]
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file of a dataset.

    Attributes:
        path: where it is.
        name: what to call it, as it was given.
        within: its path within what was given, by which its split is told.
    """

    path: Path
    name: str
    within: str

    @property
    def split(self) -> str:
        """The split that its name tells, or that of a folder above it."""
        return split_of(self.within)


def split_of(name: str) -> str:
    """The split that a path or a name tells, the last part first.

    >>> [split_of(name) for name in ("t10k-images-idx3-ubyte.gz", "x_train", "usps.t.bz2", "train/0001.tar", "trains")]
    ['test', 'train', 'test', 'train', 'all']
    """
    for part in reversed(PurePosixPath(name.lower()).parts):
        found = {split: match.start() for split, words in _SPLIT_WORDS if (match := words.search(part))}
        if found:
            return min(found, key=found.__getitem__)
    suffixes = PurePosixPath(name.lower()).suffixes
    return next((_SUFFIXES[suffix] for suffix in suffixes if suffix in _SUFFIXES), WHOLE)
