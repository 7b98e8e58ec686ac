"""Inputs from a column of a Parquet table."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from math import isqrt
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from digitlens.batch.inputs import Item, Opened, Survey, survey
from digitlens.errors import BatchError, UnreadableImage
from digitlens.files import printable
from digitlens.types import Gray

__all__ = ["ParquetInputs"]

AT_ONCE = 64
"""Rows that are in memory at once; each may be a photo."""

PAGE_BUFFER = 2**20
"""Bytes that are read ahead of the rows; pyarrow would else read whole row groups."""

PICTURES = ("image", "img", "picture", "photo", "bytes", "png", "jpeg", "jpg")
"""Names of the column that is meant where several could be."""

NAMES = ("file", "path", "file_name", "filename", "name")
"""Names of the column of texts that names the rows."""


@dataclass(frozen=True)
class ParquetInputs:
    """The pictures of a Parquet table.

    They are encoded (a column of binary), or structs of ``bytes`` and ``path`` as the datasets of Hugging Face have
    them, or square grey pictures as fixed lists of uint8, 784 for 28x28 (`FixedShapeTensor` is one).
    A row is named by its ``path``, or by a column of texts that is called ``file``, ``path``, ``file_name``,
    ``filename`` or ``name``, else ``TABLE#ROW``, from 0.

    Args:
        name: what to call the table.
        open: opens it.
        column: that holds the pictures; None to find out.
        state: what tells the table from another of as many rows.
    """

    name: str
    open: Opened
    column: str | None = None
    state: object = None

    def __iter__(self) -> Iterator[Item]:
        """The pictures, row by row.

        Raises:
            BatchError: no Parquet table, a damaged one, or none with a column of pictures.
        """
        rows = count()
        with self._opened() as table:
            column, names = self._columns(table.schema_arrow)
            wanted = [column, *([names] if names else [])]
            for batch in table.iter_batches(AT_ONCE, columns=wanted, use_threads=False):
                pictures, paths = _unwrapped(batch.column(column))
                named = _texts(batch.column(names)) if names else paths
                for picture, said, row in zip(pictures, named, rows, strict=False):
                    size = picture.size if isinstance(picture, np.ndarray) else len(picture or b"")
                    yield Item(said or f"{self.name}#{row}", partial(_loaded, picture, row), size=size)

    def survey(self) -> Survey:
        """What there is, by the table's own count and schema."""
        with self._opened() as table:
            column, _ = self._columns(table.schema_arrow)
            digest = survey([(self.name, self.state, column, table.schema_arrow.to_string())]).digest
            return Survey(table.metadata.num_rows, digest)

    @contextmanager
    def _opened(self) -> Iterator[pq.ParquetFile]:
        with self.open() as file:
            try:
                yield pq.ParquetFile(file, buffer_size=PAGE_BUFFER, pre_buffer=False)
            except (pa.ArrowException, OSError) as error:
                raise BatchError(f"{self.name} cannot be read as a Parquet table: {error}") from error

    def _columns(self, schema: pa.Schema) -> tuple[str, str | None]:
        """The column of pictures, and that of names where there is one."""
        able = [field.name for field in schema if _holds_pictures(field.type)]
        texts = [field.name for field in schema if _is_text(field.type)]
        names = next((name for name in NAMES if name in texts and name != self.column), None)
        likely = [name for name in able if name.lower() in PICTURES]
        if self.column is not None:
            likely = able = [name for name in able if name == self.column]
        if len(able) != 1 and len(likely) != 1:
            found = printable(", ".join(f"{field.name} ({field.type})" for field in schema))
            wanted = f"no column {self.column!r} of pictures" if self.column else "no one column of pictures"
            raise BatchError(
                f"{self.name} has {wanted}; its columns are {found}. Pictures are binary, structs of bytes and path, "
                "or fixed lists of uint8; name the column with --column."
            )
        return (likely if len(likely) == 1 else able)[0], names


def _holds_pictures(kind: pa.DataType) -> bool:
    if pa.types.is_struct(kind):
        return kind.get_field_index("bytes") >= 0 and _holds_pictures(kind.field("bytes").type)
    return _is_bytes(kind) or _side(kind) > 0


def _is_bytes(kind: pa.DataType) -> bool:
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind)


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)


def _side(kind: pa.DataType) -> int:
    """The side of the square pictures that fixed lists of uint8 are; 0 of anything else."""
    if isinstance(kind, pa.BaseExtensionType):
        return _side(kind.storage_type)
    if not pa.types.is_fixed_size_list(kind) or kind.value_type != pa.uint8():
        return 0
    side = isqrt(kind.list_size)
    return side if side**2 == kind.list_size else 0


def _unwrapped(column: Any) -> tuple[list[bytes | Gray | None], list[str | None]]:
    """The pictures of a column, and their names where they carry some."""
    nameless: list[str | None] = [None] * len(column)
    if isinstance(column.type, pa.BaseExtensionType):
        column = column.storage
    if pa.types.is_struct(column.type):
        fields = dict(zip((field.name for field in column.type), column.flatten(), strict=True))
        names = _texts(fields["path"]) if "path" in fields and _is_text(fields["path"].type) else nameless
        return fields["bytes"].to_pylist(), names
    if side := _side(column.type):
        images = np.asarray(column.values).reshape(-1, side, side)[
            column.offset : column.offset + len(column)
        ]
        valid = column.is_valid().to_pylist()
        return [image if there else None for image, there in zip(images, valid, strict=True)], nameless
    return column.to_pylist(), nameless


def _texts(column: Any) -> list[str | None]:
    """The texts of a column; bytes that are no UTF-8 are kept as those of a file's name are."""
    return [
        None if text is None else text.decode("utf-8", "surrogateescape")
        for text in column.cast(pa.binary()).to_pylist()
    ]


def _loaded(picture: bytes | Gray | None, row: int) -> bytes | Gray:
    if picture is None:
        raise UnreadableImage(f"Row {row} of the table holds no picture.")
    return picture
