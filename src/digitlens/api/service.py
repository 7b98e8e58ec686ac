"""What the endpoints stand on: the networks that may be named, and how pictures become rows of JSON."""

import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, TypeAlias, cast

from digitlens.api.inputs import Request, Upload
from digitlens.api.pool import FULL, Pool
from digitlens.api.refusals import Busy, InvalidRequest, TooSlowToRead
from digitlens.api.schemas import Options, ReadOptions
from digitlens.api.settings import Settings
from digitlens.data.samples import draw
from digitlens.errors import AlphabetMismatch, ModelNotFound, NothingToExplain
from digitlens.html.images import image_uri
from digitlens.model import Device, available
from digitlens.overlay import occlusion_overlay, overlay
from digitlens.reader import Reader
from digitlens.types import Glyph, Reading

__all__ = ["Row", "Service", "Task"]

Row: TypeAlias = dict[str, Any]
"""A reading or an error as the JSON contract has it, just as the command line prints it."""

AT_ONCE = 32
"""Pictures that are framed before the network is asked: so many at a time are in memory."""

SMALL = 64 * 2**10
"""Bytes up to which a picture is read together with others."""


@dataclass(frozen=True, slots=True)
class Task:
    """A request that waits to be read.

    Attributes:
        request: pictures and options.
        until: when nobody waits for the answer any more, seconds of the monotonic clock.
    """

    request: Request[Options]
    until: float

    @property
    def key(self) -> Hashable:
        """What tasks that are read in one call of the network have in common; None for one that is read alone."""
        (first, *others), options = self.request.uploads, self.request.options
        if others or len(first.data) > SMALL or options.explain or isinstance(options, ReadOptions):
            return None
        return options.choice


