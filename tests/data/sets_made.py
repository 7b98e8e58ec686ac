"""Small datasets in the formats that people have them in, written by our own code where a format is simple."""

import bz2
import io
import struct
import tarfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import frame, open_picture
from made_files import png

LABELS = np.array([7, 2, 1, 0, 4, 1, 4, 9, 5, 9, 0, 6])
"""What the glyphs are said to be."""

GLYPHS = np.zeros((12, 28, 28), np.uint8)
"""Bars, each another, all taller than wide: 255 the whitest, 0 the blackest."""

for _number, _glyph in enumerate(GLYPHS):
    _glyph[4:24, 12 : 14 + _number % 4] = 255
    _glyph[5 + _number, 12:20] = 60 + 15 * _number


def framed(picture: Any) -> NDArray[np.uint8]:
    return frame(open_picture(picture).pixels).image


def idx(values: NDArray[Any]) -> bytes:
    """An IDX file of any type."""
    code = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}[values.dtype.str[1:]]
    shape = struct.pack(f">{values.ndim}I", *values.shape)
    return bytes([0, 0, code, values.ndim]) + shape + values.astype(values.dtype.newbyteorder(">")).tobytes()


def npy(values: NDArray[Any], **options: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, values, **options)
    return file.getvalue()


def npz(**arrays: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **dict[str, Any](arrays))
    return file.getvalue()


def kaggle(labelled: bool = True) -> bytes:
    """``label,pixel0,...,pixel783`` and the rows; the competition's test set has no labels."""
    head = ["label"] * labelled + [f"pixel{number}" for number in range(784)]
    rows = [
        [str(label)] * labelled + [str(value) for value in glyph.ravel()]
        for label, glyph in zip(LABELS, GLYPHS, strict=True)
    ]
    return "\n".join(",".join(row) for row in [head, *rows]).encode() + b"\n"


def openml_csv() -> bytes:
    """As OpenML has MNIST: the class last, in quotes."""
    rows = [
        f"{','.join(map(str, glyph.ravel()))},'{label}'" for label, glyph in zip(LABELS, GLYPHS, strict=True)
    ]
    return "\n".join([",".join([*(f"pixel{k + 1}" for k in range(784)), "class"]), *rows]).encode()


def arff() -> bytes:
    names = [f"@ATTRIBUTE pixel{k + 1} real" for k in range(784)]
    head = [
        "% a remark",
        "@RELATION mnist_784",
        "",
        *names,
        "@attribute class {0,1,2,3,4,5,6,7,8,9}",
        "",
        "@DATA",
    ]
    return "\n".join(head).encode() + b"\n" + b"\n".join(openml_csv().replace(b"'", b"").split(b"\n")[1:])


def blanks() -> bytes:
    """A label and values from -1 to 1, parted by blanks, as the USPS digits of textbooks come."""
    rows = [
        " ".join([f"{label:.4f}", *(f"{value / 127.5 - 1:.4f}" for value in glyph.ravel())])
        for label, glyph in zip(LABELS, GLYPHS, strict=True)
    ]
    return "\n".join(rows).encode()


def libsvm(first: int = 1) -> bytes:
    """Labels from 1, positions from ``first``, values from 0 to 1, zeros left out, and the last pixels with them."""
    lines = []
    for label, glyph in zip(LABELS, GLYPHS, strict=True):
        inked = [f"{place + first}:{value / 255:.5f}" for place, value in enumerate(glyph.ravel()) if value]
        lines.append(f"{label + 1} " + " ".join([*inked, "780:0"]))
    return "\n".join(lines).encode() + b"\n"


def usps() -> bytes:
    return bz2.compress(libsvm())


def tar(members: Mapping[str, bytes], kind: str = "") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=f"w:{kind}") as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def webdataset(suffix: str = "cls") -> dict[str, bytes]:
    members = {}
    for number, (label, glyph) in enumerate(zip(LABELS, GLYPHS, strict=True)):
        told = f'{{"label": {label}}}' if suffix == "json" else str(label)
        members |= {f"sample{number:04}.png": png(glyph), f"sample{number:04}.{suffix}": told.encode()}
    return members


def mat_element(kind: int, data: bytes) -> bytes:
    return struct.pack("<II", kind, len(data)) + data + b"\0" * (-len(data) % 8)


def mat_matrix(name: str, values: NDArray[Any] | dict[str, Any]) -> bytes:
    """A matrix of MATLAB's format 5: numbers, or a structure of 1 x 1."""
    if isinstance(values, dict):
        flags, shape = mat_element(6, struct.pack("<II", 2, 0)), mat_element(5, struct.pack("<ii", 1, 1))
        names = b"".join(key.encode().ljust(32, b"\0") for key in values)
        fields = struct.pack("<HHi", 5, 4, 32) + mat_element(1, names)
        rest = fields + b"".join(mat_matrix("", value) for value in values.values())
    else:
        number, kind = {"u1": (9, 2), "f8": (6, 9)}[values.dtype.str[1:]]
        flags = mat_element(6, struct.pack("<II", number, 0))
        shape = mat_element(5, struct.pack(f"<{values.ndim}i", *values.shape))
        rest = mat_element(kind, values.tobytes("F"))
    return mat_element(14, flags + shape + mat_element(1, name.encode()) + rest)


def mat(**variables: Any) -> bytes:
    """A file of MATLAB's format 5, each variable compressed."""
    packed = (zlib.compress(mat_matrix(name, values)) for name, values in variables.items())
    head = b"MATLAB 5.0 MAT-file, made by a test".ljust(124) + struct.pack("<H", 0x0100) + b"IM"
    return head + b"".join(struct.pack("<II", 15, len(data)) + data for data in packed)


def emnist(count: int = 12) -> bytes:
    """Nested as EMNIST's files are, its pictures on their side and counted down the columns."""
    rows = GLYPHS.reshape(12, 784) if count == 12 else np.resize(GLYPHS, (count, 28, 28)).reshape(count, 784)
    turned = rows.reshape(-1, 28, 28).swapaxes(1, 2).reshape(-1, 784)
    labels = np.resize(LABELS, count).astype(np.uint8)[:, None]
    part = {"images": np.ascontiguousarray(turned), "labels": labels, "writers": labels.astype(float)}
    mapping = np.array([[number, 48 + number] for number in range(10)], np.float64)
    return mat(dataset={"train": part, "test": part, "mapping": mapping})
