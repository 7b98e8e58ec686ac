"""Columns of Arrow's tables: which hold pictures and which texts, and their values."""

from math import isqrt
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

__all__ = ["holds_pictures", "is_text", "texts_of", "unwrapped"]


def holds_pictures(kind: pa.DataType) -> bool:
    """Tell if a column of that type may hold pictures: encoded, as fixed lists of uint8, or in structs with a path."""
    if pa.types.is_struct(kind):
        inner = kind.field("bytes").type if kind.get_field_index("bytes") >= 0 else pa.string()
        return pa.types.is_null(inner) or holds_pictures(inner)  # null where all have paths alone
    return _is_bytes(kind) or _side(kind) > 0


def _is_bytes(kind: pa.DataType) -> bool:
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind)


def is_text(kind: pa.DataType) -> bool:
    """Tell if a column of that type holds texts."""
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)


def _side(kind: pa.DataType) -> int:
    """The side of the square pictures that fixed lists of uint8 are; 0 of anything else."""
    if isinstance(kind, pa.BaseExtensionType):
        return _side(kind.storage_type)
    if not pa.types.is_fixed_size_list(kind) or kind.value_type != pa.uint8():
        return 0
    side = isqrt(kind.list_size)
    return side if side**2 == kind.list_size else 0


def unwrapped(column: Any) -> tuple[list[bytes | NDArray[np.uint8] | None], list[str | None]]:
    """The pictures of a column, and their names where they carry some.

    Args:
        column: an array of Arrow's, of a type that `holds_pictures` accepts, or of texts, which are paths then.

    Returns:
        A picture a row, encoded or uint8 (side, side), None where the column itself has none; and a name or path a row,
        None where it has none.
    """
    nameless: list[str | None] = [None] * len(column)
    if isinstance(column.type, pa.BaseExtensionType):
        column = column.storage
    if pa.types.is_struct(column.type):
        fields = dict(zip((field.name for field in column.type), column.flatten(), strict=True))
        names = texts_of(fields["path"]) if "path" in fields and is_text(fields["path"].type) else nameless
        return fields["bytes"].to_pylist(), names
    if side := _side(column.type):
        images = np.asarray(column.values).reshape(-1, side, side)[
            column.offset : column.offset + len(column)
        ]
        valid = column.is_valid().to_pylist()
        return [image if there else None for image, there in zip(images, valid, strict=True)], nameless
    if is_text(column.type):
        return [None] * len(column), texts_of(column)
    return column.to_pylist(), nameless


def texts_of(column: Any) -> list[str | None]:
    """The texts of a column; bytes that are no UTF-8 are kept as those of a file's name are."""
    return [
        None if text is None else text.decode("utf-8", "surrogateescape")
        for text in column.cast(pa.binary()).to_pylist()
    ]
