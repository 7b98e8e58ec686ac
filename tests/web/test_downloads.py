"""What is taken home says what a person has made of it."""

import csv
import io
import json
import zipfile

import numpy as np
from PIL import Image

from digitlens import Reader
from digitlens.data.samples import draw
from digitlens.errors import UnreadableImage
from digitlens.types import Reading
from digitlens.web.corrections import Correction, corrected
from digitlens.web.downloads import Read, as_json, as_picture, as_pictures, as_table, as_text, stem


def read_three() -> Read:
    reading = Reader(alphabet="digits").read(draw("pen"))
    correction = Correction("glyph", reading.glyphs[0].box, "8")
    return Read("pen.jpg", draw("pen"), corrected(reading, [correction]), [correction])


def test_one_page_says_what_a_person_made_of_it_in_every_format() -> None:
    page = read_three()
    assert as_text([page]) == b"8\n"
    (row,) = csv.DictReader(io.StringIO(as_table([page], ".csv").decode()))
    assert (row["file"], row["text"], row["confidence"], row["accepted"]) == ("pen.jpg", "8", "1.0", "true")
    told = json.loads(as_json([page]))
    assert (told["file"], told["text"], told["accepted"]) == ("pen.jpg", "8", True)
    assert told["corrections"] == [
        {"kind": "glyph", "box": told["lines"][0]["glyphs"][0]["box"], "text": "8"}
    ]


def test_the_picture_is_annotated_at_the_size_of_the_upload() -> None:
    page = read_three()
    drawn = np.asarray(Image.open(io.BytesIO(as_picture(page))))
    plain = np.asarray(Image.open(io.BytesIO(page.data)))
    assert drawn.shape == plain.shape
    box = page.reading.glyphs[0].box
    changed = np.argwhere((np.abs(drawn.astype(int) - plain) > 60).any(axis=2))
    assert abs(int(changed[:, 1].min()) - box.x) <= 2  # the left side of its box, or of its tag


def test_several_pages_are_told_apart_and_one_that_could_not_be_read_is_not_left_out() -> None:
    broken = Read("no.png", b"", Reading(None, "m@1", error=UnreadableImage("It is no picture.")))
    pages = [read_three(), broken]
    assert as_text(pages).decode() == "pen.jpg\n8\n\nno.png\nIt is no picture.\n"
    rows = list(csv.DictReader(io.StringIO(as_table(pages, ".csv").decode())))
    assert [row["file"] for row in rows] == ["pen.jpg", "no.png"]
    assert [each["file"] for each in json.loads(as_json(pages))] == ["pen.jpg", "no.png"]
    with zipfile.ZipFile(io.BytesIO(as_pictures(pages))) as archive:
        assert archive.namelist() == ["01 pen.png"]


def test_names_of_files_are_names_for_files() -> None:
    assert [stem(name) for name in ("a/b.png", "..", "x<y>.jpg")] == ["b", "picture", "x_y_"]
