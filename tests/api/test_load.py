"""The load generator: that it counts what a server answers, and loses nothing."""

import asyncio
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path

import pytest

REQUEST = b"GET / HTTP/1.1\r\n\r\n"


@pytest.fixture
def load(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "benchmarks")
    return import_module("load")


@asynccontextmanager
async def answering(statuses):
    """A server that answers with these statuses in turn, in two pieces; 0 hangs up."""
    waiting, handled = iter(statuses), []

    async def answer(reader, writer):
        handled.append(asyncio.current_task())
        while await reader.read(len(REQUEST)):
            status = next(waiting, 200)
            if not status:
                break
            writer.write(f"HTTP/1.1 {status} Said\r\ncontent-length: 5\r\n".encode())
            await asyncio.sleep(0)
            writer.write(b"\r\nhello")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1")
    async with server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.gather(*handled)


def test_each_answer_is_counted_with_its_status(load):
    async def main():
        async with answering([200, 503, 200, 0]) as port:
            return await load.at_a_rate(port, REQUEST, rate=50, seconds=0.2)

    found = load.summary(asyncio.run(main()))
    assert found["statuses"] == {200: 8, 503: 1, 0: 1}
    assert set(found["ms"]) == {200, 503, 0}
    assert 0 < found["last_refused"] < 30


def test_a_client_sends_again_once_it_is_answered(load):
    async def main():
        async with answering([503] * 3) as port:
            return await load.again_and_again(port, REQUEST, connections=2, seconds=0.2)

    found = load.summary(asyncio.run(main()))
    assert found["statuses"][503] == 3
    assert found["statuses"][200] > 3
    assert found["rate"] <= found["statuses"][200] / 0.2
    times = found["ms"][200]
    assert 0 < times["p50"] <= times["p99"] <= times["most"]
