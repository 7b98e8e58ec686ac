import hashlib
import re
from pathlib import Path

import numpy as np
import pytest
from idx_files import idx_bytes

from digitlens.data import DATASETS, DIGITS, DataFile, DatasetEntry, Split, at_hand, find, get, load, splits
from digitlens.errors import CorruptDataset, DatasetError, DatasetNotFound

IMAGES = np.arange(3 * 16, dtype=np.uint8).reshape(3, 4, 4)
LABELS = np.array([1, 0, 2], np.uint8)
ALPHABET = ("x", "y", "z")


@pytest.fixture
def sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """DIGITLENS_DATA with one tiny dataset, registered as ``tiny``: IDX to train on, npz to test on."""
    folder = tmp_path / "sets"
    (folder / "tiny").mkdir(parents=True)
    (folder / "tiny" / "images").write_bytes(idx_bytes(IMAGES))
    (folder / "tiny" / "labels").write_bytes(idx_bytes(LABELS))
    np.savez(folder / "tiny" / "test.npz", images=IMAGES[:2], labels=np.array(["z", "x"]))
    files = {name: entry_of(folder, f"tiny/{name}") for name in ("images", "labels", "test.npz")}
    entry = DatasetEntry(
        title="Tiny",
        licence="none",
        citation="none",
        alphabet=ALPHABET,
        splits={
            "train": Split(3, (files["images"], files["labels"])),
            "test": Split(2, (files["test.npz"],)),
        },
    )
    monkeypatch.setitem(DATASETS, "tiny", entry)
    monkeypatch.setenv("DIGITLENS_DATA", str(folder))
    return folder


def entry_of(folder: Path, path: str) -> DataFile:
    content = (folder / path).read_bytes()
    return DataFile(path, len(content), hashlib.sha256(content).hexdigest())


def test_idx_files_become_a_dataset(sets: Path) -> None:
    found = load("tiny", "train")
    assert (found.name, found.alphabet, len(found)) == ("tiny", ALPHABET, 3)
    np.testing.assert_array_equal(found.images, IMAGES)
    assert found.labels.tolist() == [1, 0, 2]


def test_an_npz_file_becomes_a_dataset(sets: Path) -> None:
    found = load("tiny", "test")
    assert (found.alphabet, found.labels.dtype, found.images.dtype) == (ALPHABET, np.int64, np.uint8)
    np.testing.assert_array_equal(found.images, IMAGES[:2])
    assert found.labels.tolist() == [2, 0]


def test_get_gives_the_files_in_the_order_of_the_entry(sets: Path) -> None:
    assert get("tiny") == [sets / "tiny" / name for name in ("images", "labels", "test.npz")]


def test_a_file_is_verified_at_every_load(sets: Path) -> None:
    load("tiny", "train")
    (sets / "tiny" / "labels").write_bytes(idx_bytes(LABELS[::-1]))
    with pytest.raises(CorruptDataset, match="labels is not as it should be"):
        load("tiny", "train")


def test_what_is_on_this_machine_is_told_without_fetching(sets: Path) -> None:
    assert at_hand("tiny", "train")
    assert not at_hand("usps", "test")
    with pytest.raises(DatasetError, match="no split"):
        at_hand("tiny", "validation")


def test_a_name_comes_before_a_folder(sets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tiny" / "train").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert splits("tiny") == ("train", "test")
    assert splits("./tiny") == splits(Path("tiny")) == ("train",)


def test_a_split_that_is_not_there_is_an_error() -> None:
    with pytest.raises(DatasetError, match="usps has no split 'train'; it has test"):
        load("usps", "train")


def test_an_unknown_name_is_an_error_that_lists_the_known() -> None:
    for use in (find, get, splits):
        with pytest.raises(DatasetNotFound, match="herc, keqae, minichazer, mnist, semeion, usps"):
            use("mnits")


def test_entries_are_complete() -> None:
    assert list(DATASETS) == sorted(DATASETS)
    for name, entry in DATASETS.items():
        assert set(entry.splits) <= {"train", "test"}, name
        assert entry.title.casefold().startswith(name)
        assert all(re.fullmatch("https://.*/", mirror) for mirror in entry.mirrors)
        assert all(re.fullmatch("[0-9a-f]{64}", file.sha256) and file.size > 0 for file in entry.files)
        assert len({file.path for file in entry.files}) == len(entry.files)
        assert all(part.count > 0 for part in entry.splits.values())


@pytest.mark.data
@pytest.mark.parametrize(
    ("source", "side", "counts"),
    [
        (("mnist", "train"), 28, [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]),
        (("mnist", "test"), 28, [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]),
        (("usps", "test"), 16, [359, 264, 198, 166, 200, 160, 170, 147, 166, 177]),
        (("semeion", "test"), 16, [161, 162, 159, 159, 161, 159, 161, 158, 155, 158]),
    ],
)
def test_the_real_sets(source: tuple[str, str], side: int, counts: list[int]) -> None:
    name, split = source
    found = load(name, split)
    assert found.images.shape == (DATASETS[name].splits[split].count, side, side)
    assert (found.images.dtype, found.images.min(), found.images.max()) == (np.uint8, 0, 255)
    assert np.bincount(found.labels).tolist() == counts
    assert found.alphabet == DIGITS


@pytest.mark.data
def test_emnist_by_class_has_digits_and_letters_of_both_cases() -> None:
    found = load("emnist-byclass", "test")
    assert found.images.shape == (116_323, 28, 28)
    assert np.bincount(found.labels, minlength=62)[:10].sum() == 57_918
    assert "".join(found.alphabet[i] for i in (9, 10, 35, 36, 61)) == "9AZaz"
