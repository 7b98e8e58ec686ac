"""The inference of the API: from pictures and options to the rows of JSON that the command line would print of them."""

import time
from collections.abc import Hashable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, cast

from digitlens.api.answers import Row, Told
from digitlens.api.errors import InvalidRequest, TooManyPages, TooSlowToRead
from digitlens.api.forecast import Load, is_small, load_of
from digitlens.api.inputs import Request, Upload
from digitlens.api.request_schemas import Common, Options, PageOptions
from digitlens.api.settings import Settings
from digitlens.api.sheet_schemas import FormOptions, TableOptions
from digitlens.api.sheets import FormDesk, table_rows
from digitlens.errors import AlphabetMismatch, ModelNotFound, NothingToExplain
from digitlens.html.images import image_uri
from digitlens.model import Device, Precision, available
from digitlens.overlay import occlusion_overlay, overlay
from digitlens.reader import Reader, ReadOptions
from digitlens.types import Glyph, Reading

__all__ = ["SMALL_FILE", "Engine", "Task"]

PICTURES_AT_ONCE = 32
"""Pictures that are framed before the network is asked: so many at a time are in memory."""

SMALL_FILE = 64 * 2**10
"""Bytes up to which a picture is read together with others."""


@dataclass(frozen=True, slots=True)
class Task:
    """A request that waits to be read.

    Attributes:
        request: pictures and options.
        until: when nobody waits for the answer any more, seconds of the monotonic clock.
        key: what tasks that are read in one call of the network have in common; None for one that is read alone.
        load: what it asks of whoever reads it.
    """

    request: Request[Common]
    until: float
    key: Hashable
    load: Load

    @classmethod
    def of(cls, request: Request[Common], until: float) -> "Task":
        """The task that a request is."""
        (first, *others), options = request.uploads, request.options
        small = len(first.data) <= SMALL_FILE and is_small(first)
        key: Hashable = None
        if isinstance(options, Options) and not isinstance(options, PageOptions):
            alone = others or not small or options.explain
            key = None if alone else options.reading()
        return cls(request, until, key, load_of(request, key is not None))


