"""Files of a dataset, opened through whatever they are packed with, and read within limits."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path

from digitlens.data.unpack import unpacked
from digitlens.errors import CorruptDataset

__all__ = ["FORMAT_BYTES", "LONGEST_LINE", "MOST_UNPACKED_BYTES", "head_of", "lines_of", "opened_stream"]

FORMAT_BYTES = 2**16
"""Bytes by which a format is told: the names of 784 columns take 7,000."""

LONGEST_LINE = 2**22
"""Bytes that a line of a text may have."""

MOST_UNPACKED_BYTES = 2**30
"""Bytes that the pictures of one set may have in memory: those of every published one are fewer."""


@contextmanager
def opened_stream(path: Path, name: str) -> Iterator[BufferedIOBase]:
    """Open a file's content; what is found wrong with it while it is open is told with its name.

    Raises:
        CorruptDataset: it is damaged.
        DatasetError: it cannot be opened.
    """
    try:
        with unpacked(path) as file:
            yield file
    except CorruptDataset as fault:
        said = str(fault)
        raise (
            fault if said.startswith(name) else CorruptDataset(f"{name} cannot be used: {said}.")
        ) from fault


def head_of(path: Path, name: str | None = None) -> tuple[bytes, CorruptDataset | None]:
    """The first bytes of a file's content, as many as can be had, and the damage before `FORMAT_BYTES` of them.

    Raises:
        DatasetError: it cannot be opened.
    """
    head = b""
    try:
        with opened_stream(path, name or str(path)) as file:
            while len(head) < FORMAT_BYTES and (piece := file.read1(FORMAT_BYTES - len(head))):
                head += piece
    except CorruptDataset as damage:
        return head, damage
    return head, None


def lines_of(path: Path, name: str) -> Iterator[str]:
    """The lines of a text in UTF-8, without their ends; a mark at its beginning does not count.

    Raises:
        CorruptDataset: a line is longer than `LONGEST_LINE`, or the file is damaged.
        DatasetError: it cannot be opened.
    """
    with opened_stream(path, name) as file:
        start = "utf-8-sig"
        while line := file.readline(LONGEST_LINE):
            if len(line) == LONGEST_LINE:
                raise CorruptDataset(f"a line has more than {LONGEST_LINE >> 20} MB")
            yield line.decode(start, "replace").rstrip("\r\n")
            start = "utf-8"
