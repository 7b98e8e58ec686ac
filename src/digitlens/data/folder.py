"""A folder of pictures, sorted by label, as a dataset.

``FOLDER/0/*.png`` to ``FOLDER/9/*.jpg`` is one set, for whatever it is wanted; ``FOLDER/train/0/*.png`` and
``FOLDER/test/0/*.png`` and so on are two splits, and one of them may be missing. Capital letters have folders ``A`` to
``Z``, small ones ``lower_a`` to ``lower_z``, since many disks take A and a for the same name; any other character is
named by its code, ``U+0416``. Beside the labels, a folder ``other`` may hold pictures of what is no digit, for networks
that learn to refuse.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitlens.data.dataset import DIGITS, Dataset
from digitlens.errors import CorruptDataset, DatasetError, ImageError
from digitlens.labels import folder_of, label_of
from digitlens.types import OTHERS, Source

__all__ = ["Framing", "folder_splits", "has_labels", "labelled_files", "load_folder", "other_files"]

Framing: TypeAlias = Callable[[Source], NDArray[np.uint8]]
"""Makes a picture a glyph, uint8 and always of one size, (28, 28); may raise `ImageError`."""

_SPLIT_FOLDERS = ("train", "test")
_LITTER = {"desktop.ini", "thumbs.db"}


def folder_splits(folder: Path) -> tuple[str, ...]:
    """The splits a folder has: those of ``train`` and ``test`` that are there, else just ``all``."""
    return tuple(split for split in _SPLIT_FOLDERS if (folder / split).is_dir()) or ("all",)


def has_labels(folder: Path) -> bool:
    """Tell if there is a folder named like a label, in the folder or in one of its splits."""
    parts = (_part(folder, split) for split in folder_splits(folder))
    return any(label_of(name) for part in parts for name in _names_of_folders(part))


def labelled_files(folder: Path, split: str) -> list[tuple[Path, str]]:
    """List the pictures of a split with their labels, without opening them.

    A folder that is not parted into splits is given whole, whatever split is asked for. Every file under a
    label's folder counts as a picture, except hidden ones and those that Windows leaves behind. What is no digit is
    left to `other_files`.

    Returns:
        The files, label by label and sorted within each.

    Raises:
        DatasetError: no such split, a folder that is not a label, or no pictures at all.
    """
    folder = _part(folder, split)
    files = [(path, label) for label in _labels(folder) for path in _pictures(folder / folder_of(label))]
    if not files:
        raise DatasetError(f"{folder} holds no pictures: put them into folders named 0 to 9 in it.")
    return files


def other_files(folder: Path, split: str) -> list[Path]:
    """List the pictures of a split that show no digit, sorted and without opening them; often none.

    Raises:
        DatasetError: no such split.
    """
    return _pictures(_part(folder, split) / OTHERS)


def load_folder(folder: Path, split: str, frame: Framing) -> Dataset:
    """Read and frame every picture of a split.

    Args:
        folder: has a folder for each label, or for each split, as this module's head tells.
        split: ``train`` or ``test``; a folder that is not parted into splits is read whole.
        frame: makes each picture a glyph.

    Returns:
        The dataset, named like the folder, with what ``frame`` made of each picture as its images. Its alphabet is
        that of the digits where no other label has a folder, in any split, else the labels that have one.

    Raises:
        CorruptDataset: a picture that cannot be read; the message names it.
        DatasetError: as of `labelled_files`.
    """
    files = labelled_files(folder, split)
    parts = folder_splits(folder)
    named = {label for part in parts for label in _labels(_part(folder, part))}
    alphabet = DIGITS if named <= {*DIGITS} else tuple(sorted(named))
    images = np.stack([_framed(path, frame) for path, _ in files])
    labels = np.array([alphabet.index(label) for _, label in files], np.int64)
    return Dataset(str(folder), images, labels, alphabet, framed=True)


def _labels(folder: Path) -> list[str]:
    """The labels that have a folder, sorted.

    Raises:
        DatasetError: a folder that is not a label.
    """
    names = sorted(_names_of_folders(folder) - {OTHERS})
    found = {name: label_of(name) for name in names}
    if strangers := [name for name, label in found.items() if label is None]:
        raise DatasetError(
            f"{folder} has a folder {strangers[0]!r}, which is no label: its folders must be named 0 to 9, A to Z, "
            f"lower_a to lower_z, or by a code such as U+0416; {OTHERS} is for what is no digit."
        )
    return sorted(label for label in found.values() if label)


def _part(folder: Path, split: str) -> Path:
    """Where a split's folders of labels lie."""
    parts = folder_splits(folder)
    if parts == ("all",):
        return folder
    if split not in parts:
        raise DatasetError(f"{folder} has no folder {split!r}; it has {' and '.join(parts)}.")
    return folder / split


def _framed(path: Path, frame: Framing) -> NDArray[np.uint8]:
    try:
        return frame(path)
    except (ImageError, OSError) as error:
        raise CorruptDataset(f"{path} cannot be used: {error} Take it out or mend it.") from error


def _names_of_folders(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")}


def _pictures(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".") and path.name.lower() not in _LITTER
    )
