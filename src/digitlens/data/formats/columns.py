"""Tables of Arrow's: Parquet, and the folders that Hugging Face's ``save_to_disk`` writes."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from digitlens.data.formats.arrow import holds_pictures, is_text, texts_of, unwrapped
from digitlens.data.formats.naming import Names, label_text
from digitlens.data.formats.sample import File, Sample, Shard
from digitlens.errors import CorruptDataset, DatasetError, UnreadableImage
from digitlens.files import open_file, printable

__all__ = ["arrow_shards", "parquet_shard", "parquet_shards"]

RECORDS_AT_ONCE = 64
"""Rows that are in memory at once; each may be a photo."""

PAGE_BUFFER = 2**20
"""Bytes that are read ahead of the rows; pyarrow would else read whole row groups."""

PICTURES = ("image", "img", "picture", "photo", "bytes", "png", "jpeg", "jpg")
"""Names of the column that is meant where several could be."""

FILE_COLUMNS = ("file", "path", "file_name", "filename", "name")
"""Names of the column of texts that names the rows."""

LABEL_COLUMNS = ("label", "labels", "class", "digit", "target", "character", "text")
"""Names of the column of labels."""

Opened: TypeAlias = Callable[[], AbstractContextManager[IO[bytes]]]
"""Opens a binary file that can be sought in, for as long as it is needed."""


@dataclass(frozen=True)
class _Chosen:
    """Which columns are what.

    Attributes:
        pictures: the column of pictures.
        names: that of the rows' names; None where there is none.
        labels: that of the labels, likewise.
        classes: what numbers among the labels stand for.
    """

    pictures: str
    names: str | None
    labels: str | None
    classes: Names | None

    @property
    def wanted(self) -> list[str]:
        """All of them."""
        return [name for name in (self.pictures, self.names, self.labels) if name is not None]


def parquet_shards(file: File) -> list[Shard]:
    """The rows of a Parquet file.

    Raises:
        CorruptDataset: it is damaged.
        DatasetError: it has no one column of pictures.
    """
    return [parquet_shard(file.name, partial(open_file, file.path), file.split, file=file.path)]


def parquet_shard(
    name: str, opened: Opened, split: str, *, column: str | None = None, file: Path | None = None
) -> Shard:
    """The rows of a Parquet table, whatever it lies in.

    Its pictures are encoded (a column of binary), or structs of ``bytes`` and ``path`` as the datasets of Hugging Face
    have them, or square grey pictures as fixed lists of uint8, 784 for 28x28 (`FixedShapeTensor` is one). A row is
    named by its ``path``, or by a column of texts that is called one of `FILE_COLUMNS`.

    Args:
        name: what to call the table.
        opened: opens it.
        split: that its rows belong to.
        column: that holds the pictures; None to find out.
        file: beside which pictures lie that the table has only the paths of; None where no file shall be opened.

    Raises:
        CorruptDataset, DatasetError: as of `parquet_shards`.
    """

    @contextmanager
    def table() -> Iterator[pq.ParquetFile]:
        with opened() as raw, _understood(name, "a Parquet table"):
            yield pq.ParquetFile(raw, buffer_size=PAGE_BUFFER, pre_buffer=False)

    def batches(chosen: _Chosen) -> Iterator[pa.RecordBatch]:
        with table() as rows:
            yield from rows.iter_batches(RECORDS_AT_ONCE, columns=chosen.wanted, use_threads=False)

    def count() -> int:
        with table() as rows:
            return rows.metadata.num_rows

    with table() as opened_table:
        chosen = _chosen(opened_table.schema_arrow, name, column, paths=file is not None)
    samples = partial(_samples, batches, chosen, file and file.parent)
    return Shard(name, split, chosen.labels is not None, count, samples, file)


def arrow_shards(file: File) -> list[Shard]:
    """The rows of an Arrow file or stream, as ``save_to_disk`` writes them.

    Raises:
        CorruptDataset, DatasetError: as of `parquet_shards`.
    """

    @contextmanager
    def stream() -> Iterator[Any]:
        with (
            open_file(file.path) as raw,
            _understood(file.name, "a table of Arrow's"),
            pa.PythonFile(raw, "r") as source,
        ):
            yield _reader(source)

    def batches(chosen: _Chosen) -> Iterator[pa.RecordBatch]:
        with stream() as reader:
            for batch in _batches(reader):
                batch.validate(full=True)  # what comes from elsewhere may point anywhere
                yield batch.select(chosen.wanted)

    def count() -> int:
        with stream() as reader:
            return sum(batch.num_rows for batch in _batches(reader))

    with stream() as reader:
        chosen = _chosen(reader.schema, file.name, None, paths=True)
    rows = partial(_samples, batches, chosen, file.path.parent)
    return [Shard(file.name, file.split, chosen.labels is not None, count, rows, file.path)]


@contextmanager
def _understood(name: str, what: str) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise CorruptDataset(f"{name} cannot be read as {what}: {error}") from error


def _reader(source: pa.NativeFile) -> Any:
    try:
        return pa.ipc.open_stream(source)
    except pa.ArrowInvalid:
        source.seek(0)
        return pa.ipc.open_file(source)


def _batches(reader: Any) -> Iterator[pa.RecordBatch]:
    if isinstance(reader, pa.ipc.RecordBatchFileReader):
        return map(reader.get_batch, range(reader.num_record_batches))
    return iter(reader)


def _chosen(schema: pa.Schema, name: str, column: str | None, paths: bool) -> _Chosen:
    """The column of pictures (or of ``paths`` to them), and those of names and of labels where there are such."""
    texts = [field.name for field in schema if is_text(field.type)]
    able = [field.name for field in schema if holds_pictures(field.type)]
    if paths and not able:
        able = [
            name
            for name in texts
            if name == column or (column is None and name.lower() in (*PICTURES, *FILE_COLUMNS))
        ]
    names = next((name for name in FILE_COLUMNS if name in texts and name not in (column, *able)), None)
    likely = [name for name in able if name.lower() in PICTURES]
    if column is not None:
        likely = able = [name for name in able if name == column]
    if len(able) != 1 and len(likely) != 1:
        found = printable(", ".join(f"{field.name} ({field.type})" for field in schema))
        wanted = f"no column {column!r} of pictures" if column else "no one column of pictures"
        raise DatasetError(
            f"{name} has {wanted}; its columns are {found}. Pictures are binary, structs of bytes and path, "
            "or fixed lists of uint8; name the column with --column."
        )
    plain = [field.name for field in schema if is_text(field.type) or pa.types.is_integer(field.type)]
    lower = {name.lower(): name for name in plain if name != names}
    labels = next((lower[name] for name in LABEL_COLUMNS if name in lower), None)
    classes = None if labels is None else _classes(schema, labels)
    return _Chosen((likely if len(likely) == 1 else able)[0], names, labels, classes)


def _classes(schema: pa.Schema, labels: str) -> Names | None:
    """Return the classes behind the numbers of a column, as Hugging Face's datasets tell it beside the schema."""
    try:
        told = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))
        names = told["info"]["features"][labels]["names"]
        return {number: str(name) for number, name in enumerate(names)}
    except (ValueError, KeyError, TypeError):
        return None


