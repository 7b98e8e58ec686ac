"""Forms and tables drawn by our own code: what is printed and written stands where it is said to."""

import numpy as np
import pytest

from digitlens.data.synth.blanks import BLANKS, draw_blank
from digitlens.data.synth.fills import fill, values_for
from digitlens.data.synth.tables import bend, draw_table
from digitlens.data.synth.taken import photograph, scan


@pytest.mark.parametrize("name", BLANKS)
def test_what_is_written_lies_in_its_field(name):
    blank = draw_blank(name)
    place = max(blank.places, key=lambda place: place.digits)
    empty, rng = fill(blank, {}, np.random.default_rng(1)), np.random.default_rng(1)
    written = fill(blank, {place.name: "8" * place.digits}, rng)
    rows, columns = np.nonzero((written != empty).any(axis=2))
    x, y, w, h = place.box
    assert len(rows) > 100
    assert x - 6 <= columns.min() <= columns.max() <= x + w + 6
    assert y - 6 <= rows.min() <= rows.max() <= y + h + 6


def test_what_is_made_up_adds_up():
    rng = np.random.default_rng(0)
    marks = values_for(draw_blank("marks"), rng)
    assert int(marks["r3_total"]) == sum(int(marks[f"r3_q{i}"]) for i in range(1, 5))
    assert int(marks["all_total"]) == sum(int(marks[f"r{i}_total"]) for i in range(1, 9))
    tally = values_for(draw_blank("tally"), rng)
    assert int(tally["total"]) == sum(int(tally[f"party{i}"]) for i in range(1, 10))


@pytest.mark.parametrize("photo", [False, True])
def test_a_picture_of_a_sheet_comes_with_where_its_points_went(photo):
    sheet = np.full((900, 640, 3), 255, np.uint8)
    sheet[290:311, 190:211] = 0
    rng = np.random.default_rng(4)
    taken = (
        photograph(sheet, rng, longer=1000)
        if photo
        else scan(sheet, rng, scale=1.5, turn=5, upside_down=True)
    )
    x, y, z = taken.view @ [200, 300, 1]
    column, row = round(x / z), round(y / z)
    assert taken.pixels[row, column].max() < 60
    assert taken.pixels[row - 40, column].min() > 60


def test_a_table_has_what_was_asked_for_and_bends():
    drawn = draw_table(np.random.default_rng(1), shape=(20, 6), empty=0.2, dashed=0.1)
    texts = sum(drawn.texts, ())
    assert (len(drawn.texts), len(drawn.texts[0])) == (20, 6)
    assert 10 < texts.count("") < 40
    assert 3 < texts.count("-") < 25
    assert (bend(drawn.pixels, 0) == drawn.pixels).all()
    sheet = np.full((60, 100, 3), 255, np.uint8)
    sheet[30] = 0
    assert np.argmin(bend(sheet, 10)[:, 50, 0]) == 20
