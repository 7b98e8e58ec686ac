"""Decisions as a folder of pictures by label: what is in it, and that it is replaced whole or not at all."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from looked_at import doubtful, picture, reading
from PIL import Image

from digitlens.data import DIGITS, labelled_files, load
from digitlens.errors import StoreError
from digitlens.imaging import frame, open_picture
from digitlens.labels import folder_of, label_of
from digitlens.store import Exported, Store, export
from digitlens.types import OPERATORS, Box, Doubt
from made_files import files_in


@pytest.fixture
def store(tmp_path):
    """Five glyphs, four of them settled: as read, otherwise, as no digit, and a blank picture; one waits."""
    with Store(tmp_path / "store.db") as store:
        glyphs = [doubtful("4", Box(20 * i, 10, 9, 9), level=255 - i) for i in range(4)]
        ids = store.add(picture(), [reading(*glyphs)], "form.png")
        (blank,) = store.add(picture(grey=3), [reading()])
        for id, label in zip((*ids[:3], blank), ("4", "9", "", "7"), strict=True):
            store.settle(id, label)
        yield store


def test_pictures_lie_under_what_a_person_said(store, tmp_path):
    folder = tmp_path / "corrections"
    assert export(store, folder) == Exported(folder, glyphs=2, others=1, left_out=1)
    found = load(folder, "train", lambda path: frame(open_picture(path).pixels).image)
    assert [DIGITS[label] for label in found.labels] == ["4", "9"]
    assert found.images.max(axis=(1, 2)).tolist() == [255, 254]
    (other,) = (folder / "other").iterdir()
    assert np.asarray(Image.open(other)).max() == 253


def test_letters_lie_in_folders_that_no_disk_confuses(store, tmp_path):
    for id, label in ((1, "A"), (2, "a"), (3, "-")):
        store.settle(id, label)
    assert export(store, tmp_path / "letters").glyphs == 3
    found = load(tmp_path / "letters", "train", lambda path: frame(open_picture(path).pixels).image)
    assert [found.alphabet[label] for label in found.labels] == ["-", "A", "a"]
    assert found.images.max(axis=(1, 2)).tolist() == [253, 255, 254]


def test_every_sign_has_a_folder_whose_name_is_no_other_label_s(store, tmp_path):
    signs = [*OPERATORS, *".,-/:%€$£"]
    folders = {folder_of(sign) for sign in signs}
    assert len(folders) == len(signs)
    assert [label_of(folder_of(sign)) for sign in signs] == signs
    assert not any(set(folder) & set('/\\:*?"<>|.') for folder in folders)
    for id, label in zip((1, 2, 3), "+÷(", strict=True):
        store.settle(id, label)
    export(store, tmp_path / "signs")
    folders = {path.name for path in (tmp_path / "signs").iterdir() if path.is_dir()}
    assert folders == {"U+002B", "U+00F7", "U+0028"}


def test_signs_and_places_that_no_network_saw_are_left_out(tmp_path):
    with Store(tmp_path / "store.db") as store:
        doubt = Doubt("incomplete", "Ink was not read.", Box(5, 5, 9, 9))
        page = reading(replace(doubtful("+"), frame=None), doubtful("4", Box(90, 10, 9, 9)))
        for id in store.add(picture(), [replace(page, doubts=(doubt,))]):
            store.settle(id, store.item(id).label)
        assert export(store, tmp_path / "out") == Exported(tmp_path / "out", glyphs=1, others=0, left_out=2)


def test_the_list_tells_where_each_comes_from(store, tmp_path):
    export(store, tmp_path / "corrections")
    entries = json.loads((tmp_path / "corrections" / "corrections.json").read_text())
    assert [(entry["read"], entry["decided"], entry["file"]) for entry in entries] == [
        ("4", "4", "form.png"),
        ("4", "9", "form.png"),
        ("4", "", "form.png"),
    ]
    for entry in entries:
        assert (tmp_path / "corrections" / entry["picture"]).is_file()


def test_exported_again_it_is_the_same_and_what_was_decided_anew_moves(store, tmp_path):
    folder = tmp_path / "corrections"
    export(store, folder)
    before = files_in(folder)
    export(store, folder)
    assert files_in(folder) == before
    store.settle(1, "0")
    store.take_back(2)
    assert export(store, folder).glyphs == 1
    assert [path.name for path, _ in labelled_files(folder, "train")] == [
        name.rpartition("/")[2] for name in before if name.startswith("4/")
    ]
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["corrections"]


def test_another_store_of_the_same_pictures_gives_the_same_names(store, tmp_path):
    export(store, tmp_path / "one")
    with Store(tmp_path / "other.db") as other:
        other.add(picture(grey=9), [reading(doubtful())])
        glyphs = [doubtful("4", Box(20 * i, 10, 9, 9)) for i in range(4)]
        for id, label in zip(other.add(picture(), [reading(*glyphs)]), ("4", "9", "", "1"), strict=True):
            other.settle(id, label)
        export(other, tmp_path / "two")
    assert set(files_in(tmp_path / "one")) < set(files_in(tmp_path / "two"))


def test_a_folder_of_someones_own_is_never_replaced(store, tmp_path):
    folder = tmp_path / "corrections"
    export(store, folder)
    (folder / "7").mkdir()
    (folder / "7" / "mine.png").write_bytes(b"precious")
    before = files_in(folder)
    with pytest.raises(StoreError, match=r"holds 7/mine\.png, which no export has put there"):
        export(store, folder)
    assert files_in(folder) == before
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "thesis.txt").write_text("precious")
    with pytest.raises(StoreError, match=r"holds thesis\.txt"):
        export(store, tmp_path / "own")
    with pytest.raises(StoreError, match=r"store\.db is a file"):
        export(store, tmp_path / "store.db")


def test_an_empty_folder_serves_and_the_one_we_are_in_does_not(store, tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    assert export(store, tmp_path / "empty").glyphs == 2
    monkeypatch.chdir(tmp_path / "empty")
    with pytest.raises(StoreError, match="is the folder you are in"):
        export(store, Path())


@pytest.mark.parametrize("earlier", [False, True])
def test_a_full_disk_leaves_what_was_there(store, tmp_path, monkeypatch, earlier):
    folder = tmp_path / "corrections"
    if earlier:
        export(store, folder)
    before = files_in(tmp_path)
    store.settle(2, "1")

    def full(self: Path, *_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(StoreError, match=r"corrections cannot be written: No space left"):
        export(store, folder)
    assert {name: data for name, data in files_in(tmp_path).items() if "store.db" not in name} == {
        name: data for name, data in before.items() if "store.db" not in name
    }
    assert folder.exists() == earlier


def test_a_folder_that_cannot_take_its_place_leaves_the_one_before(store, tmp_path, monkeypatch):
    folder = tmp_path / "corrections"
    export(store, folder)
    before = files_in(folder)
    rename = Path.rename

    def stubborn(self: Path, target: Path) -> Path:
        if target == folder and not self.name.endswith("-old"):
            raise OSError(13, "Permission denied", str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", stubborn)
    with pytest.raises(StoreError, match="Permission denied"):
        export(store, folder)
    assert files_in(folder) == before
