"""The datasets that DigitLens knows by name, and `load`, the one front door to them and to folders."""

from itertools import islice
from os import PathLike
from pathlib import Path
from zipfile import BadZipFile
from zipfile import Path as ZipPath

import numpy as np
from numpy.typing import NDArray

from digitlens.data.dataset import Dataset, DatasetEntry, Split
from digitlens.data.download import fetch, locate
from digitlens.data.entries import DATASETS
from digitlens.data.folder import Framing, folder_splits, has_labels, labelled_files, load_folder
from digitlens.data.formats import collection, load_collection, splits_of
from digitlens.data.idx import read_pair
from digitlens.data.split import stratified_split
from digitlens.errors import CorruptDataset, DatasetError, DatasetNotFound

__all__ = ["DATASETS", "at_hand", "check", "few_labels", "find", "get", "load", "splits"]


def find(name: str) -> DatasetEntry:
    """The entry of a registered dataset.

    Raises:
        DatasetNotFound: none has that name.
    """
    try:
        return DATASETS[name]
    except KeyError:
        raise DatasetNotFound(f"No dataset is called {name!r}; there are {', '.join(DATASETS)}.") from None


def get(name: str) -> list[Path]:
    """Make sure that every file of a registered dataset is on this machine, downloading what is not.

    Returns:
        The verified files, in the order of the entry.

    Raises:
        DatasetNotFound: no dataset has that name.
        CorruptDataset: a file under ``DIGITLENS_DATA`` is not what it should be.
        DownloadFailed: no mirror gave a file, or downloading is switched off.
    """
    entry = find(name)
    return [fetch(file, entry.mirrors) for file in entry.files]


def at_hand(name: str, split: str) -> bool:
    """Tell if a split of a registered dataset can be read from files on this machine; they are not verified.

    Raises:
        DatasetNotFound: no dataset has that name.
        DatasetError: it has no such split.
    """
    found = _split(find(name), name, split)
    instead = found.instead is not None and locate(found.instead) is not None
    return instead or all(locate(file) is not None for file in found.files)


def splits(source: str | PathLike[str]) -> tuple[str, ...]:
    """The splits that `load` can tell apart in a dataset, a file or a folder.

    ``("all",)`` where nothing is parted into ``train`` and ``test``: `load` gives it whole as either, so
    what was trained on it must not be tested on it.

    Raises:
        DatasetNotFound: neither a registered dataset nor a file or folder.
        DatasetError: of no format that is read, or damaged.
    """
    place = _resolve(source)
    if not isinstance(place, Path):
        return tuple(place.splits)
    if _is_of_pictures(place):
        return folder_splits(place)
    return splits_of(collection(place)) or folder_splits(place)


def check(source: str | PathLike[str], split: str = "train") -> None:
    """Find out in a moment, without opening a picture, what would keep `load` from reading a file or folder.

    Raises:
        DatasetNotFound, CorruptDataset, DatasetError: as `load` does; what is only found on the way is not.
    """
    place = _resolve(source)
    if isinstance(place, Path) and (_is_of_pictures(place) or not collection(place)):
        labelled_files(place, split)


def few_labels(source: str | PathLike[str], split: str, most: int) -> list[str] | None:
    """The labels of a split of a file or folder, where they are few.

    Args:
        source: a file or folder, or a registered name.
        split: as of `load`; what is not parted into splits is taken whole.
        most: so many are no longer few; no more of them are read.

    Returns:
        A label a glyph, empty where it has none; None where there are ``most`` or more, or of a registered dataset.

    Raises:
        DatasetNotFound, CorruptDataset, DatasetError: as `load` does.
    """
    place = _resolve(source)
    if not isinstance(place, Path):
        return None
    if _is_of_pictures(place) or not (shards := collection(place)):
        found = (label for _, label in labelled_files(place, split))
    else:
        parts = splits_of(shards)
        chosen = [shard for shard in shards if split not in parts or shard.split == split]
        found = (sample.label or "" for shard in chosen for sample in shard.samples())
    labels = [*islice(found, most)]
    return labels if len(labels) < most else None


