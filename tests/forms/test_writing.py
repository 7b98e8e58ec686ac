"""What is cut out of a sheet: combs box by box, dashes, ticks, and ink that was not read."""

import numpy as np
import pytest

from digitlens import Reader
from digitlens.data.synth.blanks import write_text
from digitlens.data.synth.hands import write
from digitlens.forms.form import FormField
from digitlens.forms.writing import read_comb, read_cut, read_tick
from digitlens.reader.tables.cells import is_dash
from digitlens.reader.tables.cutting import Cut, cut_at, ink_of
from digitlens.types import Box

COMB = FormField("n", Box(0, 0, 300, 60), comb=5)


def readers(pattern, lexicon) -> Reader:
    return Reader(alphabet="digits" if pattern is None else None, pattern=pattern)


def cut(*written: tuple[str, int]) -> Cut:
    """A field of 300 x 60 pixels in which texts stand, each in a box of 60 pixels from a place on."""
    ink, rng = np.zeros((100, 340), np.float32), np.random.default_rng(5)
    for text, left in written:
        write_text(ink, text, (20 + left, 20, 60, 60), rng, lambda digit, chance: write(digit, chance, 4))
    clean = np.rint(255 * (1 - 0.8 * ink)).astype(np.uint8)
    return cut_at(clean, ink_of(clean), Box(20, 20, 300, 60))


def test_a_comb_is_read_box_by_box():
    found = read_comb(cut(("4", 0), ("0", 60), ("8", 120)), COMB, readers)
    assert (found.text, found.reason) == ("408", None)


def test_a_comb_with_an_empty_box_between_is_in_doubt():
    found = read_comb(cut(("4", 0), ("8", 120)), COMB, readers)
    assert (found.text, found.accepted, found.reason) == ("48", False, "incomplete")


def test_nothing_written_is_empty_and_a_dash_is_a_dash():
    assert read_comb(cut(), COMB, readers).text == ""
    assert read_cut(cut(), FormField("n", Box(0, 0, 300, 60)), readers).accepted
    dash = cut(("-", 120))
    assert is_dash(dash)
    assert read_cut(dash, FormField("n", Box(0, 0, 300, 60)), readers).text == "-"
    assert not is_dash(cut(("1", 120)))


@pytest.mark.parametrize(
    ("share", "text", "accepted"), [(0.0, "", True), (0.04, "", False), (0.2, "x", True)]
)
def test_a_tick_is_told_by_its_ink(share, text, accepted):
    ink = np.zeros((100, 100), np.uint8)
    ink[50 : 50 + round(80 * share), 10:90] = 1
    found = read_tick(Cut(np.where(ink > 0, 0, 255).astype(np.uint8), ink, Box(0, 0, 100, 100)))
    assert (found.text, found.accepted) == (text, accepted)
