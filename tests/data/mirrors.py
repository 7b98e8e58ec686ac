"""A local server whose mirrors of one file are good, or bad in every way that mirrors are."""

import gzip
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

from digitlens.data import DataFile

CONTENT = np.random.default_rng(5).bytes(300_000)
PACKED = gzip.compress(CONTENT)
FILE = DataFile("tiny/glyphs.gz", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())

BODIES = {
    "good": PACKED,
    "repacked": gzip.compress(CONTENT, compresslevel=1),
    "unpacked": CONTENT,
    "page": b"<html>please log in</html>",
    "empty": b"",
    "shorter": PACKED[:-9],
    "longer": gzip.compress(CONTENT + b"!"),
    "altered": gzip.compress(CONTENT[:-1] + b"!"),
}


class Server(ThreadingHTTPServer):
    """Serves the file under the name of what is wrong with it: ``/good/glyphs.gz``, ``/cut/glyphs.gz``.

    It gives the rest of a file to those who ask for it, but for ``/resets/``. ``sent`` is what it began to send.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Mirror)
        self.asked: list[str] = []
        self.sent: list[int] = []
        self.halfway = threading.Event()
        self.stopped = threading.Event()

    def mirror(self, kind: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{kind}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that is gone is part of the tests."""


class Mirror(BaseHTTPRequestHandler):
    server: Server  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_GET(self) -> None:
        kind = self.path.split("/")[1]
        self.server.asked.append(kind)
        if kind == "silent":
            self.server.stopped.wait()
        elif kind in ("missing", "broken"):
            self.send_error({"missing": 404, "broken": 500}[kind])
        else:
            body = BODIES.get(kind, PACKED)
            start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
            if kind == "resets":
                start = 0
            if start >= len(body) > 0:
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(body) - start))
            self.end_headers()
            self.server.sent.append(len(body) - start)
            self.send_body(kind, body[start:])

    def send_body(self, kind: str, body: bytes) -> None:
        if kind in ("cut", "stalled"):
            self.wfile.write(body[: len(body) // 2])
            self.server.halfway.set()
            if kind == "stalled":
                self.server.stopped.wait()
        else:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep standard error for what is tested."""
