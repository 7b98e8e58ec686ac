"""Tar archives: pictures in folders by label, or WebDataset's, where a picture and its label share a name."""

import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import PurePosixPath
from typing import Any, cast

from digitlens.data.formats.naming import label_text
from digitlens.data.formats.sample import WHOLE, File, Sample, Shard, split_of
from digitlens.data.formats.streams import opened_stream
from digitlens.errors import CorruptDataset, ImageError, ImageTooLarge, UnreadableImage
from digitlens.files import printable
from digitlens.labels import label_of

__all__ = ["MOST_MEMBERS", "is_tar", "shards_of"]

MOST_MEMBERS = 2_000_000
"""An archive may have so many."""

MOST_RATIO = 200
"""An archive may unpack to so many times its size, or to a gigabyte."""

MOST_MEMBER_BYTES = 64 * 2**20
"""A member may have so many bytes, as any picture file; and what an archive tells of one, too."""

LABEL_SUFFIXES = ("cls", "label", "txt", "json")
"""Suffixes of what is no picture but tells the label of that of the same name."""

PASSED_OVER = (".csv", ".db", ".html", ".ini", ".jsonl", ".log", ".md", ".tsv", ".xml", ".yaml", ".yml")
"""Suffixes of what lies beside pictures and is none."""

_BLOCK = 512


def is_tar(head: bytes) -> bool:
    """Tell if a file that begins so is an archive: by the checksum of its first header (POSIX 1003.1, pax)."""
    header = head[:_BLOCK]
    if len(header) < _BLOCK or not header[0]:
        return False
    try:
        told = int(header[148:156].strip(b"\0 ") or b"0", 8)
    except ValueError:
        return False
    return told == sum(header) - sum(header[148:156]) + 8 * 32


def shards_of(file: File) -> list[Shard]:
    """The pictures of an archive, a shard a split.

    Raises:
        CorruptDataset: it is damaged, holds no pictures, or is beyond the limits above.
    """
    found: dict[str, list[bool]] = {}
    for split, sample in _samples(file, contents=False):
        found.setdefault(split, []).append(sample.label is not None)
    if not found:
        raise CorruptDataset(
            f"{file.name} holds no pictures: put them into folders named 0 to 9 in it, or unpack it."
        )
    return [_shard(file, split, labels) for split, labels in found.items()]


def _shard(file: File, split: str, labels: list[bool]) -> Shard:
    """Return a split as a shard; ``labels``: for each of its pictures, True if it has one."""

    def samples() -> Iterator[Sample]:
        return (sample for where, sample in _samples(file, contents=True) if where == split)

    return Shard(file.name, split, all(labels), lambda: len(labels), samples, file.path)


def _samples(file: File, contents: bool) -> Iterator[tuple[str, Sample]]:
    """The samples with their splits; without ``contents`` none of the pictures is read."""
    key, fields = "", dict[str, Any]()
    with _archive(file) as archive:  # around all that reads from it: damage may show within any member
        for info in _members(file, archive):
            path = PurePosixPath(info.name)
            stem, _, suffix = path.name.partition(".")
            here = str(path.with_name(stem))
            if here != key and fields:
                yield from _sample(file, fields)
                fields = {}
            key = here
            kind = suffix.rpartition(".")[2].lower()
            if kind in LABEL_SUFFIXES:
                fields["label"] = _told(archive, info, kind)
            elif "picture" not in fields:
                fields |= {"picture": _content(archive, info) if contents else b"", "name": info.name}
    if fields:
        yield from _sample(file, fields)


def _sample(file: File, fields: dict[str, Any]) -> Iterator[tuple[str, Sample]]:
    if "picture" not in fields:
        return
    path = PurePosixPath(fields["name"])
    label = fields.get("label") or next(filter(None, map(label_of, reversed(path.parts[:-1]))), None)
    split = split_of(str(path.parent))
    yield (file.split if split == WHOLE else split), Sample(fields["picture"], label, fields["name"])


def _members(file: File, archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """The members that are files and not what lies beside pictures, in order."""
    count, unpacked = 0, 0
    size = file.path.stat().st_size
    for info in archive:
        count, unpacked = count + 1, unpacked + info.size
        if count > MOST_MEMBERS:
            raise CorruptDataset(f"{file.name} has more than {MOST_MEMBERS:,} members, the limit: split it.")
        if unpacked > max(2**30, MOST_RATIO * size):
            raise CorruptDataset(
                f"{file.name} would unpack from {size:,} to more than {unpacked:,} bytes: pictures do not shrink "
                "like that."
            )
        archive.members = []  # type: ignore[attr-defined]  # tarfile would else keep them all
        if info.isfile() and _may_be_picture(PurePosixPath(info.name)):
            yield info
    if cast("_Bounded", archive.fileobj).last.strip(b"\0"):  # which tarfile takes for the end
        raise tarfile.ReadError("one of its headers is none, or not there to its end")


def _may_be_picture(path: PurePosixPath) -> bool:
    """Tell if a member may be a picture: neither hidden nor one of the kinds that lie beside pictures."""
    hidden = any(part.startswith(".") and part.strip(".") for part in path.parts)
    return not hidden and path.suffix.lower() not in PASSED_OVER


@contextmanager
def _archive(file: File) -> Iterator[tarfile.TarFile]:
    try:
        with (
            opened_stream(file.path, file.name) as raw,
            tarfile.open(fileobj=cast("Any", _Bounded(raw)), mode="r:") as archive,
        ):
            yield archive
    except (tarfile.TarError, ValueError, OverflowError) as error:
        raise CorruptDataset(f"{file.name} is damaged or cut off: {error}.") from error


class _Bounded:
    """A stream of which nobody reads more at once than a member may have: headers may ask for gigabytes.

    Attributes:
        last: the bytes that were read last.
    """

    def __init__(self, stream: BufferedIOBase) -> None:
        self._stream = stream
        self.last = b""
        self.seek, self.tell = stream.seek, stream.tell

    def read(self, size: int = -1) -> bytes:
        """Some bytes, fewer at the end."""
        if not 0 <= size <= MOST_MEMBER_BYTES + _BLOCK:
            raise tarfile.ReadError("a header asks for too much")
        self.last = self._stream.read(size)
        return self.last


def _content(archive: tarfile.TarFile, info: tarfile.TarInfo) -> bytes | ImageError:
    name = printable(info.name)
    path = PurePosixPath(info.name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        return UnreadableImage(f"{name} leads out of the archive: it is not read.")
    if info.size > MOST_MEMBER_BYTES:
        return ImageTooLarge(f"{name} would unpack to more than {MOST_MEMBER_BYTES >> 20} MB, the limit.")
    stream = archive.extractfile(info)
    data = b"" if stream is None else stream.read()
    if len(data) < info.size:
        raise tarfile.ReadError(f"{name} is not there to its end")
    return data


def _told(archive: tarfile.TarFile, info: tarfile.TarInfo, kind: str) -> str | None:
    """The label that a file beside a picture tells."""
    stream = archive.extractfile(info) if info.size <= 2**16 else None
    text = "" if stream is None else stream.read().decode("utf-8", "replace").strip()
    if kind != "json":
        return label_text(text, None) or None
    try:
        told = json.loads(text)
        value = told.get("label", told.get("cls")) if isinstance(told, dict) else told
    except (ValueError, RecursionError):
        return None
    return label_text(value, None) if isinstance(value, str | int) else None
