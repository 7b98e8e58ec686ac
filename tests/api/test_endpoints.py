"""What the endpoints answer: the very JSON of the command line, in both kinds of body, with every option."""

import io
import json
import re
from base64 import b64decode, b64encode
from typing import get_args

import numpy as np
import pytest
from api_client import error_of, json_of, multipart, running
from click.testing import CliRunner
from fastapi import FastAPI
from PIL import Image
from pydantic import ValidationError

from digitlens.api.schemas import ErrorBody, Models, Reading, Readings, Status
from digitlens.api.settings import Settings
from digitlens.cli import main
from digitlens.data.samples import SAMPLES, draw
from digitlens.model.registry import SHIPPED, available
from digitlens.overlay import overlay
from digitlens.reader import Reader
from digitlens.types import Box, Doubt, Glyph, Line, Reason
from digitlens.types import Reading as ReadingMade
from written import page_of


@pytest.fixture(scope="module")
def api():
    with running() as api:
        yield api


def png(pixels) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def tiff(*pages) -> bytes:
    file = io.BytesIO()
    first, *others = [Image.fromarray(page) for page in pages]
    first.save(file, "TIFF", save_all=True, append_images=others)
    return file.getvalue()


def files() -> dict[str, bytes]:
    """Samples, a page, a document, a blank page, and what is no picture."""
    return {
        **{
            f"{key}.{SAMPLES[key].kind}": draw(key)
            for key in ("pen", "mnist", "scribble", "blank", "doubtful")
        },
        "Zahlen äöü ₂.png": png(page_of(["4071", "22"])),
        "two pages.tiff": tiff(page_of(["12"]), page_of(["34"])),
        "bad.png": b"this is no picture",
        "empty.png": b"",
    }


def printed(command: str, tmp_path, monkeypatch, *options: str) -> list[dict]:
    """What the command line prints of the files, read by their bare names."""
    monkeypatch.chdir(tmp_path)
    for name, data in files().items():
        (tmp_path / name).write_bytes(data)
    result = CliRunner().invoke(main, [command, "--json", *options, *files()])
    return [json.loads(line) for line in result.stdout.splitlines()]


def without_time(rows: list[dict]) -> list[str]:
    """Each row as text, key for key; but the time it took, and how an error names its picture."""
    for row in rows:
        assert row.pop("ms", 1.0) > 0
        if "error" in row:
            row["error"]["message"] = row["error"]["message"].replace(row["file"], "the data")
    return [json.dumps(row) for row in rows]


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("classify", {}),
        ("classify", {"model": "classic", "max_error": "0.05"}),
        ("read", {}),
        ("read", {"rotate": "90", "alphabet": "digits", "max_error": "0.001"}),
        ("classify", {"alphabet": "letters"}),
        ("read", {"pattern": "d{2,4}"}),
    ],
)
def test_readings_are_those_of_the_command_line_key_for_key(api, command, options, tmp_path, monkeypatch):
    arguments = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    answer = api.send_files(f"/v1/{command}", *files().items(), **options)
    assert answer.status == 200
    rows = json_of(answer)["readings"]
    assert len(rows) >= len(files())
    assert without_time(rows) == without_time(printed(command, tmp_path, monkeypatch, *arguments))


@pytest.mark.parametrize("path", ["/v1/classify", "/v1/read"])
def test_both_kinds_of_body_are_read_alike(api, path):
    options = {"model": "classic", "max_error": 0.01}
    images = [{"file": name, "data": b64encode(data).decode()} for name, data in files().items() if data]
    as_json = json_of(api.send_json(path, {"images": images, **options}))
    form = {name: str(value) for name, value in options.items()}
    as_files = json_of(api.send_files(path, *[(n, d) for n, d in files().items() if d], **form))
    assert without_time(as_json["readings"]) == without_time(as_files["readings"])
    assert as_json["readings"][0]["model"].startswith("classic@")


