"""The service behind the endpoints: it accepts or refuses requests, and has them read."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from digitlens.api.answers import Told
from digitlens.api.engine import Engine, Task
from digitlens.api.errors import Busy
from digitlens.api.forecast import Forecast
from digitlens.api.hands import Hand, InThread
from digitlens.api.inputs import Request
from digitlens.api.pool import Policy, Pool
from digitlens.api.request_schemas import Common
from digitlens.api.settings import Settings
from digitlens.api.sheets import load_forms
from digitlens.model import available

__all__ = ["Service"]

FORECAST_SHARE = 0.6
"""Of the time that a request has left, what it should take at most by the forecast; the rest is for its errors."""


class Service:
    """Takes requests, as many as can be answered in time, and has them read.

    Args:
        settings: of the server.
        hands: what reads; None makes threads of this process.

    Raises:
        ModelNotFound, DeviceNotFound: the network that the settings name, or the device, is not there.
        InvalidSetting: the forms cannot be used.
    """

    def __init__(self, settings: Settings, hands: Sequence[Hand[Task, Told]] | None = None) -> None:
        self.settings = settings
        self.models = available()
        self.forms = load_forms(settings.forms)
        self.held = 0
        self._hands = hands
        self._engine = Engine(settings) if hands is None else None
        self._forecast = Forecast()
        self._pool: Pool[Task, Told] | None = None

    def start(self) -> None:
        """Take requests from now on; before, where threads read, have one read.

        Raises:
            InvalidModel, DeviceNotFound: the network cannot be used, or the device.
        """
        limits, hands = self.settings, self._hands
        if self._engine is not None:
            self._engine.check()
            hands = [InThread(self._engine) for _ in range(limits.threads)]
        assert hands  # else there is an engine
        policy = Policy[Task, Told](
            key=lambda task: task.key,
            most_waiting=limits.queue,
            most_together=limits.gather,
            seconds=lambda task: self._forecast.seconds(task.load),
            learn=self._learn,
        )
        self._pool = Pool(hands, policy)

    def stop(self) -> None:
        """Finish what was taken, and take no more."""
        if self._pool is not None:
            self._pool.close()

    @property
    def waiting(self) -> int:
        """The number of requests that wait to be read."""
        return self._pool.waiting if self._pool else 0

    @property
    def ready(self) -> bool:
        """True if a request would be taken."""
        try:
            self.check_capacity()
        except Busy:
            return False
        return True

    def check_capacity(self) -> None:
        """Turn a request down before its body comes, where it would be turned down afterwards.

        Raises:
            Busy: the server is starting or ending, or has as much as it can read in time.
        """
        if self._pool is None:
            raise Busy("The server is starting: try again in a moment.")
        self._pool.check(FORECAST_SHARE * self.settings.time)

    @contextmanager
    def reserve_memory(self) -> Iterator[Callable[[int], None]]:
        """Yield a function that reserves memory for bytes of a request; at the end of the block all of it is freed.

        Raises:
            Busy: when called, if the requests that are held have too many bytes together.
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

    async def read(self, request: Request[Common], until: float) -> Told:
        """Wait for the readings of a request.

        Args:
            request: pictures and options.
            until: when nobody waits for them any more, seconds of the monotonic clock.

        Raises:
            ModelNotFound, AlphabetMismatch: there is no network of that name, or none that reads the alphabet.
            InvalidRequest: an alphabet, a pattern or a lexicon that cannot be used.
            Busy: there is more to read before it than can be read in time.
            TooSlowToRead: time ran out between two pictures or pages.
            ReaderDied: it brings down what reads it.
        """
        if self._pool is None:
            self.check_capacity()
        assert self._pool  # else nobody was admitted
        return await self._pool.submit(Task.of(request, until), FORECAST_SHARE * (until - time.monotonic()))

    def _learn(self, tasks: Sequence[Task], answers: Sequence[Told | Exception], seconds: float) -> None:
        """Learn how long reading takes; what could not be read tells nothing of it."""
        if all(isinstance(answer, Told) and answer.error is None for answer in answers):
            self._forecast.learn([task.load for task in tasks], seconds)