class Engine:
    """Reads what is asked for, with the networks that were there at the start.

    Args:
        settings: of the server.

    Raises:
        ModelNotFound: there is no network of the name that the settings have.
        DeviceNotFound: there is no such device.
        InvalidSetting: the forms cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.models = available()
        self.chosen = lru_cache(maxsize=64)(self._chosen)
        self.forms = FormDesk(settings)
        self.reader(Options())

    def check(self) -> None:
        """Load the networks that read by default: the first request finds them warm.

        Raises:
            InvalidModel, DeviceNotFound: it cannot be used, or not there.
            FormError, ImageError: a form's blank pages cannot be used.
        """
        self.reader(Options()).warm()
        self.forms.check(self._served(ReadOptions()))

    def __call__(self, tasks: Sequence[Task]) -> list[Told | Exception]:
        """The answer to each of some tasks that go together.

        Where one of several brings the work down, each is tried alone, so that the others live.
        """
        try:
            return [Told.of(rows) for rows in self.work(tasks)]
        except Exception as error:  # a refusal; or a bug, or memory: whoever reads lives on
            if len(tasks) == 1:
                return [error]
            return [answer for task in tasks for answer in self([task])]

    def work(self, tasks: Sequence[Task]) -> list[list[Row]]:
        """The rows of each of some tasks that go together.

        Raises:
            ModelNotFound, AlphabetMismatch: there is no network of that name, or none that reads the alphabet.
            InvalidRequest: an alphabet, a pattern or a lexicon that cannot be used.
            TooSlowToRead: time ran out between two pictures or pages.
        """
        options = tasks[0].request.options
        until = max(task.until for task in tasks)
        if not isinstance(options, Options) or isinstance(options, PageOptions):
            return [list(self._pages(task.request.uploads, options, until)) for task in tasks]
        rows = self._classify([upload for task in tasks for upload in task.request.uploads], options, until)
        return [[next(rows) for _ in task.request.uploads] for task in tasks]

    def _pages(self, uploads: Sequence[Upload], options: Common, until: float) -> Iterator[Row]:
        """The rows of a request about pages: readings, tables, or sheets of forms."""
        in_time = partial(_in_time, until=until)
        match options:
            case PageOptions():
                return self._read(uploads, options, until)
            case TableOptions():
                reader = self.reader(options)
                return table_rows(reader, uploads, options, self.settings.max_pages, in_time)
            case FormOptions():
                return self.forms.rows(self._served(options.reading()), uploads, options.form, in_time)
        raise TypeError(type(options))

    def _classify(self, uploads: Sequence[Upload], options: Options, until: float) -> Iterator[Row]:
        reader = self.reader(options)
        sources = (_in_time(upload, until) for upload in uploads)
        readings = reader.classify_many(sources, errors="yield", batch_size=PICTURES_AT_ONCE)
        for upload, reading in zip(uploads, readings, strict=True):
            yield self._row(upload, reading, options, until)

    def _read(self, uploads: Sequence[Upload], options: PageOptions, until: float) -> Iterator[Row]:
        reader = self.reader(options)
        for upload in uploads:
            source = [_in_time(upload, until)]
            with closing(reader.read_many(source, errors="yield")) as pages:
                for reading in pages:
                    if reading.page > self.settings.max_pages:
                        yield {
                            "file": upload.file,
                            "error": TooManyPages.of(self.settings.max_pages).to_dict(),
                        }
                        break
                    yield self._row(upload, reading, options, until)
                    _in_time(upload, until)

    def _row(self, upload: Upload, reading: Reading, options: Options, until: float) -> Row:
        """Turn a reading into the command line's row; where it is asked for, with an explanation of each glyph."""
        row = {**reading.to_dict(), "file": upload.file}
        if options.explain and reading.error is None:
            reader = self.reader(options)
            told = [glyph for line in row["lines"] for glyph in line["glyphs"]]
            for values, glyph in zip(told, reading.glyphs, strict=True):
                _in_time(upload, until)
                values["explanation"] = _explanation(reader, glyph)
        return row

    def reader(self, options: Common) -> Reader:
        """The reader that is asked for; those without a field to fit are kept for the next request.

        Raises:
            ModelNotFound, AlphabetMismatch, InvalidRequest: as of `rows`.
        """
        asked = options.reading()
        make = self.chosen if asked.pattern is None and asked.lexicon is None else self._chosen
        try:
            return make(asked)
        except ValueError as error:
            raise InvalidRequest(f"{error}.") from None

    def _chosen(self, asked: ReadOptions) -> Reader:
        """A reader; networks are shared between those of the same name."""
        options = self._served(asked)
        try:
            return Reader(options=options, max_pixels=self.settings.max_pixels)
        except AlphabetMismatch:
            if asked.model is not None:
                raise
            return Reader(options=replace(options, model=None), max_pixels=self.settings.max_pixels)

    def _served(self, asked: ReadOptions) -> ReadOptions:
        """The same with what the server settles: the file of the network, where it runs, and what it computes in.

        Raises:
            ModelNotFound: there is no network of that name.
        """
        name = self.settings.model if asked.model is None else asked.model
        if name not in self.models:
            raise ModelNotFound(f"There is no model of that name. Name one of {', '.join(self.models)}.")
        return replace(
            asked,
            model=str(self.models[name]),
            device=cast("Device", self.settings.device),
            precision=cast("Precision", self.settings.precision),
        )


def _in_time(upload: Upload, until: float) -> bytes:
    if time.monotonic() > until:
        raise TooSlowToRead(
            "There was too little time for so many pictures or pages: send fewer in a request."
        )
    return upload.data


def _explanation(reader: Reader, glyph: Glyph) -> dict[str, Any] | None:
    """Why a glyph reads as it does, drawn; None for a sign, which the network was not asked about."""
    try:
        why = reader.explain(glyph)
    except NothingToExplain:
        return None
    pictures = {"gradcam": None if why.gradcam is None else overlay(why), "occlusion": occlusion_overlay(why)}
    drawn = {
        name: None if picture is None else image_uri(picture, max(picture.shape))
        for name, picture in pictures.items()
    }
    return {"label": why.label, "confidence": round(why.confidence, 6), **drawn}
