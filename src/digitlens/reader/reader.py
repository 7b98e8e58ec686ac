"""The reader: pictures in, readings out. Every face of DigitLens uses this one object."""

import os
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice
from typing import Literal, Unpack

from digitlens.errors import ImageError, NothingToExplain
from digitlens.imaging import Picture, open_pages, open_picture
from digitlens.labels import noun
from digitlens.model import LINE_MODEL, PAGE_MODEL, Alphabet, LineNetwork, PageNetwork, find
from digitlens.reader.classifier import Classifier
from digitlens.reader.detect import Detector
from digitlens.reader.explain import explain
from digitlens.reader.lines import LineReader
from digitlens.reader.loading import load_config, load_network, load_other
from digitlens.reader.options import ReadKeywords, ReadOptions
from digitlens.reader.resolved import ResolvedOptions
from digitlens.reader.single import path_of, read_singles
from digitlens.reader.singles import Singles, batches, judged, opened_singles
from digitlens.reader.tables import Table, read_table
from digitlens.reader.witness import Witness
from digitlens.types import Explanation, Glyph, Reading, Source

__all__ = ["Reader"]


class Reader:
    """Reads pictures with one network; built once, safe to use from several threads.

    Args:
        model: the name of a network, or the path of an ``.onnx`` file with its card beside it, as of `ReadOptions`.
        options: how to read; left out, as `ReadOptions` says of each option.
        threads: threads that the network may use for one batch.
        max_pixels: pixels that a picture may have at most, if fewer than may be read at all.
        given: options of `ReadOptions` by their names; they take the place of those in ``options``.

    Attributes:
        options: how it reads.
        network: which glyph network it reads with.
        alphabet: which labels it tells apart, and how.

    Raises:
        ModelNotFound: there is no such network.
        DeviceNotFound: the device is not there; that a driver is missing shows when the first picture is read.
        InvalidModel: its card cannot be used.
        AlphabetMismatch: it lacks a label of the alphabet.
        ValueError: an option is out of its range or cannot be used.
        TypeError: there is no option of that name.
    """

    def __init__(
        self,
        model: str | os.PathLike[str] | None = None,
        *,
        options: ReadOptions | None = None,
        threads: int = 1,
        max_pixels: int | None = None,
        **given: Unpack[ReadKeywords],
    ) -> None:
        named = {} if model is None else {"model": os.fspath(model)}
        self.options = replace(options or ReadOptions(), **named, **given)
        self.max_pixels = max_pixels
        resolved, device = ResolvedOptions.of(self.options), self.options.device
        self.network = load_network(resolved.path, threads, device, self.options.precision)
        self.alphabet = Alphabet.of(self.network.card, resolved.alphabet, self.network.name)
        least = self.alphabet.calibration.threshold(self.max_error)
        self._classifier = Classifier(self.network, self.alphabet, least)
        detector = Detector(
            load_other(PageNetwork, find(PAGE_MODEL), threads, device), load_config(find(PAGE_MODEL))
        )
        witness = Witness(load_other(LineNetwork, find(LINE_MODEL), threads, device))
        self._lines = LineReader(
            self._classifier, detector, witness, resolved.signs, resolved.grammar, self.max_error
        )

    @property
    def max_error(self) -> float:
        """The error rate wanted among accepted glyphs."""
        return self.options.max_error

    @property
    def lines(self) -> LineReader:
        """The reader of lines: for all that reads more than pages, such as forms."""
        return self._lines

    def warm(self) -> None:
        """Load the networks, which otherwise wait until the first picture is read.

        Raises:
            InvalidModel: the file of one cannot be used.
        """
        self._lines.warm()

    def classify(self, picture: "Source | Picture") -> Reading:
        """Read a picture of a single glyph: one line with one glyph, or no line where it is blank.

        Args:
            picture: as `read` takes it.

        Raises:
            ImageError: the picture cannot be read.
            InvalidModel: the network's file cannot be used.
        """
        return next(self.classify_many([picture]))

    def classify_many(
        self,
        pictures: Iterable["Source | Picture"],
        *,
        errors: Literal["raise", "yield"] = "raise",
        batch_size: int = 128,
    ) -> Iterator[Reading]:
        """Read pictures of a single glyph each, batched through the network, in order.

        Args:
            pictures: what `classify` takes.
            errors: what to do with a picture that cannot be read: raise its error, or yield a reading
                that carries it.
            batch_size: pictures that are in memory at once.
        """
        waiting = iter(pictures)
        while batch := list(islice(waiting, batch_size)):
            yield from read_singles(batch, self._lines, self.max_pixels, forgiving=errors == "yield")

    def classify_columns(
        self,
        pictures: "Iterable[Source | ImageError]",
        *,
        errors: Literal["raise", "yield"] = "raise",
        batch_size: int = 128,
    ) -> Iterator[Singles]:
        """Read pictures of a single glyph each as `classify_many` does, by columns: for tables of millions.

        There are no steps, and no pattern or lexicon is fitted.

        Args:
            pictures: what `classify` takes, or an error that is told in the place of a picture. An array
                uint8 (N, 28, 28) is taken at once.
            errors: what to do with a picture that cannot be read: raise its error, or keep it.
            batch_size: pictures that are in memory at once.
        """
        forgiving = errors == "yield"
        for batch in batches(pictures, batch_size):
            found = opened_singles(batch, self._lines.alone, self.max_pixels, forgiving=forgiving)
            yield judged(found, self._classifier)

    def read(self, picture: "Source | Picture", *, rotate: float | None = None) -> Reading:
        """Read every digit in a picture, line by line; of a document, its first page.

        Signs between digits are read too, unless the alphabet leaves them out; other writing is left out. Whatever is
        read is boxed in the pixels of the picture as uploaded.

        Args:
            picture: path, bytes, binary file, PIL image, array (H, W), (H, W, 3) or (H, W, 4), uint8 or from 0 to 1,
                or one of the pages that `digitlens.imaging.open_pages` gives.
            rotate: degrees by which to turn it clockwise before reading; left out, as the reader's options say. Where
                they say nothing, pictures that lie on their side or upside down are turned where they read clearly
                better so, and those that are askew are levelled.

        Raises:
            ImageError: the picture cannot be read.
            InvalidModel: the network's file cannot be used.
        """
        with closing(self.read_many([picture], rotate=rotate)) as readings:
            return next(readings)

    def read_many(
        self,
        pictures: Iterable["Source | Picture"],
        *,
        errors: Literal["raise", "yield"] = "raise",
        rotate: float | None = None,
    ) -> Generator[Reading, None, None]:
        """Read every digit in pictures and documents, a reading a page, in order; one page is in memory at once.

        Args:
            pictures: what `read` takes.
            errors: what to do with a page that cannot be read: raise its error, or yield a reading that carries it.
            rotate: as in `read`.
        """
        rotate = self.options.rotate if rotate is None else rotate
        for picture in pictures:
            file, number = path_of(picture), 1
            try:
                began = time.perf_counter()
                for page in open_pages(picture, self.max_pixels):
                    found = self._lines.read(page, rotate)
                    spent = 1e3 * (time.perf_counter() - began)
                    told = file, self.network.name, number, found.lines, spent, found.steps
                    yield Reading(*told, doubts=found.doubts, view=page.view)
                    number, began = number + 1, time.perf_counter()
            except ImageError as error:
                if errors == "raise":
                    raise
                yield Reading(file, self.network.name, number, error=error)

    def table(
        self, picture: "Source | Picture", *, sums: Iterable[str] = (), rotate: float | None = None
    ) -> Table:
        """Read the table of a picture: the largest that is ruled, else the page's numbers in their columns.

        Args:
            picture: as `read` takes it; of a document, its first page.
            sums: ``"rows"`` where the last column holds the sums of the others, ``"columns"`` where the last row does:
                they choose among the likely readings of all cells together.
            rotate: as in `read`.

        Raises:
            ImageError: the picture cannot be read.
            TableNotFound: there are no rows and columns in it.
            InvalidModel: the network's file cannot be used.
            ValueError: sums of anything else.
        """
        rotate = self.options.rotate if rotate is None else rotate
        return read_table(open_picture(picture, self.max_pixels), self._lines, sums, rotate)

    def explain(self, picture: "Source | Glyph", label: str | None = None) -> Explanation:
        """Why a glyph reads as it does: what in it speaks for the label read, or for any other.

        Args:
            picture: of a single glyph, as `classify` takes it; or a glyph of a reading.
            label: the label to explain, ``""`` for none of them where the network has a class for that; None for
                the one read.

        Raises:
            ImageError: the picture cannot be read.
            NothingToExplain: it is blank, or the glyph is a sign between digits.
            UnknownLabel: the network doesn't know the label.
            InvalidModel: the network's file cannot be used, or doesn't give what Grad-CAM needs.
        """
        if isinstance(picture, Glyph):
            return explain(self.network, picture, label)
        if glyphs := self.classify(picture).glyphs:
            return explain(self.network, glyphs[0], label)
        raise NothingToExplain(
            "Nothing is written in this picture, so there is nothing to explain. "
            f"Give one that shows a {noun(self.alphabet.labels)}."
        )
