"""The evaluation of labelled pictures: which are read right, and the counts of all outcomes."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

from digitlens.data import LabelledPicture
from digitlens.errors import ImageError
from digitlens.metrics import wilson
from digitlens.reader import Reader
from digitlens.types import Glyph, Reading

__all__ = ["EvaluatedPicture", "Outcome", "OutcomeCounts", "evaluate_pictures", "text_read"]

PICTURES_AT_A_TIME = 32
"""Pictures of a single glyph that are in memory at once."""

Outcome: TypeAlias = Literal["right", "wrong", "refused", "unreadable"]
"""Accepted and right; accepted and wrong; left to a person; no picture."""


@dataclass(frozen=True, slots=True)
class EvaluatedPicture:
    """A picture, what was read in it, and whether that is what is written there.

    Attributes:
        picture: with its label.
        reading: with its steps, or the error.
        matches: whether the text is right, accepted or not.
    """

    picture: LabelledPicture
    reading: Reading
    matches: bool

    @property
    def outcome(self) -> Outcome:
        """Which of the four it is."""
        if self.reading.error is not None:
            return "unreadable"
        if not self.reading.accepted:
            return "refused"
        return "right" if self.matches else "wrong"


@dataclass(slots=True)
class OutcomeCounts:
    """The number of pictures by outcome.

    Attributes:
        right: accepted, and read right.
        wrong: accepted, and read wrong.
        refused: left to a person.
        unreadable: no pictures.
        matches: read right, accepted or not.
    """

    right: int = 0
    wrong: int = 0
    refused: int = 0
    unreadable: int = 0
    matches: int = 0

    def add(self, one: EvaluatedPicture) -> None:
        """Count one more."""
        setattr(self, one.outcome, getattr(self, one.outcome) + 1)
        self.matches += one.matches

    @property
    def pictures(self) -> int:
        """All of them."""
        return self.right + self.wrong + self.refused + self.unreadable

    @property
    def accepted(self) -> int:
        """Those that no person need look at."""
        return self.right + self.wrong

    @property
    def accuracy(self) -> float:
        """The share read right, accepted or not, 0 to 1."""
        return self.matches / max(1, self.pictures)

    @property
    def precision(self) -> float:
        """The share of the accepted that is right, 0 to 1; 1 where none was accepted."""
        return self.right / self.accepted if self.accepted else 1.0

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, with Wilson's 95 % intervals; shares to six places."""
        return {
            "pictures": self.pictures,
            **asdict(self),
            "accuracy": round(self.accuracy, 6),
            "interval": [round(end, 6) for end in wilson(self.matches, self.pictures)],
            "precision": round(self.precision, 6),
            "precision_interval": [round(end, 6) for end in wilson(self.right, self.accepted)],
        }


def evaluate_pictures(
    reader: Reader, pictures: Sequence[LabelledPicture], *, single: bool
) -> Iterator[EvaluatedPicture]:
    """Read pictures in order, as a single glyph each or as pages, and compare each with its label.

    Signs, spaces and the ends of lines are passed over in both: digits are compared with digits. What is no glyph
    of the alphabet counts as its best label, as in `digitlens.evaluate`.

    Args:
        reader: reads them; what is outside its network's alphabet is passed over.
        pictures: with their labels.
        single: each holds one glyph; else each is a page.
    """
    alphabet = frozenset(reader.network.card.labels)
    for picture, reading in zip(pictures, _readings(reader, pictures, single), strict=True):
        read = "".join(_best(glyph) for glyph in reading.glyphs if not glyph.is_sign)
        matches = reading.error is None and _only(alphabet, picture.label) == read
        yield EvaluatedPicture(picture, reading, matches)


def text_read(reading: Reading) -> str:
    """The lines, gaps between numbers included; a glyph that was taken for none is told by its best label."""
    return "\n".join(" ".join("".join(map(_best, group)) for group in line.groups) for line in reading.lines)


def _best(glyph: Glyph) -> str:
    return glyph.label or glyph.top(1)[0][0]


def _only(alphabet: frozenset[str], text: str) -> str:
    return "".join(sign for sign in text if sign in alphabet)


def _readings(reader: Reader, pictures: Sequence[LabelledPicture], single: bool) -> Iterator[Reading]:
    if single:
        files = (picture.file for picture in pictures)
        yield from reader.classify_many(files, errors="yield", batch_size=PICTURES_AT_A_TIME)
    else:
        yield from (_read(reader, picture) for picture in pictures)


def _read(reader: Reader, picture: LabelledPicture) -> Reading:
    try:
        return reader.read(picture.file)
    except ImageError as error:
        return Reading(str(picture.file), reader.network.name, error=error)