@pytest.mark.parametrize("kind", ["image/jpeg", "image/x-anything", "application/octet-stream"])
def test_a_picture_may_be_the_whole_body_and_options_stand_in_the_address(api, kind):
    """What a file is, its first bytes tell, whatever the header says."""
    headers = {"content-type": kind}
    answer = api.post("/v1/read?model=classic&max_error=0.01", draw("pen"), headers)
    options = {"model": "classic", "max_error": "0.01"}
    expected = api.send_files("/v1/read", (None, draw("pen")), **options)
    assert without_time(json_of(answer)["readings"]) == without_time(json_of(expected)["readings"])
    assert json_of(answer)["readings"][0]["model"].startswith("classic@")


def test_a_document_may_be_the_whole_body(api):
    file = io.BytesIO()
    Image.fromarray(page_of(["4071"])).save(file, "PDF")
    answer = api.post("/v1/read", file.getvalue(), {"content-type": "application/pdf"})
    assert [row["text"] for row in json_of(answer)["readings"]] == ["4071"]


def test_a_file_may_be_sent_as_file_too(api):
    body = multipart(("a.png", draw("mnist")), ("b.jpg", draw("pen")))
    one = body[0].replace(b'name="files"', b'name="file"', 1)
    rows = json_of(api.post("/v1/classify", one, body[1]))["readings"]
    assert [(row["file"], row["text"]) for row in rows] == [("a.png", "5"), ("b.jpg", "3")]


def test_people_are_told_what_there_is(api):
    """Pages that load nothing: no address of another server, no script."""
    for path in ("/", "/docs"):
        answer = api.get(path, {"host": "digits.example:1"})
        assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src")
        html = answer.body.decode()
        assert "/v1/read" in html
        assert not re.search(r"<script|<link (?!rel=.icon)|@import|src=.http|href=.http", html)
    assert (
        "curl -F files=@photo.jpg http://digits.example:1/v1/read"
        in api.get("/", {"host": "digits.example:1"}).body.decode()
    )
    evil = api.get("/", {"host": "a;rm<b>"}).body.decode()
    assert "127.0.0.1:8000/v1/read" in evil
    assert "a;rm" not in evil
    for told in (
        "max_error",
        "error rate wanted among accepted glyphs, cells or fields",
        "413",
        "multipart/form-data",
        "0.99999",
    ):
        assert told in api.get("/docs").body.decode()


def test_a_lexicon_is_a_list_of_words_or_lines(api):
    page = png(page_of(["12"]))
    words = ["13", "17", "42"]
    sent = {"images": [{"file": "a", "data": b64encode(page).decode()}], "lexicon": words}
    answer = api.send_json("/v1/read", sent)
    first = Readings.model_validate_json(answer.body).readings[0]
    assert isinstance(first, Reading)
    (line,) = first.lines
    assert line.field
    assert line.text == line.field.text != line.field.plain == "12"
    assert line.text in words
    boundary, two = "x", [("files", page), ("lexicon", b"13\n17"), ("lexicon", b"42")]
    body = (
        b"".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'.encode()
            + (b'; filename="a"' if name == "files" else b"")
            + b"\r\n\r\n"
            + data
            + b"\r\n"
            for name, data in two
        )
        + f"--{boundary}--\r\n".encode()
    )
    form = api.post("/v1/read", body, {"content-type": f"multipart/form-data; boundary={boundary}"})
    assert without_time(json_of(form)["readings"]) == without_time(json_of(answer)["readings"])


def test_letters_are_read_where_the_default_reads_digits(api):
    answer = api.send_files("/v1/classify", ("a.png", draw("pen")), alphabet="alnum")
    assert json_of(answer)["readings"][0]["model"].startswith("characters@")


def test_every_answer_is_of_its_type(api):
    answer = api.send_files("/v1/read", *files().items())
    assert len(Readings.model_validate_json(answer.body).readings) == len(files()) + 1
    Models.model_validate_json(api.get("/v1/models").body)
    Status.model_validate_json(api.get("/healthz").body)
    ErrorBody.model_validate_json(api.send_files("/v1/read", ("a", b"no")).body)


