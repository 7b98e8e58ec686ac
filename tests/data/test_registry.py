import gzip
import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from idx_files import idx_bytes

from digitlens.data import (
    DATASETS,
    DIGITS,
    DataFile,
    DatasetEntry,
    Part,
    Split,
    at_hand,
    find,
    get,
    load,
    splits,
)
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


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive as EMNIST's, packed IDX files of images that lie on their side, registered as ``side``."""
    place = tmp_path / "sets" / "side" / "gzip.zip"
    place.parent.mkdir(parents=True)
    with ZipFile(place, "w") as file:
        file.writestr("gzip/images.gz", gzip.compress(idx_bytes(LYING)))
        file.writestr("gzip/labels.gz", gzip.compress(idx_bytes(LABELS + 1)))
        file.writestr("gzip/wrong.gz", gzip.compress(idx_bytes(LABELS)))
    members = ("gzip/images.gz", "gzip/labels.gz")
    held = DataFile("side/gzip.zip", place.stat().st_size, hashlib.sha256(place.read_bytes()).hexdigest())
    entry = DatasetEntry(
        title="Side",
        licence="none",
        citation="none",
        alphabet=("X", "Y", "Z"),
        merged="Z",
        first=1,
        splits={
            "train": Split(3, (held,), members),
            "test": Split(3, (held,), members, instead=DataFile("side/test.npz", 0, "")),
        },
    )
    monkeypatch.setitem(DATASETS, "side", entry)
    monkeypatch.setenv("DIGITLENS_DATA", str(tmp_path / "sets"))
    return place


UPRIGHT = np.stack([np.eye(5, 4, k, dtype=np.uint8) * 9 for k in (0, 1, 2)])
UPRIGHT[:, 4, 0] = 7
LYING = np.ascontiguousarray(UPRIGHT.transpose(0, 2, 1))


def test_an_archive_of_idx_files_is_turned_upright(archive: Path) -> None:
    for split in ("train", "test"):
        found = load("side", split)
        np.testing.assert_array_equal(found.images, UPRIGHT)
        assert found.labels.tolist() == [1, 0, 2]
    assert [found.meaning(label) for label in found.alphabet] == ["X", "Y", "Zz"]
    assert get("side") == [archive]  # one file, though two splits have it


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"members": ("gzip/images.gz", "gzip/none.gz")}, "gzip.zip holds no gzip/none.gz"),
        ({"members": ("gzip/images.gz", "gzip/wrong.gz")}, "wrong.gz: label 0 .* labels go from 1 to 3"),
        ({"count": 4}, "gzip/images.gz holds 3 glyphs, not 4"),
    ],
)
def test_an_archive_that_holds_something_else_is_told(
    archive: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], fault: str
) -> None:
    entry = DATASETS["side"]
    wrong = replace(entry, splits={"train": replace(entry.splits["train"], **changes)})
    monkeypatch.setitem(DATASETS, "side", wrong)
    with pytest.raises(CorruptDataset, match=fault):
        load("side", "train")


def test_the_same_glyphs_in_another_file_do_instead(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = archive.with_name("test.npz")
    np.savez(other, images=UPRIGHT[:1], labels=np.array(["Z"]))
    instead = entry_of(archive.parent.parent, "side/test.npz")
    entry = DATASETS["side"]
    splits = {"test": replace(entry.splits["test"], instead=instead)}
    monkeypatch.setitem(DATASETS, "side", replace(entry, splits=splits))
    archive.unlink()
    assert load("side", "test").labels.tolist() == [2]
    assert at_hand("side", "test")
    other.unlink()
    assert not at_hand("side", "test")


def test_glyphs_held_out_and_the_others_are_all_there_are(
    sets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 100
    np.savez(
        sets / "tiny" / "many.npz",
        images=np.arange(count, dtype=np.uint8)[:, None, None],
        labels=np.array(["x", "x", "x", "y"] * (count // 4)),
    )
    many = (entry_of(sets, "tiny/many.npz"),)
    parts = {
        "train": Split(60, many, part=Part(40, 3, held=False)),
        "test": Split(40, many, part=Part(40, 3, held=True)),
    }
    monkeypatch.setitem(DATASETS, "tiny", replace(DATASETS["tiny"], splits=parts))
    learnt, held = (load("tiny", split) for split in ("train", "test"))
    assert np.bincount(held.labels).tolist() == [30, 10]
    both = np.concatenate([learnt.images, held.images]).ravel()
    assert sorted(both.tolist()) == list(range(count))
    assert both.tolist()[60:] != list(range(60, count))


def test_an_unknown_name_is_an_error_that_lists_the_known() -> None:
    for use in (find, get, splits):
        with pytest.raises(DatasetNotFound, match="herc, keqae, kishieel, minichazer, mnist, semeion, usps"):
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


@pytest.mark.data
def test_what_is_held_out_of_emnist_is_never_learnt() -> None:
    learnt, held = (load("emnist-characters", split) for split in ("train", "test"))
    assert (len(learnt), len(held)) == (94_323, 22_000)
    assert np.bincount(held.labels).min() >= 60
    known = {image.tobytes() for image in learnt.images}
    assert not any(image.tobytes() in known for image in held.images)


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "split", "count", "labels"),
    [
        ("emnist-balanced-tail", "train", 9_120, 47),
        ("emnist-digits-tail", "train", 11_904, 10),
        ("emnist-letters-part", "train", 3_536, 26),
        ("emnist-letters-part", "test", 14_800, 19),
        ("emnist-merged", "train", 99_845, 47),
        ("kishieel", "train", 733, 10),
    ],
)
def test_the_parts_of_emnist_are_what_they_say(name: str, split: str, count: int, labels: int) -> None:
    found = load(name, split)
    assert len(found) == DATASETS[name].splits[split].count == count
    assert len(np.unique(found.labels)) == labels
    assert "".join(map(found.meaning, found.alphabet)).startswith(
        {47: "0123456789ABCc", 26: "AaBb", 19: "AaBb"}.get(labels, found.alphabet[0])
    )
