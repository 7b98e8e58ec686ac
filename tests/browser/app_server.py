"""Starts the real app in a process of its own, for the browser tests and the screenshots."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from socket import socket

from playwright.sync_api import Browser, sync_playwright
from visitor import PATIENCE

ROOT = Path(__file__).parents[2]

CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",  # a camera that shows a test pattern
    "--use-fake-ui-for-media-stream",
]

DIGITLENS = [sys.executable, "-c", "from digitlens.cli import main; main()", "app", "--no-browser", "--port"]
STREAMLIT = [
    sys.executable,
    "-m",
    "streamlit",
    "run",
    str(ROOT / "app.py"),
    "--server.headless=true",
    "--server.port",
]


@contextmanager
def served(command: Sequence[str], folder: Path, **environment: str) -> Iterator[str]:
    """Run ``command`` with a free port added, in ``folder``, at home there too; yield the page's address."""
    port = _free_port()
    with (folder / "app.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, str(port)],
            cwd=folder,
            env={**os.environ, "HOME": str(folder), "USERPROFILE": str(folder), **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            _wait_until_healthy(process, port, folder / "app.log")
            yield f"http://localhost:{port}"
        except BaseException:
            print(f"The app's log:\n{(folder / 'app.log').read_text(errors='replace')}")
            raise
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def browsing(chromium: Path) -> Iterator[Browser]:
    """A Chromium without a window, closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        try:
            yield browser
        finally:
            browser.close()


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 3 * PATIENCE / 1000
    while time.monotonic() < deadline and process.poll() is None:
        connection = HTTPConnection("localhost", port, timeout=5)
        try:
            connection.request("GET", "/_stcore/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise RuntimeError(f"The app did not start:\n{log.read_text(errors='replace')}")
