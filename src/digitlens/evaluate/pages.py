"""Measures a reader on labelled pages: those of a folder, or sheets drawn from held-back glyphs."""

import logging
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from digitlens.data import labelled_folder, labelled_pictures
from digitlens.errors import ImageError
from digitlens.metrics import PageReport, PageScore, score_page
from digitlens.reader import Reader
from digitlens.types import Reading, Source

__all__ = ["DRAWN", "LabelledPage", "PageEvaluation", "PageSet", "WrongPage", "evaluate_pages", "page_set"]

DRAWN = "drawn"
"""The name of the set of drawn sheets; ``./drawn`` is a folder."""

log = logging.getLogger("digitlens")


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page and what is written on it.

    Attributes:
        name: its file within the folder, or which drawn sheet it is.
        picture: what `Reader.read` takes.
        text: what is written, its lines separated by newlines.
        kind: what kind of picture it is, ``""`` where nobody says.
        source: whose it is, likewise.
    """

    name: str
    picture: Source
    text: str
    kind: str = ""
    source: str = ""


@dataclass(frozen=True)
class PageSet:
    """Pages to measure on.

    Attributes:
        name: as it was asked for.
        pages: the pages; drawn sheets are drawn as they are asked for.
        count: how many there are.
        signs: whether the texts tell the signs between digits.
        spaces: whether they tell the gaps between numbers.
    """

    name: str
    pages: Iterable[LabelledPage]
    count: int
    signs: bool = True
    spaces: bool = True


@dataclass(frozen=True, slots=True)
class WrongPage:
    """A page that was not read exactly.

    Attributes:
        file: the page's name.
        wanted: what is written, its lines separated by newlines.
        read: what was read, likewise.
        accepted: whether nobody is asked to look at it.
        reason: why somebody is, or why the page could not be read; None where it is accepted.
    """

    file: str
    wanted: str
    read: str
    accepted: bool
    reason: str | None

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True)
class PageEvaluation:
    """Figures of a network on labelled pages, with the names of both.

    Attributes:
        model: ``NAME@VERSION``.
        pages: the name of the set.
        max_error: the error rate aimed for among what is accepted.
        report: the figures.
        wrong: the pages that were not read exactly, in the order of the set.
        seconds: wall time of reading them all; that of drawing them is not counted.
    """

    model: str
    pages: str
    max_error: float
    report: PageReport
    wrong: tuple[WrongPage, ...]
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, but for the wrong pages."""
        about = {"model": self.model, "pages": self.pages, "max_error": self.max_error}
        return {**about, "seconds": round(self.seconds, 3), **self.report.to_dict()}


def page_set(name: str | os.PathLike[str], *, sheets: int = 100, seed: int = 0) -> PageSet:
    """Find the pages to measure on.

    What no label of a folder tells, signs or gaps between numbers, is not held against the reader.

    Args:
        name: a folder as `digitlens.data.labelled_pictures` takes it, its name in the folder that ``DIGITLENS_DATA``
            names, or `DRAWN`.
        sheets: how many sheets to draw.
        seed: the same seed draws the same sheets.

    Raises:
        DatasetNotFound: there is no such folder.
        DatasetError: it has no labelled pictures; or the glyphs to draw with cannot be had.
    """
    if name == DRAWN:
        return PageSet(DRAWN, _drawn(sheets, seed), sheets)
    folder = labelled_folder(name)
    pages = [
        LabelledPage(str(one.file.relative_to(folder)), one.file, one.label, one.kind, one.source)
        for one in labelled_pictures(folder)
    ]
    told = {sign for page in pages for sign in page.text if not sign.isdecimal() and sign != "\n"}
    return PageSet(os.fspath(name), pages, len(pages), bool(told - {" "}), " " in told)


def evaluate_pages(reader: Reader, pages: PageSet) -> PageEvaluation:
    """Read every page of a set and compare it with what is written there.

    A page that cannot be read is logged, and counts as one of which nothing was read.

    Raises:
        InvalidModel: the network's file cannot be used.
    """
    scores: list[PageScore] = []
    wrong: list[WrongPage] = []
    seconds = 0.0
    for page in pages.pages:
        began = time.perf_counter()
        reading = _read(reader, page)
        seconds += time.perf_counter() - began
        scores.append(_score(page, reading, pages))
        if not scores[-1].exact:
            wrong.append(_wrong(page, reading))
    report = PageReport.of(scores)
    return PageEvaluation(reader.network.name, pages.name, reader.max_error, report, tuple(wrong), seconds)


def _read(reader: Reader, page: LabelledPage) -> Reading:
    try:
        return reader.read(page.picture)
    except ImageError as error:
        log.warning("%s", error)
        return Reading(page.name, reader.network.name, error=error)


def _score(page: LabelledPage, reading: Reading, pages: PageSet) -> PageScore:
    return score_page(
        page.text,
        None if reading.error else reading.text,
        [(glyph.label, glyph.accepted) for line in reading.lines for glyph in line.glyphs],
        accepted=reading.accepted,
        kind=page.kind,
        source=page.source,
        signs=pages.signs,
        spaces=pages.spaces,
    )


def _wrong(page: LabelledPage, reading: Reading) -> WrongPage:
    reason = str(reading.error) if reading.error else reading.reason
    return WrongPage(page.name, page.text, reading.text, reading.accepted, reason)


def _drawn(sheets: int, seed: int) -> Iterator[LabelledPage]:
    """Sheets drawn from glyphs held back from training, each by a seed of its own; they are drawn when asked for."""
    from digitlens.data.synth.sheets import GlyphBank, SheetConfig, draw_whole  # noqa: PLC0415 - only for these

    bank, config = GlyphBank.load("held"), SheetConfig.load()
    drawn = (draw_whole(bank, config, np.random.default_rng((seed, number))) for number in range(sheets))
    return (LabelledPage(f"{DRAWN} {i}", sheet.pixels, sheet.text) for i, sheet in enumerate(drawn))
