"""A file or a folder of one of the formats as a dataset: the glyphs of a split in memory, under one alphabet."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from digitlens.data.dataset import DIGITS, Dataset
from digitlens.data.entries import DATASETS
from digitlens.data.folder import Framing
from digitlens.data.formats.registry import shards_of, shards_within
from digitlens.data.formats.sample import WHOLE, Sample, Shard
from digitlens.data.formats.streams import MOST_UNPACKED_BYTES
from digitlens.errors import CorruptDataset, DatasetError, ImageError

__all__ = ["collection", "load_collection", "splits_of"]

log = logging.getLogger("digitlens")

_ORDER = ("train", "test", "validation", WHOLE)


def collection(place: Path) -> list[Shard]:
    """The shards of a file or a folder that have labels; none where a folder holds no file of any format.

    Raises:
        CorruptDataset, DatasetError: as of `shards_of`; or there are no labels.
    """
    shards = shards_within(place) if place.is_dir() else shards_of(place)
    labelled = [shard for shard in shards if shard.labelled]
    if shards and not labelled:
        raise DatasetError(
            f"{place} has no labels: nothing in it, or beside it, says what its pictures show."
        )
    for shard in shards:
        if not shard.labelled:
            log.info("%s has no labels and is left out.", shard.name)
    return labelled


def splits_of(shards: Sequence[Shard]) -> tuple[str, ...]:
    """The splits that shards belong to."""
    found = {shard.split for shard in shards}
    return tuple(split for split in _ORDER if split in found)


def load_collection(place: Path, shards: Sequence[Shard], split: str, frame: Framing) -> Dataset:
    """Read a split; what is in no split is given whole, whatever split is asked for.

    Args:
        place: the file or folder, for the dataset's name and for errors.
        shards: all of it that has labels, of every split, as of `collection`.
        split: ``train``, ``test`` or ``validation``.
        frame: makes a picture a glyph; not needed where all are grey and of one size.

    Returns:
        The dataset, named like the file or folder: images as they are where all are grey and of one size, else framed.
        Its alphabet is that of the digits where no other label is in any split, else the labels that are.

    Raises:
        CorruptDataset: it is damaged, holds a picture that cannot be read, or what is no label.
        DatasetError: it has no such split.
    """
    parts = splits_of(shards)
    if parts != (WHOLE,) and split not in parts:
        raise DatasetError(f"{place} has no split {split!r}; it has {' and '.join(parts)}.")
    chosen = [shard for shard in shards if parts == (WHOLE,) or shard.split == split]
    images, labels, framed = _read(chosen, frame)
    named = set(labels)
    if not named <= {*DIGITS}:
        others = (shard for shard in shards if shard not in chosen)
        named |= {label for shard in others for _, label in _labelled(shard)}
    alphabet = DIGITS if named <= {*DIGITS} else tuple(sorted(named))
    index = {label: position for position, label in enumerate(alphabet)}
    classes = np.array([index[label] for label in labels], np.int64)
    return Dataset(str(place), images, classes, alphabet, framed, _merged(alphabet))


def _read(shards: Iterable[Shard], frame: Framing) -> tuple[NDArray[np.uint8], list[str], bool]:
    """Images and labels, and whether the images are framed."""
    images, labels, framed, held = list[NDArray[np.uint8]](), list[str](), False, 0
    for shard in shards:
        for sample, label in _labelled(shard):
            picture = sample.picture
            if not framed and _is_grey(picture) and (not images or picture.shape == images[0].shape):
                images.append(picture)
            else:
                if not framed:
                    images, framed = [_framed(image, frame, shard, None) for image in images], True
                images.append(_framed(picture, frame, shard, sample.name))
            labels.append(label)
            held += images[-1].nbytes
            if held > MOST_UNPACKED_BYTES:
                raise CorruptDataset(
                    f"{shard.name} has more than {MOST_UNPACKED_BYTES >> 30} GB of pictures: split it."
                )
    if not images:
        raise CorruptDataset("There are no pictures in it.")
    return np.stack(images), labels, framed


def _is_grey(picture: object) -> TypeGuard[NDArray[np.uint8]]:
    return isinstance(picture, np.ndarray) and picture.ndim == 2


def _labelled(shard: Shard) -> Iterator[tuple[Sample, str]]:
    """The samples with their labels.

    Raises:
        CorruptDataset: a label is none, or not of one character.
    """
    for row, sample in enumerate(shard.samples()):
        label = sample.label
        if label is None or len(label) != 1 or label.isspace():
            what = "no label" if not label else f"the label {label!r}"
            raise CorruptDataset(
                f"{shard.name}: row {row} has {what}, where one character was expected. Numbers from 10 on need a file "
                "NAME-mapping.txt beside, which has a number and the code of its character on each line."
            )
        yield sample, label


def _framed(
    picture: NDArray[np.uint8] | bytes | Path | ImageError, frame: Framing, shard: Shard, name: str | None
) -> NDArray[np.uint8]:
    try:
        if isinstance(picture, ImageError):
            raise picture
        return frame(picture)
    except (ImageError, OSError) as error:
        raise CorruptDataset(
            f"{shard.name}{(name and ': ' + name) or ''} cannot be used: {error} Take it out or mend it."
        ) from error


def _merged(alphabet: tuple[str, ...]) -> str:
    """Capitals whose label says nothing of the case, where the alphabet is one of EMNIST's that merge them."""
    return next((entry.merged for entry in DATASETS.values() if {*entry.alphabet} == {*alphabet}), "")