def load(source: str | PathLike[str], split: str, frame: Framing | None = None) -> Dataset:
    """Load a split of a registered dataset, of a folder of pictures by label, or of a file or folder of a known format.

    Files are looked for in ``DIGITLENS_DATA``, then in the cache, and downloaded where they are in neither;
    each is verified by its SHA-256 every time.

    Args:
        source: a registered name, or a file or folder; ``./mnist`` is the folder where ``mnist`` is the dataset.
        split: ``train`` or ``test``, or another that the data have.
        frame: makes a picture a glyph; only files and folders, whose pictures have any format and size, need it.

    Raises:
        DatasetNotFound: neither a registered dataset nor a file or folder.
        DatasetError: it has no such split.
        CorruptDataset: a file that is not what it should be.
        DownloadFailed: no mirror gave a file, or downloading is switched off.
        TypeError: a file or folder without ``frame``.
    """
    place = _resolve(source)
    if isinstance(place, Path):
        if frame is None:
            raise TypeError("a file or folder needs frame, a function that makes a picture a glyph")
        if not _is_of_pictures(place) and (shards := collection(place)):
            return load_collection(place, shards, split, frame)
        return load_folder(place, split, frame)
    images, labels = _read(place, _split(place, source, split))
    return Dataset(str(source), images, labels, place.alphabet, merged=place.merged)


def _split(entry: DatasetEntry, name: object, split: str) -> Split:
    if split not in entry.splits:
        raise DatasetError(f"{name} has no split {split!r}; it has {' and '.join(entry.splits)}.")
    return entry.splits[split]


def _resolve(source: str | PathLike[str]) -> DatasetEntry | Path:
    if isinstance(source, str) and source in DATASETS:
        return DATASETS[source]
    if Path(source).exists():
        return Path(source)
    raise DatasetNotFound(
        f"{source} is neither a file or folder nor a dataset; the datasets are {', '.join(DATASETS)}."
    )


def _is_of_pictures(place: Path) -> bool:
    """Tell if it is a folder with pictures by label."""
    return place.is_dir() and has_labels(place)


def _read(entry: DatasetEntry, split: Split) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The glyphs of a split, upright, and their class indices."""
    if split.instead is not None and locate(split.instead):
        images, labels = _read_npz(fetch(split.instead, ()), entry.alphabet)
    else:
        paths = [fetch(file, entry.mirrors) for file in split.files]
        if split.members:
            images, labels = _read_archive(paths[0], entry, split)
        elif len(paths) == 2:
            images, labels = read_pair(paths[0], paths[1], classes=len(entry.alphabet))
        else:
            images, labels = _read_npz(paths[0], entry.alphabet)
    if split.part is not None:
        kept, held = stratified_split(labels, split.part.count, split.part.seed)
        rows = held if split.part.held else kept
        images, labels = images[rows], labels[rows]
    return images, labels


def _read_npz(path: Path, alphabet: tuple[str, ...]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    index = {label: position for position, label in enumerate(alphabet)}
    with np.load(path, allow_pickle=False) as archive:
        return archive["images"], np.array([index[label] for label in archive["labels"]], np.int64)


def _read_archive(
    path: Path, entry: DatasetEntry, split: Split
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Two IDX files of a zip archive, whose images lie on their side: rows and columns changed places."""
    try:
        missing = [name for name in split.members if not ZipPath(path, name).is_file()]
        if missing:
            raise CorruptDataset(f"{path} holds no {missing[0]}.")
        pair = (ZipPath(path, name) for name in split.members)
        images, labels = read_pair(*pair, classes=len(entry.alphabet), first=entry.first)
    except BadZipFile as error:
        raise CorruptDataset(f"{path} is no zip archive: {error}.") from error
    if len(labels) != split.count:
        raise CorruptDataset(f"{path}: {split.members[0]} holds {len(labels)} glyphs, not {split.count}.")
    return np.ascontiguousarray(images.transpose(0, 2, 1)), labels
