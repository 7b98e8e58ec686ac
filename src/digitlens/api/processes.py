"""Processes that read, apart from the one that serves: what brings one down leaves every connection up.

A picture that ends its reader costs no request but its own; a new process takes the place of the old one.
"""

import atexit
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from logging.config import dictConfig
from multiprocessing.connection import Connection
from threading import Condition, Event, Thread
from typing import TYPE_CHECKING, TypeAlias

from digitlens.api.answers import Told, packed, unpacked
from digitlens.api.engine import Engine, Task
from digitlens.api.logs import CONFIG, logger
from digitlens.api.pool import HandLost
from digitlens.api.settings import Settings
from digitlens.errors import DigitLensError
from digitlens.imaging import use_one_thread

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

__all__ = ["Hand", "Making", "Process", "engine", "reading"]

Work: TypeAlias = Callable[[Sequence[Task]], Sequence[Told | Exception]]
Making: TypeAlias = Callable[[Settings], Work]
"""Makes, within a process, what reads there: an `Engine`, or what a test puts in its place."""

TO_START = 300.0  # seconds that a process may take to start; one that ends is noticed at once
TO_END = 1.0  # seconds that one may take to end, when it has nothing to do
PAUSES = (0.0, 0.5, 2.0, 5.0)  # seconds before each start anew after another that failed


@contextmanager
def reading(settings: Settings, making: Making) -> Iterator[list["Hand"]]:
    """The hands of as many processes as the settings say, all of which can read; none lives after the block.

    Raises:
        DigitLensError: they cannot read.
    """
    processes: list[Process] = []
    try:
        processes += (Process(settings, making) for _ in range(settings.workers))
        for process in processes:
            process.check()
        yield [hand for process in processes for hand in process.hands]
    finally:
        for process in processes:
            process.end()


def engine(settings: Settings) -> Engine:
    """An engine that has read something: it is warm."""
    made = Engine(settings)
    made.check()
    return made


class _Child:
    """One process from its start to its end."""

    def __init__(self, settings: Settings, making: Making) -> None:
        context = multiprocessing.get_context("spawn")  # ONNX Runtime's threads do not survive a fork
        pairs = [context.Pipe() for _ in range(settings.threads)]
        self.pipes: list[Connection] = [ours for ours, _ in pairs]
        theirs = [pipe for _, pipe in pairs]
        self.process: BaseProcess = context.Process(
            target=_serve, args=(theirs, settings, making), daemon=True
        )
        self.process.start()
        for pipe in theirs:  # else nobody would be told when it dies
            pipe.close()

    def check(self) -> None:
        """Wait until it can read.

        Raises:
            DigitLensError: it cannot, and says why; or it ended, or took too long.
        """
        try:
            said = self.pipes[0].recv_bytes() if self.pipes[0].poll(TO_START) else b""
        except (EOFError, OSError):
            said = b""
        if not said:
            raise DigitLensError(
                "A process that reads ended, or took too long, before it could read anything: is there enough memory?"
            )
        (answer,) = unpacked(said, 1)
        if isinstance(answer, Exception):
            raise answer

    def end(self) -> None:
        """Let it finish and end; end it where it does not."""
        for pipe in self.pipes:
            pipe.close()
        self.process.join(TO_END)
        self.process.kill()
        self.process.join()