class Service:
    """Reads what is asked for, with the networks that were there at the start.

    Args:
        settings: of the server.

    Raises:
        ModelNotFound: there is no network of the name that the settings have.
        DeviceNotFound: there is no such device.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.models = available()
        self.chosen = lru_cache(maxsize=64)(self._chosen)
        self.held = 0
        self._pool: Pool[Task, list[Row]] | None = None
        self.reader(Options())

    def check(self) -> None:
        """Load the default network and read a picture with it.

        Raises:
            InvalidModel, DeviceNotFound: it cannot be used, or not there.
        """
        self.reader(Options()).classify(draw("mnist"))

    def start(self) -> None:
        """Check, and take requests from then on."""
        self.check()
        limits = self.settings
        self._pool = Pool(self.work, lambda task: task.key, limits.threads, limits.queue, limits.gather)

    def stop(self) -> None:
        """Finish what was taken, and take no more."""
        if self._pool is not None:
            self._pool.close()

    @property
    def waiting(self) -> int:
        """How many requests wait to be read."""
        return self._pool.waiting if self._pool else 0

    @property
    def ready(self) -> bool:
        """Whether a request would be taken."""
        return self._pool is not None and not self._pool.full

    def admit(self) -> None:
        """Turn a request down before its body comes, where it would be turned down afterwards.

        Raises:
            Busy: the server is starting or ending, or the queue is full.
        """
        if self._pool is None:
            raise Busy("The server is starting: try again in a moment.")
        if self._pool.full:
            raise Busy(FULL)

    @contextmanager
    def room(self) -> Iterator[Callable[[int], None]]:
        """What takes room for so many bytes of a request; at the end of the block all of it is free again.

        Raises:
            Busy: when called, if the requests that this process holds have too many bytes together.
        """
        taken = 0

        def take(count: int) -> None:
            nonlocal taken
            if self.held + count > self.settings.max_held:
                raise Busy("The server holds as many bytes as it may: try again in a moment.")
            taken += count
            self.held += count

        try:
            yield take
        finally:
            self.held -= taken

    async def rows(self, request: Request[Options], until: float) -> list[Row]:
        """Wait for the readings of a request.

        Raises:
            ModelNotFound, AlphabetMismatch: there is no network of that name, or none that reads the alphabet.
            InvalidRequest: an alphabet, a pattern or a lexicon that cannot be used.
            Busy: the queue is full.
            TooSlowToRead: time ran out between two pictures or pages.
        """
        self.reader(request.options)
        self.admit()
        assert self._pool  # else nobody was admitted
        return await self._pool.submit(Task(request, until))

    def work(self, tasks: Sequence[Task]) -> list[list[Row]]:
        """The rows of each of some tasks that go together; called in a thread."""
        options = tasks[0].request.options
        until = max(task.until for task in tasks)
        if isinstance(options, ReadOptions):
            return [list(self._read(task.request.uploads, options, until)) for task in tasks]
        rows = self._classify([upload for task in tasks for upload in task.request.uploads], options, until)
        return [[next(rows) for _ in task.request.uploads] for task in tasks]

    def _classify(self, uploads: Sequence[Upload], options: Options, until: float) -> Iterator[Row]:
        reader = self.reader(options)
        sources = (_in_time(upload, until) for upload in uploads)
        readings = reader.classify_many(sources, errors="yield", batch_size=AT_ONCE)
        for upload, reading in zip(uploads, readings, strict=True):
            yield self._row(upload, reading, options, until)

    def _read(self, uploads: Sequence[Upload], options: ReadOptions, until: float) -> Iterator[Row]:
        reader = self.reader(options)
        for upload in uploads:
            source = [_in_time(upload, until)]
            pages = reader.read_many(source, errors="yield", rotate=options.rotate, signs=options.signs)
            with closing(pages):
                for reading in pages:
                    if reading.page > self.settings.max_pages:
                        yield {"file": upload.file, "error": self._too_many_pages()}
                        break
                    yield self._row(upload, reading, options, until)
                    _in_time(upload, until)

    def _row(self, upload: Upload, reading: Reading, options: Options, until: float) -> Row:
        """What the command line prints of a reading; where it is asked for, with the reasons of each glyph."""
        row = {**reading.to_dict(), "file": upload.file}
        if options.explain and reading.error is None:
            reader = self.reader(options)
            told = [glyph for line in row["lines"] for glyph in line["glyphs"]]
            for values, glyph in zip(told, reading.glyphs, strict=True):
                _in_time(upload, until)
                values["explanation"] = _explanation(reader, glyph)
        return row

    def reader(self, options: Options) -> Reader:
        """The reader that is asked for; those without a field to fit are kept for the next request.

        Raises:
            ModelNotFound, AlphabetMismatch, InvalidRequest: as of `rows`.
        """
        make = self.chosen if options.pattern is None and options.lexicon is None else self._chosen
        try:
            return make(*options.choice)
        except ValueError as error:
            raise InvalidRequest(f"{error}.") from None

    def _chosen(
        self,
        model: str | None,
        max_error: float,
        alphabet: str | None,
        pattern: str | None,
        lexicon: tuple[str, ...] | None,
    ) -> Reader:
        """A reader; networks are shared between those of the same name."""
        name = self.settings.model if model is None else model
        if name not in self.models:
            raise ModelNotFound(f"There is no model of that name. Name one of {', '.join(self.models)}.")
        reader = partial(
            Reader,
            max_error=max_error,
            device=cast("Device", self.settings.device),
            max_pixels=self.settings.max_pixels,
            alphabet=alphabet,
            pattern=pattern,
            lexicon=lexicon,
        )
        try:
            return reader(self.models[name])
        except AlphabetMismatch:
            if model is not None:
                raise
            return reader()

    def _too_many_pages(self) -> dict[str, str]:
        most = self.settings.max_pages
        return {"code": "too_many_pages", "message": f"At most {most:,} pages are read: part the document."}


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
    pictures = {"gradcam": overlay(why), "occlusion": occlusion_overlay(why)}
    drawn = {name: image_uri(picture, max(picture.shape)) for name, picture in pictures.items()}
    return {"label": why.label, "confidence": round(why.confidence, 6), **drawn}
