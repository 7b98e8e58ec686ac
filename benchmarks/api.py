"""The HTTP API under load, and beside it a plain server: Flask and Keras' ``predict``, with as many processes.

    python benchmarks/api.py [ours] [theirs] [overload] [--seconds 10] [--rounds 3]

One request is one 28x28 PNG; 64 clients on the same machine send again as soon as they are answered. What each server
is asked is asked in turns, so that whatever else the machine does hits all alike; the CPU time of a request says what
it costs where the machine is shared. ``overload`` sends photos at ten times the rate at which they can be read.
"""

import argparse
import io
import json
import socket
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from statistics import median
from typing import Any

from PIL import Image

from digitlens.data.samples import draw
from digitlens.model import DEFAULT_MODEL, find
from server import CONNECTIONS, WORKERS, Server, http_request, loaded, multipart, ours
from table import Row, row

__all__ = ["measure"]

FLASK = """
import io, sys, numpy, keras
from PIL import Image
from flask import Flask, request
from werkzeug.serving import WSGIRequestHandler, make_server
WSGIRequestHandler.protocol_version = "HTTP/1.1"
WSGIRequestHandler.log_request = lambda *_: None
model = keras.saving.load_model(sys.argv[1], compile=False)
model.predict(numpy.zeros((1, 28, 28, 1), "float32"), verbose=0)
app = Flask("plain")
@app.post("/v1/classify")
def classify():
    image = numpy.asarray(Image.open(request.files["files"]), dtype="float32")[None, ..., None] / 255
    scores = model.predict(image, verbose=0)[0]
    return {"label": int(scores.argmax()), "scores": scores.tolist()}
print("ready", flush=True)
make_server("127.0.0.1", 0, app, threaded=True, fd=int(sys.argv[2])).serve_forever()
"""


def measure(parts: list[str] | None = None, seconds: float = 10, rounds: int = 3) -> list[Row]:
    """Medians of several rounds."""
    parts = parts or ["ours", "theirs", "overload"]
    rows = []
    if "ours" in parts or "theirs" in parts:
        rows += _side_by_side("theirs" in parts, seconds, rounds)
    if "overload" in parts:
        rows += _overload(6 * seconds)
    return rows


def _side_by_side(theirs: bool, seconds: float, rounds: int) -> list[Row]:
    picture = draw("mnist")
    requests = {"multipart": multipart("/v1/classify", picture), "JSON": _json("/v1/classify", picture)}
    with ExitStack() as stack:
        enter = stack.enter_context
        servers = {
            "ours": (enter(ours()), requests["multipart"]),
            "ours, JSON": (enter(ours()), requests["JSON"]),
            "ours, each picture alone": (enter(ours("--gather", "1")), requests["multipart"]),
        }
        if theirs:
            servers["Flask + Keras predict"] = (enter(_flask()), requests["multipart"])
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in servers}
        for _ in range(rounds):
            for name, (server, request) in servers.items():
                found[name].append(
                    server(request, "--seconds", str(seconds), "--connections", str(CONNECTIONS))
                )
    rows = [each for name in found for each in _rows(name, found[name])]
    for name in [name for name in found if name != "ours"]:
        pairs = [*zip(found["ours"], found[name], strict=True)]
        faster = median(one["rate"] / other["rate"] for one, other in pairs)
        cheaper = median(other["cpu_ms"] / one["cpu_ms"] for one, other in pairs)
        rows.append(row(f"{name}: ours answers so many times as many", faster, "times"))
        rows.append(row("  and takes so many times less CPU time", cheaper, "times"))
    return rows


def _rows(name: str, rounds: list[dict[str, Any]]) -> list[Row]:
    def middle(value: Callable[[dict[str, Any]], float]) -> float:
        return median(value(each) for each in rounds)

    others = sum(count for each in rounds for status, count in each["statuses"].items() if status != "200")
    return [
        row(f"{name}: one 28x28 PNG a request", middle(lambda each: each["rate"]), "a second"),
        row("  until half are answered", middle(lambda each: each["ms"]["200"]["p50"]), "ms"),
        row("  until 99 % are answered", middle(lambda each: each["ms"]["200"]["p99"]), "ms"),
        row("  CPU time of the server for each", middle(lambda each: each["cpu_ms"]), "ms"),
        row("  not answered with 200", others, "requests"),
    ]


def _overload(seconds: float) -> list[Row]:
    """What can be read a second, ten times as much for a while, and then a third of it."""
    request = multipart("/v1/classify", _photo())
    with ours("--queue", "32") as server:
        server(request, "--seconds", "3", "--connections", "8")
        capacity = server(request, "--seconds", "10", "--connections", "8")["rate"]
        flood = server(request, "--seconds", str(seconds), "--rate", str(10 * capacity))
        after = server(request, "--seconds", "10", "--rate", str(capacity / 3))
    statuses = flood["statuses"]
    return [
        row("photos read a second", capacity, "a second"),
        row("ten times as many sent: answered 200", statuses.get("200", 0), "requests"),
        row("  refused, 503", statuses.get("503", 0), "requests"),
        row(
            "  no answer, or any other",
            sum(statuses.values()) - statuses.get("200", 0) - statuses.get("503", 0),
            "",
        ),
        row("  until half are refused", flood["ms"].get("503", {}).get("p50", 0), "ms"),
        row("  until 99 % are refused", flood["ms"].get("503", {}).get("p99", 0), "ms"),
        row("  read a second meanwhile", flood["rate"], "a second"),
        row("afterwards a third as many: answered 200", after["statuses"].get("200", 0), "requests"),
        row("  any other", sum(after["statuses"].values()) - after["statuses"].get("200", 0), "requests"),
        row("  the last of these after", after["last_refused"], "s"),
    ]


def _photo() -> bytes:
    """The sample as a photo of a megapixel: some 20 ms to read."""
    file = io.BytesIO()
    Image.open(io.BytesIO(draw("pen"))).resize((1000, 1000)).save(file, "JPEG", quality=85)
    return file.getvalue()


def _json(path: str, picture: bytes) -> bytes:
    body = json.dumps({"images": [{"file": "digit.png", "data": b64encode(picture).decode()}]})
    return http_request(path, "application/json", body.encode())


@contextmanager
def _flask() -> Iterator[Server]:
    """As many processes that accept at one socket."""
    keras = str(find(DEFAULT_MODEL).with_suffix(".keras"))
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
        port, fd = listening.getsockname()[1], listening.fileno()
        listening.set_inheritable(True)
        command = [sys.executable, "-c", FLASK, keras, str(fd)]
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
        processes = [subprocess.Popen(command, pass_fds=[fd], **pipes) for _ in range(WORKERS)]
        try:
            for process in processes:
                assert process.stdout
                assert process.stdout.readline() == "ready\n"
            yield lambda sent, *words: loaded(port, processes, sent, *words)
        finally:
            for process in processes:
                process.kill()
                process.wait()


def main() -> None:
    """Measure as the command line says, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", choices=["ours", "theirs", "overload", []])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    for each in measure(asked.parts, asked.seconds, asked.rounds):
        print(f"{each['what']:<64} {each['value']:>12,.2f} {each['unit']}")


if __name__ == "__main__":
    main()
