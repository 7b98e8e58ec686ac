"""The pages that the server has for people: what it does, and every option and answer; they load nothing else."""

import json
from typing import Any
from xml.etree.ElementTree import Element

from starlette.responses import Response

from digitlens.html.page import Child, document, element, section, table

__all__ = ["front_page", "page", "reference_page"]

CSS = """
pre { overflow-x: auto; padding: .75rem 1rem; background: var(--raised); font-size: .85rem; line-height: 1.5; }
.wide td, .wide th { text-align: left; white-space: normal; vertical-align: top; }
.wide td:first-of-type { white-space: nowrap; }
input, button { font: inherit; max-width: 100%; } form { display: flex; flex-wrap: wrap; gap: .75rem; }
a { color: var(--first); }
"""

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

MOST_CUT_OUT = 1_600
"""Characters of an example that are shown: pictures in it are long."""


def page(html: str) -> Response:
    """A page as an answer, which may load nothing and be framed by none."""
    headers = {"content-security-policy": POLICY, "x-content-type-options": "nosniff"}
    return Response(html, headers=headers, media_type="text/html; charset=utf-8")


def front_page(openapi: dict[str, Any], address: str, keys: bool) -> str:
    """The first page: what may be asked, how, and a form to try it where no key is asked for.

    Args:
        openapi: the document.
        address: of the server, as the client knows it.
        keys: whether clients have to show one.
    """
    key = " -H 'X-API-Key: KEY'" if keys else ""
    asked = (
        f"curl{key} -F files=@photo.jpg {address}/v1/read\n"
        f"curl{key} -H 'Content-Type: image/png' --data-binary @digit.png '{address}/v1/classify?max_error=0.001'"
    )
    paths = [
        (element("code", f"{method.upper()} {path}"), operation["description"])
        for path, method, operation in _operations(openapi)
    ]
    return document(
        "DigitLens",
        CSS,
        element(
            "main",
            element("p", f"DigitLens {openapi['info']['version']}", class_="kicker"),
            element("h1", "Reads handwritten digits"),
            element(
                "p",
                "Send a picture or a document, and get the digits in it, and how sure each is.",
                class_="lede",
            ),
            section("Try it", _trying(keys), *([] if keys else [_form()]), element("pre", asked)),
            section("What there is", "Each answer is JSON.", _wide([], paths)),
            element(
                "p",
                element("a", "Every option, answer and error", href="/docs"),
                "; the same for machines: ",
                element("a", "openapi.json", href="/openapi.json"),
                ".",
            ),
        ),
    )


def reference_page(openapi: dict[str, Any]) -> str:
    """The second page: of each path the options, an example and why it may fail."""
    parts = [_path(path, method, operation) for path, method, operation in _operations(openapi)]
    return document(
        "DigitLens: reference",
        CSS,
        element(
            "main",
            element("p", element("a", "DigitLens", href="/"), class_="kicker"),
            element("h1", "Reference"),
            *parts,
        ),
    )


def _trying(keys: bool) -> str:
    if keys:
        return "A key is asked for: put yours where KEY stands."
    return "The answer is what a program would get."


def _form() -> Element:
    chosen = element(
        "input", type="file", name="files", required="required", multiple="multiple", aria_label="Pictures"
    )
    return element(
        "form",
        chosen,
        element("button", "Read it", type="submit"),
        action="/v1/read",
        method="post",
        enctype="multipart/form-data",
    )


def _operations(openapi: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Path, method and operation of all that is served; what reads comes first."""
    found = [
        (path, method, operation)
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
    ]
    return sorted(found, key=lambda each: each[1] != "post")


def _path(path: str, method: str, operation: dict[str, Any]) -> Element:
    children: list[Child] = []
    if body := operation.get("requestBody"):
        types = element("p", "The body is one of ", ", ".join(body["content"]), ".")
        fields = body["content"]["multipart/form-data"]["schema"]["properties"]
        rows = [(name, _type(schema), schema.get("description", "")) for name, schema in fields.items()]
        children += [types, _wide(["field", "type", "meaning"], rows)]
    responses = operation["responses"]
    example = responses.get("200", {}).get("content", {}).get("application/json", {}).get("example")
    if example is not None:
        shown = json.dumps(example, indent=1, ensure_ascii=False)
        children.append(
            element("pre", shown if len(shown) <= MOST_CUT_OUT else f"{shown[:MOST_CUT_OUT]}\n...")
        )
    children.append(
        _wide(["status", "when"], [(status, told["description"]) for status, told in responses.items()])
    )
    return section(f"{method.upper()} {path}", operation["description"], *children)


def _type(schema: dict[str, Any]) -> str:
    """The type of an option, and its default, in a few words."""
    default = schema.get("default")
    return schema.get("type", "") + ("" if default is None else f", {json.dumps(default)} if not given")


def _wide(head: list[str], rows: list[Any]) -> Element:
    return element("div", table(head, rows, class_="wide"), class_="scroll")
