"""The options of a reading: declared once, for Python, the command line, the HTTP API, batches and the app."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from typing import TypedDict

from digitlens.model import MAX_ERROR, Device, Precision, check_alphabet

__all__ = ["ReadKeywords", "ReadOptions"]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Options of reading, whoever asks for it.

    Options are checked when they are made, but for what only files can tell: whether there is such a network, and
    whether it reads the alphabet. They can be compared, hashed, pickled and changed by `dataclasses.replace`.

    Attributes:
        model: the name of a network, or the path of an ``.onnx`` file with its card beside it. Left out, the default,
            or, for an alphabet that it does not read, the smallest network that does.
        alphabet: ``"digits"``, ``"letters"``, ``"alnum"``, ``"upper"``, ``"lower"``, or characters such as
            ``"0123456789X-"``; signs among them are read without being asked for. Characters that might be taken for
            a word stand in quotes of their own: ``"'cat'"``. Left out, all that the network reads, or what a pattern
            or lexicon holds.
        pattern: what each line must fit: see `digitlens.reader.pattern`.
        lexicon: words of which each line must be one.
        max_error: the error rate wanted among accepted glyphs, above 0 and at most 1.
        device: what the network runs on, ``"cpu"`` or ``"cuda"``.
        precision: what the network computes in: ``"float"``, ``"int8"``, which needs eight-bit weights beside it, or
            ``"auto"``: these where they read 99.95 % of glyphs alike and this processor is faster with them.
        rotate: degrees by which pages are turned clockwise before reading. Left out, as they read best. Pictures of
            a single glyph are taken as they lie.

    Raises:
        ValueError: a value that cannot be used; the message begins with its name.
    """

    model: str | None = None
    alphabet: str | None = None
    pattern: str | None = None
    lexicon: tuple[str, ...] | None = None
    max_error: float = MAX_ERROR
    device: Device = "cpu"
    precision: Precision = "auto"
    rotate: float | None = None

    def __post_init__(self) -> None:
        if not 0 < self.max_error <= 1:
            raise ValueError(f"max_error is {self.max_error}; it must be above 0 and at most 1")
        if self.rotate is not None and not isfinite(self.rotate):
            raise ValueError(f"rotate is {self.rotate}; it must be a number of degrees, or None")
        if self.alphabet is not None:
            check_alphabet(self.alphabet)
        if isinstance(self.lexicon, str):
            raise ValueError(  # noqa: TRY004 - as of all that is wrong with an option
                "lexicon is one text; it must be a list of words"
            )
        if self.lexicon is not None:
            object.__setattr__(self, "lexicon", tuple(self.lexicon))
        if self.pattern is not None and self.lexicon is not None:
            raise ValueError(
                "a pattern and a lexicon were given: a line can be held against one of them only"
            )


class ReadKeywords(TypedDict, total=False):
    """The same options by name, each of which may be left out; a test holds the two together."""

    alphabet: str | None
    pattern: str | None
    lexicon: Iterable[str] | None
    max_error: float
    device: Device
    precision: Precision
    rotate: float | None
