import gzip
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from idx_files import idx_bytes
from numpy.typing import NDArray

from digitlens.data.idx import read_images, read_labels, read_pair
from digitlens.errors import CorruptDataset, DatasetError

some_images = arrays(np.uint8, array_shapes(min_dims=3, max_dims=3, max_side=6))
some_labels = arrays(np.uint8, st.integers(1, 40), elements=st.integers(0, 9))
IMAGES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("idx") / "file"


def written(place: Path, content: bytes) -> Path:
    place.write_bytes(content)
    return place


@given(some_images, st.booleans())
def test_images_come_back_as_they_were(place: Path, images: NDArray[np.uint8], packed: bool) -> None:
    content = idx_bytes(images)
    found = read_images(written(place, gzip.compress(content) if packed else content))
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, images)


@given(some_labels, st.booleans())
def test_labels_come_back_as_indices(place: Path, labels: NDArray[np.uint8], packed: bool) -> None:
    content = idx_bytes(labels)
    found = read_labels(written(place, gzip.compress(content) if packed else content))
    assert found.dtype == np.int64
    np.testing.assert_array_equal(found, labels)


def test_dimensions_are_big_endian_and_values_row_by_row(place: Path) -> None:
    content = bytes.fromhex("00000803 00000001 00000002 00000003 0a0b0c 0d0e0f")
    assert read_images(written(place, content)).tolist() == [[[10, 11, 12], [13, 14, 15]]]


@given(some_images, st.data())
def test_any_truncation_is_refused(place: Path, images: NDArray[np.uint8], data: st.DataObject) -> None:
    content = idx_bytes(images)
    packed = data.draw(st.booleans())
    content = gzip.compress(content) if packed else content
    kept = data.draw(st.integers(0, len(content) - 1))
    with pytest.raises(CorruptDataset):
        read_images(written(place, content[:kept]))


@given(some_images, st.binary(min_size=1), st.booleans())
def test_any_extension_is_refused(place: Path, images: NDArray[np.uint8], more: bytes, packed: bool) -> None:
    content = idx_bytes(images) + more
    with pytest.raises(CorruptDataset, match="more follow"):
        read_images(written(place, gzip.compress(content) if packed else content))


@given(st.integers(0, 15), st.integers(1, 255))
def test_any_damage_to_the_header_is_refused(place: Path, position: int, mask: int) -> None:
    content = bytearray(idx_bytes(IMAGES))
    content[position] ^= mask
    with pytest.raises(CorruptDataset):
        read_images(written(place, bytes(content)))


@given(st.data())
def test_damage_to_gzip_data_is_refused_or_harmless(place: Path, data: st.DataObject) -> None:
    content = bytearray(gzip.compress(idx_bytes(IMAGES)))
    content[data.draw(st.integers(2, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        found = read_images(written(place, bytes(content)))
    except CorruptDataset:
        return
    np.testing.assert_array_equal(found, IMAGES)  # the time in gzip's header, for one, changes nothing


@settings(max_examples=300)
@given(st.one_of(st.binary(), st.binary().map(lambda rest: b"\x1f\x8b\x08\0" + rest)))
def test_bytes_at_random_are_refused(place: Path, content: bytes) -> None:
    with pytest.raises(CorruptDataset):
        read_images(written(place, content))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "it is empty, where an IDX file of images was expected"),
        (b"\0\0\x08", "not an IDX file, for it begins with the bytes 00 00 08"),
        (b"<!DOCTYPE html>", "not an IDX file, for it begins with the bytes 3c 21 44 4f"),
        (b"\0\0\x0d\x03" + bytes(16), "it holds 32-bit floats, where unsigned bytes were expected"),
        (
            idx_bytes(np.zeros(7, np.uint8)),
            "it holds labels, where images were expected; are two files swapped",
        ),
        (
            idx_bytes(np.zeros((1, 1), np.uint8)),
            "it holds values in 2 dimensions, where images were expected",
        ),
        (idx_bytes(IMAGES)[:9], "it ends within its header"),
        (idx_bytes(IMAGES)[:-1], "its header promises 2 x 3 x 4 bytes, but only 23 are there"),
        (idx_bytes(IMAGES) + b"!", "its header promises 2 x 3 x 4 bytes, but more follow"),
        (idx_bytes(IMAGES[:0]), "its header promises 0 x 3 x 4 bytes; 1 to 1073741824 can be right"),
        (b"\0\0\x08\x03" + b"\xff" * 12, "promises 4294967295 x 4294967295 x 4294967295 bytes; 1 to"),
        (gzip.compress(idx_bytes(IMAGES))[:-4], "its gzip data is damaged or cut off"),
    ],
)
def test_the_message_names_the_file_and_says_what_is_wrong(
    place: Path, content: bytes, sentence: str
) -> None:
    with pytest.raises(CorruptDataset) as caught:
        read_images(written(place, content))
    assert str(caught.value).startswith(f"{place} cannot be used: ")
    assert sentence in str(caught.value)


def test_images_given_as_labels_are_refused(place: Path) -> None:
    with pytest.raises(CorruptDataset, match="holds images, where labels were expected"):
        read_labels(written(place, idx_bytes(IMAGES)))


def test_a_label_outside_the_alphabet_is_refused(place: Path) -> None:
    written(place, idx_bytes(np.array([3, 9, 10, 255], np.uint8)))
    with pytest.raises(CorruptDataset, match="label 10 at position 2, where labels go from 0 to 9"):
        read_labels(place)
    with pytest.raises(CorruptDataset, match="label 9 at position 1"):
        read_labels(place, classes=9)
    assert read_labels(place, classes=256).tolist() == [3, 9, 10, 255]


def test_a_gzip_bomb_is_not_inflated(place: Path) -> None:
    header = b"\0\0\x08\x01" + struct.pack(">I", 5)
    written(place, gzip.compress(header + bytes(100_000_000), compresslevel=1))
    tracemalloc.start()
    try:
        with pytest.raises(CorruptDataset, match="promises 5 bytes, but more follow"):
            read_labels(place)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_as_many_labels_as_images(tmp_path: Path) -> None:
    images = written(tmp_path / "images", idx_bytes(IMAGES))
    labels = written(tmp_path / "labels", idx_bytes(np.array([4, 2], np.uint8)))
    pair = read_pair(images, labels)
    np.testing.assert_array_equal(pair[0], IMAGES)
    assert pair[1].tolist() == [4, 2]
    written(labels, idx_bytes(np.array([4, 2, 1], np.uint8)))
    with pytest.raises(CorruptDataset, match=r"2 images .* 3 labels"):
        read_pair(images, labels)


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "missing"):
        with pytest.raises(DatasetError, match="cannot be read") as caught:
            read_images(place)
        assert str(place) in str(caught.value)
