"""A server of ours that a benchmark starts, and the CPU time that a request to it costs."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["CONNECTIONS", "WORKERS", "Server", "http_request", "loaded", "multipart", "ours"]

WORKERS = 2
CONNECTIONS = 64
LOAD = Path(__file__).with_name("load.py")
TICKS = os.sysconf("SC_CLK_TCK")

Server = Callable[..., dict[str, Any]]
"""Loads a server with a request, as the further words say; `load.summary` with the CPU time of a request."""


@contextmanager
def ours(*options: str, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A server of ours, started with these options; ``environment`` may say of which checkout."""
    command = [sys.executable, "-m", "digitlens", "serve", "--port", "0", "--workers", str(WORKERS), *options]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("w") as stderr:
            process = subprocess.Popen(command, stderr=stderr, env=environment)
        try:
            port = _waited(lambda: _port(log))
            _waited(lambda: "startup complete" in log.read_text())
            yield lambda sent, *words: loaded(port, [process], sent, *words)
        finally:
            process.terminate()
            process.wait()


def multipart(path: str, picture: bytes) -> bytes:
    """A request with one picture in the field ``files``."""
    body = b'--B\r\nContent-Disposition: form-data; name="files"; filename="digit.png"\r\n\r\n' + picture
    return http_request(path, "multipart/form-data; boundary=B", body + b"\r\n--B--\r\n")


def http_request(path: str, kind: str, body: bytes) -> bytes:
    """A request with a body of some kind."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def loaded(port: int, processes: list[subprocess.Popen[Any]], sent: bytes, *words: str) -> dict[str, Any]:
    """Load the server of these processes with a request; see `Server`."""
    before = _cpu(processes)
    with tempfile.NamedTemporaryFile() as file:
        file.write(sent)
        file.flush()
        command = [sys.executable, str(LOAD), str(port), file.name, *words]
        found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    found["cpu_ms"] = 1e3 * (_cpu(processes) - before) / sum(found["statuses"].values())
    return found


def _cpu(processes: list[subprocess.Popen[Any]]) -> float:
    """Seconds of CPU time of processes and their children."""
    spent = 0
    for process in processes:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        for each in (str(process.pid), *children):
            spent += sum(map(int, Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()[11:13]))
    return spent / TICKS


def _waited(true: Callable[[], Any]) -> Any:
    for _ in range(600):
        if found := true():
            return found
        time.sleep(0.2)
    raise TimeoutError("The server did not start.")


def _port(log: Path) -> int:
    found = re.search(r'"port": (\d+)', log.read_text())
    return int(found[1]) if found else 0
