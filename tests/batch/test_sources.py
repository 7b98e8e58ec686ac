"""Where inputs come from: each found once, in order, by its name."""

import gzip
import io
import os
import pickle
import struct
import tarfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from batch_made import ONE, bar, png

from digitlens.batch import find_inputs
from digitlens.errors import BatchError, ImageError
from made_files import zipped


def names(source, **options) -> list[str]:
    return [item.name for item in find_inputs(source, **options)]


@pytest.fixture
def folder(tmp_path) -> Path:
    """Pictures in two folders, and what is none beside them."""
    root = tmp_path / "in"
    for name in (
        "b/2.png",
        "b/10.png",
        "a.png",
        "scan",
        "b/.hidden.png",
        ".git/x.png",
        "labels.csv",
        "Thumbs.db",
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(ONE)
    return root


def test_a_folder_is_gone_through_in_order(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    expected = ["a.png", "b/10.png", "b/2.png", "scan"]
    assert names("in") == [f"in/{name}" for name in expected]
    assert names("./in/") == [f"./in/{name}" for name in expected]
    assert [item.path for item in find_inputs("in")] == names("in")
    assert next(iter(find_inputs(folder))).load() == ONE


def test_a_link_to_a_folder_is_not_followed(folder):
    before = names(folder)
    (folder / "again").symlink_to(folder)
    (folder / "t.png").symlink_to(folder / "a.png")
    assert names(folder) == [*before, str(folder / "t.png")]


def test_a_glob_names_what_it_finds(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert names("**/*.png") == ["a.png", "b/10.png", "b/2.png"]
    assert names("lab*") == ["labels.csv"]


def test_a_file_with_signs_of_a_pattern_in_its_name_is_itself(tmp_path):
    path = tmp_path / "a[1].png"
    path.write_bytes(ONE)
    assert names(path) == [str(path)]


def test_a_list_names_files_as_they_stand_there(tmp_path):
    path = tmp_path / "files.txt"
    path.write_bytes(b"x/../a b.png\r\n\n/no/such.jpg\n\xff.png")
    assert names(path) == ["x/../a b.png", "/no/such.jpg", "\udcff.png"]
    with pytest.raises(ImageError, match=r"/no/such.jpg does not exist"):
        list(find_inputs(path))[1].load()


def test_what_is_no_list_is_told(tmp_path):
    path = tmp_path / "files.txt"
    path.write_bytes(bytes(100_000))
    with pytest.raises(BatchError, match="is no list"):
        names(path)


@pytest.mark.parametrize("given", ["path", "bytes", "file"])
def test_a_zip_is_read_member_by_member(given, tmp_path):
    data = zipped(
        {"b.png": ONE, "a/": b"", "a/1.png": b"x", "__MACOSX/b.png": b"", "a/.x": b"", "n.txt": b""}
    )
    path = tmp_path / "in.bin"
    path.write_bytes(data)
    source = {"path": path, "bytes": data, "file": io.BytesIO(data)}[given]
    inputs = find_inputs(source)
    for _ in range(2):  # they can be gone through again
        assert [(item.name, item.load(), item.path) for item in inputs] == [
            ("b.png", ONE, None),
            ("a/1.png", b"x", None),
        ]
    assert inputs.info().count == 2
    if isinstance(source, io.BytesIO):
        assert not source.closed


def test_a_picture_may_come_as_bytes_or_as_a_file():
    for source in (ONE, io.BytesIO(ONE)):
        (item,) = find_inputs(source, name="drawn")
        assert (item.name, item.load()) == ("drawn", ONE)


def idx(images: np.ndarray) -> bytes:
    return struct.pack(">HBB3I", 0, 8, 3, *images.shape) + images.tobytes()


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_an_idx_file_is_read_image_by_image(pack, tmp_path):
    images = np.arange(300 * 6, dtype=np.uint16).astype(np.uint8).reshape(300, 2, 3)
    path = tmp_path / "images"
    path.write_bytes(pack(idx(images)))
    found = list(find_inputs(path))
    assert [item.name for item in found] == [f"{path}#{row}" for row in range(300)]
    assert np.array_equal(np.array([item.load() for item in found]), images)
    assert find_inputs(path).info().count == 300


@pytest.mark.parametrize(
    ("change", "message"), [(lambda b: b[:-1], "only 2 are there"), (lambda b: b + b"0", "more bytes follow")]
)
def test_an_idx_file_of_another_length_is_told(change, message, tmp_path):
    path = tmp_path / "images"
    path.write_bytes(change(idx(np.zeros((3, 28, 28), np.uint8))))
    with pytest.raises(BatchError, match=message):
        list(find_inputs(path))


def test_a_folder_of_a_dataset_is_read_row_by_row(tmp_path):
    images = np.resize(bar(), (5, 28, 28))
    (tmp_path / "set").mkdir()
    np.save(tmp_path / "set" / "test_images.npy", images)
    np.savez(tmp_path / "set" / "mnist.npz", x_train=images[:2], y_train=[1, 1])
    found = list(find_inputs(f"{tmp_path}/set/"))
    expected = [f"{tmp_path}/set/{name}#{row}" for name, rows in (("mnist.npz", 2),) for row in range(rows)]
    assert [item.name.replace("/x_train#", "#") for item in found[:2]] == expected
    assert [item.name for item in found[2:]] == [f"{tmp_path}/set/test_images.npy#{row}" for row in range(5)]
    assert all(np.array_equal(item.load(), bar()) for item in found)
    assert find_inputs(f"{tmp_path}/set/").info().count == 7


def test_a_tar_is_read_member_by_member(tmp_path):
    with tarfile.open(tmp_path / "scans.tgz", "w:gz") as archive:
        for name in ("a/1.png", "a/notes.md", "2.png"):
            info = tarfile.TarInfo(name)
            info.size = len(ONE)
            archive.addfile(info, io.BytesIO(ONE))
    found = list(find_inputs(tmp_path / "scans.tgz"))
    assert [(item.name, item.load()) for item in found] == [("a/1.png", ONE), ("2.png", ONE)]


def test_a_pickle_is_refused_with_what_to_do_instead(tmp_path):
    (tmp_path / "digits.pkl").write_bytes(pickle.dumps([1], 4))
    with pytest.raises(BatchError, match=r"digits\.pkl is a pickle, .* numpy\.savez"):
        find_inputs(tmp_path / "digits.pkl")


def parquet(path: Path, **columns) -> Path:
    pq.write_table(pa.table(columns), path, row_group_size=70)
    return path


def test_a_table_of_encoded_pictures(tmp_path):
    pictures = [png(bar(8 + row % 9)) for row in range(150)]
    path = parquet(tmp_path / "in.parquet", image=pictures, label=list(range(150)))
    found = list(find_inputs(path))
    assert [item.name for item in found] == [f"{path}#{row}" for row in range(150)]
    assert [item.load() for item in found] == pictures
    assert find_inputs(path).info().count == 150
    assert [item.load() for item in find_inputs(io.BytesIO(path.read_bytes()))] == pictures


def test_a_table_as_hugging_face_has_it(tmp_path):
    pictures = [{"bytes": ONE, "path": "a.png"}, {"bytes": ONE, "path": None}, None]
    path = parquet(tmp_path / "in.parquet", label=[1, 1, 1], image=pictures)
    first, second, third = find_inputs(path)
    assert (first.name, second.name, third.name) == ("a.png", f"{path}#1", f"{path}#2")
    assert first.load() == second.load() == ONE
    with pytest.raises(ImageError, match="Row 2 of the table holds no picture"):
        third.load()


def test_a_table_of_pixels(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (100, 28, 28), dtype=np.uint8)
    tensor = pa.FixedShapeTensorArray.from_numpy_ndarray(images)
    for pixels in (tensor, tensor.storage):
        found = find_inputs(
            parquet(tmp_path / "in.parquet", pixels=pixels, name=[f"n{i}" for i in range(100)])
        )
        assert [item.name for item in found] == [f"n{i}" for i in range(100)]
        assert np.array_equal(np.array([item.load() for item in found]), images)


def test_the_column_is_chosen(tmp_path):
    path = parquet(tmp_path / "in.parquet", front=[b"1"], back=[b"2"], text=["x"])
    with pytest.raises(
        BatchError, match=r"no one column of pictures; its columns are front \(binary\), back"
    ):
        names(path)
    assert [item.load() for item in find_inputs(path, column="back")] == [b"2"]
    with pytest.raises(BatchError, match="no column 'text' of pictures"):
        names(path, column="text")
    both = parquet(tmp_path / "in.parquet", hash=[b"1"], image=[b"2"])
    assert [item.load() for item in find_inputs(both)] == [b"2"]


def test_a_damaged_table_is_told(tmp_path):
    path = parquet(tmp_path / "in.parquet", image=[ONE] * 50)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(BatchError, match="cannot be read as a Parquet table"):
        names(path)


def test_what_is_not_there_is_told(tmp_path):
    with pytest.raises(BatchError, match=r"nosuch does not exist: check the spelling"):
        find_inputs(tmp_path / "nosuch")


def test_a_folder_that_cannot_be_listed_is_told(folder, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(BatchError, match=r"cannot be listed \(Permission denied\)"):
        names(folder)


def test_a_survey_tells_what_has_changed(folder):
    first = find_inputs(folder).info()
    assert first.count == 4
    assert find_inputs(folder).info() == first
    (folder / "a.png").write_bytes(ONE + b"0")
    second = find_inputs(folder).info()
    assert second != first
    (folder / "a.png").rename(folder / "0.png")
    assert find_inputs(folder).info() not in (first, second)
