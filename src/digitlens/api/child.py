"""One process that reads, from its start to its end: as the server holds it, and what runs within."""

import gc
import multiprocessing
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from threading import Thread
from typing import TYPE_CHECKING, TypeAlias

from digitlens.api.answers import Told, packed, unpacked_answers
from digitlens.api.engine import Engine, Task
from digitlens.api.logs import configure
from digitlens.api.settings import Settings
from digitlens.errors import DigitLensError
from digitlens.imaging import use_one_thread

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

__all__ = ["Child", "Making", "Work", "engine"]

Work: TypeAlias = Callable[[Sequence[Task]], Sequence[Told | Exception]]
"""Answers tasks that go together, in their order."""

Making: TypeAlias = Callable[[Settings], Work]
"""Makes, within a process, what reads there: an `Engine`, or what a test puts in its place."""

TO_START = 300.0  # seconds that a process may take to start; one that ends is noticed at once
TO_END = 1.0  # seconds that one may take to end, when it has nothing to do


def engine(settings: Settings) -> Engine:
    """An engine that has read something: it is warm."""
    made = Engine(settings)
    made.check()
    return made


class Child:
    """One process from its start to its end.

    Args:
        settings: of the server; it has a pipe for each thread.
        making: makes what reads, in the process.
    """

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
        (answer,) = unpacked_answers(said, 1)
        if isinstance(answer, Exception):
            raise answer

    def end(self) -> None:
        """Let it finish and end; end it where it does not."""
        for pipe in self.pipes:
            pipe.close()
        self.process.join(TO_END)
        self.process.kill()
        self.process.join()


def _serve(pipes: list[Connection], settings: Settings, making: Making) -> None:
    """Run a process of the pool: say that it is ready, then answer tasks until there are no more."""
    # these go to all processes at once; the one that serves decides
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    configure()
    if settings.workers * settings.threads > 1:
        use_one_thread()
    try:
        work = making(settings)
    except DigitLensError as error:
        pipes[0].send_bytes(packed([error]))
        return
    gc.freeze()  # what is there to stay is not searched for garbage again and again
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