class Process:
    """A process that reads, and those that take its place when it dies.

    Args:
        settings: of the server; as many hands as it has threads are to be had.
        making: makes what reads, in the process; it has to be found by its name there.
    """

    def __init__(self, settings: Settings, making: Making = engine) -> None:
        self._settings, self._making = settings, making
        self._changed, self._ending = Condition(), Event()
        self._child: _Child | None = self._begun()
        self.hands = [Hand(self, number) for number in range(settings.threads)]
        self._thread = Thread(target=self._keep, args=(self._child,), daemon=True)

    def check(self) -> None:
        """Wait until it can read, and replace it from then on when it dies.

        Raises:
            DigitLensError: it cannot read.
        """
        assert self._child
        try:
            self._child.check()
        except DigitLensError:
            self._child.end()
            raise
        self._thread.start()

    def living(self) -> _Child | None:
        """Wait for the process that can read now; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._child or self._ending.is_set())
            return self._child

    def lost(self, child: _Child) -> None:
        """Give a process up."""
        child.process.kill()
        with self._changed:
            if self._child is child:
                self._child = None

    def end(self) -> None:
        """Let the process finish and end, and start no other."""
        self._ending.set()
        with self._changed:
            child, self._child = self._child, None
            self._changed.notify_all()
        if child is not None:
            child.end()
        if self._thread.ident is not None:
            self._thread.join()

    def _begun(self) -> _Child:
        child = _Child(self._settings, self._making)
        atexit.register(child.process.kill)  # before multiprocessing would wait for it
        return child

    def _keep(self, child: _Child | None) -> None:
        """Wait for the death of the process and start another, again and again; runs in a thread."""
        while child is not None:
            child.process.join()
            if self._ending.is_set():
                return
            self.lost(child)
            fields = {"pid": child.process.pid, "ended": _ended(child.process.exitcode)}
            logger.error("a process that reads died; another takes its place", extra={"fields": fields})
            child = self._replaced()

    def _replaced(self) -> _Child | None:
        """A new process that can read, however often that has to be tried; None at the end."""
        pauses = iter(PAUSES)
        pause = next(pauses)
        while not self._ending.wait(pause):
            child = self._begun()
            try:
                child.check()
            except DigitLensError as error:
                child.end()
                logger.error("no process that reads can be started", extra={"fields": error.to_dict()})
                pause = next(pauses, PAUSES[-1])
                continue
            with self._changed:
                self._child = None if self._ending.is_set() else child
                self._changed.notify_all()
            if self._child is None:
                child.end()
            return self._child
        return None


class Hand:
    """One thread of a process that reads: called with tasks, it answers them."""

    def __init__(self, process: Process, number: int) -> None:
        self._process, self._number = process, number
        self._at: _Child | None = None

    def ready(self) -> None:
        """Wait until the process lives."""
        self._at = self._process.living()

    def __call__(self, tasks: Sequence[Task]) -> list[Told | Exception]:
        """The answers to some tasks that go together.

        Raises:
            HandLost: the process died of them, or beforehand.
        """
        child = self._at
        if child is None:
            raise HandLost
        try:
            pipe = child.pipes[self._number]
            pipe.send(tasks)
            return unpacked(pipe.recv_bytes(), len(tasks))
        except (EOFError, OSError, ValueError, KeyError, TypeError) as error:
            self._process.lost(child)
            raise HandLost from error

    def stop(self) -> None:
        """End the process: nobody waits any more for what it reads."""
        if self._at is not None:
            self._at.process.kill()


def _ended(code: int | None) -> str:
    """Tell how a process ended: by which signal, or with which status."""
    if code is not None and code < 0:
        with suppress(ValueError):
            return signal.Signals(-code).name
    return f"status {code}"


def _serve(pipes: list[Connection], settings: Settings, making: Making) -> None:
    """Run a process of the pool: say that it is ready, then answer tasks until there are no more."""
    # these go to all processes at once; the one that serves decides
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    dictConfig(CONFIG)
    if settings.workers * settings.threads > 1:
        use_one_thread()
    try:
        work = making(settings)
    except DigitLensError as error:
        pipes[0].send_bytes(packed([error]))
        return
    pipes[0].send_bytes(packed([Told.of([])]))
    others = [Thread(target=_answer, args=(pipe, work), daemon=True) for pipe in pipes[1:]]
    for thread in others:
        thread.start()
    _answer(pipes[0], work)
    for thread in others:
        thread.join()


def _answer(pipe: Connection, work: Work) -> None:
    with suppress(EOFError, OSError):  # the process that serves is gone, or has no more
        while True:
            tasks: Sequence[Task] = pipe.recv()
            try:
                answers = work(tasks)
            except Exception as error:  # a bug of ours: the process lives on
                answers = [error] * len(tasks)
            pipe.send_bytes(packed(answers))
