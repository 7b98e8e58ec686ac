"""Galleries: what is counted, which pictures are shown, and that the page stands by itself."""

import re
import tracemalloc
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import sync_playwright
from report_made import LABELS, READINGS, Canned, exhibit, folder_of, glyph, made, names, reading

from digitlens import Reader
from digitlens.data import LabelledPicture
from digitlens.error_report import OutcomeCounts, evaluate_pictures, write_error_report
from digitlens.errors import DatasetError, UnreadableImage
from digitlens.types import Reading, Step
from html_tree import parsed, part, words

HOSTILE = "<script>alert(\"1\")</script> & 'quoted'"


def test_each_picture_is_counted_once(tmp_path):
    counts, _, reader = made(tmp_path)
    assert counts == OutcomeCounts(right=1, wrong=2, refused=3, unreadable=1, matches=3)
    assert reader.asked == {"read": 7}
    told = counts.to_dict()
    assert told["pictures"] == 7
    assert told["accuracy"] == pytest.approx(3 / 7, abs=1e-6)
    assert told["precision"] == pytest.approx(1 / 3, abs=1e-6)
    assert told["interval"] == pytest.approx([0.158, 0.750], abs=1e-3)
    assert told["precision_interval"] == pytest.approx([0.061, 0.792], abs=1e-3)


def test_a_tally_of_nothing_accepted_divides_by_nothing():
    assert OutcomeCounts(refused=2).to_dict()["precision"] == 1.0
    assert OutcomeCounts().to_dict()["accuracy"] == 0.0


def test_the_head_tells_the_totals(page):
    head = words(next(page.iter("header")))
    assert "Of 7 pictures 3 are read right, accepted or not: an accuracy of 42.86 %" in head
    assert "3 are accepted, and 33.33 % of these right (6.15 – 79.23 %)." in head
    figures = {words(pair[0]): words(pair[1]) for pair in next(page.iter("dl"))}
    assert figures["accepted and right"] == "1"
    assert figures["accepted and wrong"] == "2"
    assert figures["refused"] == "3"
    assert figures["not readable"] == "1"


def test_wrong_comes_first_the_surest_before_others_and_right_is_not_shown(page):
    assert [words(h) for h in page.iter("h2")] == ["Read wrong: 2", "Not readable: 1", "Refused: 3"]
    assert names(part(page, "Read wrong: 2")) == ["surer.png", "wrong.png"]
    assert names(part(page, "Not readable: 1")) == ["gone.png"]
    assert names(part(page, "Refused: 3")) == ["none.png", "unsure.png", "blank.png"]


def test_no_more_than_the_most_are_shown_and_the_page_says_so(tmp_path):
    _, text, _ = made(tmp_path, most=4)
    page = parsed(text)
    assert "are shown" not in words(part(page, "Read wrong: 2"))
    assert names(part(page, "Refused: 3")) == ["none.png"]
    assert "1 of 3 are shown." in words(part(page, "Refused: 3"))


def test_nothing_wrong_is_a_page_too(tmp_path):
    reader: Any = Canned(READINGS)
    folder = folder_of(tmp_path, {"right.png": "4071"})
    assert write_error_report(folder, tmp_path / "out.html", reader).accuracy == 1
    page = parsed((tmp_path / "out.html").read_text(encoding="utf-8"))
    assert "Every picture was accepted and read right." in words(page)
    assert "100.00 % of these right" in words(next(page.iter("header")))


def test_labels_of_one_character_are_classified_and_single_makes_all_so(tmp_path):
    pictures = {name: LABELS[name] for name in ("blank.png", "none.png")}
    reader: Any = Canned(READINGS)
    counts = write_error_report(folder_of(tmp_path, pictures), tmp_path / "out.html", reader)
    assert reader.asked == {"classify": 2}
    assert (counts.refused, counts.matches) == (2, 1)  # what is no digit counts as what it is most like
    (tmp_path / "more").mkdir()
    assert made(tmp_path / "more", single=True)[2].asked == {"classify": 7}


