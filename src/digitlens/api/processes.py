"""Processes that read, apart from the one that serves: what brings one down leaves every connection up.

A picture that ends its reader costs no request but its own; a new process takes the place of the old one.
"""

import atexit
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Condition, Event, Thread

from digitlens.api.answers import Told, unpacked_answers
from digitlens.api.child import Child, Making, engine
from digitlens.api.engine import Task
from digitlens.api.hands import HandLost
from digitlens.api.logs import logger
from digitlens.api.settings import Settings
from digitlens.errors import DigitLensError

__all__ = ["Process", "ProcessHand", "reading"]

PAUSES = (0.0, 0.5, 2.0, 5.0)  # seconds before each start anew after another that failed


@contextmanager
def reading(settings: Settings, making: Making) -> Iterator[list["ProcessHand"]]:
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


class Process:
    """A process that reads, and those that take its place when it dies.

    Args:
        settings: of the server; as many hands as it has threads are to be had.
        making: makes what reads, in the process; it has to be found by its name there.
    """

    def __init__(self, settings: Settings, making: Making = engine) -> None:
        self._settings, self._making = settings, making
        self._changed, self._ending = Condition(), Event()
        self._child: Child | None = self._begun()
        self.hands = [ProcessHand(self, number) for number in range(settings.threads)]
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

    def living(self) -> Child | None:
        """Wait for the process that can read now; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._child or self._ending.is_set())
            return self._child

    def lost(self, child: Child) -> None:
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

    def _begun(self) -> Child:
        child = Child(self._settings, self._making)
        atexit.register(child.process.kill)  # before multiprocessing would wait for it
        return child

    def _keep(self, child: Child | None) -> None:
        """Wait for the death of the process and start another, again and again; runs in a thread."""
        while child is not None:
            child.process.join()
            if self._ending.is_set():
                return
            self.lost(child)
            fields = {"pid": child.process.pid, "ended": _ended(child.process.exitcode)}
            logger.error("a process that reads died; another takes its place", extra={"fields": fields})
            child = self._replaced()

    def _replaced(self) -> Child | None:
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


class ProcessHand:
    """One thread of a process that reads: called with tasks, it answers them."""

    def __init__(self, process: Process, number: int) -> None:
        self._process, self._number = process, number
        self._at: Child | None = None

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
            return unpacked_answers(pipe.recv_bytes(), len(tasks))
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
