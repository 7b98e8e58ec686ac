"""The formats that datasets come in, each told by what a file begins with and never by its name."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from digitlens.data.formats import delimited, idxfiles, libsvm, numpyfiles, tars
from digitlens.data.formats.arrays import NamedArray, paired
from digitlens.data.formats.refused import advice
from digitlens.data.formats.sample import File, Shard
from digitlens.data.formats.streams import head_of
from digitlens.errors import CorruptDataset, DatasetError

__all__ = ["FORMATS", "Format", "format_of", "shards_of", "shards_within"]

_Reader: TypeAlias = Callable[[Sequence[File], Path | None], list[Shard]]

DEEPEST_FOLDER = 3
"""Folders within a folder are looked into so far: ``data/train/shard.tar``."""

FIRST_FILES = 200
"""Files of a folder by which it is told whether it is of a dataset or of pictures, ..."""

MOST_FILES = 10_000
"""... and files of a dataset that are looked at."""


@dataclass(frozen=True)
class Format:
    """A format.

    Attributes:
        title: what it is called.
        matches: whether a file whose content begins so is of it.
        shards: reads files of it that lie together; ``only`` names the file that was asked for, if one was.
        mates: whether the labels of a file may lie in another beside it.
    """

    title: str
    matches: Callable[[bytes], bool]
    shards: _Reader
    mates: bool = False


def _each(read: Callable[[File], list[Shard]]) -> _Reader:
    """Reads files that have nothing to do with each other."""
    return lambda files, only: [shard for file in files if only in (None, file.path) for shard in read(file)]


def _arrays(read: Callable[[File], list[NamedArray]]) -> _Reader:
    """Reads files of arrays, whose labels may lie in another file."""

    def shards(files: Sequence[File], only: Path | None) -> list[Shard]:
        arrays: list[NamedArray] = []
        for file in files:
            with suppress(
                *([] if only in (None, file.path) else [DatasetError])
            ):  # what lies beside may be damaged
                arrays += read(file)
        return paired(arrays, only)

    return shards


def _parquet(file: File) -> list[Shard]:
    with _extra("Parquet tables"):
        from digitlens.data.formats.columns import parquet_shards  # noqa: PLC0415
    return parquet_shards(file)


def _arrow(file: File) -> list[Shard]:
    with _extra("Tables of Arrow's"):
        from digitlens.data.formats.columns import arrow_shards  # noqa: PLC0415
    return arrow_shards(file)


def _matlab(file: File) -> list[NamedArray]:
    with _extra("MATLAB's files"):
        from digitlens.data.formats.matlab import arrays_of  # noqa: PLC0415
    return arrays_of(file)


FORMATS: tuple[Format, ...] = (
    Format("IDX", idxfiles.matches, _arrays(idxfiles.arrays_of), mates=True),
    Format("NumPy's npz", numpyfiles.is_npz, _arrays(numpyfiles.npz_arrays)),
    Format("NumPy's npy", numpyfiles.is_npy, _arrays(numpyfiles.npy_arrays), mates=True),
    Format("Parquet", lambda head: head.startswith(b"PAR1"), _each(_parquet)),
    Format("Arrow", lambda head: head.startswith((b"ARROW1", b"\xff\xff\xff\xff")), _each(_arrow)),
    Format(
        "MATLAB",
        lambda head: head[126:128] in (b"IM", b"MI") and head[:10] != b"MATLAB 7.3",
        _arrays(_matlab),
    ),
    Format("tar", tars.is_tar, _each(tars.shards_of)),
    Format("LIBSVM", libsvm.is_libsvm, _each(libsvm.shards_of)),
    Format("ARFF", delimited.is_arff, _each(delimited.shards_of)),
    Format("CSV", delimited.is_delimited, _each(delimited.shards_of)),
)
"""Every format, the surest told first."""


def format_of(path: Path, name: str | None = None) -> Format | None:
    """The format of a file, by its content; None where it is none of `FORMATS`.

    Raises:
        DatasetError: it cannot be opened, or is of a kind that is refused; says what to do instead.
    """
    head, damage = head_of(path, name)
    if said := advice(head):
        raise CorruptDataset(f"{name or path} {said}.")
    found = next((format_ for format_ in FORMATS if format_.matches(head)), None)
    if found is None and damage is not None:
        raise damage
    return found


def shards_of(path: Path, name: str | None = None) -> list[Shard]:
    """The samples of a file; where it has no labels itself, those of a file beside it may be its.

    Args:
        path: the file.
        name: what to call it, in errors and for its rows.

    Raises:
        CorruptDataset: it is damaged, or of a kind that is refused.
        DatasetError: it cannot be opened, is of no format here, or a package is missing that reads it.
    """
    found, name = format_of(path, name), name or str(path)
    if found is None:
        titles = ", ".join(format_.title for format_ in FORMATS)
        raise DatasetError(
            f"{name} is no dataset: it is of none of the formats {titles}, nor a folder of pictures."
        )
    files = [File(path, name, path.name)]
    if found.mates:
        beside = (other for other in sorted(islice(_files(path.parent, 0), FIRST_FILES)) if other != path)
        files += [File(other, str(other), other.name) for other in beside if _is_of(other, found)]
    return found.shards(files, path)


def shards_within(folder: Path, name: str | None = None) -> list[Shard]:
    """The samples of the files of a folder; none where it is no folder of a dataset, as one of pictures is none.

    It is one where, of its first files, those of the formats are no fewer than others that are no texts.

    Raises:
        CorruptDataset, DatasetError: as of `shards_of`; of a folder of pickles.
    """
    if not _is_of_datasets(folder):
        return []
    name = (name or str(folder)).rstrip("/")
    by_format: dict[str, list[File]] = {}
    for path in sorted(islice(_files(folder, DEEPEST_FOLDER), MOST_FILES)):
        within = path.relative_to(folder).as_posix()
        if found := format_of(path):
            by_format.setdefault(found.title, []).append(File(path, f"{name}/{within}", within))
    chosen = (format_ for format_ in FORMATS if format_.title in by_format)
    return [shard for format_ in chosen for shard in format_.shards(by_format[format_.title], None)]


def _is_of_datasets(folder: Path) -> bool:
    refused, known, others = "", 0, 0
    for path in islice(_files(folder, DEEPEST_FOLDER), FIRST_FILES):
        try:
            head, _ = head_of(path)
        except DatasetError:
            others += 1
            continue
        if said := advice(head):
            refused = refused or f"{path} {said}."
        elif any(format_.matches(head) for format_ in FORMATS):
            known += 1
        else:
            others += b"\0" in head
    if refused and not known and not others:
        raise CorruptDataset(refused)
    return known > 0 and known >= others


def _files(folder: Path, depth: int) -> Iterator[Path]:
    """The files of a folder and of those in it, in no order, but for what is hidden; links to folders are not followed.

    A folder is listed no further than is asked for: it may hold millions.
    """
    folders: list[str] = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_file():
                yield Path(entry.path)
            elif entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
    for inner in sorted(folders) if depth else ():
        yield from _files(Path(inner), depth - 1)


def _is_of(path: Path, format_: Format) -> bool:
    try:
        return format_.matches(head_of(path)[0])
    except DatasetError:
        return False


@contextmanager
def _extra(what: str) -> Iterator[None]:
    """Import a package of the extra ``batch`` within."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "digitlens":
            raise
        raise DatasetError(
            f'{what} need {error.name}, which is not installed: pip install "digitlens[batch]".'
        ) from error
