"""Pictures of one glyph each by columns: the very lines that their readings would be."""

from dataclasses import replace
from typing import get_args

import cv2
import numpy as np
import pytest

from digitlens import Reader, ReadOptions
from digitlens.batch import RowKind
from digitlens.batch.chunks import Chunk
from digitlens.batch.job import Job, _readings, _told, work
from digitlens.data import load
from digitlens.data.samples import SAMPLES, draw
from digitlens.errors import UnreadableImage
from digitlens.imaging import Picture, open_picture


def encoded(image) -> bytes:
    return cv2.imencode(".png", image)[1].tobytes()


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def chunk_of(tmp_path) -> Chunk:
    """Files, bytes and arrays; framed already and not, large and small, blank, and what cannot be read."""
    rng = np.random.default_rng(3)
    framed = draw("mnist")
    pixels = open_picture(framed).pixels
    path = tmp_path / "ä\udcff\u2028.png"
    path.write_bytes(framed)
    noise = [rng.integers(0, 256, (28, 28), np.uint8) for _ in range(3)]
    odd = {
        str(path): str(path),
        "shifted": np.roll(pixels, 3, axis=1),
        "inverted": encoded(255 - pixels),
        "colour": encoded(np.stack([pixels] * 3, axis=2)),
        "blank": np.zeros((28, 28), np.uint8),
        "bad.png": b"no picture",
        "lost": UnreadableImage("Row 7 holds no picture.\nNone."),
        '"quoted"': encoded(np.zeros((50, 40), np.uint8)),
        **{key: draw(key) for key in SAMPLES},
        **{f"noise {number}": encoded(one) for number, one in enumerate(noise)},
        str(tmp_path): str(tmp_path),
        str(tmp_path / "none.png"): str(tmp_path / "none.png"),
    }
    return Chunk(5, tuple(odd), tuple(odd.values()))


@pytest.mark.parametrize("rows", get_args(RowKind))
@pytest.mark.parametrize("more", [{}, {"model": "characters"}, {"model": "classic"}, {"alphabet": "17"}])
def test_lines_from_columns_are_those_of_readings(rows, more, tmp_path):
    job, chunk = Job(single=True, rows=rows, options=ReadOptions(**more)), chunk_of(tmp_path)
    reader = Reader(options=job.options)
    expected = _told(job, chunk, _readings(reader, job, chunk))
    found = work(reader, job, chunk)
    assert found.rows.decode().splitlines() == expected.rows.decode().splitlines()
    assert replace(found, rows=b"") == replace(expected, rows=b"")
    assert (found.failed, len(found.errors)) == (4, 4)


def test_nothing_but_blanks_and_errors(reader):
    chunk = Chunk(0, ("a", "b"), (np.zeros((28, 28), np.uint8), b"no"))
    first, second = work(reader, Job(single=True), chunk).rows.decode().splitlines()
    assert '"text": "", "confidence": null, "accepted": false, "reason": "blank"' in first
    assert '"text": null' in second
    assert "unreadable_image" in second


@pytest.mark.data
def test_an_array_is_read_by_columns_as_it_is_glyph_by_glyph(reader):
    images = load("mnist", "test").images[:300].copy()
    images[7], images[9] = 0, np.roll(images[9], 4, axis=0)
    before = images.copy()
    labels, confidences, boxes, blanks, at = [], [], [], [], 0
    for singles in reader.classify_columns(images):
        assert singles.model == reader.network.name
        labels += singles.labels
        confidences += singles.confidences.tolist()
        boxes += singles.opened.boxes.tolist()
        blanks += sorted({*range(singles.opened.count)} - {*singles.opened.rows.tolist()}) if not at else []
        at += singles.opened.count
    readings = [*reader.classify_many(images)]
    glyphs = [glyph for reading in readings for glyph in reading.glyphs]
    assert np.array_equal(images, before)
    assert (at, blanks) == (300, [7])
    assert labels == [glyph.label for glyph in glyphs]
    assert confidences == [glyph.confidence for glyph in glyphs]
    assert boxes == [glyph.box.to_list() for glyph in glyphs]


def test_an_error_is_raised_where_it_is_not_to_be_kept(reader):
    with pytest.raises(UnreadableImage, match="not an image"):
        next(reader.classify_columns([draw("mnist"), b"no picture"]))


def test_nothing_is_shrunk_to_be_shown_where_nobody_looks(reader, monkeypatch):
    asked = []
    monkeypatch.setattr(Picture, "view", property(asked.append))
    (singles,) = reader.classify_columns([draw("mnist"), draw("pen")])
    assert singles.opened.count == 2
    assert not asked
    assert len([*reader.classify_many([draw("pen")])]) == 1
    assert len(asked) == 1
