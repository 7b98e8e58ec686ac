"""A reading as people see it in a notebook or a console: a line, a picture, a table."""

import sys
from collections.abc import Iterator
from xml.etree.ElementTree import fromstring

import numpy as np
import pytest

from digitlens.annotate import ACCEPTED, DOUBTED, DOUBTFUL_RGB
from digitlens.errors import UnreadableImage
from digitlens.types import Box, Doubt, Glyph, Line, Reading, View

GLYPHS = (
    Glyph("4", 0.99996, 1.0, Box(40, 60, 40, 80), True, None, {"4": 0.99996}),
    Glyph("7", 0.7, 1.0, Box(120, 60, 40, 80), False, "unsure", {"7": 0.7, "<1>": 0.3}),
)
DOUBT = Doubt("incomplete", "Ink beside the 7 was not read.", Box(300, 60, 60, 80))
PAPER = View(np.full((150, 200), 255, np.uint8), (400.0, 300.0))
READING = Reading(
    "a.jpg", "robust@1", 2, (Line(GLYPHS, Box(40, 60, 120, 80), gaps=(1,), doubts=(DOUBT,)),), view=PAPER
)


@pytest.fixture
def pyplot() -> Iterator:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    yield pyplot
    pyplot.close("all")


@pytest.mark.parametrize(
    ("reading", "line"),
    [
        (READING, "<Reading 'a.jpg' page 2: '4 7', 2 glyphs, look: incomplete, unsure>"),
        (
            Reading("a", "m", lines=(Line(GLYPHS[:1], Box(0, 0, 1, 1)),) * 2),
            r"<Reading 'a': '4\n4', 2 glyphs, accepted>",
        ),
        (Reading(None, "m", lines=(Line(GLYPHS[:1], Box(0, 0, 1, 1)),)), "<Reading: '4', 1 glyph, accepted>"),
        (Reading(None, "m"), "<Reading: '', 0 glyphs, blank>"),
        (
            Reading("b.gif", "m", error=UnreadableImage("b.gif is no\nimage.")),
            "<Reading 'b.gif': unreadable_image, b.gif is no image.>",
        ),
    ],
)
def test_it_is_told_in_one_line(reading: Reading, line: str) -> None:
    assert repr(reading) == line


def test_it_is_drawn_in_the_pixels_of_the_picture_that_is_shown() -> None:
    """The upload is twice as large: the box of the 4, from 40 on, is drawn around 20."""
    drawn = READING.draw()
    assert drawn.shape == (150, 200, 3)
    assert drawn[50, 19].tolist() == [*ACCEPTED]
    assert drawn[50, 59].tolist() == [*DOUBTFUL_RGB]
    assert [*DOUBTED] in drawn[:, 149].tolist()
    assert drawn[50, 25].tolist() == [255, 255, 255]
    assert (PAPER.pixels == 255).all()


def test_it_is_drawn_onto_the_same_picture_in_more_pixels() -> None:
    drawn = READING.draw(np.full((600, 800, 3), 255, np.uint8))
    assert drawn.shape == (600, 800, 3)
    assert [*ACCEPTED] in drawn[200, 75:80].tolist()


def test_a_tiny_picture_is_enlarged_so_that_labels_find_room() -> None:
    view = View(np.zeros((28, 28), np.uint8), (28.0, 28.0))
    glyph = Glyph("1", 1.0, 1.0, Box(10, 4, 8, 20), True, None, {"1": 1.0})
    drawn = Reading(None, "m", lines=(Line((glyph,), glyph.box),), view=view).draw()
    assert drawn.shape == (476, 476, 3)
    assert [*ACCEPTED] in drawn[200, 160:170].tolist()


def test_without_a_picture_it_says_what_to_give() -> None:
    with pytest.raises(ValueError, match=r"draw\(pixels\)"):
        Reading(None, "m").draw()


def test_notebooks_show_the_picture_and_a_table() -> None:
    root = fromstring(READING._repr_html_().replace('style="max-width: 100%">', 'style=""/>'))
    (image,) = root.iter("img")
    assert image.get("src", "").startswith("data:image/webp;base64,")
    assert image.get("alt") == "The picture, what was read in it boxed: 4 7"
    assert [cell.text for cell in root.iter("td")] == ["4 7", "4, 7", "70.0%", "look: incomplete, unsure"]


def test_what_it_holds_is_escaped() -> None:
    html = Reading("<script>.png", "m", error=UnreadableImage("<b>"))._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<img" not in html


def test_rows_are_those_of_tables() -> None:
    numbers = READING.to_dicts()
    assert [(row["text"], row["x"], row["accepted"], row["reason"]) for row in numbers] == [
        ("4", 40, False, "incomplete"),
        ("7", 120, False, "incomplete"),
    ]
    assert [row["top2"] for row in READING.to_dicts("glyph")] == [None, "<1>"]
    (page,) = READING.to_dicts("page")
    assert (page["file"], page["page"], page["text"], page["confidence"]) == ("a.jpg", 2, "4 7", 0.7)


def test_a_data_frame_has_the_same_rows() -> None:
    pytest.importorskip("pandas")
    frame = READING.to_pandas("glyph")
    assert frame["label"].tolist() == ["4", "7"]
    assert [*frame.columns][:5] == ["file", "page", "line", "number", "label"]
    assert frame.to_dict("records")[0]["confidence"] == 0.99996


def test_matplotlib_draws_into_the_axes_it_is_given(pyplot) -> None:
    ax = pyplot.subplots()[1]
    assert READING.plot(ax) is ax
    (image,) = ax.get_images()
    np.testing.assert_array_equal(image.get_array(), READING.draw())
    assert ax.get_title() == "4 7\nlook: incomplete, unsure"


def test_showing_draws_a_figure_of_its_own(pyplot, monkeypatch) -> None:
    shown = []
    monkeypatch.setattr(pyplot, "show", lambda: shown.append(len(pyplot.get_fignums())))
    READING.show()
    assert shown == [1]


@pytest.mark.parametrize("ask", [Reading.plot, Reading.to_pandas])
def test_what_is_not_installed_is_named_with_what_installs_it(ask, monkeypatch) -> None:
    for name in ("matplotlib", "matplotlib.pyplot", "pandas"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ModuleNotFoundError, match=r"not installed: pip install 'digitlens\[notebook\]'"):
        ask(READING)
