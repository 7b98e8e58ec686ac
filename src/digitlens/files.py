"""Files that are written whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["whole_file"]


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
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
