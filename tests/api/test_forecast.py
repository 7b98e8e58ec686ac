"""How long requests will take: what is told from heads, and what is learnt."""

import io
import struct

import pytest
from PIL import Image

from digitlens.api.engine import Task
from digitlens.api.forecast import BASE, OUTLIER, SECONDS_PRIOR, Forecast, Load
from digitlens.api.inputs import Request, Upload
from digitlens.api.request_schemas import Options, PageOptions
from digitlens.data.samples import draw


def encoded(kind: str, width=1000, height=500) -> bytes:
    file = io.BytesIO()
    Image.new("L", (width, height), 255).save(file, kind)
    return file.getvalue()


def load_of(*files: bytes, options: Options | None = None) -> Load:
    return Task.of(Request(tuple(Upload(None, file) for file in files), options or PageOptions()), 0).load


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP", "PPM"])
def test_pixels_are_told_from_the_head_alone(kind):
    whole = encoded(kind)
    assert load_of(whole) == load_of(whole[:4000]) == Load("read", BASE + 0.5)


def test_pictures_of_a_request_add_up():
    page = encoded("PNG", 2000, 1000)
    assert load_of(page, page, draw("mnist")) == Load("read", 3 * BASE + 4 + 28**2 / 1e6)
    assert load_of(page, page, options=Options()).kind == "classify"
    assert load_of(page, options=Options(explain=True)).kind == "explain"


def test_small_glyphs_count_as_one_each():
    assert load_of(draw("mnist"), options=Options()) == Load("glyph", 1)
    assert load_of(encoded("PNG", 29, 28), options=Options()) == Load("classify", BASE + 29 * 28 / 1e6)


@pytest.mark.parametrize("data", [b"%PDF-1.7" + b" " * 1_999_992, encoded("TIFF")[:4] + b" " * 1_999_996])
def test_documents_are_told_by_their_bytes(data):
    assert load_of(data) == Load("document", BASE + 2)


@pytest.mark.parametrize("data", [b"", b"no picture", encoded("JPEG")[:30], b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_has_a_load_all_the_same(data):
    assert BASE <= load_of(data).units < BASE + 0.01


def test_a_head_that_lies_is_believed_within_the_limits():
    lying = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 2**31, 2**31)
    assert load_of(lying).units == BASE + 64


def test_a_head_without_an_end_takes_no_time():
    """A JPEG of a million empty segments before the one that tells its size: only its beginning is looked at."""
    assert load_of(b"\xff\xd8" + b"\xff\xe5\0\2" * 1_000_000).units == pytest.approx(BASE + 4, abs=0.1)


def test_it_learns_how_long_each_kind_takes():
    forecast = Forecast()
    assert forecast.seconds(Load("read", 2)) == 4 * SECONDS_PRIOR["read"]
    for _ in range(100):
        forecast.learn([Load("read", 1), Load("read", 3)], 0.4)
    assert forecast.seconds(Load("read", 2)) == pytest.approx(0.2, rel=0.01)
    assert forecast.seconds(Load("glyph", 1)) == 2 * SECONDS_PRIOR["glyph"]


def test_glyphs_that_are_read_alone_tell_what_they_take_together():
    """Else the few that come while nothing is to be done would close the door to the many that come at once."""
    forecast = Forecast()
    for _ in range(100):
        forecast.learn([Load("glyph", 1)], 0.05)
    assert forecast.seconds(Load("glyph", 1)) == pytest.approx(0.01, rel=0.01)


def test_what_varies_is_forecast_with_room():
    forecast = Forecast()
    for number in range(200):
        forecast.learn([Load("read", 1)], 0.1 + 0.2 * (number % 2))
    assert 0.27 < forecast.seconds(Load("read", 1)) < 0.35


def test_one_that_took_very_long_does_not_close_the_door():
    forecast = Forecast()
    before = forecast.seconds(Load("glyph", 1))
    forecast.learn([Load("glyph", 1)], 60)
    assert before < forecast.seconds(Load("glyph", 1)) < OUTLIER * before
