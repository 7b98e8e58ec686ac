"""The application: its endpoints, and what of the framework's own answers is told in our words."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from digitlens import __version__
from digitlens.api.answers import Told
from digitlens.api.engine import Task
from digitlens.api.errors import BodyTooLarge, TooSlowToRead, TooSlowToSend
from digitlens.api.framework import Application, Bare, Endpoint, answering
from digitlens.api.hands import Hand
from digitlens.api.inputs import parse
from digitlens.api.metrics import Metrics
from digitlens.api.middleware import RequestMiddleware, failure, json_response, readings
from digitlens.api.openapi import ABOUT, describe, documented, exemplified
from digitlens.api.pages import front_page, page, reference_page
from digitlens.api.request_schemas import ClassifyRequest, Common, Options, PageOptions, ReadRequest
from digitlens.api.schemas import Models, Status
from digitlens.api.service import Service
from digitlens.api.settings import Settings
from digitlens.api.sheet_schemas import (
    FormOptions,
    FormRequest,
    Forms,
    Sheets,
    TableOptions,
    TableRequest,
    Tables,
)
from digitlens.forms import Form
from digitlens.model import Card, card_path

__all__ = ["create_app"]

HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}")
"""A header Host that may stand on a page."""


def create_app(settings: Settings | None = None, hands: Sequence[Hand[Task, Told]] | None = None) -> FastAPI:
    """Build the application; it reads once its lifespan has begun, as servers make it.

    Args:
        settings: None takes them from the environment.
        hands: what reads; None makes threads of this process.

    Raises:
        InvalidSetting: a setting cannot be, or a form.
        ModelNotFound, DeviceNotFound: the default network, or the device, is not there.
    """
    service, metrics = Service(settings or Settings.load({}), hands), Metrics()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(service.start)
        yield
        await asyncio.to_thread(service.stop)

    app = Application(
        title="DigitLens",
        version=__version__,
        description=ABOUT,
        lifespan=lifespan,
        docs_url=None,  # its page would load scripts from elsewhere
        openapi_url=None,  # our own has examples, which are read
        redoc_url=None,
        redirect_slashes=False,
    )
    app.router.route_class = Bare
    app.add_middleware(RequestMiddleware, service=service, metrics=metrics)
    app.add_exception_handler(HTTPException, _unserved)
    _add_reading(app, service, metrics)
    _add_listing(app, service)
    _add_operating(app, service, metrics)
    _add_describing(app, service)
    setattr(app, "openapi", partial(describe, app, service))  # noqa: B010  # how FastAPI has it replaced
    return app


def _add_reading(app: Application, service: Service, metrics: Metrics) -> None:
    """The endpoints that read. They take bytes and give bytes: what is true of both is checked by tests, once."""

    @app.post("/v1/classify", **documented(ClassifyRequest, Options))
    async def classify(request: Request) -> Response:
        """Read pictures of a single digit each."""
        return await _answer(request, Options, service, metrics)

    @app.post("/v1/read", **documented(ReadRequest, PageOptions))
    async def read(request: Request) -> Response:
        """Read every digit in pictures and documents, line by line; a reading a page."""
        return await _answer(request, PageOptions, service, metrics)

    @app.post("/v1/table", **documented(TableRequest, TableOptions, Tables))
    async def table(request: Request) -> Response:
        """Read the table of each page of pictures and documents, ruled or not."""
        return await _answer(request, TableOptions, service, metrics)

    @app.post("/v1/form", **documented(FormRequest, FormOptions, Sheets))
    async def form(request: Request) -> Response:
        """Read filled sheets of the forms that the server has; pages that follow one another may be of one sheet."""
        return await _answer(request, FormOptions, service, metrics)

    endpoints: dict[str, Endpoint] = {
        "/v1/classify": classify,
        "/v1/read": read,
        "/v1/table": table,
        "/v1/form": form,
    }
    app.reading = {
        path: RequestMiddleware(answering(endpoint), service, metrics) for path, endpoint in endpoints.items()
    }


def _form_row(form: Form) -> dict[str, object]:
    """A form as it is listed."""
    rows = [{"name": field.name, "kind": field.kind, "page": field.page} for field in form.fields]
    return {"name": form.name, "pages": len(form.pages), "fields": rows}


def _add_listing(app: FastAPI, service: Service) -> None:
    """The endpoints that tell what may be named."""

    @app.get("/v1/forms", response_model=Forms)
    async def forms(_: Request) -> Response:
        """List the forms whose filled sheets are read."""
        return json_response({"forms": [_form_row(form) for form in service.forms.values()]})

    @app.get("/v1/models", response_model=Models)
    async def models(_: Request) -> Response:
        """List the networks that may be named."""
        cards = {name: Card.load(card_path(path)) for name, path in service.models.items()}
        default = service.settings.model
        rows = [{"name": name, "default": name == default, **card.summary()} for name, card in cards.items()]
        return json_response({"models": rows})


def _add_operating(app: FastAPI, service: Service, metrics: Metrics) -> None:
    """The endpoints that tell how the server is."""

    @app.get("/healthz", response_model=Status)
    async def healthz(_: Request) -> Response:
        """Tell that the process lives: start it anew where this fails."""
        return json_response({"status": "ok"})

    @app.get("/readyz", response_model=Status, responses={503: {"model": Status}})
    async def readyz(_: Request) -> Response:
        """Tell whether a request would be taken now: send requests elsewhere while it would not."""
        return json_response({"status": "ok"}) if service.ready else json_response({"status": "busy"}, 503)

    @app.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def figures(_: Request) -> Response:
        """Tell Prometheus the figures of all processes."""
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _add_describing(app: FastAPI, service: Service) -> None:
    """Add the endpoints that describe the API to people and machines."""

    @app.get("/openapi.json", include_in_schema=False)
    async def document(_: Request) -> Response:
        return json_response(await exemplified(app, service))

    @app.get("/", include_in_schema=False)
    async def home(request: Request) -> Response:
        return page(front_page(describe(app, service), _address(request), bool(service.settings.keys)))

    @app.get("/docs", include_in_schema=False)
    async def reference(_: Request) -> Response:
        return page(reference_page(await exemplified(app, service)))


def _address(request: Request) -> str:
    """Where a client reaches the server, as far as it says so in a way that may be shown."""
    host = request.headers.get("host", "")
    return f"{request.url.scheme}://{host if HOST.fullmatch(host) else '127.0.0.1:8000'}"


async def _answer(request: Request, kind: type[Common], service: Service, metrics: Metrics) -> Response:
    """Receive, check, read, and tell what was read, all within the time of a request."""
    limits, received = service.settings, False
    until = time.monotonic() + limits.time
    service.check_capacity()
    try:
        async with asyncio.timeout(limits.time):
            with service.reserve_memory() as take:
                body = await _body(request, limits.max_body, take)
                received = True
                said = request.headers.get("content-type", "")
                asked = parse(said, body, kind, limits.max_files, request.scope["query_string"])
                told = await service.read(asked, until)
    except TimeoutError:
        late = TooSlowToRead if received else TooSlowToSend
        raise late(f"A request has {limits.time:g} seconds from its head to its answer.") from None
    metrics.read(request.scope["path"], told.outcomes)
    rows = sum(told.outcomes.values())
    request.scope["state"]["told"] = {"bytes": len(body), "pictures": len(asked.uploads), "rows": rows}
    return readings(told, request.scope["state"]["request_id"])


async def _body(request: Request, most: int, take: Any) -> bytes:
    """The body, as far as it is within the limits; what the head says of its length is not relied upon."""
    too_large = BodyTooLarge(f"A request may have {most:,} bytes: send fewer or smaller pictures in it.")
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > most:
        raise too_large
    chunks, size, more = [], 0, True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk, more = message.get("body", b""), message.get("more_body", False)
        size += len(chunk)
        if size > most:
            raise too_large
        take(len(chunk))
        chunks.append(chunk)
    return b"".join(chunks)


async def _unserved(request: Request, error: Exception) -> Response:
    """Tell in our words what the router tells: no such path, or not with this method."""
    assert isinstance(error, HTTPException)  # it was registered for no other
    code = HTTPStatus(error.status_code).name.lower()
    told = {
        "code": code,
        "message": f"{error.detail}; GET /docs tells what there is, GET /openapi.json tells machines.",
    }
    headers = dict(error.headers or {})
    return failure(told, error.status_code, request.scope["state"]["request_id"], headers)
