"""The datasets that DigitLens knows by name, and `load`, the one front door to them and to folders."""

from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitlens.data.dataset import DataFile, Dataset, DatasetEntry, Split
from digitlens.data.download import fetch, locate
from digitlens.data.folder import Framing, folder_splits, load_folder
from digitlens.data.idx import read_pair
from digitlens.errors import DatasetError, DatasetNotFound

__all__ = ["DATASETS", "at_hand", "find", "get", "load", "splits"]

EMNIST = (
    "G. Cohen, S. Afshar, J. Tapson and A. van Schaik, EMNIST: an extension of MNIST to handwritten "
    "letters, International Joint Conference on Neural Networks, 2017"
)

DATASETS: dict[str, DatasetEntry] = {
    "emnist-byclass": DatasetEntry(
        title="EMNIST-byclass: digits and letters of both cases, 28x28; to measure by",
        licence="public domain (NIST)",
        citation=EMNIST,
        splits={
            "test": Split(
                116_323,
                (
                    DataFile(
                        "emnist/byclass_test.npz",
                        29_513_064,
                        "cc4b90f7c116d7d43731e2eb94cee07feffd69efbe4eed6095b8a57b61d180b1",
                    ),
                ),
            )
        },
        alphabet=tuple("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
    ),
    "emnist-merged": DatasetEntry(
        title="EMNIST-merged: letters and digits, 28x28, upper and lower case merged where alike",
        licence="public domain (NIST)",
        citation=EMNIST,
        splits={
            "train": Split(
                99_845,
                (
                    DataFile(
                        "emnist/bymerge_train_part.npz",
                        25_311_215,
                        "1dd48b6b1ba4f2e53009a785e6d0ef2320ffb5c363e062ebaaa7ccc2257c0609",
                    ),
                ),
            )
        },
        alphabet=tuple("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt"),
    ),
    "herc": DatasetEntry(
        title="Herc: digits drawn on screens, 64x64, dark on light",
        licence="none stated",
        citation=("Collected by herc; no publication"),
        splits={
            "train": Split(
                2_700,
                (
                    DataFile(
                        "other/herc_digits.npz",
                        1_068_364,
                        "12d6f171d0e2d90be3e6387abb7066a2ab561e0eb1b4c2646861d4eeb2b50201",
                    ),
                ),
            )
        },
    ),
    "keqae": DatasetEntry(
        title="Keqae: digits drawn on screens, 64x64, dark on light",
        licence="none stated",
        citation=("Collected by keqae; no publication"),
        splits={
            "train": Split(
                4_000,
                (
                    DataFile(
                        "other/keqae_digits.npz",
                        3_388_391,
                        "d7b1748139d7700f1645b374fdff48b2662b5462eb0c9cb38d319cf28a30011c",
                    ),
                ),
            )
        },
    ),
    "minichazer": DatasetEntry(
        title="Minichazer: digits 0 to 7 cut from scanned grids, 64x64, dark on light",
        licence="none stated",
        citation=("Collected by minichazer; no publication"),
        splits={
            "train": Split(
                9_192,
                (
                    DataFile(
                        "other/minichazer_grid.npz",
                        6_668_692,
                        "871c7d2eed9810e53f8e7989193ec2501651e6c8ec63d9afefd1c1dec260fa65",
                    ),
                ),
            )
        },
    ),
    "mnist": DatasetEntry(
        title="MNIST: handwritten digits of 500 people, 28x28, white on black",
        licence="CC BY-SA 3.0",
        citation=(
            "Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to document "
            "recognition, Proceedings of the IEEE 86(11), 1998"
        ),
        mirrors=(
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ),
        splits={
            "train": Split(
                60_000,
                (
                    DataFile(
                        "mnist/train-images-idx3-ubyte.gz",
                        47_040_016,
                        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                    ),
                    DataFile(
                        "mnist/train-labels-idx1-ubyte.gz",
                        60_008,
                        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                    ),
                ),
            ),
            "test": Split(
                10_000,
                (
                    DataFile(
                        "mnist/t10k-images-idx3-ubyte.gz",
                        7_840_016,
                        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                    ),
                    DataFile(
                        "mnist/t10k-labels-idx1-ubyte.gz",
                        10_008,
                        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
                    ),
                ),
            ),
        },
    ),
    "semeion": DatasetEntry(
        title="Semeion: handwritten digits of 80 people, 16x16, black and white only",
        licence="CC BY 4.0",
        citation=(
            "M. Buscema, MetaNet: the theory of independent judges, Substance Use & Misuse 33(2), 1998"
        ),
        splits={
            "test": Split(
                1_593,
                (
                    DataFile(
                        "other/semeion.npz",
                        39_136,
                        "c3cc66788a1364e3c1733620bfd8e6c0e33849154dd44c66a756faaa8a41f58f",
                    ),
                ),
            )
        },
    ),
    "usps": DatasetEntry(
        title="USPS test set: digits from postcodes on envelopes, 16x16, grey",
        licence="none stated",
        citation=(
            "J. J. Hull, A database for handwritten text recognition research, IEEE Transactions on Pattern "
            "Analysis and Machine Intelligence 16(5), 1994"
        ),
        splits={
            "test": Split(
                2_007,
                (
                    DataFile(
                        "other/usps_test.npz",
                        240_733,
                        "e2d1adcc472aa097fc0bac4fbc8f6d420997ad0b3bffb3b5c7eefb86c7ef6879",
                    ),
                ),
            )
        },
    ),
}
"""Name -> entry, in the order of the alphabet."""


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
    """Whether all files of a split of a registered dataset are on this machine; they are not verified.

    Raises:
        DatasetNotFound: no dataset has that name.
        DatasetError: it has no such split.
    """
    return all(locate(file) is not None for file in _split(find(name), name, split).files)


def splits(source: str | PathLike[str]) -> tuple[str, ...]:
    """The splits that `load` can tell apart in a dataset or a folder.

    ``("all",)`` for a folder not parted into ``train`` and ``test``: `load` gives it whole as either, so
    what was trained on such a folder must not be tested on it.

    Raises:
        DatasetNotFound: neither a registered dataset nor a folder.
    """
    place = _resolve(source)
    return folder_splits(place) if isinstance(place, Path) else tuple(place.splits)


def load(source: str | PathLike[str], split: str, frame: Framing | None = None) -> Dataset:
    """Load a split of a registered dataset, or of a folder of pictures by label.

    Files are looked for in ``DIGITLENS_DATA``, then in the cache, and downloaded where they are in neither;
    each is verified by its SHA-256 every time.

    Args:
        source: a registered name, or a folder; ``./mnist`` is the folder where ``mnist`` is the dataset.
        split: ``train`` or ``test``.
        frame: makes a picture file a glyph; only a folder, whose pictures have any format and size, needs it.

    Raises:
        DatasetNotFound: neither a registered dataset nor a folder.
        DatasetError: it has no such split.
        CorruptDataset: a file that is not what it should be.
        DownloadFailed: no mirror gave a file, or downloading is switched off.
        TypeError: a folder without ``frame``.
    """
    place = _resolve(source)
    if isinstance(place, Path):
        if frame is None:
            raise TypeError("a folder of pictures needs frame, a function that makes a file a glyph")
        return load_folder(place, split, frame)
    paths = [fetch(file, place.mirrors) for file in _split(place, source, split).files]
    images, labels = _read(paths, place.alphabet)
    return Dataset(str(source), images, labels, place.alphabet)


def _split(entry: DatasetEntry, name: object, split: str) -> Split:
    if split not in entry.splits:
        raise DatasetError(f"{name} has no split {split!r}; it has {' and '.join(entry.splits)}.")
    return entry.splits[split]


def _resolve(source: str | PathLike[str]) -> DatasetEntry | Path:
    if isinstance(source, str) and source in DATASETS:
        return DATASETS[source]
    if Path(source).is_dir():
        return Path(source)
    raise DatasetNotFound(
        f"{source} is neither a folder nor a dataset; the datasets are {', '.join(DATASETS)}."
    )


def _read(paths: list[Path], alphabet: tuple[str, ...]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    if len(paths) == 2:
        return read_pair(*paths, classes=len(alphabet))
    with np.load(paths[0], allow_pickle=False) as archive:
        index = {label: position for position, label in enumerate(alphabet)}
        return archive["images"], np.array([index[label] for label in archive["labels"]], np.int64)
