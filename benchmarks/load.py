"""A load generator that costs little: requests are put together beforehand, and answers are only counted.

    python benchmarks/load.py PORT REQUEST_FILE --connections 64 --seconds 10
    python benchmarks/load.py PORT REQUEST_FILE --rate 400 --seconds 60

Without a rate, each connection sends the request again as soon as it has the answer. With one, so many are sent a
second whatever becomes of them, on as many connections as that takes. Prints one JSON object.
"""

import argparse
import asyncio
import json
import resource
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

__all__ = ["again_and_again", "at_a_rate", "summary"]

PATIENCE = 60  # seconds that answers are waited for at the end

Answers: TypeAlias = list[tuple[float, int, float]]
"""When each request was sent (seconds from the start), the status of its answer (0: none came), and its seconds."""


class Connection(asyncio.Protocol):
    """Sends one request after the other; ``answered`` is called with each answer."""

    def __init__(self, request: bytes, answers: Answers, answered: Callable[["Connection"], None]) -> None:
        self.request, self.answers, self.answered = request, answers, answered
        self.came, self.waits, self.open = b"", False, True

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def send(self, start: float) -> None:
        """Send the request; ``start`` is when the load began."""
        self.start, self.sent, self.waits = start, time.perf_counter(), True
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.came += data
        head, parted, body = self.came.partition(b"\r\n\r\n")
        if parted and len(body) >= _length(head):
            self.came = b""
            self._end(int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio names it
        self.open = False
        if self.waits:
            self._end(0)

    def _end(self, status: int) -> None:
        self.waits = False
        self.answers.append((self.sent - self.start, status, time.perf_counter() - self.sent))
        self.answered(self)


async def again_and_again(port: int, request: bytes, connections: int, seconds: float) -> Answers:
    """Load a server on this machine with so many clients, each of which waits for its answer."""
    answers: Answers = []
    left, done = connections, asyncio.Event()
    start = time.perf_counter()

    def go_on(client: Connection) -> None:
        nonlocal left
        if client.open and time.perf_counter() < start + seconds:
            client.send(start)
            return
        client.transport.close()
        left -= 1
        if not left:
            done.set()

    clients = [await _connected(port, request, answers, go_on) for _ in range(connections)]
    start = time.perf_counter()
    for client in clients:
        client.send(start)
    with suppress(TimeoutError):
        await asyncio.wait_for(done.wait(), seconds + PATIENCE)
    return answers + [(client.sent - start, 0, PATIENCE) for client in clients if client.waits]


async def at_a_rate(port: int, request: bytes, rate: float, seconds: float) -> Answers:
    """Load a server on this machine with so many requests a second, whether it answers or not."""
    answers: Answers = []
    idle: list[Connection] = []
    clients: list[Connection] = []
    start = time.perf_counter()
    for count in range(round(rate * seconds)):
        await asyncio.sleep(max(0, start + count / rate - time.perf_counter()))
        while idle and not idle[-1].open:
            idle.pop()
        if not idle:
            clients.append(await _connected(port, request, answers, idle.append))
            idle.append(clients[-1])
        idle.pop().send(start)
    until = time.perf_counter() + PATIENCE
    while any(client.waits for client in clients) and time.perf_counter() < until:
        await asyncio.sleep(0.01)
    for client in clients:
        client.transport.close()
    return answers + [(client.sent - start, 0, PATIENCE) for client in clients if client.waits]


def summary(answers: Answers) -> dict[str, Any]:
    """How many answers of each status, how many of 200 a second, their milliseconds, and when the last other came."""
    ended = max(sent + spent for sent, _, spent in answers)
    statuses = Counter(status for _, status, _ in answers)
    times = {status: sorted(1e3 * s for _, each, s in answers if each == status) for status in statuses}
    return {
        "rate": statuses[200] / ended,
        "statuses": statuses,
        "ms": {
            status: {name: _share(ms, share) for name, share in SHARES.items()}
            for status, ms in times.items()
        },
        "last_refused": max((sent + spent for sent, status, spent in answers if status != 200), default=0.0),
        "cpu": sum(resource.getrusage(resource.RUSAGE_SELF)[:2]),
    }


SHARES = {"p50": 0.5, "p99": 0.99, "most": 1.0}


def _share(ordered: list[float], share: float) -> float:
    return ordered[round(share * (len(ordered) - 1))]


async def _connected(port: int, *about: Any) -> Connection:
    _, client = await asyncio.get_running_loop().create_connection(
        lambda: Connection(*about), "127.0.0.1", port
    )
    return client


def _length(head: bytes) -> int:
    """The length of the body that a head tells; every server here tells it."""
    at = head.lower().index(b"content-length:") + 15
    return int(head[at : at + 20].split(b"\r", 1)[0])


def main() -> None:
    """Load as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("port", type=int)
    parser.add_argument("request", type=Path)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--rate", type=float)
    parser.add_argument("--seconds", type=float, default=10)
    asked = parser.parse_args()
    request = asked.request.read_bytes()
    work: Coroutine[Any, Any, Answers] = (
        at_a_rate(asked.port, request, asked.rate, asked.seconds)
        if asked.rate
        else again_and_again(asked.port, request, asked.connections, asked.seconds)
    )
    print(json.dumps(summary(_run(work))))


def _run(work: Coroutine[Any, Any, Answers]) -> Answers:
    try:
        import uvloop  # noqa: PLC0415  # half the cost, where it is installed
    except ImportError:
        return asyncio.run(work)
    return uvloop.run(work)


if __name__ == "__main__":
    main()
