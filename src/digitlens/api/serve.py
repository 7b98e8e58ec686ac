"""Starts the server, as ``digitlens serve`` does: a process that serves, and others that read for it."""

import asyncio
import gc
import signal
import socket
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from digitlens.api.app import create_app
from digitlens.api.child import Making, engine
from digitlens.api.logs import CONFIG, configure, logger
from digitlens.api.processes import reading
from digitlens.api.settings import Settings
from digitlens.errors import DigitLensError

__all__ = ["serve"]

LOOPBACK = ("127.", "::1", "localhost")
MORE_TO_END = 2  # seconds beyond the time of a request that the server has to end


def serve(settings: Settings, making: Making = engine) -> None:
    """Serve until SIGTERM or SIGINT; then take no more, finish what was taken, and return.

    Args:
        settings: of the server.
        making: makes what reads, in each process that does; a test may put something else there.

    Raises:
        DigitLensError: the network or the device cannot be used, or the address cannot be listened at.
    """
    listening = _listen(settings.host, settings.port)
    with listening, reading(settings, making) as hands:
        configure()
        host, port = listening.getsockname()[:2]
        logger.info("listening", extra={"fields": {"host": host, "port": port, "workers": settings.workers}})
        if not settings.keys and not host.startswith(LOOPBACK):
            logger.warning("other machines are let in, and no key is asked for")
        signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn raises it again when it is done
        app = create_app(settings, hands)
        gc.freeze()  # what is there to stay is not searched for garbage again and again
        uvicorn.Server(_Config(app, settings)).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    """The socket; a sentence where it cannot be had."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = error.strerror or error
        raise DigitLensError(
            f"The API cannot listen at {host}, port {port}: {reason}. Give another --port, or another --host."
        ) from error
    return listening


class _Protocol(AutoHTTPProtocol):
    """uvicorn's protocol for HTTP, which waits forever for a request's head, and this for a while.

    The time is for the whole head, so a byte now and then wins no more. It runs too while a client still sends the
    body of a request that was answered already.
    """

    config: "_Config"
    cycle: Any
    transport: asyncio.Transport
    _clock: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._start()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._start()
        elif self._clock is not None:
            self._stop()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _start(self) -> None:
        if self._clock is None:
            loop = asyncio.get_running_loop()
            self._clock = loop.call_later(self.config.header_time, self.transport.close)

    def _stop(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None


class _Config(uvicorn.Config):
    """The configuration of uvicorn."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.header_time = settings.header_time
        super().__init__(
            app,
            http=_Protocol,
            ws="none",
            lifespan="on",
            log_config=CONFIG,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=round(settings.header_time),
            timeout_graceful_shutdown=round(settings.time) + MORE_TO_END,
        )
