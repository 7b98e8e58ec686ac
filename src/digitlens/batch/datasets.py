"""Inputs that are the samples of a dataset: of a table, an array, an archive, in whatever format it comes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from digitlens.batch.inputs import Item, SourceInfo, file_state, source_info
from digitlens.data.formats import Sample, Shard
from digitlens.errors import BatchError, DatasetError, ImageError
from digitlens.imaging.sources import read_bytes
from digitlens.types import Pixels

__all__ = ["DatasetInputs", "as_batch_error"]


@dataclass(frozen=True)
class DatasetInputs:
    """The samples of shards, one after the other, named as the dataset names them, else ``FILE#ROW``, from 0.

    Args:
        shards: of all splits.
        state: what tells them from others besides their names, counts and files.
    """

    shards: Sequence[Shard]
    state: object = None

    def __iter__(self) -> Iterator[Item]:
        """The samples.

        Raises:
            BatchError: the dataset is damaged.
        """
        with as_batch_error():
            for shard in self.shards:
                for row, sample in enumerate(shard.samples()):
                    yield _item(sample, f"{shard.name}#{row}")

    def info(self) -> SourceInfo:
        """Describe the dataset by the counts, names, sizes and times of the files."""
        with as_batch_error():
            counts = [shard.count() for shard in self.shards]
        files = [shard.file and file_state(str(shard.file)) for shard in self.shards]
        names = [shard.name for shard in self.shards]
        states = [self.state, *zip(names, counts, files, strict=True)]
        return SourceInfo(sum(counts), source_info(states).digest)


@contextmanager
def as_batch_error() -> Iterator[None]:
    """Tell what is wrong with a dataset as what is wrong with a batch."""
    try:
        yield
    except DatasetError as error:
        raise BatchError(str(error)) from error


def _item(sample: Sample, place: str) -> Item:
    name, picture = sample.name or place, sample.picture
    if isinstance(picture, Path):
        return Item(name, lambda: read_bytes(picture)[0], str(picture))
    size = (
        picture.nbytes
        if isinstance(picture, np.ndarray)
        else len(picture)
        if isinstance(picture, bytes)
        else 0
    )
    return Item(name, partial(_loaded, picture), size=size)


def _loaded(picture: bytes | Pixels | ImageError) -> bytes | Pixels:
    if isinstance(picture, ImageError):
        raise picture
    return picture
