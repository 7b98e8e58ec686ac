"""The metrics that Prometheus collects."""

from collections.abc import Mapping
from functools import cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

__all__ = ["Metrics"]

disable_created_metrics()  # a second line for each figure, which nobody asks for

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The figures of a server."""

    def __init__(self) -> None:
        own = self._registry = CollectorRegistry()
        requests = Counter("digitlens_requests", "Requests answered.", ["endpoint", "status"], registry=own)
        seconds = Histogram(
            "digitlens_request_seconds",
            "Seconds from a request's head to its answer.",
            ["endpoint"],
            buckets=SECONDS,
            registry=own,
        )
        pictures = Counter(
            "digitlens_pictures",
            "Pictures and pages read: accepted, error, or the reason why a person should look.",
            ["endpoint", "outcome"],
            registry=own,
        )
        self._waiting = Gauge("digitlens_waiting", "Requests that wait to be read.", registry=own)
        self._requests, self._seconds = cache(requests.labels), cache(seconds.labels)
        self._pictures = cache(pictures.labels)

    def answered(self, endpoint: str, status: int, seconds: float, waiting: int) -> None:
        """Count a request that was answered.

        Args:
            endpoint: its path; ``other`` for one that the API does not have.
            status: the HTTP status of the answer.
            seconds: from the request to the answer.
            waiting: how many requests wait behind it.
        """
        self._requests(endpoint, status).inc()
        self._seconds(endpoint).observe(seconds)
        self._waiting.set(waiting)

    def read(self, endpoint: str, outcomes: Mapping[str, int]) -> None:
        """Count what was read: how many pictures and pages of each outcome."""
        for outcome, count in outcomes.items():
            self._pictures(endpoint, outcome).inc(count)

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self._registry)
