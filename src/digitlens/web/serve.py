"""Starts the page, as ``digitlens app`` does."""

import logging
import socket
from pathlib import Path

from streamlit.web import cli

from digitlens.errors import DigitLensError

__all__ = ["serve"]

PAGE_SCRIPT = Path(__file__).with_name("page.py")
"""The script that Streamlit runs; its settings are in ``.streamlit`` beside it."""

PORTS = range(8501, 8601)
"""Where a free port is looked for if none is asked for."""

logger = logging.getLogger("digitlens")


def serve(host: str, port: int | None, *, browser: bool) -> None:
    """Serve the page until interrupted; its address is logged.

    Args:
        host: name or address to listen at; ``localhost`` lets nobody but this machine in.
        port: 1 to 65535; None takes 8501, or the next that is free.
        browser: whether to open the page in the user's browser.

    Raises:
        DigitLensError: the port is taken, or cannot be listened at.
    """
    port = _free_port(host, PORTS if port is None else range(port, port + 1))
    options = {
        "server.address": host,
        "server.port": port,
        "server.headless": str(not browser).lower(),
        # Streamlit's own greeting asks a stranger for this machine's public address when others are let in.
        "logger.hideWelcomeMessage": "true",
        "logger.level": "warning",
    }
    shown = {"0.0.0.0": "localhost", "::": "localhost"}.get(host, f"[{host}]" if ":" in host else host)
    logger.info("The app is at http://%s:%d. Ctrl-C ends it.", shown, port)
    arguments = [f"--{name}={value}" for name, value in options.items()]
    cli.main(["run", str(PAGE_SCRIPT), *arguments], standalone_mode=False)


def _free_port(host: str, ports: range) -> int:
    """The first of the ports that can be listened at; a sentence where Streamlit would log a line and stop."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    reason = None
    for port in ports:
        try:
            socket.create_server((host, port), family=family).close()
        except OSError as error:
            reason = error
        else:
            return port
    raise DigitLensError(
        f"The app cannot listen at {host}, port {ports[0]}{f' to {ports[-1]}' if len(ports) > 1 else ''}: "
        f"{reason and reason.strerror}. Give another --port, or another --host."
    ) from reason
