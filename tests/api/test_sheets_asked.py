"""Tables and filled forms over HTTP: the JSON of the command line, bounded as other requests are."""

import io
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from api_client import error_of, json_of, running
from PIL import Image

from digitlens import Reader
from digitlens.api.engine import Engine
from digitlens.api.settings import Settings
from digitlens.api.sheet_schemas import Forms, Sheets, Tables
from digitlens.data.synth.blanks import draw_blank
from digitlens.data.synth.fills import fill
from digitlens.data.synth.tables import draw_table
from digitlens.errors import InvalidSetting

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def encoded(*pages: np.ndarray) -> bytes:
    file = io.BytesIO()
    first, *others = [Image.fromarray(page) for page in pages]
    first.save(file, "TIFF", save_all=True, append_images=others)
    return file.getvalue()


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    folder = tmp_path_factory.mktemp("forms")
    Image.fromarray(draw_blank("meter").pixels).save(folder / "meter.png")
    shutil.copy(EXAMPLES / "meter.toml", folder)
    return Settings(forms=str(folder), max_pages=2, time=300)


@pytest.fixture(scope="module")
def api(settings):
    with running(settings) as api:
        yield api


def test_a_table_is_what_the_reader_makes_of_it(api):
    drawn = draw_table(np.random.default_rng(5), shape=(3, 3), heads=False, empty=0.2).pixels
    white = np.full((200, 200, 3), 255, np.uint8)
    sent = ("marks.tiff", encoded(white, drawn, drawn)), ("bad.png", b"no picture")
    rows = Tables(**json_of(api.send_files("/v1/table", *sent, alphabet="digits", sums="rows"))).model_dump()
    table = Reader(alphabet="digits").table(drawn, sums=["rows"]).to_dict()
    first, second, third, bad = rows["readings"]
    assert (first["error"]["code"], first["page"]) == ("table_not_found", 1)
    assert (second["file"], second["page"]) == ("marks.tiff", 2)
    assert [[cell["text"] for cell in row] for row in second["rows"]] == [
        [cell["text"] for cell in row] for row in table["rows"]
    ]
    assert second["doubts"] == table["doubts"]
    assert third["error"]["code"] == "too_many_pages"
    assert bad["error"]["code"] == "unreadable_image"


def test_filled_sheets_are_read_and_others_refused(api):
    sheet = fill(draw_blank("meter"), {"customer": "40718253", "moved": "x"}, np.random.default_rng(3))
    white = np.full((900, 700, 3), 255, np.uint8)
    answer = json_of(api.send_files("/v1/form", ("a.tiff", encoded(white, sheet, sheet)), form="meter"))
    refused, read, more = Sheets(**answer).model_dump()["readings"]
    assert (refused["error"]["code"], refused["file"], refused["page"]) == ("sheet_refused", "a.tiff", 1)
    assert (read["form"], read["files"]) == ("meter", ["a.tiff, page 2"])
    assert {name: cell["text"] for name, cell in read["fields"].items() if cell["text"]} == {
        "customer": "40718253",
        "moved": "x",
    }
    assert more["error"]["code"] == "too_many_pages"
    listed = Forms(**json_of(api.get("/v1/forms"))).forms
    assert [(form.name, form.pages, len(form.fields)) for form in listed] == [("meter", 1, 8)]


def test_a_form_is_one_of_the_server_and_never_a_path(api):
    for name in ("", "../meter", "meter.toml", "x"):
        status, code, message = error_of(api.send_files("/v1/form", ("a.png", b"?"), form=name))
        assert (status, code) == (422, "invalid_request")
        assert message.endswith("There are meter.")
    status, code, _ = error_of(api.send_files("/v1/table", ("a.png", b"?"), sums="diagonals"))
    assert (status, code) == (422, "invalid_request")


def test_forms_that_cannot_be_used_are_told_at_the_start(settings, tmp_path):
    with pytest.raises(InvalidSetting, match="holds no form"):
        Engine(Settings(forms=str(tmp_path)))
    (tmp_path / "bad.toml").write_text("name = 1")
    with pytest.raises(InvalidSetting, match=r"bad\.toml: the form's name must be"):
        Engine(replace(settings, forms=str(tmp_path)))
