"""What is cut out of a sheet: combs box by box, dashes, ticks, and ink that was not read."""

from functools import cache

import numpy as np
import pytest

from digitlens import Reader
from digitlens.data.synth.writers import write, write_text
from digitlens.forms.fields import read_fields, read_tick
from digitlens.forms.parts import FormField
from digitlens.reader.lines import LineReader
from digitlens.reader.tables import Cell
from digitlens.reader.tables.cells import is_dash
from digitlens.reader.tables.cutting import Cut, cut_at, ink_of
from digitlens.types import Box

COMB = FormField("n", Box(0, 0, 300, 60), comb=5)


TEXT = FormField("n", Box(0, 0, 300, 60))


@cache
def readers(pattern, lexicon) -> LineReader:
    return Reader(alphabet="digits" if pattern is None else None, pattern=pattern).lines


def read(field: FormField, cut: Cut) -> Cell:
    return read_fields([(field, cut)], readers)["n"]


def cut(*written: tuple[str, int]) -> Cut:
    """A field of 300 x 60 pixels in which texts stand, each in a box of 60 pixels from a place on."""
    ink, rng = np.zeros((100, 340), np.float32), np.random.default_rng(5)
    for text, left in written:
        write_text(ink, text, (20 + left, 20, 60, 60), rng, lambda digit, chance: write(digit, chance, 4))
    clean = np.rint(255 * (1 - 0.8 * ink)).astype(np.uint8)
    return cut_at(clean, ink_of(clean), Box(20, 20, 300, 60))


def test_a_comb_is_read_box_by_box():
    found = read(COMB, cut(("4", 0), ("0", 60), ("8", 120)))
    assert (found.text, found.reason) == ("408", None)


def test_a_comb_with_an_empty_box_between_is_in_doubt():
    found = read(COMB, cut(("4", 0), ("8", 120)))
    assert (found.text, found.accepted, found.reason) == ("48", False, "incomplete")


def test_nothing_written_is_empty_and_a_dash_is_a_dash():
    assert read(COMB, cut()).text == ""
    assert read(TEXT, cut()).accepted
    dash = cut(("-", 120))
    assert is_dash(dash)
    assert read(TEXT, dash).text == "-"
    assert not is_dash(cut(("1", 120)))


def test_fields_of_different_kinds_are_read_together_each_as_its_own():
    """Of the same ink, a pattern and a range of letters make different texts; names tell which is which."""
    two = FormField("two", TEXT.box, digits=2)
    three = FormField("three", TEXT.box, digits=3)
    ink = {
        "two": cut(("4", 0), ("0", 60)),
        "three": cut(("8", 60), ("2", 120), ("5", 180)),
        "n": cut(("7", 0)),
    }
    found = read_fields([(three, ink["three"]), (COMB, ink["n"]), (two, ink["two"])], readers)
    assert {name: cell.text for name, cell in found.items()} == {"three": "825", "n": "7", "two": "40"}
    assert found["three"].picture is ink["three"].picture


@pytest.mark.parametrize(
    ("share", "text", "accepted"), [(0.0, "", True), (0.04, "", False), (0.2, "x", True)]
)
def test_a_tick_is_told_by_its_ink(share, text, accepted):
    ink = np.zeros((100, 100), np.uint8)
    ink[50 : 50 + round(80 * share), 10:90] = 1
    found = read_tick(Cut(np.where(ink > 0, 0, 255).astype(np.uint8), ink, Box(0, 0, 100, 100)))
    assert (found.text, found.accepted) == (text, accepted)
