"""Kills batches with signal 9 at random moments and goes on with them; prints what became of each, as JSON.

    python killed.py SOURCE FOLDER TIMES

Each run is a fork of this process that reads without further processes, so that many fit into seconds;
``benchmarks/batch.py`` kills the whole command. It forks before anything has threads.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from batch_made import InProcess

from digitlens.batch import Job, find_inputs, run_batch

SEED = 9


def main(source: str, folder: str, times: str) -> None:
    whole, again = Path(folder) / "whole.jsonl", Path(folder) / "again.jsonl"
    Job.chunk_size = 8  # pyright: ignore[reportAttributeAccessIssue]
    began = time.monotonic()
    ended(run(source, whole))
    seconds, chance, found = time.monotonic() - began, random.Random(SEED), []
    for _ in range(int(times)):
        child = run(source, again)
        time.sleep(chance.uniform(0.2, 1.0) * seconds)
        os.kill(child, signal.SIGKILL)
        killed = ended(child) == -signal.SIGKILL
        kept = len([*(Path(folder) / ".again.jsonl.batch").glob("[0-9]*")])
        ended(run(source, again))
        found.append({"killed": killed, "kept": kept, "same": again.read_bytes() == whole.read_bytes()})
        again.unlink()
    left = sorted(path.name for path in Path(folder).iterdir())
    print(json.dumps({"runs": found, "left": left}))


def run(source: str, target: Path) -> int:
    """A batch in a process of its own; which."""
    return forked(lambda: run_batch(find_inputs(source), target, Job(single=True), engine=InProcess()))


def forked(work: Callable[[], object]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        work()
        os._exit(0)
    finally:
        os._exit(1)


def ended(child: int) -> int:
    """Wait for a process; its exit code, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    main(*sys.argv[1:])
