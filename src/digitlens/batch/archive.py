"""Inputs from a zip archive, which may mean harm: nothing is unpacked to the disk, and never more than one member."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from digitlens.batch.inputs import Item, Opened, SourceInfo, is_picture_name, source_info
from digitlens.errors import BatchError, ImageTooLarge, UnreadableImage
from digitlens.files import printable
from digitlens.imaging import MAX_BYTES

__all__ = ["MAX_DIRECTORY", "MAX_MEMBERS", "MAX_RATIO", "MAX_UNPACKED", "ZipInputs"]

MAX_MEMBERS = 200_000
"""An archive may have this many members: half a kilobyte of memory each."""

MAX_DIRECTORY = 24 * 2**20
"""The table of an archive's members may have this many bytes; told before it is read."""

MAX_UNPACKED = 2**30
"""Archives may unpack to this many bytes, however small they are, ..."""

MAX_RATIO = 200
"""... and to this many times their size. Photos hardly shrink; scans as BMP shrink a hundredfold."""

_END_RECORD = b"PK\5\6"  # APPNOTE 4.3.16; the record has 22 bytes, and a comment of up to 65,535
_END_64 = b"PK\6\6"  # APPNOTE 4.3.14; it lies just before
_TAIL = 22 + 65_535 + 20 + 56

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The accepted compressions: LZMA takes gigabytes where a few bytes ask for them, and nobody packs pictures so."""


@dataclass(frozen=True)
class ZipInputs:
    """The pictures of a zip archive, in its order; hidden files, texts and tables do not count.

    Args:
        name: what to call the archive in errors.
        open: opens it.

    A member that is encrypted, damaged, itself an archive, larger than a picture may be, or whose name leads out
    of the archive, is an input that cannot be loaded: the others are read.
    """

    name: str
    open: Opened

    def __iter__(self) -> Iterator[Item]:
        """The pictures, each to be loaded while it is at hand.

        Raises:
            BatchError: damaged, no archive, or beyond the limits above.
        """
        with self._opened() as archive:
            for info in _pictures(archive):
                yield Item(info.filename, _Loader(archive, info), size=info.file_size)

    def info(self) -> SourceInfo:
        """Describe the archive by the names, sizes and checksums that it lists."""
        with self._opened() as archive:
            return source_info((info.filename, info.file_size, info.CRC) for info in _pictures(archive))

    @contextmanager
    def _opened(self) -> Iterator[zipfile.ZipFile]:
        with self.open() as file:
            size = file.seek(0, 2)
            self._check_directory(file, size)
            try:
                archive = zipfile.ZipFile(file)
            except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
                raise BatchError(f"{self.name} is not a zip archive, or is cut off: {error}.") from error
            with archive:
                self._check_members(archive, size)
                yield archive

    def _check_directory(self, file: IO[bytes], size: int) -> None:
        """Refuse a table of members that is too long, before `zipfile` reads all of it."""
        file.seek(max(0, size - _TAIL))
        tail = file.read(_TAIL)
        told = 0
        if (at := tail.rfind(_END_RECORD)) >= 0 and len(tail) >= at + 22:
            told = struct.unpack_from("<I", tail, at + 12)[0]
            wide = tail.rfind(_END_64, 0, at)
            if wide >= 0 and wide + 48 <= len(tail):
                told = struct.unpack_from("<Q", tail, wide + 40)[0]
        if told > MAX_DIRECTORY:
            raise BatchError(self._too_many())

    def _check_members(self, archive: zipfile.ZipFile, size: int) -> None:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS:
            raise BatchError(self._too_many())
        unpacked = sum(info.file_size for info in members)
        if unpacked > max(MAX_UNPACKED, MAX_RATIO * size):
            raise BatchError(
                f"{self.name} would unpack from {size:,} to {unpacked:,} bytes, more than {MAX_RATIO} times as many: "
                "pictures do not shrink like that. If these are pictures, unpack it and give the folder."
            )

    def _too_many(self) -> str:
        return (
            f"{self.name} has more members than the limit, {MAX_MEMBERS:,}: "
            "unpack it and give the folder, or split it."
        )


def _pictures(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    return (
        info
        for info in archive.infolist()
        if info.filename and not info.is_dir() and is_picture_name(info.filename)
    )


@dataclass(frozen=True, slots=True)
class _Loader:
    """Gives the bytes of one member."""

    archive: zipfile.ZipFile
    info: zipfile.ZipInfo

    def __call__(self) -> bytes:
        """The bytes.

        Raises:
            UnreadableImage: encrypted, damaged, an archive itself, or of a name that leads elsewhere.
            ImageTooLarge: larger than a picture may be.
        """
        path, name = PurePosixPath(self.info.filename.replace("\\", "/")), printable(self.info.filename)
        if path.is_absolute() or not path.parts or ".." in path.parts or path.parts[0].endswith(":"):
            raise UnreadableImage(f"{self.info.filename!r} leads out of the archive: it is not read.")
        if self.info.flag_bits & 1:
            raise UnreadableImage(f"{name} is encrypted: unpack the archive with its password first.")
        if self.info.compress_type not in METHODS:
            raise UnreadableImage(
                f"{name} is packed by a method that is not read: pack it as usual, with deflate."
            )
        if self.info.file_size > MAX_BYTES:
            raise ImageTooLarge(f"{name} would unpack to more than {MAX_BYTES >> 20} MB, the limit.")
        try:
            with self.archive.open(self.info) as member:
                data = member.read(MAX_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
            raise UnreadableImage(f"{name} is damaged in the archive ({error}): pack it again.") from error
        if data.startswith(b"PK\3\4"):
            raise UnreadableImage(f"{name} is an archive within the archive: unpack it first.")
        return data
