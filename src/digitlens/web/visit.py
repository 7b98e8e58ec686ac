"""The readings of one visit: its pictures, newest first, the reading of each, and a way back."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Literal, TypeAlias

from digitlens.errors import ImageError
from digitlens.imaging import Picture, open_pages
from digitlens.reader import Reader
from digitlens.types import Reading
from digitlens.web.corrections import Page
from digitlens.web.sheet import PageView
from digitlens.web.wanted import DIGITS_AND_SIGNS, ReadingChoice

__all__ = ["MOST_PAGES", "MOST_PICTURES", "Entry", "Origin", "Source", "Visit", "entry_at"]

MOST_PICTURES = 48
"""Pictures that a visit remembers; the oldest are forgotten first."""

MOST_VISIT_BYTES = 192 << 20
"""Bytes of picture files that a visit remembers: the newest stays however large it is."""

MOST_PAGES = 20
"""Pages of one document that are read here; batches read them all."""

WAYS_BACK = 3
"""The number of removals that can be undone."""

Origin: TypeAlias = Literal["upload", "drawing", "camera", "sample"]
"""The origin of a picture."""


@dataclass(frozen=True)
class Source:
    """A picture file to read.

    Attributes:
        key: tells it from every other of this visit; letters, digits and dashes.
        name: the file's name, as it was given.
        data: the file's bytes.
        origin: how it came here.
    """

    key: str
    name: str
    data: bytes
    origin: Origin

    def page_name(self, page: int) -> str:
        """The file's name, with the number of a page after the first."""
        return self.name if page == 1 else f"{self.name}, page {page}"

    @cached_property
    def sha256(self) -> str:
        """Of the bytes, in hexadecimal digits."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of a picture file, and what was read in it.

    Attributes:
        key: tells it from every other of this visit.
        source: the file.
        page: 1 for its first page.
        reading: without its steps.
        sheet: the page ready to be shown; None where it could not be read.
    """

    key: str
    source: Source
    page: int
    reading: Reading
    sheet: PageView | None

    @property
    def name(self) -> str:
        """The file's name, with the number of a page after the first."""
        return self.source.page_name(self.page)

    @property
    def id(self) -> Page:
        """The page, as corrections name it."""
        return self.source.sha256, self.page

    @property
    def file(self) -> tuple[str, bytes]:
        """The file's name and bytes."""
        return self.source.name, self.source.data


@dataclass(frozen=True, slots=True)
class _Removal:
    """Picture files that were taken out, and the keys of all as they stood before."""

    order: tuple[str, ...]
    gone: list[tuple[Source, list[Entry] | None]]


