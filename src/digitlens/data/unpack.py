"""One way to open a dataset file, packed with gzip or bzip2 or not."""

import bz2
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path
from typing import cast
from zipfile import BadZipFile
from zipfile import Path as ZipPath

from digitlens.errors import CorruptDataset, DatasetError
from digitlens.files import open_file

__all__ = ["unpacked"]

_GZIP_MAGIC = b"\x1f\x8b"
_BZIP2_MAGIC = b"BZh"


@contextmanager
def unpacked(path: Path | ZipPath) -> Iterator[BufferedIOBase]:
    """Open the content of a file, or of a member of a zip archive: through gzip or bzip2 where its first bytes say so.

    Reading is lazy, so a caller that reads no more than it expects is safe from bombs.

    Raises:
        CorruptDataset: while reading, where the packed data is damaged or cut off; the message is the fault
            alone, for the caller to name the file as it is known to the user.
        DatasetError: the file cannot be opened or read.
    """
    packing = "gzip"
    try:
        with open_file(path) if isinstance(path, Path) else path.open("rb") as raw:
            start = raw.read(len(_BZIP2_MAGIC))
            raw.seek(0)
            if start == _BZIP2_MAGIC:
                packing = "bzip2"
                with bz2.BZ2File(cast("BufferedIOBase", raw)) as file:
                    yield file
            elif start.startswith(_GZIP_MAGIC):
                with gzip.GzipFile(fileobj=cast("BufferedIOBase", raw)) as file:
                    yield file
            else:
                yield cast("BufferedIOBase", raw)
    except (EOFError, zlib.error, gzip.BadGzipFile, BadZipFile) as error:
        raise CorruptDataset(f"its {packing} data is damaged or cut off") from error
    except OSError as error:
        if error.errno is None:  # what bzip2's reader says of damage
            raise CorruptDataset("its bzip2 data is damaged or cut off") from error
        raise DatasetError(f"{path} cannot be read: {error.strerror or error}.") from error
