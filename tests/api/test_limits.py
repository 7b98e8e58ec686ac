"""Each limit: beyond it a quick refusal that says which, within it an answer; nothing is held afterwards."""

import asyncio
import io
import math
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from types import SimpleNamespace

import numpy as np
import pytest
from api_client import as_json, error_of, json_of, multipart, part, running
from PIL import Image

from digitlens.api.engine import Engine
from digitlens.api.settings import Settings
from digitlens.data.samples import draw

DIGIT = ("a.png", draw("mnist"))


def picture(width: int, height: int, pages: int = 1, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    page = Image.fromarray(np.full((height, width), 255, np.uint8))
    page.save(file, kind, **({"save_all": True, "append_images": [page] * (pages - 1)} if pages > 1 else {}))
    return file.getvalue()


@contextmanager
def slow(monkeypatch, **settings):
    """An application that reads nothing until the gate is opened; what it reads is counted."""
    gate, begun, work = Event(), [], Engine.work

    def wait(engine, tasks):
        begun.extend(tasks)
        gate.wait(30)
        return work(engine, tasks)

    monkeypatch.setattr(Engine, "work", wait)
    with running(Settings(**settings)) as api:
        try:
            yield api, gate, begun
        finally:
            gate.set()


def until(true) -> None:
    """Wait until something is so."""
    for _ in range(2000):
        if true():
            return
        time.sleep(0.005)
    pytest.fail("It never came to be so.")


def test_a_body_may_have_so_many_bytes_and_no_more():
    body, headers = multipart(DIGIT)
    with running(Settings(max_body=len(body))) as api:
        assert api.post("/v1/classify", body, headers).status == 200
        for sent in (body + b"\n", [body, b"\n"], [b"\n"] * (len(body) + 1)):  # whole, or piece by piece
            status, code, message = error_of(api.post("/v1/classify", sent, headers))
            assert (status, code) == (413, "body_too_large")
            assert f"{len(body)} bytes" in message


def test_a_length_that_is_too_large_is_refused_before_anything_comes():
    async def never():
        await asyncio.sleep(60)
        yield b""

    with running() as api:
        for length in ("33554433", "9" * 4000):
            answer = api.post(
                "/v1/read", never(), {"content-length": length, "content-type": "application/json"}
            )
            assert error_of(answer)[:2] == (413, "body_too_large")


@pytest.mark.parametrize("length", ["5", "-1", "many", ""])
def test_what_the_head_says_of_the_length_is_not_relied_upon(length):
    """Nor does a body end before its end because the head says so: that is the server's part, not the head's."""
    body, headers = multipart(DIGIT)
    with running(Settings(max_body=1000)) as api:
        lying = {**headers, "content-length": length}
        assert api.post("/v1/classify", [body[:100], body[100:]], lying).status == 200
        endless = (b"x" * 100 for _ in range(10**9))
        assert error_of(api.post("/v1/classify", endless, lying))[:2] == (413, "body_too_large")


def test_pictures_may_have_so_many_pixels():
    with running(Settings(max_pixels=1000)) as api:
        answer = api.send_files(
            "/v1/classify", ("big.png", picture(40, 26)), ("huge.tif", picture(99, 99, kind="TIFF"))
        )
        status, code, message = error_of(answer)
        assert (status, code) == (413, "image_too_large")
        assert "40 x 26 pixels, more than 1,000" in message
        answer = api.send_files("/v1/read", ("big.png", picture(40, 26)), ("right.png", picture(40, 25)))
        assert answer.status == 200
        assert [row.get("error", {}).get("code") for row in json_of(answer)["readings"]] == [
            "image_too_large",
            None,
        ]


def test_a_request_may_have_so_many_files_and_a_document_so_many_pages():
    with running(Settings(max_files=3, max_pages=2)) as api:
        assert len(json_of(api.send_files("/v1/classify", *[DIGIT] * 3))["readings"]) == 3
        image = {"data": "AAAA"}
        for answer in (
            api.send_files("/v1/classify", *[DIGIT] * 4),
            api.post("/v1/classify", *as_json({"images": [image] * 4})),
            api.post("/v1/classify", *as_json({"images": [[]] * 100_000})),  # never unpacked
        ):
            status, code, message = error_of(answer)
            assert (status, code) == (422, "too_many_files")
            assert "At most 3 pictures" in message
        document = picture(30, 30, pages=3, kind="TIFF")
        rows = json_of(api.send_files("/v1/read", ("long.tif", document), DIGIT))["readings"]
        assert [row.get("page") for row in rows] == [1, 2, None, 1]
        assert rows[2]["error"]["code"] == "too_many_pages"
        assert rows[3]["text"] == "5"


def test_a_full_queue_is_told_at_once_and_what_was_taken_is_answered(monkeypatch):
    with slow(monkeypatch, queue=2, gather=1) as (api, gate, begun):
        sent = multipart(DIGIT)
        first = api.start("POST", "/v1/classify", *sent)
        until(lambda: begun)
        taken = [first, *(api.start("POST", "/v1/classify", *sent) for _ in range(2))]
        until(lambda: api.get("/readyz").status == 503)
        refused = [api.start("POST", "/v1/classify", *sent) for _ in range(20)]
        refused.append(api.start("POST", "/v1/read", halting(), sent[1]))  # told before its body comes
        for answer in refused:
            assert error_of(answer.result(5))[:2] == (503, "busy")
            assert answer.result().headers["retry-after"] == "1"
        assert api.get("/healthz").status == 200
        gate.set()
        assert [answer.result(30).status for answer in taken] == [200] * 3
        assert api.get("/readyz").status == 200
        assert api.post("/v1/classify", *sent).status == 200


def test_after_ten_times_too_many_everything_taken_was_answered_and_the_rest_refused(monkeypatch):
    """The queue holds eight; eighty come at once, in threads of their own, while one reads slowly."""
    sent = multipart(DIGIT)
    with slow(monkeypatch, queue=8, gather=4) as (api, gate, begun):
        with ThreadPoolExecutor(80) as crowd:
            answers = [crowd.submit(api.post, "/v1/classify", *sent) for _ in range(80)]
            until(lambda: sum(answer.done() for answer in answers) >= 80 - 8 - 4)
            gate.set()
        statuses = [answer.result().status for answer in answers]
        assert set(statuses) == {200, 503}
        assert len(begun) == statuses.count(200) <= 12
        assert all(api.post("/v1/classify", *sent).status == 200 for _ in range(20))


def test_bytes_of_all_requests_together_are_limited_and_given_back(monkeypatch):
    sent = multipart(DIGIT)
    size = len(sent[0])
    with slow(monkeypatch, max_held=2 * size, gather=1) as (api, gate, begun):
        taken = [api.start("POST", "/v1/classify", *sent) for _ in range(2)]
        until(lambda: begun)
        answer = api.post("/v1/classify", *sent)
        assert error_of(answer)[:2] == (503, "busy")
        gate.set()
        assert [answer.result(30).status for answer in taken] == [200, 200]
        assert api.post("/v1/classify", *sent).status == 200


async def halting():
    """A body that begins and does not go on."""
    yield multipart(DIGIT)[0][:100]
    await asyncio.sleep(60)


def test_a_body_that_does_not_come_is_not_waited_for():
    headers = multipart(DIGIT)[1]
    with running(Settings(time=0.2)) as api:
        status, code, message = error_of(api.post("/v1/classify", halting(), headers))
        assert (status, code) == (408, "body_timeout")
        assert "0.2 seconds" in message
        assert api.send_files("/v1/classify", DIGIT).status == 200


def test_a_picture_that_takes_too_long_is_not_waited_for(monkeypatch):
    with slow(monkeypatch, time=0.2) as (api, gate, begun):
        answer = api.start("POST", "/v1/read", *multipart(DIGIT))
        until(lambda: begun)
        for _ in range(3):  # there is no time for these, and they are told so at once
            assert error_of(api.send_files("/v1/read", DIGIT))[:2] == (503, "busy")
        assert error_of(answer.result(5))[:2] == (503, "timeout")
        assert len(begun) == 1
        gate.set()
        until(lambda: api.send_files("/v1/read", DIGIT).status == 200)
        assert len(begun) == 2


def test_time_is_looked_at_between_the_pictures_of_a_request(monkeypatch):
    """Else a request of many pages would be read to its end with nobody waiting."""
    moments = iter([0.0, 0.0, 0.0, math.inf])
    with running() as api:
        monkeypatch.setattr("digitlens.api.engine.time", SimpleNamespace(monotonic=lambda: next(moments)))
        answer = api.send_files("/v1/read", *[DIGIT] * 20)
        assert error_of(answer)[:2] == (503, "timeout")
        assert not [*moments]


def test_a_body_made_to_be_slow_is_not():
    """Boundaries begun and never ended, and headers without an end: found in one pass."""
    body, headers = multipart(DIGIT)
    boundary = headers["content-type"].partition("=")[2].encode()
    with running() as api:
        for filler in (b"\r\n--" + boundary[:-1], b"\r", b"\r\n", b"-"):
            data = filler * (4_000_000 // len(filler))
            answer = api.post("/v1/classify", part("files", data, "a") + body, headers)
            assert answer.status == 200
            assert json_of(answer)["readings"][0]["error"]["code"] == "unreadable_image"
