"""What means harm, sent to the API: an answer in JSON with a reason, never a failure of the server's own."""

import json
import random

import pytest
from api_client import BOUNDARY, Api, as_json, error_of, json_of, multipart, running

from hostile_files import hostile_files

PATHS = "/v1/read", "/v1/classify"
REFUSALS = {400, 404, 405, 408, 413, 415, 422, 429, 503}


@pytest.fixture(scope="module")
def api():
    with running() as api:
        yield api


def test_every_hostile_file_is_read_or_refused(api: Api):
    for file in hostile_files(250, seed=1):
        if "PDF" in file.what or "scan" in file.what:
            continue  # a process each: the command line has had them
        for path in PATHS:
            answer = api.send_files(path, ("a.png", file.data))
            codes = {row.get("error", {}).get("code", "") for row in json_of(answer)["readings"]}
            assert codes - {"too_many_pages"} <= file.outcomes, file.what
            assert answer.status == (200 if "" in codes else 413 if codes == {"image_too_large"} else 422)


def test_names_come_back_as_they_were_sent(api: Api):
    for file in hostile_files(40):
        name = file.name.encode("utf-8", "replace").decode()
        sent = {"images": [{"data": "AA==", "file": name}]}
        assert json_of(api.send_json(PATHS[0], sent))["readings"][0]["file"] == name


def test_damaged_bodies_are_refused(api: Api):
    rng = random.Random(3)
    wholes = [
        multipart(("a.png", b"x" * 200), explain="true", rotate="90"),
        as_json({"images": [{"data": "AAAA", "file": "a.png"}], "rotate": 3, "explain": True}),
    ]
    for number in range(400):
        body, headers = wholes[number % 2]
        damaged = bytearray(body)
        for _ in range(rng.randrange(1, 6)):
            damaged[rng.randrange(len(damaged))] = rng.choice((*b'\r\n"{}[]:,-\0\xff', rng.randrange(256)))
        sent = bytes(damaged[: rng.randrange(len(damaged) + 1)] if rng.random() < 0.3 else damaged)
        answer = api.post(PATHS[number % 4 // 2], sent, headers)
        assert answer.status in REFUSALS, sent
        assert json_of(answer)["error"]["message"]


@pytest.mark.parametrize(
    "content_type",
    [
        f"multipart/form-data; boundary={BOUNDARY}; boundary=other",
        "multipart/form-data; boundary=" + "x" * 10_000,
        'multipart/form-data; boundary="',
        "multipart/mixed; boundary=a",
        "application/json; charset=utf-32",
        "application/x-pickle",
        ";" * 5_000,
        "\xff\xfe",
        "",
    ],
)
def test_strange_content_types_are_refused(api: Api, content_type: str):
    status, _, message = error_of(api.post(PATHS[0], b"--a\r\n", {"content-type": content_type}))
    assert status in {415, 422}
    assert message


@pytest.mark.parametrize(
    "path", ["/../../etc/passwd", "/v1/read/..%2f", "/v1//read", "/%00", "/" + "a" * 9_999]
)
def test_strange_paths_are_not_found(api: Api, path: str):
    for method in ("GET", "POST", "DELETE", "TRACE", "\u00e4"):
        answer = api.start(method, path, b"", {}).result(60)
        assert answer.status in {404, 405}
        assert json.loads(answer.body)["error"]["code"] in {"not_found", "method_not_allowed"}


@pytest.mark.parametrize(
    "model", ["../../secret", "/etc/passwd", "robust.onnx", "a\0b", "x" * 999, "\u202e", "*"]
)
def test_a_model_is_named_and_no_file(api: Api, model: str):
    """Whoever may send requests may not choose files of the server's."""
    answer = api.send_json(PATHS[0], {"images": [{"data": "AA=="}], "model": model})
    assert answer.status in {404, 422}
    assert "readings" not in json_of(answer)
