"""The OpenAPI document: what the framework writes, the bodies that it does not see, and examples really read."""

import json
import time
from base64 import b64encode
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from digitlens.api.answers import Row
from digitlens.api.inputs import FILE_FIELDS, RAW, Request, Upload
from digitlens.api.request_schemas import ClassifyRequest, Common, Options, PageOptions, ReadRequest
from digitlens.api.schemas import ErrorBody, Readings
from digitlens.api.service import Service
from digitlens.api.sheet_schemas import FormRequest, TableRequest
from digitlens.data.samples import SAMPLES, draw

__all__ = ["ABOUT", "ERRORS", "EXAMPLES", "describe", "documented", "exemplified"]

ABOUT = """Reads handwritten digits in pictures and documents, and tells how sure it is.

Readings are those of `digitlens classify --json` and `digitlens read --json`. A request that fails has the reason in
`error`, and its id in `request_id` and in the header `X-Request-ID`."""

ERRORS: dict[int | str, dict[str, Any]] = {
    401: {"description": "No key that is known, where the server asks for one."},
    408: {"description": "The body did not come in time."},
    413: {"description": "The body, or each picture in it, is too large."},
    415: {"description": "Neither multipart/form-data, application/json nor a picture."},
    422: {"description": "The request is not as it should be, or no picture in it could be read."},
    500: {"description": "A fault of the server."},
    503: {"description": "As much to read as the server can take, or too much for the time of a request."},
}
"""Why a request that reads may fail."""

EXAMPLES = {"/v1/classify": ("mnist", Options()), "/v1/read": ("pen", PageOptions())}
"""The sample that is the example of each path, and how it is read."""

REFERENCE = "#/components/schemas/{model}"
_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}


def documented(
    body: type[BaseModel], options: type[Common], answer: type[BaseModel] = Readings
) -> dict[str, Any]:
    """Return FastAPI's arguments that document an endpoint which reads.

    Args:
        body: of a request in JSON.
        options: the fields of a multipart request beside its files, and what the query of any may have.
        answer: what it gives.
    """
    content = {
        "application/json": {"schema": {"$ref": REFERENCE.format(model=body.__name__)}},
        "multipart/form-data": {"schema": _form(options)},
        **{kind: {"schema": {"type": "string", "format": "binary"}} for kind in RAW},
    }
    return {
        "response_model": answer,
        "responses": {status: {**told, "model": ErrorBody} for status, told in ERRORS.items()},
        "openapi_extra": {
            "requestBody": {"required": True, "content": content},
            "parameters": _query(options),
        },
    }


def describe(app: FastAPI, service: Service) -> dict[str, Any]:
    """The document without examples."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        parts = document["components"]
        for model in (ClassifyRequest, ReadRequest, TableRequest, FormRequest):
            schema = model.model_json_schema(ref_template=REFERENCE)
            parts["schemas"] |= {**schema.pop("$defs", {}), model.__name__: schema}
        if service.settings.keys:
            parts["securitySchemes"] = _SCHEMES
            document["security"] = [{name: []} for name in _SCHEMES]
        app.openapi_schema = document
    return app.openapi_schema


async def exemplified(app: FastAPI, service: Service) -> dict[str, Any]:
    """The document with examples, which are read when it is first asked for.

    Raises:
        Busy: there is no time to read them now.
    """
    document = describe(app, service)
    for path, (sample, options) in EXAMPLES.items():
        operation = document["paths"][path]["post"]
        if "example" not in operation["requestBody"]["content"]["application/json"]:
            await _exemplify(operation, sample, options, service)
    return document


async def _exemplify(operation: dict[str, Any], sample: str, options: Common, service: Service) -> None:
    """Put in a request with a sample, the answer to it, and the answer to a file that is no picture."""
    file, data = f"{sample}.{SAMPLES[sample].kind}", draw(sample)
    request = {"images": [{"file": file, "data": b64encode(data).decode()}], **options.model_dump()}
    rows = await _read(Upload(file, data), options, service)
    _answers(operation, 200)["example"] = {"readings": rows}
    failed = await _read(Upload("notes.txt", b"no picture"), options, service)
    wrong = {"error": failed[0]["error"], "request_id": "5f0c", "readings": failed}
    _answers(operation, 422)["example"] = wrong
    operation["requestBody"]["content"]["application/json"]["example"] = request


async def _read(upload: Upload, options: Common, service: Service) -> list[Row]:
    told = await service.read(Request((upload,), options), time.monotonic() + service.settings.time)
    return json.loads(told.rows)


def _answers(operation: dict[str, Any], status: int) -> dict[str, Any]:
    return operation["responses"][str(status)]["content"]["application/json"]


def _form(options: type[Common]) -> dict[str, Any]:
    """The schema of a multipart body; its fields are text, so that none can be null."""
    files = {
        "type": "array",
        "items": {"type": "string", "format": "binary"},
        "minItems": 1,
        "description": "pictures; as many parts of this name",
    }
    return {
        "type": "object",
        "properties": {**dict.fromkeys(FILE_FIELDS, files), **_fields(options)},
        "anyOf": [{"required": [name]} for name in FILE_FIELDS],
        "additionalProperties": False,
    }


def _query(options: type[Common]) -> list[dict[str, Any]]:
    """The options as parameters of the query."""
    return [
        {"name": name, "in": "query", "description": schema.get("description", ""), "schema": schema}
        for name, schema in _fields(options).items()
    ]


def _fields(options: type[Common]) -> dict[str, Any]:
    """The schema of each option where it is text."""
    properties = options.model_json_schema(ref_template=REFERENCE)["properties"]
    return {name: _not_null(schema) for name, schema in properties.items()}


def _not_null(schema: dict[str, Any]) -> dict[str, Any]:
    variants = [variant for variant in schema.get("anyOf", ()) if variant != {"type": "null"}]
    if len(variants) != 1:
        return schema
    kept = {name: value for name, value in schema.items() if name not in ("anyOf", "default")}
    return {**kept, **variants[0]}
