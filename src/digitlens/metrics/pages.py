"""Figures of pages: what was read on each against what is written there, in all, by kind and by source."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from digitlens.metrics.edits import edit_distance, matched
from digitlens.metrics.rates import Rate

__all__ = ["FIGURES", "PageFigures", "PageReport", "PageScore", "score_page"]

_SAME_SIGN = str.maketrans({"x": "×", "X": "×", "*": "×", ":": "÷", "−": "-", "–": "-", "—": "-"})
"""Signs that are written in several ways, and one of them for all."""


@dataclass(frozen=True, slots=True)
class PageScore:
    """The score of one page.

    Attributes:
        failed: it could not be read at all; then all of it counts as missing.
        exact: the digits are all right, in reading order.
        lines: the digits are right line by line.
        accepted: nobody is asked to look at it.
        digits: how many are wanted.
        digit_errors: the edit distance over the digits.
        characters: how many are wanted, with signs, gaps and line breaks.
        character_errors: the edit distance over these.
        glyphs_accepted: digits read that nobody is asked to look at, on an accepted page or not.
        glyphs_accepted_wrong: those of them that are wrong or too many.
        kind: what kind of picture it is, such as ``photo``.
        source: whose it is.
    """

    failed: bool
    exact: bool
    lines: bool
    accepted: bool
    digits: int
    digit_errors: int
    characters: int
    character_errors: int
    glyphs_accepted: int
    glyphs_accepted_wrong: int
    kind: str = ""
    source: str = ""


def score_page(  # noqa: PLR0913 - all but the first by their names
    wanted: str,
    read: str | None,
    glyphs: Iterable[tuple[str, bool]] = (),
    *,
    accepted: bool = False,
    kind: str = "",
    source: str = "",
    signs: bool = True,
    spaces: bool = True,
) -> PageScore:
    """Compare what was read on a page with what is written there.

    Args:
        wanted: what is written, its lines separated by newlines.
        read: what was read, likewise; None where the page could not be read.
        glyphs: each glyph read, in reading order: its label and whether it is accepted.
        accepted: whether the page as a whole is.
        kind: kept in the score.
        source: kept in the score.
        signs: whether ``wanted`` tells the signs; otherwise they are passed over among the characters.
        spaces: the same for the gaps within lines.
    """
    failed, read = read is None, read or ""
    want, have = _digits_by_line(wanted), _digits_by_line(read)
    digits, digits_read = "".join(want), "".join(have)
    characters, characters_read = (_characters(text, signs, spaces) for text in (wanted, read))
    held = [(label, sure) for label, sure in glyphs if label.isdecimal()]
    right = matched("".join(label for label, _ in held), digits)
    of_the_sure = [one for (_, sure), one in zip(held, right, strict=True) if sure]
    return PageScore(
        failed=failed,
        exact=not failed and digits_read == digits,
        lines=not failed and have == want,
        accepted=accepted and not failed,
        digits=len(digits),
        digit_errors=edit_distance(digits_read, digits),
        characters=len(characters),
        character_errors=edit_distance(characters_read, characters),
        glyphs_accepted=len(of_the_sure),
        glyphs_accepted_wrong=of_the_sure.count(False),
        kind=kind,
        source=source,
    )


@dataclass(frozen=True, slots=True)
class PageFigures:
    """The figures of a set of pages.

    Attributes:
        count: pages.
        failures: those that could not be read.
        exact: pages whose digits are all right, in reading order.
        lines: pages whose line breaks are right too.
        digit_error_rate: digits to put in, take out or change, of those wanted; signs are passed over.
        character_error_rate: CER, the same with signs, gaps and line breaks.
        accepted: pages that nobody is asked to look at: the coverage.
        accepted_right: the exact ones among these: the precision.
        glyphs_accepted_wrong: digits that are wrong or too many among those that nobody is asked to look at.
    """

    count: int
    failures: int
    exact: Rate
    lines: Rate
    digit_error_rate: Rate
    character_error_rate: Rate
    accepted: Rate
    accepted_right: Rate
    glyphs_accepted_wrong: Rate

    @classmethod
    def of(cls, scores: Sequence[PageScore]) -> "PageFigures":
        """Sum the scores up."""

        def rate(part: Callable[[PageScore], int], whole: Callable[[PageScore], int] = lambda _: 1) -> Rate:
            return Rate(sum(map(part, scores)), sum(map(whole, scores)))

        return cls(
            count=len(scores),
            failures=sum(page.failed for page in scores),
            exact=rate(lambda page: page.exact),
            lines=rate(lambda page: page.lines),
            digit_error_rate=rate(lambda page: page.digit_errors, lambda page: page.digits),
            character_error_rate=rate(lambda page: page.character_errors, lambda page: page.characters),
            accepted=rate(lambda page: page.accepted),
            accepted_right=rate(lambda page: page.accepted and page.exact, lambda page: page.accepted),
            glyphs_accepted_wrong=rate(
                lambda page: page.glyphs_accepted_wrong, lambda page: page.glyphs_accepted
            ),
        )

    def rates(self) -> dict[str, Rate]:
        """The rates by name, in the order of `FIGURES`."""
        return {name: getattr(self, name) for name in FIGURES}

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        plain = {name: rate.to_dict() for name, rate in self.rates().items()}
        return {"count": self.count, "failures": self.failures, **plain}


FIGURES = (
    "exact",
    "lines",
    "digit_error_rate",
    "character_error_rate",
    "accepted",
    "accepted_right",
    "glyphs_accepted_wrong",
)
"""The names of the rates in `PageFigures`."""


@dataclass(frozen=True, slots=True)
class PageReport:
    """The figures of a set of pages, in all and in parts.

    Attributes:
        total: of all pages.
        by_kind: of each kind of picture.
        by_source: of each source.
    """

    total: PageFigures
    by_kind: dict[str, PageFigures]
    by_source: dict[str, PageFigures]

    @classmethod
    def of(cls, scores: Sequence[PageScore]) -> "PageReport":
        """Sum the scores up; kinds and sources are sorted."""
        return cls(
            PageFigures.of(scores),
            _grouped(scores, lambda page: page.kind),
            _grouped(scores, lambda page: page.source),
        )

    def mean_over_sources(self) -> dict[str, float | None]:
        """The mean of each rate over the sources that have it, so that none counts more for sending more pages.

        None where no source has it, as of what is right among accepted pages where none is accepted.
        """
        return {
            name: _mean([figures.rates()[name] for figures in self.by_source.values()]) for name in FIGURES
        }

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        means = self.mean_over_sources().items()
        return {
            **self.total.to_dict(),
            "mean_over_sources": {name: None if mean is None else round(mean, 6) for name, mean in means},
            "by_kind": {kind: figures.to_dict() for kind, figures in self.by_kind.items()},
            "by_source": {source: figures.to_dict() for source, figures in self.by_source.items()},
        }


def _digits_by_line(text: str) -> list[str]:
    return ["".join(filter(str.isdecimal, line)) for line in text.split("\n")]


def _characters(text: str, signs: bool, spaces: bool) -> str:
    """The text with one way of writing each sign, one space a gap, and no empty lines."""
    if not signs:
        text = "".join(sign for sign in text if sign.isdecimal() or sign.isspace())
    between = " " if spaces else ""
    lines = (between.join(line.split()) for line in text.translate(_SAME_SIGN).split("\n"))
    return "\n".join(filter(None, lines))


def _grouped(scores: Sequence[PageScore], key: Callable[[PageScore], str]) -> dict[str, PageFigures]:
    groups: defaultdict[str, list[PageScore]] = defaultdict(list)
    for page in scores:
        groups[key(page)].append(page)
    return {name: PageFigures.of(groups[name]) for name in sorted(groups)}


def _mean(rates: Sequence[Rate]) -> float | None:
    values = [rate.value for rate in rates if rate.of]
    return sum(values) / len(values) if values else None
