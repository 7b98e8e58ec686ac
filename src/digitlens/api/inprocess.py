"""Requests to an application without a network: for `digitlens selftest`, and for whoever tests it."""

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Scope

from digitlens.api.app import create_app
from digitlens.api.settings import Settings

__all__ = ["Answer", "call", "classify"]


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer.

    Attributes:
        status: of HTTP.
        headers: by their names in lower case.
        body: its bytes.
    """

    status: int
    headers: dict[str, str]
    body: bytes


def classify(pictures: Mapping[str, bytes], model: str, device: str) -> dict[str, str]:
    """Ask the API, in this process, for pictures of one digit each: the text of each by its name.

    Args:
        pictures: files by name.
        model: the name of a network.
        device: what it runs on.
    """
    images = [{"file": name, "data": b64encode(data).decode()} for name, data in pictures.items()]
    body = json.dumps({"images": images}).encode()

    async def ask() -> Answer:
        app = create_app(Settings(model=model, device=device, max_files=len(images)))
        async with app.router.lifespan_context(app):
            return await call(app, "POST", "/v1/classify", body, {"content-type": "application/json"})

    with ThreadPoolExecutor(1) as thread:  # this one may run an event loop already, as a notebook's does
        answer = thread.submit(lambda: asyncio.run(ask())).result()
    rows = json.loads(answer.body).get("readings", [])
    return {row["file"]: row.get("text", "an error") for row in rows}


async def call(
    app: ASGIApp,
    method: str,
    path: str,
    body: bytes | Iterable[bytes] | AsyncIterator[bytes] = b"",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Send a request and wait for the answer.

    Args:
        app: whose lifespan has begun.
        method: GET or POST.
        path: with its query, if it has one.
        body: whole, or in the pieces in which it comes; an iterator may take its time.
        headers: as the client sends them; nothing is added to them.
    """
    sent: list[Message] = []
    pieces = _pieces(body)

    async def receive() -> Message:
        async for piece in pieces:
            return {"type": "http.request", "body": piece, "more_body": True}
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)
        await asyncio.sleep(0)

    await app(_scope(method, path, headers or {}), receive, send)
    start, *rest = sent
    found = {name.decode(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], found, b"".join(message.get("body", b"") for message in rest))


async def _pieces(body: bytes | Iterable[bytes] | AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if isinstance(body, AsyncIterator):
        async for piece in body:
            yield piece
    else:
        for piece in [body] if isinstance(body, bytes) else body:
            yield piece


def _scope(method: str, path: str, headers: Mapping[str, str]) -> Scope:
    path, _, query = path.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
