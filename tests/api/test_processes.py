"""Processes that read: what kills one costs no request but its own, and somebody is told."""

import http.client
import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from api_client import PATIENCE, multipart
from test_serve import serving

from digitlens.api.answers import Fault, Told, packed, unpacked_answers
from digitlens.api.child import engine
from digitlens.api.errors import InvalidRequest, TooSlowToRead
from digitlens.api.request_schemas import Options
from digitlens.api.settings import Settings
from digitlens.data.samples import draw
from digitlens.errors import DigitLensError, ModelNotFound
from digitlens.model.session import Graph
from digitlens.reader import loading

PATIENT = {"DIGITLENS_API_TIME": str(PATIENCE)}
"""For a server whose processes are started anew while a request waits."""

PROGRAM = '''
"""Serves; what is named as here ends, holds or slows down the process that reads it."""
import os, signal, time
from digitlens.api.answers import Told
from digitlens.api.serve import serve
from digitlens.api.settings import Settings

class Fake:
    def __init__(self, settings):
        pass
    def __call__(self, tasks):
        return [Told.of([self.read(task.request.uploads[0])]) for task in tasks]
    def read(self, upload):
        what, _, value = upload.file.partition("=")
        if what == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if what == "once" and not os.path.exists(value):
            open(value, "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
        if what == "sleep":
            time.sleep(float(value))
        if what == "bug":
            raise RuntimeError("inside")
        return {"file": upload.file, "text": str(os.getpid()), "reason": None}

if __name__ == "__main__":
    serve(Settings.load({"port": 0}), Fake)
'''


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    path = tmp_path_factory.mktemp("fake") / "fake.py"
    path.write_text(PROGRAM)
    return str(path)


