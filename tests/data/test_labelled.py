"""Labelled folders: by a table, and by the folders that pictures lie in."""

from pathlib import Path

import pytest

from digitlens.data import LabelledPicture, labelled_folder, labelled_pictures
from digitlens.errors import CorruptDataset, DatasetError, DatasetNotFound


def test_a_table_names_the_pictures_and_all_else_is_a_note(tmp_path: Path) -> None:
    table = (
        'file,label,kind,source,notes\na.png,12|345,photo,Ann,"faint, and small"\n'
        'sub/b.png,"8,0",,,\nc.png,,scan,,\n'
    )
    (tmp_path / "index.csv").write_text(table, encoding="utf-8")
    (tmp_path / "not_in_it.png").touch()
    assert labelled_pictures(tmp_path) == [
        LabelledPicture(
            tmp_path / "a.png", "12\n345", "kind: photo; source: Ann; notes: faint, and small", "photo", "Ann"
        ),
        LabelledPicture(tmp_path / "sub" / "b.png", "8,0", ""),
        LabelledPicture(tmp_path / "c.png", "", "kind: scan", "scan"),
    ]


def test_a_table_as_spreadsheets_save_it(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_bytes(
        b"\xef\xbb\xbflabel,file\r\n7,caf\xc3\xa9.png,more,and more\r\n,\r\n"
    )
    assert labelled_pictures(tmp_path) == [LabelledPicture(tmp_path / "café.png", "7")]


def test_folders_named_by_their_labels(tmp_path: Path) -> None:
    for name in ("7/a.png", "0/b.png", "0/deep/c.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert labelled_pictures(tmp_path) == [
        LabelledPicture(tmp_path / "0" / "b.png", "0"),
        LabelledPicture(tmp_path / "0" / "deep" / "c.png", "0"),
        LabelledPicture(tmp_path / "7" / "a.png", "7"),
    ]


def test_of_two_splits_the_one_to_test_on(tmp_path: Path) -> None:
    for name in ("train/1/a.png", "test/2/b.png"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    assert labelled_pictures(tmp_path) == [LabelledPicture(tmp_path / "test" / "2" / "b.png", "2")]


@pytest.mark.parametrize(
    ("table", "error", "message"),
    [
        (b"", DatasetError, "no column 'file'"),
        (b"file,category\na.png,letter\n", DatasetError, "no column 'label'"),
        (b"file,label\n", DatasetError, "names no pictures"),
        (b"file,label\na.png,\xff\n", CorruptDataset, "save it as CSV in UTF-8"),
    ],
)
def test_a_table_that_cannot_be_used(tmp_path: Path, table: bytes, error: type, message: str) -> None:
    (tmp_path / "index.csv").write_bytes(table)
    with pytest.raises(error, match=message):
        labelled_pictures(tmp_path)


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="holds no pictures"):
        labelled_pictures(tmp_path)


def test_a_folder_is_found_by_its_path_then_among_the_datasets(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "data" / "photos").mkdir(parents=True)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("DIGITLENS_DATA", str(tmp_path / "data"))
    assert labelled_folder("photos") == tmp_path / "data" / "photos"
    Path("photos").mkdir()
    assert labelled_folder("photos") == Path("photos")
    with pytest.raises(
        DatasetNotFound, match=f"nosuch is no folder, nor is there one .* in {tmp_path / 'data'}"
    ):
        labelled_folder("nosuch")


def test_without_a_folder_of_datasets_the_message_says_what_to_set() -> None:
    with pytest.raises(DatasetNotFound, match="nosuch is no folder, set DIGITLENS_DATA"):
        labelled_folder("nosuch")
