"""FastAPI without what it does on the way to an endpoint that needs none of it.

For one picture of 28x28 that is more than all that is done there: seven layers of middleware, the search of the route,
two stacks of contexts, and what an endpoint depends on.
"""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, TypeAlias

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Application", "Bare", "Endpoint", "answering"]

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]
"""Takes a request and gives the response."""


class Application(FastAPI):
    """FastAPI, but for paths that are answered without it.

    Attributes:
        reading: what answers a POST to each of these paths.
    """

    reading: Mapping[str, ASGIApp] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live for the time of the lifespan."""
        asked = scope["type"] == "http" and scope["method"] == "POST"
        found = self.reading.get(scope["path"]) if asked else None
        await (found or super().__call__)(scope, receive, send)


class Bare(APIRoute):
    """A route whose endpoint takes the request and gives the response: nothing is looked for or made on the way."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The endpoint itself."""
        return self.endpoint


def answering(endpoint: Endpoint) -> ASGIApp:
    """An endpoint as an application of its own."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        response = await endpoint(Request(scope, receive))
        await response(scope, receive, send)

    return answer
