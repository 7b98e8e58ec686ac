"""Datasets as people have them: each format read, told by its content, and a damaged one refused in a sentence."""

import bz2
import gzip
import pickle
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import sets_made as made
from sets_made import GLYPHS, LABELS, framed, idx, npy, npz, tar

from digitlens.data import load, splits
from digitlens.data.formats import Shard, shards_of, shards_within, split_of
from digitlens.errors import CorruptDataset, DatasetError
from digitlens.types import DIGITS

FLAT = GLYPHS.reshape(12, 784)
LAST = np.moveaxis(np.resize(GLYPHS, (40, 28, 28)), 0, -1)
FORMATS: dict[str, Callable[[], bytes]] = {
    "kaggle": made.kaggle,
    "kaggle.gz": lambda: gzip.compress(made.kaggle()),
    "openml.csv": made.openml_csv,
    "openml.arff": made.arff,
    "blanks": made.blanks,
    "semicolons": lambda: made.kaggle().replace(b",", b";"),
    "no header": lambda: made.kaggle().split(b"\n", 1)[1],
    "libsvm.bz2": made.usps,
    "npz": lambda: npz(images=GLYPHS, labels=LABELS),
    "npz flat fractions": lambda: npz(data=FLAT / 255, target=LABELS.astype(float)),
    "npz -1 to 1": lambda: npz(X=(GLYPHS / 127.5 - 1).astype(np.float32)[..., None], y=LABELS[:, None]),
    "npz one-hot": lambda: npz(x=GLYPHS[:, None], y=np.eye(10)[LABELS]),
    "npz texts": lambda: npz(images=GLYPHS, labels=LABELS.astype(str)),
    "npz Fortran": lambda: npz(images=np.asfortranarray(GLYPHS), labels=LABELS),
    "npz 16 bit": lambda: npz(images=GLYPHS.astype(np.uint16) * 257, labels=LABELS),
    "tar by label": lambda: tar(
        {f"digits/{label}/{k}.png": made.png(GLYPHS[k]) for k, label in enumerate(LABELS)}
    ),
    "webdataset": lambda: tar(made.webdataset()),
    "webdataset json, tar.gz": lambda: tar(made.webdataset("json"), "gz"),
    "mat": lambda: made.mat(X=FLAT.astype(np.float64), y=LABELS.astype(np.float64)[:, None]),
    "mat, pictures last": lambda: made.mat(X=LAST, y=np.resize(LABELS, (1, 40)).astype(float)),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_each_format_is_read_by_its_content(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "digits"  # no suffix tells
    path.write_bytes(FORMATS[kind]())
    assert splits(path) == ("all",)
    glyphs = load(path, "train", framed)
    assert glyphs.alphabet == DIGITS
    assert glyphs.labels[:12].tolist() == LABELS.tolist()
    expected = np.stack([framed(glyph) for glyph in GLYPHS]) if glyphs.framed else GLYPHS
    assert np.abs(glyphs.images[:12].astype(int) - expected).max() <= 1
    assert glyphs.framed == ("tar" in kind or kind.startswith("web"))


def damaged(kind: str) -> bytes:
    data = FORMATS[kind]()
    return data[: int(len(data) * 0.7)]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (damaged("kaggle"), r"digits: line \d+ has \d+ columns, where 785 were expected"),
        (damaged("kaggle.gz"), r"digits cannot be used: its gzip data is damaged or cut off"),
        (made.kaggle().replace(b",255,", b",25x,", 1), r"digits: line 2 holds what is no number"),
        (made.kaggle().replace(b"pixel0,", b""), "digits has 783 columns of pixels, which make no square picture"),
        (made.kaggle().replace(b"\n7,", b"\n77,"), r"row 0 has the label '77', where one character was"),
        (b"label," + b",".join(b"p%d" % k for k in range(50)) + b"\n" + b"1," * 50 + b"1\n", "make no square picture"),
        (damaged("openml.arff"), r"digits: line \d+ has \d+ columns, where 785"),
        (made.arff().split(b"@DATA", maxsplit=1)[0], "no line @data that its rows could follow"),
        (damaged("blanks"), r"digits: line \d+ has \d+ columns"),
        (damaged("libsvm.bz2"), "digits cannot be used: its bzip2 data is damaged or cut off"),
        (made.libsvm().replace(b"\n3 ", b"\n3 x ", 1), r"digits: line 2 is no label and pairs of position"),
        (made.libsvm().replace(b"125:", b"999999999:", 1), r"digits: line 1 has positions that do not rise"),
        (damaged("npz"), r"digits is damaged or cut off"),
        (npz(images=GLYPHS, labels=LABELS[:11]), "images has 12 images and .* has 11 labels: they do not belong"),
        (npy(GLYPHS).replace(b"(12, 28", b"'12, 28"), "digits cannot be used: its header is damaged"),
        (npz(labels=LABELS), r"There are no pictures in .*: they are arrays \(N, 784\)"),
        (npz(images=GLYPHS.astype(complex), labels=LABELS), "holds complex128, where numbers were expected"),
        (npz(images=np.full((12, 28, 28), np.nan), labels=LABELS), "row 0 holds what is no number"),
        (npz(images=GLYPHS, labels=LABELS + 0.5), "holds fractions, where labels were expected"),
        (npz(images=GLYPHS), "has no labels: nothing in it, or beside it, says"),
        (tar(made.webdataset())[:3000], "digits is damaged or cut off"),
        (tar(made.webdataset()).replace(b"sample0005.png", b"sample0005.pnG"), "one of its headers is none"),
        (tar({"readme": b"x" * 9}), "digits cannot be used: .*Take it out|has no labels"),
        (tar({"notes.md": b"x"}), "digits holds no pictures: put them into folders named 0 to 9"),
        (damaged("mat"), "digits is damaged"),
        (pickle.dumps({"images": [1, 2]}), r"digits is a pickle, .*numpy\.savez\('digits\.npz', images=images"),
        (gzip.compress(pickle.dumps(([1], [2]), 2)), "digits is a pickle, and to read one is to run whatever it"),
        (npy(np.array([[1], [2, 3]], object), allow_pickle=True), "holds Python objects .a pickle.*numpy.savez"),
        (b"\x89HDF\r\n\x1a\n" + b"\0" * 99, "digits is an HDF5 file, which is not read as data: save it from MATLAB"),
        (b"hello, world", "digits is no dataset: it is of none of the formats IDX, NumPy's npz"),
    ],
)  # fmt: skip
def test_what_is_damaged_or_refused_is_told_in_a_sentence(data: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "digits"
    path.write_bytes(data)
    with pytest.raises(DatasetError, match=said):
        load(path, "train", framed)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("kept", [0.02, 0.5, 0.97])
def test_each_format_cut_off_is_refused_in_a_sentence(kind: str, kept: float, tmp_path: Path) -> None:
    data = FORMATS[kind]().rstrip(b"\0")  # with which an archive is filled up
    path = tmp_path / "digits"
    path.write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(DatasetError) as refused:
        load(path, "train", framed)
    said = str(refused.value)
    assert "digits" in said
    assert "\n" not in said
    assert said.endswith(".")


@pytest.mark.parametrize(
    "kind", ["kaggle", "npz", "webdataset", "mat", "libsvm.bz2", "tar by label", "openml.arff"]
)
def test_only_our_errors_come_out_of_damaged_files(kind: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    whole, path = FORMATS[kind](), tmp_path / "digits"
    for _ in range(12):
        data = np.frombuffer(whole, np.uint8).copy()
        data[rng.integers(0, min(len(data), 3000), 4)] = rng.integers(0, 256, 4)
        path.write_bytes(data[: rng.integers(1, len(data) + 1)].tobytes())
        with suppress(DatasetError):
            load(path, "train", framed)


def test_keras_own_file_has_two_splits(tmp_path: Path) -> None:
    path = tmp_path / "mnist.npz"
    arrays = {"x_train": GLYPHS[:8], "y_train": LABELS[:8], "x_test": GLYPHS[8:], "y_test": LABELS[8:]}
    path.write_bytes(npz(**arrays))
    assert splits(path) == ("train", "test")
    assert load(path, "train", framed).labels.tolist() == LABELS[:8].tolist()
    assert np.array_equal(load(path, "test", framed).images, GLYPHS[8:])
    with pytest.raises(DatasetError, match="has no split 'validation'; it has train and test"):
        load(path, "validation", framed)


def write(folder: Path, **files: bytes) -> Path:
    for name, data in files.items():
        path = folder / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def test_a_folder_of_mnists_own_files(tmp_path: Path) -> None:
    files = {
        "train-images-idx3-ubyte": idx(GLYPHS[:7]),
        "train-labels-idx1-ubyte": idx(LABELS[:7].astype(np.uint8)),
        "t10k-images-idx3-ubyte.gz": gzip.compress(idx(GLYPHS[7:])),
        "t10k-labels-idx1-ubyte.gz": gzip.compress(idx(LABELS[7:].astype(np.uint8))),
        "README.md": b"# MNIST",
    }
    write(tmp_path / "mnist", **files)
    assert splits(tmp_path / "mnist") == ("train", "test")
    train, test = (load(tmp_path / "mnist", split, framed) for split in ("train", "test"))
    assert np.array_equal(train.images, GLYPHS[:7])
    assert train.labels.tolist() == LABELS[:7].tolist()
    assert np.array_equal(test.images, GLYPHS[7:])
    assert test.labels.tolist() == LABELS[7:].tolist()
    one = load(tmp_path / "mnist" / "t10k-images-idx3-ubyte.gz", "test", framed)
    assert one.labels.tolist() == LABELS[7:].tolist()
    (tmp_path / "mnist" / "train-labels-idx1-ubyte").write_bytes(idx(LABELS[:5].astype(np.uint8)))
    with pytest.raises(CorruptDataset, match="has 5 labels: they do not belong together"):
        load(tmp_path / "mnist", "train", framed)


@pytest.mark.parametrize("kind", ["i1", "i2", "i4", "f4", "f8"])
def test_idx_of_every_type_and_qmnists_rows_of_labels(kind: str, tmp_path: Path) -> None:
    images = GLYPHS // 2 if kind == "i1" else GLYPHS
    rows = np.hstack([LABELS[:, None], np.arange(84).reshape(12, 7)]).astype(np.int32)
    files = {"qmnist-test-images-idx3": idx(images.astype(kind)), "qmnist-test-labels-idx2-int": idx(rows)}
    glyphs = load(write(tmp_path / "qmnist", **files), "test", framed)
    assert glyphs.labels.tolist() == LABELS.tolist()
    assert np.array_equal(glyphs.images, images)


def test_arrays_find_their_labels_beside_them(tmp_path: Path) -> None:
    write(tmp_path, **{"images.npy": npy(GLYPHS), "labels.npy": npy(LABELS), "other.npy": npy(LABELS[:5])})
    glyphs = load(tmp_path / "images.npy", "train", framed)
    assert glyphs.labels.tolist() == LABELS.tolist()
    with pytest.raises(DatasetError, match=r"There are no pictures in .*labels\.npy int64 \(12,\)"):
        load(tmp_path / "labels.npy", "train", framed)


def test_kaggles_folder_is_trained_on_by_what_has_labels(tmp_path: Path) -> None:
    sample = b"ImageId,Label\n1,0\n2,0\n"
    files = {"train.csv": made.kaggle(), "test.csv": made.kaggle(False), "sample_submission.csv": sample}
    folder = write(tmp_path / "digit-recognizer", **files)
    assert splits(folder) == ("train",)
    assert np.array_equal(load(folder, "train", framed).images, GLYPHS)
    found = {shard.split: shard for shard in shards_within(folder)}
    assert [found[split].labelled for split in ("train", "test")] == [True, False]
    assert [found[split].count() for split in ("train", "test")] == [12, 12]


def test_emnists_nesting_its_names_and_its_glyphs_stood_upright(tmp_path: Path) -> None:
    path = tmp_path / "emnist.mat"
    path.write_bytes(made.emnist(120))
    assert splits(path) == ("train", "test")
    glyphs = load(path, "test", framed)
    assert np.array_equal(glyphs.images, np.resize(GLYPHS, (120, 28, 28)))
    assert glyphs.labels.tolist() == np.resize(LABELS, 120).tolist()


def test_emnists_own_idx_files_are_named_by_the_mapping_beside_them(tmp_path: Path) -> None:
    turned = np.resize(GLYPHS, (120, 28, 28)).swapaxes(1, 2)
    labels = np.resize(np.arange(1, 4), 120).astype(np.uint8)
    files = {
        "emnist-letters-train-images-idx3-ubyte.gz": gzip.compress(idx(np.ascontiguousarray(turned))),
        "emnist-letters-train-labels-idx1-ubyte.gz": gzip.compress(idx(labels)),
        "emnist-letters-mapping.txt": b"1 65 97\n2 66 98\n3 67 99\n",
    }
    glyphs = load(write(tmp_path / "gzip", **files), "train", framed)
    assert glyphs.alphabet == ("A", "B", "C")
    assert glyphs.labels[:4].tolist() == [0, 1, 2, 0]
    assert np.array_equal(glyphs.images[:12], GLYPHS)


def test_labels_from_1_to_10_are_counted_as_the_format_counts_them(tmp_path: Path) -> None:
    from_one = np.where(LABELS == 0, 10, LABELS)
    from_one[3] = 1
    (tmp_path / "ex3data1.mat").write_bytes(made.mat(X=FLAT.astype(float), y=from_one.astype(float)[:, None]))
    glyphs = load(tmp_path / "ex3data1.mat", "train", framed)
    assert glyphs.labels.tolist() == (from_one % 10).tolist()
    (tmp_path / "usps").write_bytes(made.libsvm())
    assert load(tmp_path / "usps", "train", framed).labels.tolist() == LABELS.tolist()


def test_positions_of_libsvm_count_from_0_where_one_of_them_is_0(tmp_path: Path) -> None:
    counted_from_0 = made.libsvm(first=0).replace(
        b" ", b" 0:0 ", 1
    )  # of the first row alone: it holds for all
    (tmp_path / "dumped").write_bytes(counted_from_0)
    assert np.array_equal(load(tmp_path / "dumped", "train", framed).images, GLYPHS)
    (tmp_path / "usps").write_bytes(made.libsvm())
    assert np.array_equal(load(tmp_path / "usps", "train", framed).images, GLYPHS)


def test_pictures_of_other_sizes_ranges_and_colours(tmp_path: Path) -> None:
    small = np.clip(GLYPHS[:, ::4, ::4][:, :8, 1:7] // 16, 0, 16)
    square = np.zeros((12, 8, 8), np.uint8)
    square[:, : small.shape[1], : small.shape[2]] = small
    square[:, 3, 3] = 16
    (tmp_path / "optical").write_bytes(npz(images=square, target=LABELS))
    glyphs = load(tmp_path / "optical", "train", framed)
    assert glyphs.images.shape == (12, 8, 8)
    assert (glyphs.images[:, 3, 3] == 255).all()
    colour = np.repeat(255 - GLYPHS[..., None], 3, axis=3)
    (tmp_path / "colour").write_bytes(npz(images=colour, labels=LABELS))
    glyphs = load(tmp_path / "colour", "train", framed)
    assert glyphs.framed
    assert np.array_equal(glyphs.images[0], framed(colour[0]))


def test_splits_of_a_tar_are_its_folders(tmp_path: Path) -> None:
    members = {f"{'train' if k < 8 else 'test'}/{LABELS[k]}/{k}.png": made.png(GLYPHS[k]) for k in range(12)}
    path = tmp_path / "digits.tgz"
    path.write_bytes(tar(members, "gz"))
    assert splits(path) == ("train", "test")
    assert load(path, "test", framed).labels.tolist() == LABELS[8:].tolist()
    samples = [sample for shard in shards_of(path) for sample in shard.samples()]
    assert [sample.name for sample in samples] == list(members)


def test_nothing_leads_out_of_a_tar_and_no_header_asks_for_all_memory(tmp_path: Path) -> None:
    path = tmp_path / "digits"
    path.write_bytes(tar({"../7/a.png": made.png(GLYPHS[0])}))
    with pytest.raises(CorruptDataset, match=r"\.\./7/a\.png leads out of the archive"):
        load(path, "train", framed)
    header = bytearray(tar({"pax": b"x" * 600})[:512])
    header[124:136] = b"77777777777\0"
    header[156:157] = b"x"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    path.write_bytes(gzip.compress(bytes(header) + b"\0" * 2**20))
    with pytest.raises(CorruptDataset, match="digits is damaged or cut off: a header asks for too much"):
        load(path, "train", framed)


def test_what_unpacks_to_gigabytes_is_refused_before_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digitlens.data.formats.matlab.MOST_UNPACKED_BYTES", 9_000)
    monkeypatch.setattr("digitlens.data.formats.arrays.MOST_UNPACKED_BYTES", 9_000)
    monkeypatch.setattr("digitlens.data.formats.loading.MOST_UNPACKED_BYTES", 9_000)
    for data, said in (
        (made.emnist(), "digits holds more than 0 GB, the limit"),
        (npz(images=GLYPHS, labels=LABELS), "promises 12 x 28 x 28 values of uint8"),
        (bz2.compress(made.kaggle()), "digits has more than 0 GB of pictures"),
    ):
        (tmp_path / "digits").write_bytes(data)
        with pytest.raises(CorruptDataset, match=said):
            load(tmp_path / "digits", "train", framed)


def test_a_row_out_of_the_range_of_those_before_it_is_told(tmp_path: Path) -> None:
    values = np.resize(GLYPHS, (1100, 28, 28)) / 255
    values[1090] *= 255
    (tmp_path / "digits").write_bytes(npz(images=values.astype(np.float32), labels=np.resize(LABELS, 1100)))
    with pytest.raises(CorruptDataset, match=r"row 1090 holds \d+, where those before it go from 0 to 1"):
        load(tmp_path / "digits", "train", framed)


def test_a_folder_of_pictures_with_an_array_among_them_is_one_of_pictures(tmp_path: Path) -> None:
    for number, glyph in enumerate(GLYPHS):
        (tmp_path / f"{number}.png").write_bytes(made.png(glyph))
    (tmp_path / "images.npy").write_bytes(npy(GLYPHS))
    assert shards_within(tmp_path) == []


@pytest.mark.parametrize(
    "text",
    [
        '"""A program whose first line is a sentence of more than sixteen words, as those of this very package '
        'are, and then more."""\n\nimport io\n',
        "a,b,c\n1,2,3\n",
        "file,label\n" + "1.png,7\n" * 20,
        "one sentence of so many words that it might be a row of numbers if words were numbers, which none is\n"
        * 3,
    ],
)
def test_other_texts_are_no_tables_of_pixels(text: str, tmp_path: Path) -> None:
    (tmp_path / "text").write_text(text)
    assert shards_within(tmp_path) == []


def test_a_folder_of_pickles_is_told_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "data_batch_1").write_bytes(pickle.dumps({"data": [1]}, 2))
    with pytest.raises(CorruptDataset, match="data_batch_1 is a pickle, and to read one is to run"):
        load(tmp_path, "train", framed)


@pytest.mark.parametrize(
    ("name", "split"),
    [
        *[("train-00000-of-00001.parquet", "train"), ("qmnist-test-labels-idx2-int.gz", "test")],
        *[("t10k-images", "test"), ("data/train/0.tar", "train"), ("x_test", "test"), ("Xtrain", "train")],
        *[("trainImages", "train"), ("usps.t.bz2", "test"), ("val_images", "validation"), ("latest", "all")],
        *[("values", "all"), ("kmnist-val-imgs.npz", "validation"), ("contest", "all"), ("test/train.csv", "train")],
    ],
)  # fmt: skip
def test_splits_are_told_by_names(name: str, split: str) -> None:
    assert split_of(name) == split


def test_rows_keep_the_names_that_a_table_gives_them(tmp_path: Path) -> None:
    head, *rows = made.kaggle().decode().splitlines()
    named = [f"id,{head}", *(f"scan-{k},{row}" for k, row in enumerate(rows))]
    (tmp_path / "digits").write_text("\n".join(named))
    (shard,) = shards_of(tmp_path / "digits")
    assert isinstance(shard, Shard)
    assert [(s.name, s.label) for s in shard.samples()][:2] == [("scan-0", "7"), ("scan-1", "2")]


def test_a_folder_keeps_to_its_own_files(tmp_path: Path) -> None:
    write(tmp_path / "a", **{"images.npy": npy(GLYPHS), "labels.npy": npy(LABELS)})
    shutil.copytree(tmp_path / "a", tmp_path / "a" / "b" / "c" / "d" / "e")
    assert len(shards_within(tmp_path / "a")) == 1
