import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from digitlens.data import DIGITS, labelled_files, load, other_files, splits
from digitlens.errors import CorruptDataset, DatasetError, DatasetNotFound, UnreadableImage
from digitlens.types import Source


def brightness(source: Source) -> NDArray[np.uint8]:
    """A framing that shows which picture it was given: 28x28 of its mean."""
    assert isinstance(source, Path)
    try:
        picture = Image.open(source)
    except OSError as error:
        raise UnreadableImage("It is not an image.") from error
    with picture:
        return np.full((28, 28), np.asarray(picture.convert("L")).mean(), np.uint8)


def draw(path: Path, gray: int, size: tuple[int, int] = (5, 9)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, gray).save(path)
    return path


def test_pictures_of_any_format_and_size_by_label(tmp_path: Path) -> None:
    draw(tmp_path / "7" / "b.png", 70)
    draw(tmp_path / "7" / "a.BMP", 71, (300, 2))
    draw(tmp_path / "0" / "writer 3" / "x.gif", 10)
    (tmp_path / "notes.txt").write_text("about these pictures")
    found = load(tmp_path, "test", brightness)
    assert found.name == str(tmp_path)
    assert found.images.shape == (3, 28, 28)
    assert found.images[:, 0, 0].tolist() == [10, 71, 70]
    assert found.labels.tolist() == [0, 7, 7]
    assert found.labels.dtype == np.int64
    assert found.alphabet == DIGITS


def test_letters_have_folders_that_no_disk_confuses(tmp_path: Path) -> None:
    for name, gray in [("A", 1), ("lower_a", 2), ("U+0416", 3), ("7", 4)]:
        draw(tmp_path / name / "x.png", gray)
    found = load(tmp_path, "train", brightness)
    assert found.alphabet == ("7", "A", "a", "\u0416")
    assert found.images[:, 0, 0].tolist() == [4, 1, 2, 3]
    assert found.labels.tolist() == [0, 1, 2, 3]


def test_both_splits_have_the_alphabet_of_both(tmp_path: Path) -> None:
    draw(tmp_path / "train" / "B" / "x.png", 1)
    draw(tmp_path / "test" / "A" / "x.png", 2)
    for split, label in (("train", 1), ("test", 0)):
        found = load(tmp_path, split, brightness)
        assert (found.alphabet, found.labels.tolist()) == (("A", "B"), [label])


def test_a_folder_in_one_piece_serves_as_any_split(tmp_path: Path) -> None:
    picture = draw(tmp_path / "4" / "x.png", 1)
    assert splits(tmp_path) == ("all",)
    for split in ("train", "test"):
        assert labelled_files(tmp_path, split) == [(picture, "4")]


def test_a_folder_parted_into_splits_keeps_them_apart(tmp_path: Path) -> None:
    training = draw(tmp_path / "train" / "1" / "x.png", 1)
    testing = draw(tmp_path / "test" / "2" / "x.png", 2)
    assert splits(str(tmp_path)) == ("train", "test")
    assert labelled_files(tmp_path, "train") == [(training, "1")]
    assert labelled_files(tmp_path, "test") == [(testing, "2")]


def test_what_is_no_digit_lies_beside_the_labels(tmp_path: Path) -> None:
    digit = draw(tmp_path / "4" / "x.png", 1)
    other = draw(tmp_path / "other" / "y.png", 2)
    assert labelled_files(tmp_path, "train") == [(digit, "4")]
    assert other_files(tmp_path, "train") == [other]
    parted = draw(tmp_path / "parted" / "train" / "other" / "z.png", 3)
    assert other_files(tmp_path / "parted", "train") == [parted]
    with pytest.raises(DatasetError, match="has no folder 'test'; it has train"):
        other_files(tmp_path / "parted", "test")


def test_a_missing_split_is_an_error(tmp_path: Path) -> None:
    draw(tmp_path / "train" / "1" / "x.png", 1)
    assert splits(tmp_path) == ("train",)
    with pytest.raises(DatasetError, match="has no folder 'test'; it has train"):
        load(tmp_path, "test", brightness)


def test_what_the_system_leaves_behind_is_no_picture(tmp_path: Path) -> None:
    picture = draw(tmp_path / "3" / "x.png", 1)
    for litter in (".DS_Store", "Thumbs.db", "desktop.ini"):
        (tmp_path / "3" / litter).write_bytes(b"litter")
    (tmp_path / ".git").mkdir()
    assert labelled_files(tmp_path, "train") == [(picture, "3")]


@pytest.mark.parametrize("inside", [(), ("0", "1"), ("train/5", "test/5")])
def test_no_pictures_is_an_error(tmp_path: Path, inside: tuple[str, ...]) -> None:
    for folder in inside:
        (tmp_path / folder).mkdir(parents=True)
    with pytest.raises(DatasetError, match="holds no pictures"):
        load(tmp_path, "test", brightness)


@pytest.mark.parametrize(
    "name", ["a", "10", "seven", "lower_A", "lower_", "U+0041", "U+110000", "U+416", "U+00416"]
)
def test_a_folder_that_is_no_label_is_an_error(tmp_path: Path, name: str) -> None:
    draw(tmp_path / "1" / "x.png", 1)
    (tmp_path / name).mkdir()
    with pytest.raises(DatasetError, match=f"folder {re.escape(repr(name))}, which is no label"):
        load(tmp_path, "test", brightness)


def test_a_picture_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    draw(tmp_path / "1" / "x.png", 1)
    (tmp_path / "1" / "y.png").write_bytes(b"no picture")
    with pytest.raises(CorruptDataset, match=r"y.png cannot be used: It is not an image"):
        load(tmp_path, "test", brightness)


def test_a_folder_needs_a_framing(tmp_path: Path) -> None:
    draw(tmp_path / "1" / "x.png", 1)
    with pytest.raises(TypeError, match="needs frame"):
        load(tmp_path, "test")


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(
        DatasetNotFound,
        match="neither a file or folder nor a dataset; the datasets are emnist-balanced, emnist",
    ):
        load(tmp_path / "missing", "test", brightness)
