"""What every request passes: ids, keys, log lines, figures, and faults that are told without their inside."""

import asyncio
import json
import logging
import re

import pytest
from api_client import error_of, json_of, multipart, running

from digitlens.api.app import create_app
from digitlens.api.inprocess import call
from digitlens.api.logs import JsonFormatter
from digitlens.api.settings import Settings
from digitlens.data.samples import draw
from digitlens.errors import InvalidSetting
from digitlens.reader import Reader

KEYS = ("first-key-of-all-0001", "second-key-of-all-0002")
DIGIT = ("Müllers Konto.png", draw("mnist"))


@pytest.fixture(scope="module")
def api():
    with running() as api:
        yield api


@pytest.fixture(scope="module")
def locked():
    with running(Settings(keys=KEYS)) as api:
        yield api


@pytest.mark.parametrize("given", ["a-1", "0af7651916cd43dd8448eb211c80319c", "x" * 128, "a.b_c:d/e+f="])
def test_an_id_that_comes_with_a_request_goes_back_with_the_answer(api, given):
    assert api.get("/healthz", {"x-request-id": given}).headers["x-request-id"] == given
    assert json_of(api.get("/nothing", {"X-Request-ID": given}))["request_id"] == given


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, 'a"b', "ä", "a\tb"])
def test_an_id_that_could_do_harm_is_replaced(api, given):
    found = api.get("/healthz", {"x-request-id": given}).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", found)
    assert found != api.get("/healthz", {"x-request-id": given}).headers["x-request-id"]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_lets_in_by_either_header(locked, key):
    body, headers = multipart(DIGIT)
    for shown in ({"authorization": f"Bearer {key}"}, {"x-api-key": key}):
        assert locked.post("/v1/classify", body, {**headers, **shown}).status == 200


@pytest.mark.parametrize(
    "shown",
    [
        {},
        {"authorization": KEYS[0][:-1]},
        {"authorization": "Bearer"},
        {"authorization": f"Bearer {KEYS[0]}x"},
        {"authorization": f"Basic {KEYS[0]}"},
        {"x-api-key": "".join(KEYS)},
        {"x-api-key": "ä"},
        {"x-api-key": ""},
    ],
)
def test_without_a_key_that_is_known_nothing_is_served_but_health(locked, shown):
    for method, path in [("POST", "/v1/read"), ("GET", "/v1/models"), ("GET", "/metrics"), ("GET", "/other")]:
        answer = locked.start(method, path, headers=shown).result()
        assert error_of(answer)[:2] == (401, "unauthorized")
        assert answer.headers["www-authenticate"] == "Bearer"
    for path in ("/", "/docs", "/healthz", "/readyz", "/openapi.json"):
        assert locked.get(path, shown).status == 200


def test_a_key_is_asked_for_before_the_body_is_received(locked):
    def never():
        pytest.fail("The body was received.")
        yield b""

    assert locked.post("/v1/read", never(), {}).status == 401


def test_the_document_tells_of_keys_only_where_they_are_asked_for(api, locked):
    assert "security" not in json_of(api.get("/openapi.json"))
    assert json_of(locked.get("/openapi.json"))["security"] == [{"bearer": []}, {"key": []}]


def test_the_page_has_a_form_only_where_no_key_is_asked_for(api, locked):
    assert '<form action="/v1/read" method="post"' in api.get("/").body.decode()
    page = locked.get("/").body.decode()
    assert "<form" not in page
    assert "curl -H 'X-API-Key: KEY' -F files=@photo.jpg" in page


def test_keys_never_show_in_settings():
    assert KEYS[0] not in repr(Settings(keys=KEYS))
    with pytest.raises(InvalidSetting, match="fewer than 16 characters") as told:
        Settings(keys=("short-key",))
    assert "short-key" not in str(told.value)


def test_each_request_is_a_line_of_json_that_tells_neither_pictures_nor_names(api, caplog):
    caplog.set_level("INFO", "digitlens.api")
    body, headers = multipart(DIGIT, ("b.txt", b"secret words"))
    api.post("/v1/classify", body, {**headers, "x-request-id": "abc"})
    api.get("/v1/secret-path")
    first, second = [json.loads(JsonFormatter().format(record)) for record in caplog.records]
    assert 0 < first.pop("ms") < 60_000
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first.pop("time"))
    assert first == {
        **{"level": "info", "message": "request", "request_id": "abc", "method": "POST"},
        **{"endpoint": "/v1/classify", "status": 200, "bytes": len(body), "pictures": 2, "rows": 2},
    }
    assert (second["endpoint"], second["status"]) == ("other", 404)
    assert not re.search("secret|Müller|Konto", json.dumps([first, second], ensure_ascii=False))


def test_a_fault_is_told_with_its_id_and_logged_with_its_inside(api, monkeypatch, caplog):
    def broken(*_, **__):
        raise RuntimeError("inside")

    monkeypatch.setattr(Reader, "classify_many", broken)
    answer = api.post("/v1/classify", *multipart(DIGIT))
    status, code, message = error_of(answer)
    assert (status, code) == (500, "internal")
    assert "inside" not in message
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    line = json.loads(JsonFormatter().format(record))
    assert line["request_id"] == answer.headers["x-request-id"]
    assert "RuntimeError: inside" in line["exception"]


def figures(api) -> dict[str, float]:
    lines = api.get("/metrics").body.decode().splitlines()
    return {
        name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")
    }


def test_figures_count_what_was_asked_and_what_was_read():
    with running() as api:
        sent = [DIGIT, ("a.jpg", draw("blank")), ("b.jpg", draw("scribble")), ("c", b"no")]
        assert api.send_files("/v1/classify", *sent).status == 200
        assert api.send_files("/v1/classify", ("c", b"no")).status == 422
        api.get("/nowhere/../secret")
        found = figures(api)
    for outcome, count in {"accepted": 1, "blank": 1, "not_a_digit": 1, "error": 2}.items():
        assert found[f'digitlens_pictures_total{{endpoint="/v1/classify",outcome="{outcome}"}}'] == count
    assert found['digitlens_requests_total{endpoint="/v1/classify",status="200"}'] == 1
    assert found['digitlens_requests_total{endpoint="/v1/classify",status="422"}'] == 1
    assert found['digitlens_requests_total{endpoint="other",status="404"}'] == 1
    assert found['digitlens_request_seconds_count{endpoint="/v1/classify"}'] == 2
    assert found["digitlens_waiting"] == 0
    assert not any("secret" in name for name in found)


def test_ready_only_between_start_and_stop():
    async def main():
        app = create_app(Settings())

        async def statuses():
            read = await call(app, "POST", "/v1/classify", *multipart(DIGIT))
            return [(await call(app, "GET", path)).status for path in ("/healthz", "/readyz")] + [read.status]

        assert await statuses() == [200, 503, 503]
        async with app.router.lifespan_context(app):
            assert await statuses() == [200, 200, 200]
        assert await statuses() == [200, 503, 503]

    asyncio.run(main())
