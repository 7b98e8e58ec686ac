"""A load generator that costs little: requests are put together beforehand, and answers are only counted.

    python benchmarks/load.py PORT REQUEST_FILE --connections 64 --seconds 10

Each connection sends the request again as soon as it has the answer. Prints one JSON object.
"""

import argparse
import asyncio
import json
import resource
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

__all__ = ["load"]


class Client(asyncio.Protocol):
    """One connection; what it saw is put into ``seen``."""

    def __init__(self, request: bytes, seen: "Seen") -> None:
        self.request, self.seen = request, seen
        self.waiting = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        """Send the request, unless time is over."""
        self.began = time.perf_counter()
        if self.began < self.seen.until:
            self.transport.write(self.request)
        else:
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        head, parted, body = self.waiting.partition(b"\r\n\r\n")
        if not parted or len(body) < _length(head):
            return
        self.waiting = b""
        self.seen.answered(int(head[9:12]), time.perf_counter() - self.began)
        self.send()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio names it
        if time.perf_counter() < self.seen.until:
            self.seen.lost += 1
        self.seen.left -= 1
        if not self.seen.left:
            self.seen.done.set()


class Seen:
    """What all connections saw together."""

    def __init__(self, connections: int, until: float) -> None:
        self.left, self.until, self.lost = connections, until, 0
        self.statuses: Counter[int] = Counter()
        self.seconds: dict[int, list[float]] = {}
        self.done = asyncio.Event()

    def answered(self, status: int, seconds: float) -> None:
        """Count an answer."""
        self.statuses[status] += 1
        self.seconds.setdefault(status, []).append(seconds)


async def load(port: int, request: bytes, connections: int, seconds: float) -> dict[str, Any]:
    """Load a server on this machine: answers a second, their statuses, and milliseconds until the answer."""
    began = time.perf_counter()
    seen = Seen(connections, began + seconds)
    loop = asyncio.get_running_loop()
    for _ in range(connections):
        await loop.create_connection(lambda: Client(request, seen), "127.0.0.1", port)
    with suppress(TimeoutError):
        await asyncio.wait_for(seen.done.wait(), seconds + 60)
    spent = time.perf_counter() - began
    return {
        "rate": seen.statuses[200] / spent,
        "statuses": dict(seen.statuses),
        "lost": seen.lost,
        "unanswered": seen.left,
        "ms": {status: _percentiles(times) for status, times in seen.seconds.items()},
        "cpu": sum(resource.getrusage(resource.RUSAGE_SELF)[:2]),
        "seconds": spent,
    }


def _length(head: bytes) -> int:
    """The length of the body that a head tells; every server here tells it."""
    at = head.lower().index(b"content-length:") + 15
    return int(head[at : at + 20].split(b"\r", 1)[0])


def _percentiles(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    last = len(ordered) - 1
    return {name: 1e3 * ordered[round(share * last)] for name, share in SHARES.items()}


SHARES = {"p50": 0.5, "p99": 0.99, "most": 1.0}


def main() -> None:
    """Load as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("port", type=int)
    parser.add_argument("request", type=Path)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=10)
    asked = parser.parse_args()
    found = load(asked.port, asked.request.read_bytes(), asked.connections, asked.seconds)
    with suppress(ImportError):
        import uvloop  # noqa: PLC0415

        print(json.dumps(uvloop.run(found)))
        return
    print(json.dumps(asyncio.run(found)))


if __name__ == "__main__":
    main()
