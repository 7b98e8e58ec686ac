"""Parquet and Arrow as Hugging Face's datasets come: pictures as bytes or paths, labels by their names, splits."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest
import sets_made as made
from sets_made import GLYPHS, LABELS, framed

from digitlens.batch import find_inputs
from digitlens.data import load, splits
from digitlens.errors import CorruptDataset, DatasetError, ImageError

NAMES = ["zero", *"123456789"]


def table(rows: slice = slice(None), names: list[str] | None = None, paths: bool = False) -> pa.Table:
    pictures = [
        {"bytes": None if paths else made.png(glyph), "path": f"pictures/{number}.png"}
        for number, glyph in list(enumerate(GLYPHS))[rows]
    ]
    features = {
        "label": {"names": names or list("0123456789"), "_type": "ClassLabel"},
        "image": {"_type": "Image"},
    }
    told = {"huggingface": json.dumps({"info": {"features": features}})}
    return pa.table({"image": pictures, "label": LABELS[rows]}).replace_schema_metadata(told)


def test_a_folder_of_shards(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    pq.write_table(table(slice(0, 4)), tmp_path / "data" / "train-00000-of-00002.parquet")
    pq.write_table(table(slice(4, 8)), tmp_path / "data" / "train-00001-of-00002.parquet")
    pq.write_table(table(slice(8, 12)), tmp_path / "data" / "test-00000-of-00001.parquet")
    (tmp_path / "README.md").write_text("---\n")
    assert splits(tmp_path) == ("train", "test")
    assert load(tmp_path, "train", framed).labels.tolist() == LABELS[:8].tolist()
    test = load(tmp_path, "test", framed)
    assert test.labels.tolist() == LABELS[8:].tolist()
    assert np.array_equal(test.images, np.stack([framed(glyph) for glyph in GLYPHS[8:]]))


def test_labels_are_those_that_the_schema_names(tmp_path: Path) -> None:
    pq.write_table(table(names=list("ABCDEFGHIJ")), tmp_path / "letters.parquet")
    glyphs = load(tmp_path / "letters.parquet", "train", framed)
    assert [glyphs.alphabet[label] for label in glyphs.labels] == ["ABCDEFGHIJ"[label] for label in LABELS]
    pq.write_table(table(names=NAMES), tmp_path / "words.parquet")
    with pytest.raises(CorruptDataset, match="row 3 has the label 'zero', where one character was expected"):
        load(tmp_path / "words.parquet", "train", framed)


def test_pictures_that_are_paths_lie_beside_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "set" / "pictures").mkdir(parents=True)
    for number, glyph in enumerate(GLYPHS):
        (tmp_path / "set" / "pictures" / f"{number}.png").write_bytes(made.png(glyph))
    path = tmp_path / "set" / "digits.parquet"
    pq.write_table(table(paths=True), path)
    monkeypatch.chdir(tmp_path)
    assert load(path, "train", framed).labels.tolist() == LABELS.tolist()
    pq.write_table(pa.table({"file_name": [f"pictures/{k}.png" for k in range(12)], "label": LABELS}), path)
    assert load(path, "train", framed).labels.tolist() == LABELS.tolist()
    items = list(find_inputs(path))
    assert [item.name for item in items] == [f"pictures/{number}.png" for number in range(12)]
    assert items[3].load() == made.png(GLYPHS[3])
    pq.write_table(table(paths=True), path)
    with pytest.raises(ImageError, match="Row 0 of the table holds no picture"):
        next(iter(find_inputs(path.read_bytes()))).load()


def test_a_path_that_leads_out_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(made.png(GLYPHS[0]))
    (tmp_path / "set").mkdir()
    kinds = pa.schema(
        [("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])), ("label", pa.int64())]
    )
    rows = pa.table({"image": [{"bytes": None, "path": "../secret.png"}], "label": [7]}, kinds)
    pq.write_table(rows, tmp_path / "set" / "digits.parquet")
    with pytest.raises(CorruptDataset, match=r"\.\./secret\.png leads out of the table's folder"):
        load(tmp_path / "set" / "digits.parquet", "train", framed)


def saved_to_disk(folder: Path, rows: pa.Table, stream: bool = True) -> None:
    folder.mkdir(parents=True)
    kind: Any = pa.ipc.new_stream if stream else pa.ipc.new_file
    with kind(str(folder / "data-00000-of-00001.arrow"), rows.schema) as writer:
        writer.write_table(rows, max_chunksize=5)
    (folder / "state.json").write_text("{}")
    (folder / "dataset_info.json").write_text("{}")


@pytest.mark.parametrize("stream", [True, False])
def test_what_save_to_disk_wrote(stream: bool, tmp_path: Path) -> None:
    saved_to_disk(tmp_path / "set" / "train", table(slice(0, 9)), stream)
    saved_to_disk(tmp_path / "set" / "test", table(slice(9, 12)), stream)
    (tmp_path / "set" / "dataset_dict.json").write_text('{"splits": ["train", "test"]}')
    assert splits(tmp_path / "set") == ("train", "test")
    assert load(tmp_path / "set", "train", framed).labels.tolist() == LABELS[:9].tolist()
    assert load(tmp_path / "set", "test", framed).labels.tolist() == LABELS[9:].tolist()
    assert len(list(find_inputs(tmp_path / "set"))) == find_inputs(tmp_path / "set").info().count == 12


def test_damaged_tables_are_told(tmp_path: Path) -> None:
    pq.write_table(table(), tmp_path / "digits")
    whole = (tmp_path / "digits").read_bytes()
    (tmp_path / "digits").write_bytes(whole[:-40])
    with pytest.raises(CorruptDataset, match="digits cannot be read as a Parquet table"):
        load(tmp_path / "digits", "train", framed)
    saved_to_disk(tmp_path / "set", table())
    file = tmp_path / "set" / "data-00000-of-00001.arrow"
    file.write_bytes(file.read_bytes()[:-900])
    with pytest.raises(CorruptDataset, match=r"\.arrow cannot be read as a table of Arrow's"):
        load(tmp_path / "set", "train", framed)
    pq.write_table(pa.table({"a": [1], "b": ["x"]}), tmp_path / "digits")
    with pytest.raises(
        DatasetError, match=r"no one column of pictures; its columns are a \(int64\), b \(string\)"
    ):
        load(tmp_path / "digits", "train", framed)
