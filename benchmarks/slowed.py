"""Makes processes slow: they are stopped and continued in turns (Linux), so that they run a given part of the time."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["children", "slowed"]

TURN = 0.02
"""Seconds in which a process runs once and is stopped once."""


def children(ancestor: int, argument: str) -> list[int]:
    """The processes that descend from another and were given an argument."""
    parents, found = {}, []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            told = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
            parents[int(folder.name)] = int(told[1])
            if argument.encode() in (folder / "cmdline").read_bytes():  # Chromium's have it in one string
                found.append(int(folder.name))
    return [one for one in found if ancestor in _ancestors(one, parents)]


@contextmanager
def slowed(processes: list[int], times: float) -> Iterator[None]:
    """Let processes run one ``times``-th of the time, all their threads; at the end they run as before.

    Raises:
        ValueError: there are none.
    """
    if not processes:
        raise ValueError("there is no process to slow")
    over = threading.Event()

    def turns() -> None:
        while not over.is_set():
            _send(processes, signal.SIGSTOP)
            time.sleep(TURN * (1 - 1 / times))
            _send(processes, signal.SIGCONT)
            time.sleep(TURN / times)

    thread = threading.Thread(target=turns, daemon=True)
    if times > 1:
        thread.start()
    try:
        yield
    finally:
        over.set()
        if times > 1:
            thread.join()
        _send(processes, signal.SIGCONT)


def _send(processes: list[int], which: signal.Signals) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, which)


def _ancestors(process: int, parents: dict[int, int]) -> set[int]:
    found = set()
    while process in parents and process not in found:
        found.add(process)
        process = parents[process]
    return found | {process}
