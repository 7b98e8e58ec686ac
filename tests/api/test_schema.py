"""The OpenAPI document against the application: requests of every shape that it allows, and some that it forbids."""

import pytest
import schemathesis
from api_client import running
from hypothesis import HealthCheck, given, settings
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

PATHS = {
    **dict.fromkeys(["/healthz", "/readyz", "/metrics", "/v1/models", "/v1/forms"], "GET"),
    **dict.fromkeys(["/v1/classify", "/v1/read", "/v1/table", "/v1/form"], "POST"),
}

CASES = [
    (path, method, mode)
    for path, method in PATHS.items()
    for mode in (
        GenerationMode if method == "POST" else [GenerationMode.POSITIVE]
    )  # a GET has nothing to get wrong
]
ANY = [positive_data_acceptance]  # no schema tells which bytes are a picture: 422 may be right
TEXT = [
    *ANY,
    negative_data_rejection,
]  # in forms and addresses a list of one number is written as a number is


@pytest.fixture(scope="module")
def document():
    with running() as api:
        yield schemathesis.openapi.from_asgi("/openapi.json", api.app)


def test_every_path_is_tried(document):
    assert {*document} == {*PATHS}


@pytest.mark.parametrize(("path", "method", "mode"), CASES)
def test_what_the_document_promises_holds(document, path, method, mode):
    @given(document[path][method].as_strategy(generation_mode=mode))
    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
    def promised(case):
        text = "multipart" in (case.media_type or "") or case.query
        case.call_and_validate(excluded_checks=TEXT if text else ANY)

    promised()
