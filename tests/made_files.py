"""Files that several tests make, as bytes, and what lies in a folder."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image


def png(pixels: np.ndarray) -> bytes:
    """A picture, uint8 (H, W) or (H, W, 3), as a PNG."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG with its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pdf_stream(content: bytes, entries: bytes = b"") -> bytes:
    """An object of a PDF that holds bytes."""
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(content), content)


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip archive of files by their names."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def files_in(folder: Path) -> dict[str, bytes]:
    """The files of a folder and of those in it, by their paths within it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
