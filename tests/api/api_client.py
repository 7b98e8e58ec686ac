"""An application in an event loop of its own, asked by tests from outside."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from digitlens.api.app import create_app
from digitlens.api.inprocess import Answer, call
from digitlens.api.settings import Settings

BOUNDARY = "what-parts-them"

PATIENCE = 300.0
"""Seconds that a request may take where no test is of its time: a busy machine needs more than the usual 30."""


class Api:
    """Asks an application; every answer is `Answer`, with the JSON of its body at hand as `json_of`."""

    def __init__(self, app, loop):
        self.app, self.loop = app, loop

    def start(self, method: str, path: str, body: Any = b"", headers=None) -> Future[Answer]:
        return asyncio.run_coroutine_threadsafe(call(self.app, method, path, body, headers), self.loop)

    def get(self, path: str, headers=None) -> Answer:
        return self.start("GET", path, headers=headers).result(PATIENCE)

    def post(self, path: str, body: Any, headers) -> Answer:
        return self.start("POST", path, body, headers).result(PATIENCE)

    def send_files(self, path: str, *files: tuple[str | None, bytes], **options: str) -> Answer:
        return self.post(path, *multipart(*files, **options))

    def send_json(self, path: str, values: Any) -> Answer:
        return self.post(path, *as_json(values))


@contextmanager
def running(settings: Settings | None = None) -> Iterator[Api]:
    """The application with its lifespan begun, in a thread."""
    app = create_app(settings or Settings(time=PATIENCE))
    loop, ready, done = asyncio.new_event_loop(), Event(), asyncio.Event()

    async def live():
        async with app.router.lifespan_context(app):
            ready.set()
            await done.wait()

    thread = Thread(target=lambda: loop.run_until_complete(live()))
    thread.start()
    assert ready.wait(30)
    try:
        yield Api(app, loop)
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join()
        loop.close()


def multipart(*files: tuple[str | None, bytes], **options: str) -> tuple[bytes, dict[str, str]]:
    """The body and the headers of files and options."""
    body = b"".join(part("files", data, name) for name, data in files)
    body += b"".join(part(name, value.encode()) for name, value in options.items())
    return body + f"--{BOUNDARY}--\r\n".encode(), {
        "content-type": f"multipart/form-data; boundary={BOUNDARY}"
    }


def part(name: str, data: bytes, file: str | None = None) -> bytes:
    """One part of a multipart body."""
    said = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
    said += "" if file is None else f'; filename="{file}"\r\nContent-Type: application/octet-stream'
    return said.encode() + b"\r\n\r\n" + data + b"\r\n"


def as_json(values: Any) -> tuple[bytes, dict[str, str]]:
    """The body and the headers of JSON."""
    return json.dumps(values).encode(), {"content-type": "application/json"}


def json_of(answer: Answer) -> Any:
    assert answer.headers["content-type"] == "application/json"
    return json.loads(answer.body)


def error_of(answer: Answer) -> tuple[int, str, str]:
    """Status, code and message; the id of the request stands in the body as in the header."""
    body = json_of(answer)
    assert body["request_id"] == answer.headers["x-request-id"]
    return answer.status, body["error"]["code"], body["error"]["message"]