@pytest.mark.parametrize("path", ["/v1/classify", "/v1/read"])
def test_each_glyph_is_explained_where_asked_for(api, path):
    """The glyphs are those that are read without; a blank picture and a sign between digits have no reasons."""
    sent = [("pen.jpeg", draw("pen")), ("blank.jpeg", draw("blank"))]
    if path == "/v1/read":
        sent.append(("page.png", png(page_of(["20-30"], gap=0.3))))
    plain = json_of(api.send_files(path, *sent))["readings"]
    answer = api.send_files(path, *sent, explain="true")
    explained = Readings.model_validate_json(answer.body)
    rows = json_of(answer)["readings"]
    reader = Reader()
    for row in rows:
        for glyph in [glyph for line in row["lines"] for glyph in line["glyphs"]]:
            why = glyph.pop("explanation")
            assert (why is None) == (glyph["label"] == "-")
            assert why is None or why["label"] == glyph["label"]
    assert without_time(rows) == without_time(plain)
    first = explained.readings[0]
    assert isinstance(first, Reading)
    why = first.lines[0].glyphs[0].explanation
    expected = overlay(reader.explain(draw("pen")))
    assert why
    assert why.gradcam
    kind, _, data = why.gradcam.partition(",")
    assert kind == "data:image/webp;base64"
    shown = np.asarray(Image.open(io.BytesIO(b64decode(data))).convert("RGB"))
    assert np.abs(shown.astype(int) - expected).mean() < 8  # WebP is not exact


def test_what_speaks_against_a_line_and_a_page_is_of_its_type():
    """Doubts, made up: the schema takes them where the JSON has them, and each reason that there is."""
    box = Box(1, 2, 3, 4)
    glyphs = tuple(Glyph(label, 0.9, 1.0, box, True, None, {label: 0.9}) for label in "1+2")
    doubts = [Doubt(reason, "Look here.", box) for reason in get_args(Reason)]
    line = Line(glyphs, box, gaps=(1,), doubts=(doubts[0],))
    told = ReadingMade("a.png", "robust@0", lines=(line,), doubts=tuple(doubts)).to_dict()
    parsed = Reading.model_validate(told)
    assert json.loads(parsed.model_dump_json(exclude_unset=True)) == told
    assert (parsed.accepted, parsed.lines[0].accepted, parsed.lines[0].text) == (False, False, "1 +2")
    assert [(number.text, number.accepted) for number in parsed.lines[0].numbers] == [
        ("1", False),
        ("2", False),
    ]
    assert [doubt.reason for doubt in parsed.doubts] == [
        "blank",
        "incomplete",
        "not_a_digit",
        "several",
        "unsure",
    ]
    assert parsed.lines[0].doubts[0].box == [1, 2, 3, 4]
    with pytest.raises(ValidationError, match="reason"):
        Reading.model_validate({**told, "reason": "torn"})


def test_a_picture_without_a_name_has_none(api):
    data = draw("mnist")
    assert json_of(api.send_files("/v1/classify", (None, data)))["readings"][0]["file"] is None
    unnamed = api.send_json("/v1/classify", {"images": [{"data": b64encode(data).decode()}]})
    assert json_of(unnamed)["readings"][0]["file"] is None


def test_where_no_picture_can_be_read_the_request_fails_with_the_first_reason(api):
    answer = api.send_files("/v1/classify", ("a.txt", b"no picture"), ("b.txt", b""))
    status, code, message = error_of(answer)
    assert (status, code) == (422, "unreadable_image")
    assert "not an image" in message
    assert [row["file"] for row in json_of(answer)["readings"]] == ["a.txt", "b.txt"]


def test_where_one_picture_can_be_read_the_others_tell_why_they_could_not(api):
    answer = api.send_files("/v1/classify", ("a.txt", b"no picture"), ("b.png", draw("mnist")))
    assert answer.status == 200
    bad, good = json_of(answer)["readings"]
    assert bad == {"file": "a.txt", "error": {"code": "unreadable_image", "message": bad["error"]["message"]}}
    assert good["text"] == "5"


def test_the_models_are_those_of_the_command_line(api):
    result = CliRunner().invoke(main, ["models", "list", "--json"])
    listed = [json.loads(line) for line in result.stdout.splitlines()]
    rows = [row for row in listed if "kind" not in row]  # no request may name those that read pages and lines
    for row in rows:
        del row["file"]  # a path on the server is nobody's business
    assert json_of(api.get("/v1/models"))["models"] == rows
    assert {"robust", "classic"} <= {row["name"] for row in rows}


