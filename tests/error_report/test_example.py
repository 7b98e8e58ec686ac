"""What a gallery shows of one picture: words, steps and the picture itself."""

import base64
import io
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image
from report_made import Canned, exhibit, folder_of, glyph, reading

from digitlens.error_report import write_error_report
from digitlens.types import Box, Doubt, Glyph, Reading
from html_tree import parsed, words


def test_an_exhibit_tells_what_is_written_what_was_read_and_how_sure(page):
    item = exhibit(page, "unsure.png")
    assert [words(node) for node in item.iter("dd")] == ["7.5", "75"]
    assert [node.get("class") for node in item.iter("dd")] == [None, ""]  # the dot is no fault
    assert "Refused: too close to call." in words(item)
    sure, doubt = (node for node in item.iter("li") if node.find("b") is not None)
    assert words(sure) == "7 99.9 %"
    assert doubt.get("class") == "doubt"
    assert words(doubt) == "5 60.0 %or 4, 30.0 %digit score 40.0 %"
    assert "notes: seen on unsure.png" in words(item)


def test_why_the_others_are_shown(page):
    assert "Accepted." in words(exhibit(page, "wrong.png"))
    assert [words(node) for node in exhibit(page, "wrong.png").iter("dd")] == ["15", "13"]
    assert exhibit(page, "wrong.png").findall(".//dd")[1].get("class") == "off"
    assert "Refused: nothing found." in words(exhibit(page, "blank.png"))
    assert [words(node) for node in exhibit(page, "blank.png").iter("dd")] == ["8", "nothing"]
    assert "Refused: not like a digit." in words(exhibit(page, "none.png"))
    assert "gone.png does not exist" in words(exhibit(page, "gone.png"))
    assert not list(exhibit(page, "gone.png").iter("img"))


def test_what_is_refused_is_called_by_what_is_read(tmp_path):
    reader: Any = Canned({"none.png": reading([glyph("A", 0.8, "not_a_digit")])})
    write_error_report(folder_of(tmp_path, {"none.png": "A"}), tmp_path / "out.html", reader)
    assert "Refused: not like a character." in (tmp_path / "out.html").read_text(encoding="utf-8")


def shown(tmp_path, told: Reading, written: str = "12|3"):
    """The only exhibit of a gallery of one picture, read so."""
    reader: Any = Canned({"a.png": told})
    write_error_report(folder_of(tmp_path, {"a.png": written}), tmp_path / "out.html", reader)
    return exhibit(parsed((tmp_path / "out.html").read_text(encoding="utf-8")), "a.png")


def sign(label: str, accepted: bool = True) -> Glyph:
    return Glyph(label, 0.9, 0.0, Box(2, 2, 6, 9), accepted, None if accepted else "unsure", {label: 0.9})


def test_signs_and_gaps_are_shown_as_they_were_read(tmp_path):
    (line,) = reading([glyph("1"), sign("+"), glyph("2"), glyph("3"), sign("=", False)]).lines
    item = shown(tmp_path, replace(reading(), lines=(replace(line, gaps=(1, 2)),)), "1+23=")
    assert [words(node) for node in item.iter("dd")] == ["1+23=", "1 + 23="]
    assert item.findall(".//dd")[1].get("class") == ""
    glyphs = [words(node) for node in item.iter("li") if node.find("b") is not None]
    assert glyphs == ["1 99.9 %", "+ 90.0 %", "2 99.9 %", "3 99.9 %", "= 90.0 %"]
    assert "Refused: too close to call." in words(item)


def test_what_speaks_against_the_whole_is_told_and_drawn(tmp_path):
    doubts = (Doubt("incomplete", "Ink beside the 3 was not read.", Box(20, 4, 6, 9)),)
    item = shown(tmp_path, replace(reading([glyph("1"), glyph("2")]), doubts=doubts))
    assert "Refused: perhaps not all of it was read." in words(item)
    assert [words(node) for node in item.iterfind(".//ul[@class='doubts']/li")] == [doubts[0].message]
    picture = np.asarray(image_of(item.find("img"))).astype(int)
    purple = picture[..., [0, 2]].min(axis=2) - picture[..., 1] > 30  # WebP blurs it
    assert purple.sum() > 40
    assert np.argwhere(purple)[:, 1].min() > 150  # eight pixels for each of the picture's


def test_one_glyph_of_several_is_refused_with_their_number(tmp_path):
    doubts = (Doubt("several", "There is more than one glyph (3): use read.", Box(2, 2, 20, 9)),)
    item = shown(tmp_path, replace(reading([glyph("1")]), doubts=doubts), "1")
    assert "Refused: more than one digit where one was asked for." in words(item)
    assert "(3)" in words(item)


def image_of(node):
    return Image.open(io.BytesIO(base64.b64decode(node.get("src").partition("base64,")[2])))


def test_steps_are_shown_small_with_their_sentences(page):
    steps = [item for item in exhibit(page, "wrong.png").iter("li") if item.find("h4") is not None]
    assert [words(item) for item in steps] == ["PictureTurned upright.", "FramedWhat the network sees."]
    assert [image_of(item[0]).size for item in steps] == [(160, 107), (28, 28)]
    assert [item[0].get("class") for item in steps] == [None, "pixels"]


def test_a_tiny_picture_is_enlarged_and_what_was_read_is_drawn_on_it(page):
    node = exhibit(page, "wrong.png").find("img")
    assert node.get("alt") == "wrong.png: 15 read as 13"
    shown = np.asarray(image_of(node))
    assert shown.shape == (160, 240, 3)
    drawn = np.asarray(shown[16:88, :, 0] < 150)  # the rows of the box, 6x9 at (2, 2), enlarged eight times
    assert np.flatnonzero(drawn.sum(axis=0) > 60).tolist() == [15, 64]


def test_a_large_photo_is_shrunk_and_its_boxes_with_it(tmp_path):
    folder = folder_of(tmp_path, {"large.png": "15"})
    Image.fromarray(np.full((3000, 4000), 200, np.uint8)).save(folder / "large.png")
    far = Glyph("1", 0.999, 0.9, Box(2000, 1500, 400, 800), True, None, {"1": 0.999, "7": 0.001})
    reader: Any = Canned({"large.png": reading([far])})
    write_error_report(folder, tmp_path / "out.html", reader)
    shown = parsed((tmp_path / "out.html").read_text(encoding="utf-8")).find(".//img")
    pixels = np.asarray(image_of(shown))
    assert pixels.shape == (360, 480, 3)
    drawn = np.asarray(pixels[180:276, :, 0] < 150)
    assert np.flatnonzero(drawn.sum(axis=0) > 80).tolist() == [239, 288]
