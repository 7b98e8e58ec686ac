"""What every benchmark shares: rows, the clock, and children whose memory is told."""

import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

__all__ = ["PROCESSES", "Row", "child", "row", "seconds"]

PROCESSES = 2
"""How many read at a time where only what is read counts, not how long it takes."""

Row = dict[str, Any]

MEMORY = """
import atexit, resource, sys
def tell():
    try:  # what the kernel counts from the start of the program; getrusage counts from the fork
        peak = next(int(line.split()[1]) / 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print("\\n", peak, file=sys.stderr)
atexit.register(tell)
"""


def row(what: str, value: float, unit: str) -> Row:
    """One line of a table."""
    return {"what": what, "value": round(value, 4), "unit": unit}


def seconds(work: Callable[[], object], repeats: int) -> float:
    """Median seconds of ``work``, warmed up."""
    for _ in range(3):
        work()
    spent = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return median(spent)


def child(code: str, *words: str, runs: int = 5) -> tuple[float, float, str]:
    """Run Python code in processes of its own: median seconds, the highest memory in MB, the last output."""
    spent, memory, said = [], 0.0, ""
    for _ in range(runs):
        began = time.perf_counter()
        command = [sys.executable, "-c", MEMORY + code, *words]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        spent.append(time.perf_counter() - began)
        memory, said = max(memory, float(done.stderr.split()[-1])), done.stdout
    return median(spent), memory, said