def ask(server, name: str, path: str = "/v1/read", data: bytes = draw("mnist")):
    """Status, what came, and the header that tells when to try again."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)) as connection:
        connection.request("POST", path, *multipart((name, data)))
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read()), answer.headers["retry-after"]


def errors(server) -> list[dict]:
    """The errors of the log until it ends."""
    server.process.send_signal(signal.SIGTERM)
    return [line for line in server.rest() if line["level"] == "error"]


def test_a_reader_that_dies_costs_nobody_an_answer(program, tmp_path):
    """Forty requests wait for two processes, both of which are killed from within, and one from outside."""
    settings = {"DIGITLENS_API_WORKERS": "2", "DIGITLENS_API_GATHER": "4", **PATIENT}
    with serving(program, **settings) as server:
        before = int(ask(server, "who")[1]["readings"][0]["text"])
        names = [f"once={tmp_path / 'a'}", f"once={tmp_path / 'b'}", *["sleep=0.02"] * 38]
        with ThreadPoolExecutor(40) as crowd:
            answers = [*crowd.map(lambda name: ask(server, name, "/v1/classify"), names)]
        assert [status for status, _, _ in answers] == [200] * 40
        assert [body["readings"][0]["file"] for _, body, _ in answers] == names
        after = int(ask(server, "who")[1]["readings"][0]["text"])
        os.kill(after, signal.SIGKILL)
        assert [ask(server, "who")[0] for _ in range(4)] == [200] * 4
        told = errors(server)
        assert {line["message"] for line in told} == {"a process that reads died; another takes its place"}
        assert {line["ended"] for line in told} == {"SIGKILL"}
        assert len({line["pid"] for line in told} | {before, after}) >= 3


def test_a_picture_that_kills_whatever_reads_it_is_told_so(program):
    with serving(program, **PATIENT) as server:
        with ThreadPoolExecutor(3) as crowd:
            others = [crowd.submit(ask, server, "who", "/v1/classify") for _ in range(2)]
            status, body, _ = ask(server, "die", "/v1/classify")
            assert (status, body["error"]["code"]) == (500, "reader_died")
            assert [each.result()[0] for each in others] == [200, 200]
        status, body, _ = ask(server, "bug")
        assert (status, body["error"]["code"]) == (500, "internal")
        assert ask(server, "who")[0] == 200
        told = errors(server)
        assert sum("died" in line["message"] for line in told) in (
            2,
            3,
        )  # alone, and once perhaps among others
        (fault,) = [line for line in told if "exception" in line]
        assert "RuntimeError: inside" in fault["exception"]


def test_what_nobody_waits_for_any_more_is_stopped(program):
    with serving(program, DIGITLENS_API_TIME="0.5") as server:
        began = time.monotonic()
        assert ask(server, "sleep=60")[1]["error"]["code"] == "timeout"
        while ask(server, "who")[0] != 200:
            time.sleep(0.1)
        assert time.monotonic() < began + 30


def test_more_pages_than_can_be_read_in_time_are_refused_at_once(program):
    """Two hundred pages at once, of which twenty could be read a second, and two seconds for each: none is late."""
    with serving(program, DIGITLENS_API_WORKERS="2", DIGITLENS_API_TIME="2") as server:
        for _ in range(12):
            assert ask(server, "sleep=0.1")[0] == 200
        began = time.monotonic()
        with ThreadPoolExecutor(200) as crowd:
            answers = [*crowd.map(lambda _: ask(server, "sleep=0.1"), range(200))]
        assert time.monotonic() < began + 15
        codes = [body.get("error", {}).get("code") for _, body, _ in answers]
        assert set(codes) == {None, "busy"}
        assert codes.count(None) >= 6
        assert all(1 <= int(after) <= 60 for status, _, after in answers if status == 503)
        assert ask(server, "sleep=0.1")[0] == 200


def test_why_nothing_can_be_read_is_told_before_anything_is_served(tmp_path):
    path = tmp_path / "broken.py"
    path.write_text(PROGRAM.replace("        pass", "        os.kill(os.getpid(), 9)", 1))
    with pytest.raises(ValueError, match="Expecting"), serving(str(path)):
        pass


def test_answers_travel_as_json_and_come_back_as_they_were():
    told = Told.of(
        [{"text": "1\n2", "reason": None}, {"error": {"code": "unreadable_image", "message": "ä"}}]
    )
    failed = Told.of([{"error": {"code": "image_too_large", "message": "a"}}])
    refused = [InvalidRequest("No\nway."), ModelNotFound("None."), TooSlowToRead("Late.")]
    back = unpacked_answers(packed([told, *refused, failed, KeyError("a")]), 6)
    assert (back[0], back[4]) == (told, failed)
    assert (told.error, told.outcomes) == (None, {"accepted": 1, "error": 1})
    assert failed.error == {"code": "image_too_large", "message": "a"}
    assert [(type(error), str(error)) for error in back[1:4]] == [(type(e), str(e)) for e in refused]
    assert isinstance(back[5], Fault)
    assert "KeyError: 'a'" in str(back[5])


@pytest.mark.parametrize("data", [b"", b"\n", b"{}\n", b"\x80\x04.\n", b'{"code": "none", "message": ""}\n'])
def test_answers_that_are_none_are_no_answers(data):
    with pytest.raises((ValueError, KeyError, TypeError)):
        unpacked_answers(data, 1)


def test_every_error_has_a_code_of_its_own():
    """By its code an error comes back from another process."""
    kinds, waiting = [], [DigitLensError]
    while waiting:
        kinds.append(waiting.pop())
        waiting += kinds[-1].__subclasses__()
    mine = [kind for kind in kinds if kind.__module__.startswith("digitlens")]
    assert len({kind.code for kind in mine}) == len(mine)


def test_an_engine_that_starts_has_loaded_the_networks_of_glyphs_and_of_pages(monkeypatch):
    for shared in (loading._shared, loading._shared_other):
        shared.cache_clear()
    warm = engine(Settings())
    monkeypatch.setattr(Graph, "verified", lambda network: pytest.fail(f"{network.name} was loaded late"))
    assert warm.reader(Options()).read(draw("pen")).text == "3"
