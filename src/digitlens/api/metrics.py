"""What Prometheus may ask for; of all processes of a server together where ``PROMETHEUS_MULTIPROC_DIR`` is set."""

import os
from collections.abc import Iterable
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from digitlens.api.service import Row

__all__ = ["SHARED", "Metrics"]

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names a folder, empty at the start, in which processes put their figures."""

disable_created_metrics()  # a second line for each figure, which nobody asks for

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The figures of one process."""

    def __init__(self) -> None:
        own = self._registry = CollectorRegistry()
        self._requests = Counter(
            "digitlens_requests", "Requests answered.", ["endpoint", "status"], registry=own
        )
        self._seconds = Histogram(
            "digitlens_request_seconds",
            "Seconds from a request's head to its answer.",
            ["endpoint"],
            buckets=SECONDS,
            registry=own,
        )
        self._pictures = Counter(
            "digitlens_pictures",
            "Pictures and pages read: accepted, blank, not_a_digit, unsure or error.",
            ["endpoint", "outcome"],
            registry=own,
        )
        self._waiting = Gauge(
            "digitlens_waiting",
            "Requests that wait to be read.",
            registry=own,
            multiprocess_mode="livesum",
        )

    def answered(self, endpoint: str, status: int, seconds: float, waiting: int) -> None:
        """Count a request, and tell how many wait behind it."""
        self._requests.labels(endpoint, str(status)).inc()
        self._seconds.labels(endpoint).observe(seconds)
        self._waiting.set(waiting)

    def read(self, endpoint: str, rows: Iterable[Row]) -> None:
        """Count what was read."""
        for row in rows:
            outcome = "error" if "error" in row else row["reason"] or "accepted"
            self._pictures.labels(endpoint, outcome).inc()

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        if SHARED not in os.environ:
            return generate_latest(self._registry)
        _forget_the_dead(Path(os.environ[SHARED]))
        everybody = CollectorRegistry()
        MultiProcessCollector(everybody)
        return generate_latest(everybody)


def _forget_the_dead(folder: Path) -> None:
    """Drop the gauges of processes that were killed: nothing waits there any more. What they counted stays."""
    for file in folder.glob("gauge_live*_*.db"):
        process = file.stem.rpartition("_")[2]
        if not Path("/proc", process).exists() and Path("/proc/self").exists():
            mark_process_dead(int(process), str(folder))
