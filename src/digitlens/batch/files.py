"""Inputs that are files: those of a folder, of a glob, of a list, or one alone."""

import glob
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from digitlens.batch.inputs import Item, SourceInfo, file_state, from_file, is_picture_name, source_info
from digitlens.errors import BatchError
from digitlens.files import printable

__all__ = ["FileInputs", "FolderInputs", "GlobInputs", "ListInputs", "OneFile"]

LONGEST_LISTED_NAME = 32_768
"""A line of a list has no more bytes: no system knows longer paths."""


class FileInputs:
    """Inputs that are files, told by their names, sizes and times."""

    def names(self) -> Iterator[str]:
        """The names of the files."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[Item]:
        """The files, from the first."""
        return map(from_file, self.names())

    def info(self) -> SourceInfo:
        """Describe the source by its files."""
        return source_info((name, file_state(name)) for name in self.names())


@dataclass(frozen=True)
class FolderInputs(FileInputs):
    """The pictures of a folder and of the folders in it, sorted by name in each; links to folders are not followed.

    Only the names of one folder at a time, and of those above it, are held.
    """

    folder: str

    def names(self) -> Iterator[str]:
        """The names of the files, led by the folder's as it was given.

        Raises:
            BatchError: a folder that cannot be listed; names it.
        """
        return _walk(self.folder)


def _walk(folder: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    except OSError as error:
        raise BatchError(
            f"The folder {printable(folder)} cannot be listed ({error.strerror}): check its permissions."
        ) from error
    for name, is_folder in found:
        path = os.path.join(folder, name)  # noqa: PTH118 - the name stays as it was given
        if is_folder and not name.startswith("."):
            yield from _walk(path)
        elif not is_folder and is_picture_name(name) and not os.path.isdir(path):  # noqa: PTH112
            yield path


@dataclass(frozen=True)
class GlobInputs(FileInputs):
    """The files that a pattern finds, sorted; ``**`` stands for any folders."""

    pattern: str

    def names(self) -> Iterator[str]:
        """The names of the files; what the pattern names is a picture, whatever its suffix."""
        found = sorted(glob.glob(self.pattern, recursive=True))  # noqa: PTH207 - names as the pattern gives them
        return (name for name in found if not Path(name).is_dir())


@dataclass(frozen=True)
class ListInputs(FileInputs):
    """The files that a list names, one a line, as they stand there; empty lines do not count."""

    file: str

    def names(self) -> Iterator[str]:
        """The names of the files; relative ones count from the current folder.

        Raises:
            BatchError: the list cannot be read, or is none.
        """
        try:
            with open(self.file, "rb") as lines:  # noqa: PTH123
                while line := lines.readline(LONGEST_LISTED_NAME + 1):
                    if len(line) > LONGEST_LISTED_NAME or b"\0" in line:
                        raise BatchError(f"{self.file} is no list: it must name one file a line.")
                    if name := os.fsdecode(line.rstrip(b"\r\n")):
                        yield name
        except OSError as error:
            raise BatchError(f"The list {self.file} cannot be read: {error.strerror}.") from error


@dataclass(frozen=True)
class OneFile(FileInputs):
    """One file alone."""

    file: str

    def names(self) -> Iterator[str]:
        """Its name."""
        return iter([self.file])