class Visit:
    """Reads the pictures of one visit, and keeps them until they are removed or there are too many.

    Args:
        heard: told of every source and its readings, when they were first read.
    """

    def __init__(self, heard: Callable[[Source, list[Entry]], None] = lambda *_: None) -> None:
        self._heard = heard
        self._asked: object = None
        self._sources: dict[str, Source] = {}  # in the order in which they came
        self._entries: dict[str, list[Entry]] = {}  # by source
        self._removed: deque[_Removal] = deque(maxlen=WAYS_BACK)
        self.chosen: str | None = None

    def add(self, source: Source) -> None:
        """Take a picture in, or take another version of one: it is read when `read` is next called."""
        self._sources.pop(source.key, None)
        self._entries.pop(source.key, None)
        self._sources[source.key] = source
        self.chosen = None
        while len(self._sources) > 1 and self._too_much():
            self._forget(next(iter(self._sources)))

    def read(self, reader: Reader, wanted: ReadingChoice = DIGITS_AND_SIGNS) -> Iterator[tuple[int, int]]:
        """Read what is not read yet by a reader like this, newest first; yields how many of how many are done.

        Args:
            reader: reads what is wanted.
            wanted: with another, another network or another error rate aimed for, all is read anew.
        """
        asked = (reader.network.name, reader.max_error, wanted)
        if asked != self._asked:
            self._entries.clear()
            for removal in self._removed:
                removal.gone[:] = [(source, None) for source, _ in removal.gone]
        self._asked = asked
        waiting = [key for key in reversed(self._sources) if key not in self._entries]
        for done, key in enumerate(waiting, 1):
            source = self._sources[key]
            self._entries[key] = list(islice(_entries(reader, source), MOST_PAGES))
            self._heard(source, self._entries[key])
            yield done, len(waiting)

    @property
    def entries(self) -> list[Entry]:
        """The readings, the newest picture first, the pages of each in order."""
        return [entry for key in reversed(self._sources) for entry in self._entries.get(key, ())]

    @property
    def in_view(self) -> Entry | None:
        """The page that was chosen, else the newest."""
        entries = self.entries
        return next((entry for entry in entries if entry.key == self.chosen), entries[0] if entries else None)

    def remove(self, *keys: str) -> None:
        """Take picture files out, all of them where none is named; `undo` brings them back."""
        order = tuple(self._sources)
        gone = [(self._sources[key], self._entries.get(key)) for key in keys or order]
        for source, _ in gone:
            self._forget(source.key)
        self._removed.append(_Removal(order, gone))

    def remove_in_view(self) -> None:
        """Take the picture out that is in view."""
        if entry := self.in_view:
            self.remove(entry.source.key)

    @property
    def undoable(self) -> str | None:
        """The removal that `undo` would take back, in words; None where there is nothing."""
        if not self._removed:
            return None
        gone = self._removed[-1].gone
        return gone[0][0].name if len(gone) == 1 else f"{len(gone)} pictures"

    def undo(self) -> None:
        """Bring back what was removed last, to where it was."""
        removal = self._removed.pop()
        sources = {source.key: source for source, _ in removal.gone} | self._sources
        self._sources = {key: sources[key] for key in (*removal.order, *self._sources) if key in sources}
        for source, entries in removal.gone:
            if entries is not None:
                self._entries.setdefault(source.key, entries)

    def _too_much(self) -> bool:
        held = sum(len(source.data) for source in self._sources.values())
        return len(self._sources) > MOST_PICTURES or held > MOST_VISIT_BYTES

    def _forget(self, key: str) -> None:
        del self._sources[key]
        self._entries.pop(key, None)


def _entries(reader: Reader, source: Source) -> Iterator[Entry]:
    """Read a file page by page; where a page cannot be read, an entry with the error ends it."""
    page = 0
    try:
        with closing(open_pages(source.data)) as pages:
            for page, picture in enumerate(pages, 1):
                reading = replace(_read(reader, picture), page=page)
                sheet = PageView.of(picture, reading)
                yield Entry(_key(source, page), source, page, replace(reading, steps=()), sheet)
    except ImageError as error:
        reading = Reading(None, reader.network.name, page + 1, error=error)
        yield Entry(_key(source, page + 1), source, page + 1, reading, None)


def entry_at(reader: Reader, source: Source, page: int, *, single: bool = False) -> Entry:
    """Read one page of a file, as a batch does.

    Args:
        reader: reads it.
        source: the file.
        page: 1 for its first page.
        single: it holds one glyph; else whatever stands on it is read.

    Raises:
        ImageError: it cannot be opened.
    """
    with closing(open_pages(source.data)) as pages:
        picture = next(islice(pages, page - 1, None))
    reading = replace(reader.classify(picture) if single else _read(reader, picture), page=page)
    return Entry(_key(source, page), source, page, replace(reading, steps=()), PageView.of(picture, reading))


def _read(reader: Reader, picture: Picture) -> Reading:
    """Every glyph in a page; where there is none but ink of which nothing is told, what it looks like as one glyph."""
    reading = reader.read(picture)
    return reading if reading.glyphs or reading.all_doubts else reader.classify(picture)


def _key(source: Source, page: int) -> str:
    return f"{source.key}-{page}"
