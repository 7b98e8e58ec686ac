"""Files that are written whole or not at all, and read without waiting for anybody."""

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

__all__ = ["GUARDED", "atomic_write", "open_file", "printable", "read_file"]

GUARDED = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")
"""A text of a CSV file that begins so is led by an apostrophe: spreadsheets would take it for a formula."""


def open_file(path: str | os.PathLike[str]) -> BufferedReader:
    """Open a file for reading, and nothing else: a pipe nobody writes into would keep us waiting, a device never end.

    Raises:
        OSError: it cannot be opened, or is no file.
    """
    file = open(path, "rb", opener=_without_waiting)  # noqa: SIM115  # the caller closes it
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise _no_file(path)


def read_file(path: str | os.PathLike[str], most: int) -> bytes:
    """The bytes of a file, opened as by `open_file`; of one that is larger, one byte more than ``most``.

    Nothing is set aside but what the file has: of many small files, this takes a third of the time.

    Raises:
        OSError: it cannot be read, or is no file.
    """
    handle = _without_waiting(os.fspath(path), _READING)
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise _no_file(path)
        data = os.read(handle, min(status.st_size, most) + 1)
        while len(data) <= most and (more := os.read(handle, min(_HASHED_PIECE, most + 1 - len(data)))):
            data += more  # it has grown, or is one of those that tell no size
        return data
    finally:
        os.close(handle)


_READING = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_HASHED_PIECE = 2**24


def _no_file(path: str | os.PathLike[str]) -> OSError:
    return OSError(errno.EINVAL, "it is a pipe or a device, not a file", os.fspath(path))


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def printable(name: str) -> str:
    r"""A name as it may stand in a sentence: what cannot be printed, or moves the cursor, is escaped.

    >>> printable("a\nb\x1b[2J\udcff.png")
    'a\\nb\\x1b[2J\\udcff.png'
    """
    if name.isprintable():
        return name
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` that takes its place when the block ends without an error.

    The temporary name keeps the suffix, since some writers choose a format by it. Whatever happens,
    ``path`` is either as it was or complete, and nothing else is left behind.

    Raises:
        OSError: the folder cannot be written to, or the disk is full; it names ``path``, not the temporary one.
    """
    prefix = f".{path.stem}-"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=prefix, suffix=path.suffix, dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            with temporary.open("rb+") as written:
                os.fsync(written.fileno())
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        if error.errno is None or not Path(error.filename or prefix).name.startswith(prefix):
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def _umask() -> int:
    """The process's file mode mask; mkstemp ignores it and makes private files."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
