"""The middleware of every request: its id, its key, its log line, its metrics, and errors as JSON."""

import hmac
import json
import re
import time
from hashlib import sha256
from random import getrandbits
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digitlens.api.answers import Told
from digitlens.api.errors import Refused, Unauthorized, status_of
from digitlens.api.logs import logger
from digitlens.api.metrics import Metrics
from digitlens.api.service import Service
from digitlens.errors import DigitLensError, ImageTooLarge

__all__ = ["ENDPOINTS", "KEYLESS_PATHS", "RequestMiddleware", "failure", "json_response", "readings"]

KEYLESS_PATHS = ("/", "/docs", "/healthz", "/readyz", "/openapi.json")
"""Paths that are answered without a key."""

ENDPOINTS = frozenset(
    {
        *KEYLESS_PATHS,
        "/metrics",
        "/v1/classify",
        "/v1/form",
        "/v1/forms",
        "/v1/models",
        "/v1/read",
        "/v1/table",
    }
)
"""The paths that logs and figures name; any other is ``other`` there."""

WELL_FORMED = re.compile(rb"[A-Za-z0-9._:+/=-]{1,128}")
"""A request id from outside that is used as it is; any other is replaced."""

INTERNAL = {"code": "internal", "message": "Something went wrong in the server; its log says what."}

DISCONNECTED = 499
"""The status that is logged where the client went away; nobody is told."""


class RequestMiddleware:
    """ASGI middleware.

    Args:
        app: what answers.
        service: whose keys are asked for, and whose queue is told of.
        metrics: where requests are counted.
    """

    def __init__(self, app: ASGIApp, service: Service, metrics: Metrics) -> None:
        self.app, self.service, self.metrics = app, service, metrics
        self._keys = [sha256(key.encode()).digest() for key in service.settings.keys]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0
        headers: dict[bytes, bytes] = dict(scope["headers"])
        request_id = _request_id(headers)
        scope.setdefault("state", {})["request_id"] = request_id

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            self._admit(scope["path"], headers)
            await self.app(scope, receive, sending)
        except ClientDisconnect:
            status = DISCONNECTED
        except DigitLensError as error:
            headers_too = error.headers if isinstance(error, Refused) else None
            await failure(error.to_dict(), status_of(error), request_id, headers_too)(scope, receive, sending)
        except Exception:
            logger.exception("internal error", extra={"fields": {"request_id": request_id}})
            if status:
                raise
            await failure(INTERNAL, 500, request_id)(scope, receive, sending)
        finally:
            self._tell(scope, request_id, status, time.perf_counter() - began)

    def _admit(self, path: str, headers: dict[bytes, bytes]) -> None:
        """Let in who shows a key, where keys are asked for; how long a comparison takes tells nothing of a key."""
        if not self._keys or path in KEYLESS_PATHS:
            return
        shown = headers.get(b"x-api-key") or headers.get(b"authorization", b"").removeprefix(b"Bearer ")
        digest = sha256(shown.strip()).digest()
        known = [hmac.compare_digest(digest, key) for key in self._keys]
        if not any(known):
            raise Unauthorized("Send a key that is known, as Authorization: Bearer KEY or as X-API-Key: KEY.")

    def _tell(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        endpoint = scope["path"] if scope["path"] in ENDPOINTS else "other"
        self.metrics.answered(endpoint, status, seconds, self.service.waiting)
        fields: dict[str, Any] = {
            "request_id": request_id,
            "method": scope["method"],
            "endpoint": endpoint,
            "status": status,
            "ms": round(1e3 * seconds, 2),
            **scope["state"].get("told", {}),
        }
        logger.info("request", extra={"fields": fields})


def json_response(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A value as JSON, written as the command line writes it.

    Args:
        value: plain data.
        status: the HTTP status.
        headers: others to be sent with it.
    """
    body = json.dumps(value, ensure_ascii=False).encode()
    return Response(body, status, headers, media_type="application/json")


def failure(
    error: dict[str, str], status: int, request_id: str, headers: dict[str, str] | None = None
) -> Response:
    """An error as JSON.

    Args:
        error: its ``code`` and its ``message``.
        status: the HTTP status.
        request_id: the id under which the log has the request.
        headers: others to be sent with it.
    """
    return json_response({"error": error, "request_id": request_id}, status, headers)


def readings(told: Told, request_id: str) -> Response:
    """The readings as JSON; where there is none but errors, the first of them is the request's own."""
    if told.error is None:
        return Response(b'{"readings": ' + told.rows + b"}", media_type="application/json")
    head = json.dumps({"error": told.error, "request_id": request_id}, ensure_ascii=False).encode()
    status = 413 if told.codes == (ImageTooLarge.code,) else 422
    return Response(head[:-1] + b', "readings": ' + told.rows + b"}", status, media_type="application/json")


def _request_id(headers: dict[bytes, bytes]) -> str:
    """The id that came with the request, or a new one."""
    given = headers.get(b"x-request-id", b"")
    return given.decode() if WELL_FORMED.fullmatch(given) else f"{getrandbits(128):032x}"
