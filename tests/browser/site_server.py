"""Serves a static site as any web space does, with the strictest policy, and counts what travels."""

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

__all__ = ["LOAD", "POLICY", "Served", "serving"]

POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; "
    "style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; manifest-src 'self'"
)
"""Of every file that is served, so that it holds in workers too."""

LOAD = """async () => {
    const { Reader } = await import("./module/digitlens.js");
    globalThis.reader = await Reader.load("networks/");
}"""
"""Run in a page of the site: its reader, as a page of one's own has it."""

TYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".webmanifest": "application/manifest+json"}


@dataclass
class Served:
    """A site that is served.

    Attributes:
        url: its address.
        server: what serves it.
        sent: the bytes sent for each path.
    """

    url: str
    server: http.server.ThreadingHTTPServer
    sent: dict[str, int] = field(default_factory=dict)

    def close(self) -> None:
        """Serve no longer; the port is free."""
        self.server.shutdown()
        self.server.server_close()


class _Handler(http.server.SimpleHTTPRequestHandler):
    sent: ClassVar[dict[str, int]]
    isolated: ClassVar[bool]

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        if self.isolated:
            self.send_header("Cross-Origin-Opener-Policy", "same-origin")
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def copyfile(self, source, outputfile) -> None:
        content = source.read()
        self.sent[self.path] = self.sent.get(self.path, 0) + len(content)
        outputfile.write(content)

    def guess_type(self, path) -> str:
        return TYPES.get(Path(path).suffix) or super().guess_type(path)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is told."""


@contextmanager
def serving(folder: Path, isolated: bool = False) -> Iterator[Served]:
    """Serve a folder on a free port of this machine; ``isolated``, so that its pages may use threads."""
    sent: dict[str, int] = {}
    handler = type("Handler", (_Handler,), {"sent": sent, "isolated": isolated})
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(handler, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    served = Served(f"http://localhost:{server.server_address[1]}/", server, sent)
    try:
        yield served
    finally:
        served.close()