@pytest.mark.parametrize(
    "model", ["none", "", "../robust", str(SHIPPED / "robust.onnx"), "robust.onnx", "robust\0", "x" * 5000]
)
def test_a_model_is_named_and_never_a_path(api, model):
    image = {"data": b64encode(draw("mnist")).decode()}
    status, code, message = error_of(api.send_json("/v1/classify", {"images": [image], "model": model}))
    assert (status, code) == (422, "model_not_found")
    assert message == f"There is no model of that name. Name one of {', '.join(available())}."


def test_the_examples_of_the_openapi_were_really_read(api):
    document = json_of(api.get("/openapi.json"))
    for path in ("/v1/classify", "/v1/read"):
        operation = document["paths"][path]["post"]
        request = operation["requestBody"]["content"]["application/json"]["example"]
        shown = operation["responses"]["200"]["content"]["application/json"]["example"]
        answer = api.send_json(path, request)
        assert answer.status == 200
        assert without_time(json_of(answer)["readings"]) == without_time(shown["readings"])
        failed = operation["responses"]["422"]["content"]["application/json"]["example"]
        assert failed["error"] == json_of(api.send_files(path, ("a", b"no picture")))["error"]
    assert {*document["paths"]} == {
        *(
            "/healthz",
            "/metrics",
            "/readyz",
            "/v1/classify",
            "/v1/form",
            "/v1/forms",
            "/v1/models",
            "/v1/read",
        ),
        "/v1/table",
    }


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/favicon.ico", 404, "not_found"),
        ("POST", "/v1/read/", 404, "not_found"),
        ("POST", "/docs", 405, "method_not_allowed"),
        ("GET", "/v1/read", 405, "method_not_allowed"),
        ("DELETE", "/v1/models", 405, "method_not_allowed"),
    ],
)
def test_what_is_not_served_is_told_as_json(api, method, path, status, code):
    answer = api.start(method, path).result()
    assert error_of(answer)[:2] == (status, code)
    assert ("allow" in answer.headers) == (status == 405)


def test_each_path_that_reads_is_answered_without_the_framework(api, monkeypatch):
    paths = json_of(api.get("/openapi.json"))["paths"]
    monkeypatch.setattr(FastAPI, "__call__", None)
    assert {path for path, item in paths.items() if "post" in item} == set(api.app.reading)
    answers = [api.send_files(path, ("5.png", draw("mnist"))) for path in api.app.reading]
    assert [answer.status for answer in answers] == [200, 200, 422, 422]
    assert [row["text"] for row in json_of(answers[0])["readings"]] == ["5"]


def test_many_at_once_each_get_their_own_answer():
    """Read together or not: 200 requests of three kinds, all on their way at the same time; there is time for them."""
    kinds = {key: SAMPLES[key].reads for key in ("pen", "mnist", "pencil")}
    bodies = [([*kinds][i % 3], f"{i}.png", "robust" if i % 2 else "classic") for i in range(200)]
    waiting = []
    with running(Settings(time=600)) as api:
        for sample, name, model in bodies:
            options = {"model": model} if model == "classic" else {}
            waiting.append(api.start("POST", "/v1/classify", *multipart((name, draw(sample)), **options)))
        answers = [answer.result(600) for answer in waiting]
    for (sample, name, model), answer in zip(bodies, answers, strict=True):
        (row,) = json_of(answer)["readings"]
        assert (row["file"], row["text"]) == (name, kinds[sample])
        assert row["model"].startswith(model)


def test_a_picture_is_read_alike_alone_and_among_others(api):
    pictures = [(digit, png(page_of([digit]))) for digit in "0123456789"] + [("3", draw("pen"))]
    together = json_of(api.send_files("/v1/classify", *pictures))["readings"]
    alone = [json_of(api.send_files("/v1/classify", picture))["readings"][0] for picture in pictures]
    for one, other in zip(together, alone, strict=True):
        assert one["text"] == other["text"] == one["file"]
        assert one["lines"][0]["glyphs"][0]["confidence"] == pytest.approx(
            other["lines"][0]["glyphs"][0]["confidence"], abs=2e-6
        )
