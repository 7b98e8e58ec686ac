"""The server as a process: what only sockets, signals and several processes show."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import pytest
from api_client import multipart
from click.testing import CliRunner

from digitlens.api.settings import Settings
from digitlens.cli import main
from digitlens.data.samples import draw
from digitlens.errors import InvalidSetting

DIGIT = multipart(("a.png", draw("mnist")))

SLOW = """
import time
from digitlens.api.engine import Engine
from digitlens.api.serve import serve
from digitlens.api.settings import Settings
class Slow(Engine):
    def work(self, tasks):
        print("begun", flush=True)
        time.sleep(0.3)
        return super().work(tasks)
if __name__ == "__main__":
    serve(Settings(port=0, gather=1, header_time=0.6, max_body=100_000), Slow)
"""


@dataclass
class Server:
    """A server's process, and the lines of its log as far as they were read."""

    process: subprocess.Popen[str]
    port: int = 0
    lines: list[dict] = field(default_factory=list)

    def ask(self, method: str, path: str, body=None, headers=None) -> tuple[int, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()

    def rest(self) -> list[dict]:
        """The log from where it was read to, once the process has ended."""
        assert self.process.stderr
        return [json.loads(line) for line in self.process.stderr]


@contextmanager
def serving(*command: str, **environment: str) -> Iterator[Server]:
    """A server that is ready; killed at the end if it still lives."""
    process = subprocess.Popen(
        [sys.executable, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    server = Server(process)
    try:
        assert process.stderr
        for line in process.stderr:
            server.lines.append(json.loads(line))
            server.port = server.port or server.lines[-1].get("port", 0)
            if server.lines[-1]["message"] == "Application startup complete.":
                break
        yield server
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def slow(tmp_path_factory):
    """A program that serves slowly; processes that read find what it defines in its file."""
    path = tmp_path_factory.mktemp("slow") / "slow.py"
    path.write_text(SLOW)
    return str(path)


@pytest.fixture(scope="module")
def server(slow):
    with serving(slow) as server:
        yield server


def test_what_was_taken_is_finished_after_sigterm_and_nothing_else_is_taken(slow):
    with serving(slow) as server, ThreadPoolExecutor(5) as crowd:
        assert server.process.stdout
        answers = [crowd.submit(server.ask, "POST", "/v1/classify", *DIGIT) for _ in range(5)]
        assert server.process.stdout.readline() == "begun\n"
        while b"digitlens_waiting 4.0" not in server.ask("GET", "/metrics")[1]:  # until all are within
            pass
        server.process.send_signal(signal.SIGTERM)
        assert [answer.result()[0] for answer in answers] == [200] * 5
        assert server.process.wait(30) == 0
        with pytest.raises(ConnectionRefusedError):
            server.ask("GET", "/healthz")
        statuses = [line["status"] for line in server.rest() if line.get("endpoint") == "/v1/classify"]
        assert statuses == [200] * 5


def closed_after(server: Server, pieces: list[bytes], pause: float) -> float:
    """Seconds until the server closes a connection on which these bytes come, piece by piece."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        for piece in pieces:
            try:
                connection.sendall(piece)
            except OSError:
                break
            connection.settimeout(pause)
            try:
                if not connection.recv(1000):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
    return time.monotonic() - began


@pytest.mark.parametrize(
    "before", [b"", b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"], ids=["at once", "later"]
)
def test_a_head_that_does_not_come_is_not_waited_for(server, before):
    """Not even where a byte comes now and then; meanwhile others are served."""
    with ThreadPoolExecutor(20) as crowd:
        trickle = [before + b"GET /he", *(b"a" for _ in range(300))]
        slow = [crowd.submit(closed_after, server, trickle, 0.1) for _ in range(20)]
        assert server.ask("GET", "/healthz")[0] == 200
        assert all(0.4 < each.result() < 25 for each in slow)


def test_a_refusal_reaches_a_client_that_still_sends(server):
    """The rest of the body is taken for a while and thrown away: else its sender would see a broken pipe."""
    status, body = server.ask("POST", "/v1/read", b"x" * 2_000_000, DIGIT[1])
    assert (status, json.loads(body)["error"]["code"]) == (413, "body_too_large")
    endless = (b"x" * 1000 for _ in range(150))  # in chunks, with no length told
    assert server.ask("POST", "/v1/read", endless, DIGIT[1])[0] == 413


def test_a_client_that_leaves_in_the_middle_harms_nobody(server):
    body, headers = DIGIT
    for length, sent in ((len(body), body[:50]), (50, body), (len(body), body)):
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            head = f"POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n"
            head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            connection.sendall(head.encode() + b"\r\n" + sent)
    assert server.ask("POST", "/v1/classify", *DIGIT)[0] == 200
    assert server.process.poll() is None


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /v1/read HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello",
        b"POST /v1/read HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_http_harms_nobody(server, sent):
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1000):
            pass
    assert server.ask("GET", "/healthz")[0] == 200


def test_several_processes_answer_and_are_counted_together():
    command = ("-m", "digitlens", "serve", "--port", "0", "--workers", "2")
    with serving(*command, DIGITLENS_API_KEY="k" * 20) as server:
        key = {"x-api-key": "k" * 20}
        with ThreadPoolExecutor(8) as crowd:
            sent = DIGIT[0], {**DIGIT[1], **key}
            answers = [crowd.submit(server.ask, "POST", "/v1/classify", *sent) for _ in range(40)]
            assert [answer.result()[0] for answer in answers] == [200] * 40
        assert server.ask("GET", "/metrics")[0] == 401
        figures = server.ask("GET", "/metrics", headers=key)[1].decode()
        assert 'digitlens_requests_total{endpoint="/v1/classify",status="200"} 40.0' in figures
        assert 'digitlens_pictures_total{endpoint="/v1/classify",outcome="accepted"} 40.0' in figures
        assert re.search("^digitlens_waiting 0.0$", figures, re.MULTILINE)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(60) == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--model", "none"], "There is no model of that name. Name one of"),
        (["--device", "cuda"], "no CUDAExecutionProvider"),
        (["--key-file", "nowhere"], "The keys cannot be read from nowhere"),
        (["--host", "203.0.113.1"], "cannot listen at 203.0.113.1"),
    ],
)
def test_what_cannot_be_served_is_told_in_a_sentence(options, said, monkeypatch):
    monkeypatch.setattr("digitlens.model.session.providers", lambda: ["CPUExecutionProvider"])
    result = CliRunner().invoke(main, ["serve", *options])
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_a_port_that_is_taken_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(main, ["serve", "--port", port])
    assert (result.exit_code, f"port {port}" in result.stderr) == (1, True)


def test_options_win_over_the_environment_and_this_over_the_defaults(tmp_path):
    (tmp_path / "keys").write_text("first-key-of-all-0001\nsecond-key-of-all-0002\n")
    environment = {
        "DIGITLENS_API_QUEUE": "7",
        "DIGITLENS_API_TIME": "1.5",
        "DIGITLENS_API_KEY": " from-the-environment ",
        "DIGITLENS_API_KEY_FILE": str(tmp_path / "keys"),
    }
    found = Settings.load({"queue": 9, "port": None}, environment)
    assert (found.queue, found.time, found.port, found.host) == (9, 1.5, 8000, "127.0.0.1")
    assert found.keys == ("from-the-environment", "first-key-of-all-0001", "second-key-of-all-0002")


@pytest.mark.parametrize(
    ("given", "environment", "said"),
    [
        ({}, {"DIGITLENS_API_QUEUE": "many"}, "DIGITLENS_API_QUEUE is 'many'; it must be a number"),
        ({}, {"DIGITLENS_API_QUEUE": "0"}, "queue is 0; it must be 1 to"),
        ({"time": float("nan")}, {}, "time is nan"),
        ({"port": 70_000}, {}, "port is 70000; it must be 0 to 65,535"),
        ({}, {"DIGITLENS_API_KEY": "short"}, "fewer than 16 characters"),
    ],
)
def test_a_setting_that_cannot_be_is_told(given, environment, said):
    with pytest.raises(InvalidSetting, match=said):
        Settings.load(given, environment)


def test_a_file_without_a_key_lets_nobody_in(tmp_path):
    (tmp_path / "keys").write_text("\n \n")
    with pytest.raises(InvalidSetting, match="holds no key"):
        Settings.load({"key_file": str(tmp_path / "keys")}, {})


def test_no_option_takes_a_key_itself():
    """What stands on the command line, every user of the machine can read."""
    text = CliRunner().invoke(main, ["serve", "--help"]).output
    assert "--key-file" in text
    assert not re.search(r"--(api-)?keys?\b(?!-file)", text)