def _samples(
    batches: Callable[[_Chosen], Iterator[pa.RecordBatch]], chosen: _Chosen, folder: Path | None
) -> Iterator[Sample]:
    row = 0
    for batch in batches(chosen):
        pictures, paths = unwrapped(batch.column(chosen.pictures))
        named = texts_of(batch.column(chosen.names)) if chosen.names else paths
        labels = _labels(batch, chosen)
        for picture, path, name, label in zip(pictures, paths, named, labels, strict=True):
            yield Sample(_found(picture, path, row, folder), label, name)
            row += 1


def _labels(batch: pa.RecordBatch, chosen: _Chosen) -> list[str | None]:
    if chosen.labels is None:
        return [None] * batch.num_rows
    column = batch.column(chosen.labels)
    values = texts_of(column) if is_text(column.type) else column.to_pylist()
    return [None if value is None else label_text(value, chosen.classes) for value in values]


def _found(
    picture: bytes | NDArray[np.uint8] | None, path: str | None, row: int, folder: Path | None
) -> bytes | NDArray[np.uint8] | Path | UnreadableImage:
    """The picture of a row; where the table has only its path, the file beside the table."""
    if picture is not None:
        return picture
    if path is None or folder is None:
        return UnreadableImage(f"Row {row} of the table holds no picture.")
    file = folder / path
    if not file.resolve().is_relative_to(folder.resolve()):
        return UnreadableImage(
            f"Row {row}: {printable(path)} leads out of the table's folder: it is not read."
        )
    return file