@pytest.mark.parametrize(
    ("label", "lines", "matches"),
    [
        ("10/16/2019", ["10162019"], True),
        ("40\n71", ["4071"], True),
        ("40\n71", ["71", "40"], False),
        ("6,5", ["615"], False),
        ("", [], True),
        ("x", ["1"], False),
        ("12x34=", ["12×34="], True),
        ("12x34=", ["1234"], True),
        ("(330÷2)+3", ["(33", "02)+3"], True),
        ("-1000", ["1000"], True),
        ("1000", ["-100"], False),
        ("1 2 10", ["1210"], True),
    ],
)
def test_digits_are_compared_with_digits_and_signs_gaps_and_line_ends_are_passed_over(
    tmp_path, label, lines, matches
):
    reader: Any = Canned({"a": reading(*([glyph(sign) for sign in line] for line in lines))})
    (one,) = evaluate_pictures(reader, [LabelledPicture(tmp_path / "a", label)], single=False)
    assert one.matches is matches


def test_a_class_folder_is_read_by_a_real_reader(tmp_path):
    for label, name in (("1", "a.png"), ("7", "b.png"), ("1", "bad.png")):
        (tmp_path / "set" / label).mkdir(parents=True, exist_ok=True)
        bar = np.zeros((28, 28), np.uint8)
        bar[4:24, 13:15] = 255
        Image.fromarray(bar).save(tmp_path / "set" / label / name)
    (tmp_path / "set" / "1" / "bad.png").write_bytes(b"no picture")
    counts = write_error_report(tmp_path / "set", tmp_path / "out.html", Reader())
    assert counts.pictures == 3
    assert (counts.matches, counts.unreadable) == (1, 1)
    page = parsed((tmp_path / "out.html").read_text(encoding="utf-8"))
    assert "7/b.png" in names(page)
    assert "is not an image" in words(exhibit(page, "1/bad.png"))


def test_the_page_asks_nothing_of_any_server(tmp_path):
    text = made(tmp_path)[1]
    assert "://" not in text
    assert not re.search(r"url\(|@import|<script", text)
    links = [
        node.get(key, "") for node in parsed(text).iter() for key in ("src", "href") if key in node.attrib
    ]
    assert links
    assert all(link.startswith("data:") for link in links)


def test_hostile_words_stay_words(tmp_path):
    folder = tmp_path / "<b>pictures"
    folder.mkdir()
    (folder / "index.csv").write_text(
        'file,label,notes\n<i>.png,<u>1,"<script>x</script>"\n', encoding="utf-8"
    )
    reader: Any = Canned({"<i>.png": Reading(None, "m@1", error=UnreadableImage(HOSTILE))})
    write_error_report(folder, tmp_path / "out.html", reader)
    page = parsed((tmp_path / "out.html").read_text(encoding="utf-8"))
    assert not [node for node in page.iter() if node.tag in {"script", "i", "u", "b"}]
    assert words(next(page.iter("h1"))) == "<b>pictures"
    assert HOSTILE in words(page)


def test_a_folder_without_pictures_leaves_the_page_that_was_there(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "out.html").write_text("the page before")
    reader: Any = Canned({})
    with pytest.raises(DatasetError, match="holds no pictures"):
        write_error_report(tmp_path / "empty", tmp_path / "out.html", reader)
    assert (tmp_path / "out.html").read_text() == "the page before"


class Large(Canned):
    """Reads every second picture right; a step of each reading has a megabyte."""

    def read(self, source):
        found = self.readings["right.png" if int(source.stem) % 2 else "wrong.png"]
        return replace(found, steps=(Step("picture", "Turned upright.", np.zeros((1000, 1000), np.uint8)),))


def test_memory_does_not_grow_with_what_is_right_or_not_shown(tmp_path):
    peaks = []
    for count in (6, 80):
        place = tmp_path / str(count)
        place.mkdir()
        folder = folder_of(place, {f"{number}.png": "4071" for number in range(count)})
        reader: Any = Large(READINGS)
        tracemalloc.start()
        counts = write_error_report(folder, place / "out.html", reader, most=3)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert (counts.right, counts.wrong) == (count / 2, count / 2)
    assert peaks[1] - peaks[0] < 5e6


@pytest.mark.browser
def test_a_browser_shows_it_on_a_phone_without_a_fault(tmp_path, chromium):
    made(tmp_path)
    asked, said = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800}, color_scheme="dark")
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto((tmp_path / "out.html").as_uri())
        wide = page.evaluate("document.documentElement.scrollWidth")
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
        images = page.evaluate("[...document.images].map(image => image.naturalWidth)")
        browser.close()
    assert [url for url in asked if not url.startswith("data:")] == [(tmp_path / "out.html").as_uri()]
    assert said == []
    assert wide == 390  # nothing sticks out of a phone
    assert dark == "rgb(22, 24, 27)"
    assert len(images) == 15
    assert all(images)
