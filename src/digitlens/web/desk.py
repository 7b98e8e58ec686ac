"""What one visit has read: a little of every picture, and all of the one in view."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from digitlens.html.images import image_uri, tiny
from digitlens.reader import Reader
from digitlens.types import Reading, Step

__all__ = ["Desk", "Entry", "Picture", "Plate"]

THUMBNAIL = 96
"""Side of a picture in the gallery, in pixels."""

PLATE = 360
"""Longest side of a step's picture, in pixels: sharp on a phone's screen, and still light."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to read.

    Attributes:
        key: tells it from every other of this visit.
        name: the file's name, as it was uploaded.
        load: gives the file's bytes.
    """

    key: str
    name: str
    load: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Plate:
    """One step of the reader's own trace, ready to be shown.

    Attributes:
        name: of the step.
        sentence: what was done.
        image: a data URI.
        tiny: whether its pixels are to be seen one by one.
    """

    name: str
    sentence: str
    image: str
    tiny: bool

    @classmethod
    def of(cls, step: Step) -> "Plate":
        """Make a step ready to be shown."""
        return cls(step.name, step.sentence, image_uri(step.image, PLATE), tiny(step.image))


@dataclass(frozen=True, slots=True)
class Entry:
    """What was read in a picture, light enough to be kept for thousands.

    Attributes:
        picture: the picture's key.
        name: its file's name.
        reading: without its steps.
        thumbnail: the first of the steps as a small data URI; None where it could not be read.
        plates: the steps; only of the picture in view.
    """

    picture: str
    name: str
    reading: Reading
    thumbnail: str | None
    plates: tuple[Plate, ...] = ()

    @property
    def doubt(self) -> tuple[bool, float]:
        """Sorts what a person should look at first: the unread, then the unsure, the surest last."""
        glyphs = self.reading.glyphs
        return self.reading.accepted, min((glyph.confidence for glyph in glyphs), default=-1.0)


class Desk:
    """Reads the pictures of one visit with one reader.

    Pictures go through one at a time, and but for the one in view only their thumbnails are kept: the steps
    of a photo take megabytes.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._entries: dict[str, Entry] = {}
        self._open: Entry | None = None

    def serves(self, reader: Reader) -> bool:
        """Whether ``reader`` would read the same: the same network, and the same error rate aimed for."""
        ours = self._reader
        return (ours.network.name, ours.max_error) == (reader.network.name, reader.max_error)

    def read(self, pictures: Sequence[Picture]) -> Iterator[int]:
        """Read those not read yet, yielding after each how many are done; forget what is not asked for."""
        kept = {picture.key: self._entries.get(picture.key) for picture in pictures}
        self._entries = {key: entry for key, entry in kept.items() if entry is not None}
        for picture in pictures:
            if picture.key not in self._entries:
                reading = self._classify(picture)
                thumbnail = image_uri(reading.steps[0].image, THUMBNAIL) if reading.steps else None
                entry = Entry(picture.key, picture.name, replace(reading, steps=()), thumbnail)
                self._entries[picture.key] = entry
                yield len(self._entries)

    def doubtful_first(self) -> list[Entry]:
        """What was read, in the order in which a person should look at it."""
        return sorted(self._entries.values(), key=lambda entry: entry.doubt)

    def open(self, picture: Picture) -> Entry:
        """The picture in view, with the steps the reader took from it to the answer."""
        if self._open is None or self._open.picture != picture.key:
            reading = self._classify(picture)
            plates = tuple(map(Plate.of, reading.steps))
            face = plates[0].image if plates else None
            self._open = Entry(picture.key, picture.name, replace(reading, steps=()), face, plates)
        return self._open

    def _classify(self, picture: Picture) -> Reading:
        """Read it; a picture that cannot be read gives a reading with its error."""
        return next(self._reader.classify_many([picture.load()], errors="yield"))
